import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { type Surprising, surprising } from "./surprises.ts";

/** Values of a backend that the gateway does not understand are reported to the caller, beside everything that it understands. */

let gateway: TestGateway;
let suite: Surprising;
let offices: Surprising;
beforeAll(async () => {
  gateway = await startTestGateway({ sandbox: { customers: 6 } });
  suite = surprising(gateway.sandbox.backends.suite.simulated);
  offices = surprising(gateway.sandbox.backends.offices.simulated);
});
afterAll(() => gateway?.close());

const unavailable = "unavailable { backend { key } code message retryable }";

describe("a record with a member that is not understood", () => {
  it("is listed, and names the member", async () => {
    offices.alter({ function: "GET /clients", path: "items.*.dateCreated", json: '"the 5th of May"' });
    const { customers } = await gateway.data(
      `{ customers(backends: ["offices"]) { nodes { name createdAt notUnderstood } ${unavailable} } }`,
    );
    offices.alter(null);
    expect(customers.unavailable).toEqual([]);
    const strange = customers.nodes.filter(({ notUnderstood }: { notUnderstood: string[] }) => notUnderstood.length > 0);
    expect(strange).toEqual([{ name: expect.any(String), createdAt: null, notUnderstood: ["dateCreated"] }]);
    expect(customers.nodes.length).toBeGreaterThan(1);
  });
});

describe("a charge without an id", () => {
  const query = `{ customers(backends: ["suite"]) { nodes { id charges(first: 50) { nodes { id } ${unavailable} } } } }`;
  const charges = async () =>
    (await gateway.data(query)).customers.nodes.find(
      ({ charges }: { charges: { nodes: unknown[]; unavailable: unknown[] } }) =>
        charges.unavailable.length > 0 || charges.nodes.length > 1,
    );

  it("is reported, and the others are listed", async () => {
    const before = await charges();
    const one = `query ($id: ID!) { customer(id: $id) { charges(first: 50) { nodes { id } ${unavailable} } } }`;
    suite.alter({ function: "charges/all", path: "*.Id", json: "null" });
    const { customer } = await gateway.data(one, { id: before.id });
    expect(customer.charges.nodes).toHaveLength(before.charges.nodes.length - 1);
    const told = {
      backend: { key: "suite" },
      code: "BAD_RESPONSE",
      message: expect.stringMatching(/has charges in this list that cannot be shown: 1 have no id/),
      retryable: false,
    };
    expect(customer.charges.unavailable).toEqual([told]);
    suite.alter(null);
  });
});

describe("a search of a backend that has a customer without an id", () => {
  it("does not say that it is complete", async () => {
    const list = `{ customers(backends: ["suite"]) { nodes { name } } }`;
    const names = async () => (await gateway.data(list)).customers.nodes.map(({ name }: { name: string }) => name);
    const before = await names();
    suite.alter({ function: "clients", path: "*.Id", json: "null" });
    const after = await names();
    const [text] = before.filter((name: string) => !after.includes(name));
    const { search } = await gateway.data(
      `query ($text: String!) { search(text: $text, backends: ["suite"], types: [CUSTOMER]) {
        sources { complete reason } ${unavailable} } }`,
      { text },
    );
    suite.alter(null);
    expect(search.sources).toEqual([{ complete: false, reason: expect.stringMatching(/1 have no id/) }]);
    expect(search.unavailable).toMatchObject([{ backend: { key: "suite" }, code: "BAD_RESPONSE" }]);
  });
});

describe("a list of several backends", () => {
  it("continues after one that has rows without an id, in backend order and interleaved", async () => {
    for (const interleave of [false, true]) {
      suite.alter({ function: "clients", path: "*.Id", json: '""' });
      const list = async (after: string | null) =>
        (
          await gateway.data(
            `query ($after: String) { customers(backends: ["suite", "offices"], first: 4, after: $after, interleave: ${interleave}) {
              nodes { backend { key } } pageInfo { hasNextPage endCursor } ${unavailable} } }`,
            { after },
          )
        ).customers;
      const pages = [await list(null)];
      while (pages.at(-1).pageInfo.hasNextPage && pages.length < 10) pages.push(await list(pages.at(-1).pageInfo.endCursor));
      suite.alter(null);
      const keys = pages.flatMap(({ nodes }) => nodes.map(({ backend }: { backend: { key: string } }) => backend.key));
      expect(keys.filter((key) => key === "suite")).toHaveLength(5);
      expect(keys.filter((key) => key === "offices")).toHaveLength(6);
      expect(pages[0].unavailable).toMatchObject([{ backend: { key: "suite" }, code: "BAD_RESPONSE", retryable: false }]);
      for (const page of pages)
        for (const { message } of page.unavailable) expect(message).toMatch(/customers in this list .*: 1 have no id/);
    }
  });
});
