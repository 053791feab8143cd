import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { untilFilled } from "../directory/filled.ts";
import { subscribe } from "../e2e/operations/subscription.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { callerOf, startCallingGateway } from "./calling.ts";
import { serveOn } from "./serving.ts";

/** What callers see of changes in the backends. */

const changes = `query ($since: DateTime, $after: String, $first: Int, $types: [SearchType!], $backends: [String!]) {
  changes(since: $since, after: $after, first: $first, types: $types, backends: $backends) {
    nodes { type kind nodeId at noticedAt backend { key } node { id ... on Customer { name } } }
    edges { cursor }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Listed {
  readonly nodes: readonly {
    type: string;
    kind: string;
    nodeId: string;
    backend: { key: string };
    node: { name: string } | null;
  }[];
  readonly edges: readonly { cursor: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

const rename = `mutation ($id: ID!, $name: String!) { updateCustomer(input: { id: $id, name: $name }) { errors { message } } }`;
const firstOf = `query ($key: String!) { customers(backends: [$key], first: 2) { nodes { id name } } }`;

describe("changes", () => {
  let gateway: TestGateway;
  const ask = async (variables: Record<string, unknown> = {}): Promise<Listed> =>
    (await gateway.data(changes, variables)).changes;

  beforeAll(async () => {
    // Refreshed all the time, so that changes by others are noticed soon.
    gateway = await startTestGateway({ sandbox: { customers: 20 }, directory: { refreshMinutes: 0.002, charges: false } });
    await untilFilled(gateway.directory);
  });
  afterAll(async () => gateway?.close());

  it("objects that existed before the gateway first looked are not changes", async () => {
    const { nodes, pageInfo } = await ask();
    expect(nodes).toEqual([]);
    expect(pageInfo).toEqual({ hasNextPage: false, endCursor: expect.any(String) });
  });

  it("a write of the gateway itself is a change at once, and only once", async () => {
    const { endCursor } = (await ask()).pageInfo;
    const { customers } = await gateway.data(firstOf, { key: "recurring" });
    const [{ id }] = customers.nodes;
    await gateway.data(rename, { id, name: "Renamed Here" });
    await expect.poll(async () => (await ask({ after: endCursor })).nodes.length).toBe(1);
    const { nodes, pageInfo } = await ask({ after: endCursor });
    expect(nodes[0]).toMatchObject({ type: "CUSTOMER", kind: "UPDATED", nodeId: id, node: { name: "Renamed Here" } });
    expect((await ask({ after: pageInfo.endCursor })).nodes).toEqual([]);
  });

  it.each(["pbx", "suite", "offices", "recurring"])("changes by others in %s are noticed", async (key) => {
    const { endCursor } = (await ask()).pageInfo;
    const other = await startCallingGateway(gateway.sandbox, { callers: [callerOf("other", ["read", "write"])] });
    try {
      const { customers } = await other.data("other", firstOf, { key });
      const { id } = customers.nodes[1];
      await other.data("other", rename, { id, name: `Renamed in ${key}` });
      const heard = async () => (await ask({ after: endCursor, types: ["CUSTOMER"], backends: [key] })).nodes;
      await expect.poll(heard).toMatchObject([{ kind: "UPDATED", nodeId: id, node: { name: `Renamed in ${key}` } }]);
    } finally {
      await other.composition.close();
    }
  });

  it("pages continue where the last one ended; `since` selects by the time of noticing", async () => {
    const { nodes } = await ask({ first: 100 });
    expect(nodes.length).toBeGreaterThan(2);
    const paged: Listed["nodes"][number][] = [];
    let after: string | undefined;
    for (let page = 0; page < nodes.length; page += 1) {
      const one = await ask({ first: 1, after });
      paged.push(...one.nodes);
      after = one.pageInfo.endCursor;
    }
    expect(paged).toEqual(nodes);
    expect((await ask({ since: new Date(Date.now() + 60_000).toISOString() })).nodes).toEqual([]);
    expect((await ask({ since: new Date(Date.now() - 60_000).toISOString(), first: 100 })).nodes).toEqual(nodes);
  });

  it("refuses an invalid cursor, and one that is no longer kept", async () => {
    const refused = async (variables: Record<string, unknown>) =>
      (await gateway.send(changes, variables)).errors?.[0]?.extensions;
    expect(await refused({ after: "x" })).toMatchObject({ code: "INVALID_INPUT", field: ["after"] });
    expect(await refused({ since: "2001-01-01T00:00:00Z" })).toMatchObject({ code: "CONFLICT" });
  });
});

describe("customerChanged", () => {
  it("reports every customer that changes, with its data at that time", async () => {
    const owner = await startTestGateway({ sandbox: { customers: 10 } });
    await using serving = await serveOn(owner.sandbox, { sections: { directory: { refreshMinutes: 60, charges: false } } });
    try {
      const document = `subscription { customerChanged(backends: ["suite"]) { kind nodeId node { ... on Customer { name } } } }`;
      await using subscription = await subscribe(serving.origin, document);
      const [{ id }] = (await serving.data(firstOf, { key: "suite" })).customers.nodes;
      const [{ id: elsewhere }] = (await serving.data(firstOf, { key: "pbx" })).customers.nodes;
      await serving.data(rename, { id: elsewhere, name: "Not Watched" });
      await serving.data(rename, { id, name: "Seen" });
      const seen = { customerChanged: { kind: "UPDATED", nodeId: id, node: { name: "Seen" } } };
      await expect.poll(() => subscription.events).toEqual([seen]);
      await serving.data(rename, { id, name: "Seen Again" });
      await expect.poll(() => subscription.events.length).toBe(2);
      expect(subscription.events[1]).toEqual({ customerChanged: { ...seen.customerChanged, node: { name: "Seen Again" } } });
    } finally {
      await serving.close();
      await owner.close();
    }
  });

  it("is refused without a directory, and so are changes", async () => {
    const gateway = await startTestGateway({ sandbox: { customers: 10 } });
    try {
      const { errors } = await gateway.send(changes);
      expect(errors?.[0]?.extensions).toMatchObject({ code: "UNSUPPORTED" });
    } finally {
      await gateway.close();
    }
  });
});
