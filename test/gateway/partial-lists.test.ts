import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/** Lists of one customer or one backend: their failure removes nothing else from the answer. */

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ sandbox: { customers: 10 }, backend: { retries: 0, circuit: { failures: 1000 } } });
});
afterAll(async () => gateway?.close());
afterEach(() => {
  for (const backend of Object.values(gateway.sandbox.backends)) backend.setFaults([]);
});

const unavailable = "unavailable { backend { key } code retryable }";

describe("the taxes that apply to a customer", () => {
  const query = `{ customers(first: 50) { nodes { id name backend { key } applicableTaxes { nodes { id name } ${unavailable} } } } }`;
  const nodes = async () => (await gateway.data(query)).customers.nodes;

  it("are returned if the backend shows them; otherwise the answer says that it cannot", async () => {
    const pbx = (await nodes()).filter(({ backend }: { backend: { key: string } }) => backend.key === "pbx");
    expect(pbx.length).toBeGreaterThan(0);
    for (const { applicableTaxes } of pbx) expect(applicableTaxes.unavailable).toEqual([]);
    const others = (await nodes()).filter(({ backend }: { backend: { key: string } }) => backend.key !== "pbx");
    for (const { applicableTaxes, backend } of others) {
      expect(applicableTaxes).toEqual({
        nodes: [],
        unavailable: [{ backend: { key: backend.key }, code: "UNSUPPORTED", retryable: false }],
      });
    }
  });

  it("are named as missing if they cannot be read, and the customers are returned", async () => {
    const before = (await nodes()).map(({ id }: { id: string }) => id);
    gateway.sandbox.backends.pbx.setFaults([{ kind: "html502", function: "taxes/list" }]);
    const after = await nodes();
    expect(after.map(({ id }: { id: string }) => id)).toEqual(before);
    const pbx = after.filter(({ backend }: { backend: { key: string } }) => backend.key === "pbx");
    for (const { applicableTaxes } of pbx)
      expect(applicableTaxes).toMatchObject({ nodes: [], unavailable: [{ backend: { key: "pbx" }, code: "UNAVAILABLE" }] });
  });
});

describe.each([
  ["planCatalogue", "plans", "pbx", "plans/list"],
  ["serviceCatalogue", "services", "offices", "GET /services"],
])("a backend's %s", (field, deprecated, key, name) => {
  const query = `query ($key: String!) { backend(key: $key) { label ${field}(first: 5) { nodes { id } pageInfo { hasNextPage } ${unavailable} } } }`;

  it("has the same items as the deprecated list, page by page", async () => {
    const { backend } = await gateway.data(query, { key });
    const old = await gateway.data(`query ($key: String!) { backend(key: $key) { ${deprecated}(first: 5) { nodes { id } } } }`, {
      key,
    });
    expect(backend[field].nodes).toEqual(old.backend[deprecated].nodes);
    expect(backend[field].nodes.length).toBeGreaterThan(0);
    expect(backend[field].unavailable).toEqual([]);
  });

  it("says that it could not be read, and the backend is returned", async () => {
    gateway.sandbox.backends[key as "pbx"].setFaults([{ kind: "html502", function: name }]);
    const { backend } = await gateway.data(query, { key });
    expect(backend.label).not.toBe("");
    expect(backend[field]).toMatchObject({ nodes: [], unavailable: [{ backend: { key }, code: "UNAVAILABLE" }] });
    const old = await gateway.send(`query ($key: String!) { backend(key: $key) { ${deprecated}(first: 5) { nodes { id } } } }`, {
      key,
    });
    expect(old.errors?.[0]?.extensions).toMatchObject({ code: "UNAVAILABLE", backend: key });
  });
});
