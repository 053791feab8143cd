import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { patience } from "../support/patience.ts";

/** Customers of several backends that are probably the same, as a front end is shown them. */

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ sandbox: { customers: 40 }, directory: { refreshMinutes: 15, charges: false } });
  await until(async () => (await suggestions()).sources.every(({ complete }) => complete));
});
afterAll(async () => gateway?.close());

interface Suggestion {
  readonly customers: readonly { readonly id: string; readonly name: string; readonly backend: { readonly key: string } }[];
  readonly score: number;
  readonly reasons: readonly { readonly kind: string; readonly detail: string }[];
}

interface Page {
  readonly nodes: readonly Suggestion[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly unavailable: readonly unknown[];
  readonly sources: readonly { readonly complete: boolean; readonly refreshedAt: string | null }[];
}

const document = `query ($first: Int, $after: String, $backends: [String!], $customerId: ID) {
  linkSuggestions(first: $first, after: $after, backends: $backends, customerId: $customerId) {
    nodes { customers { id name backend { key } } score reasons { kind detail } }
    pageInfo { hasNextPage endCursor }
    unavailable { code }
    sources { refreshedAt complete }
  }
}`;

async function suggestions(variables: Record<string, unknown> = {}): Promise<Page> {
  const { linkSuggestions } = await gateway.data<{ linkSuggestions: Page }>(document, { first: 100, ...variables });
  return linkSuggestions;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => expect(await condition()).toBe(true), patience);
}

const where = ({ customers }: Suggestion) => customers.map(({ backend }) => backend.key).join(" ");
const idsOf = ({ customers }: Suggestion) => customers.map(({ id }) => id);
const bakeries = async () => (await suggestions()).nodes.filter(({ customers }) => customers[0]?.name === "Ada's Bakery");

const link = `mutation ($input: LinkCustomersInput!) { linkCustomers(input: $input) { errors { message } } }`;
const unlink = `mutation ($input: UnlinkCustomersInput!) { unlinkCustomers(input: $input) { errors { message } } }`;
const decline = `mutation ($input: DeclineLinkInput!) {
  declineLink(input: $input) { errors { code field } operation { id status replayed steps { action status backend { key } } } }
}`;

describe("suggestions", () => {
  it("find Ada's Bakery in its three backends, with what they have in common, the best first, without asking the backends", async () => {
    gateway.callsSince();
    const { nodes } = await suggestions();
    expect(Object.values(gateway.callsSince()).flat()).toEqual([]);
    const found = nodes.filter(({ customers }) => customers[0]?.name === "Ada's Bakery");
    expect(found.map(where).sort()).toEqual(["pbx recurring", "pbx suite", "recurring suite"]);
    for (const { reasons } of found) expect(reasons[0]).toEqual({ kind: "SAME_REFERENCE", detail: "ac10001" });
    const scores = nodes.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((one, other) => other - one));
  });

  it("come page by page, each of them once", async () => {
    const all = (await suggestions()).nodes.map(idsOf);
    const paged: string[][] = [];
    for (let page = await suggestions({ first: 7 }); ; page = await suggestions({ first: 7, after: page.pageInfo.endCursor })) {
      paged.push(...page.nodes.map(idsOf));
      if (!page.pageInfo.hasNextPage) break;
    }
    expect(paged).toEqual(all);
    expect(all.length).toBeGreaterThan(20);
  });

  it("can be limited to some backends, and to one customer", async () => {
    const between = await suggestions({ backends: ["pbx", "suite"] });
    expect(new Set(between.nodes.map(where))).toEqual(new Set(["pbx suite"]));
    expect(between.sources).toHaveLength(2);
    const [first] = await bakeries();
    const [customerId = ""] = first ? idsOf(first) : [];
    const own = (await suggestions({ customerId })).nodes;
    expect(own).toHaveLength(2);
    for (const suggestion of own) expect(idsOf(suggestion)).toContain(customerId);
  });

  it("refuse an invalid cursor, an unknown customer and an unknown backend", async () => {
    for (const [name, value] of Object.entries({ after: "x", customerId: "x", backends: ["nowhere"] })) {
      const { errors } = await gateway.send(document, { [name]: value });
      expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT" });
    }
  });

  it("disappear when the two are linked, and come back when they are unlinked", async () => {
    const [first] = await bakeries();
    const customerIds = first ? idsOf(first) : [];
    await gateway.data(link, { input: { customerIds } });
    expect((await bakeries()).map(idsOf)).not.toContainEqual(customerIds);
    expect(await bakeries()).toHaveLength(2);
    await gateway.data(unlink, { input: { customerIds } });
    expect((await bakeries()).map(idsOf)).toContainEqual(customerIds);
  });
});

describe("declining", () => {
  it("is recorded, can be repeated, and removes the pair permanently", async () => {
    const pair = (await suggestions()).nodes.find(({ customers }) => customers[0]?.name !== "Ada's Bakery");
    const customerIds = pair ? idsOf(pair) : [];
    const input = { customerIds, idempotencyKey: "not the same" };
    const { declineLink } = await gateway.data(decline, { input });
    expect(declineLink).toMatchObject({ errors: [], operation: { status: "SUCCEEDED", replayed: false } });
    expect(declineLink.operation.steps.map(({ action }: { action: string }) => action)).toEqual([
      "accounts/decline",
      "accounts/decline",
    ]);
    const again = await gateway.data(decline, { input });
    expect(again.declineLink.operation).toMatchObject({ id: declineLink.operation.id, replayed: true });
    expect((await suggestions()).nodes.map(idsOf)).not.toContainEqual(customerIds);
    await gateway.data(link, { input: { customerIds } });
    await gateway.data(unlink, { input: { customerIds } });
    expect((await suggestions()).nodes.map(idsOf)).not.toContainEqual(customerIds);
  });

  it("needs two existing customers of different backends", async () => {
    const { customers } = await gateway.data(`{ customers(backends: ["pbx"], first: 2) { nodes { id } } }`);
    const same = customers.nodes.map(({ id }: { id: string }) => id);
    const missing = Buffer.from("Customer:suite:gone").toString("base64url");
    for (const customerIds of [same, [same[0]], [same[0], same[0]], ["x", same[0]]]) {
      const { errors } = await gateway.send(decline, { input: { customerIds } });
      expect(errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT" });
    }
    const { declineLink } = await gateway.data(decline, { input: { customerIds: [same[0], missing] } });
    expect(declineLink.errors).toContainEqual({ code: "NOT_FOUND", field: ["input", "customerIds", "1"] });
    expect(declineLink.operation.status).toBe("FAILED");
  });
});

describe("a gateway without a directory", () => {
  it("suggests nothing, and says so", async () => {
    const without = await startTestGateway({ sandbox: { customers: 20 } });
    try {
      const { linkSuggestions } = await without.data(document);
      expect(linkSuggestions.nodes).toEqual([]);
      expect(linkSuggestions.sources).toContainEqual({ refreshedAt: null, complete: false });
    } finally {
      await without.close();
    }
  });
});
