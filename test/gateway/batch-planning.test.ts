import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { encodeId } from "../../src/model/id.ts";
import { type BackendKey, type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { functionsSince, type Serving, serveOn } from "./serving.ts";

/**
 * Many customers of a backend that cannot look up several ids: read one by one, or from one list once the gateway has seen that
 * the backend has few others.
 */

let sandbox: Sandbox;
let gateway: Serving;
async function start(customers: number): Promise<void> {
  // Latency like that of real backends: the planner measures how long reads take.
  sandbox = await startSandbox({ customers, latencyMs: 20 });
  gateway = await serveOn(sandbox, { sections: { limits: { requestsPerMinute: 0, maxPageSize: 500, maxBackendCalls: 150 } } });
}
beforeEach(() => start(130));
afterEach(async () => {
  vi.restoreAllMocks();
  await gateway?.close();
  await sandbox?.close();
});

const page = `query ($backend: String!, $first: Int!) {
  customers(backends: [$backend], first: $first) { nodes { id } pageInfo { hasNextPage } }
}`;
const many = `query ($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Customer {
      id name organizationName email phone reference status currency amountDue { amount currency } address { lines city country }
      parent { id } plan { id } createdAt updatedAt raw
    }
  }
}`;
const rename = `mutation ($id: ID!, $name: String!) { updateCustomer(input: { id: $id, name: $name }) { errors { message } } }`;

/** All customers of a backend, including unlisted ones, and one that does not exist. */
function stored(backend: "pbx" | "recurring"): string[] {
  const { customers } = sandbox.backends[backend].simulated.state;
  return [...customers.keys(), 999_999_999].map((id) => encodeId({ type: "Customer", backend, id: String(id) }));
}

async function lookUp(ids: readonly string[], backend: BackendKey) {
  functionsSince(sandbox, backend);
  const { nodes } = await gateway.data(many, { ids });
  return { nodes, functions: functionsSince(sandbox, backend) };
}

const learn = (backend: BackendKey) => gateway.data(page, { backend, first: 500 });

describe("on v01, whose list leaves out customers of another merchant", () => {
  const get = "customers/~load";
  const list = "customers/~find";
  /** Only a second call shows that the longest possible list was not cut. */
  const wholeList = [list, list];

  it("many customers need a call each until the backend is known to be small, then one list, with the same answer", async () => {
    const ids = stored("recurring");
    const before = await lookUp(ids, "recurring");
    expect(before.functions).toEqual(Array(ids.length).fill(get));
    await learn("recurring");
    const after = await lookUp(ids, "recurring");
    expect(after.nodes).toEqual(before.nodes);
    const absent = before.nodes.filter((node: object | null) => node === null).length;
    expect(absent).toBeGreaterThan(1);
    expect(after.functions.toSorted()).toEqual([...Array(absent).fill(get), ...wholeList].toSorted());
  });

  it("a few customers need a call each even then", async () => {
    const ids = stored("recurring").slice(0, 8);
    await learn("recurring");
    expect((await lookUp(ids, "recurring")).functions).toEqual(Array(8).fill(get));
  });

  it("a page that is followed by another one says nothing about the size", async () => {
    const { customers } = await gateway.data(page, { backend: "recurring", first: 50 });
    expect(customers.pageInfo.hasNextPage).toBe(true);
    const ids = customers.nodes.map(({ id }: { id: string }) => id);
    expect((await lookUp(ids, "recurring")).functions).toEqual(Array(50).fill(get));
  });

  it("old observations expire", async () => {
    const { customers } = await learn("recurring");
    const ids = customers.nodes.slice(0, 60).map(({ id }: { id: string }) => id);
    expect((await lookUp(ids, "recurring")).functions).toEqual(wholeList);
    const now = performance.now.bind(performance);
    vi.spyOn(performance, "now").mockImplementation(() => now() + 21 * 60_000);
    expect((await lookUp(ids, "recurring")).functions).toEqual(Array(60).fill(get));
  });

  it("a list shows what was written just before it", async () => {
    const { customers } = await learn("recurring");
    const ids = customers.nodes.slice(0, 60).map(({ id }: { id: string }) => id);
    const [id] = ids;
    expect((await gateway.data(rename, { id, name: "Renamed" })).updateCustomer.errors).toEqual([]);
    const { nodes, functions } = await lookUp(ids, "recurring");
    expect(functions).toEqual(wholeList);
    expect(nodes[0]).toMatchObject({ name: "Renamed" });
  });

  it("after a list has failed, customers are read one by one", async () => {
    const { customers } = await learn("recurring");
    const ids = customers.nodes.slice(0, 60).map(({ id }: { id: string }) => id);
    sandbox.backends.recurring.setFaults([{ kind: "html502", function: list }]);
    const refused = await gateway.ask(many, { ids });
    expect(refused.errors).toHaveLength(60);
    const { nodes, functions } = await lookUp(ids, "recurring");
    expect(functions).toEqual(Array(60).fill(get));
    expect(nodes).not.toContain(null);
  });
});

describe("on Enswitch, whose list shows archived customers too, but not the gateway's own customer", () => {
  it("many customers come from one list, with the same answers as reads of each", async () => {
    const ids = stored("pbx");
    const before = [];
    for (let start = 0; start < ids.length; start += 10)
      before.push(...(await lookUp(ids.slice(start, start + 10), "pbx")).nodes);
    expect(new Set(before.map((node) => node?.status))).toEqual(new Set(["ACTIVE", "ARCHIVED", undefined]));
    const { nodes, functions } = await lookUp(ids, "pbx");
    expect(nodes).toEqual(before);
    // A list that ends where it may have been cut needs a second call.
    expect(functions.toSorted()).toEqual(["customers/get", "customers/get", "customers/list", "customers/list"]);
  });

  it("a few customers of many are not read from the whole list, once they are known to be many", async () => {
    const { customers } = await learn("pbx");
    const ids = customers.nodes.slice(0, 12).map(({ id }: { id: string }) => id);
    expect((await lookUp(ids, "pbx")).functions).toEqual(Array(12).fill("customers/get"));
  });

  it("most customers of a small backend are read from its list", async () => {
    await gateway.close();
    await sandbox.close();
    await start(30);
    const { customers } = await learn("pbx");
    const ids = customers.nodes.slice(0, 9).map(({ id }: { id: string }) => id);
    expect(new Set((await lookUp(ids, "pbx")).functions)).toEqual(new Set(["customers/list"]));
  });
});
