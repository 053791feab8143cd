import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { encodeId } from "../../src/model/id.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/** Reading through the whole gateway: pages over backends, partial failure, errors that name their argument. */

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({
    sandbox: { customers: 40 },
    backend: { retries: 1, timeoutMs: 10_000, circuit: { failures: 1000 } },
  });
});
afterAll(async () => gateway.close());
afterEach(() => {
  for (const backend of Object.values(gateway.sandbox.backends)) backend.setFaults([]);
});

const page = `query ($first: Int, $after: String, $backends: [String!], $filter: CustomerFilter) {
  customers(first: $first, after: $after, backends: $backends, filter: $filter) {
    edges { cursor node { id name backend { key } } }
    nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    unavailable { backend { key } code message retryable }
  }
}`;

interface Customers {
  edges: { cursor: string; node: { id: string; name: string; backend: { key: string } } }[];
  nodes: { id: string }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  unavailable: { backend: { key: string }; code: string; message: string; retryable: boolean }[];
}

interface MergedCharges {
  nodes: { id: string; date: string; backend: { key: string } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

async function walk(first: number, variables: Record<string, unknown> = {}): Promise<Customers["edges"]> {
  const all: Customers["edges"] = [];
  for (let after: string | null = null, pages = 0; pages < 200; pages += 1) {
    const { customers }: { customers: Customers } = await gateway.data(page, { first, after, ...variables });
    all.push(...customers.edges);
    if (!customers.pageInfo.hasNextPage) return all;
    // The last page of one backend may be empty; the next page then continues after the same place.
    after = customers.pageInfo.endCursor ?? after;
  }
  throw new Error("the walk does not end");
}

describe("customers", () => {
  it("of all backends come one backend after the other, whatever the page size, without gaps or repeats", async () => {
    const [small, large] = [await walk(7), await walk(200)];
    expect(small.map(({ node }) => node.id)).toEqual(large.map(({ node }) => node.id));
    expect(new Set(small.map(({ node }) => node.id)).size).toBe(small.length);
    const order = small.map(({ node }) => node.backend.key).filter((key, index, keys) => key !== keys[index - 1]);
    expect(order).toEqual(["pbx", "suite", "offices", "recurring"]);
  });

  it("continue after a cursor of another gateway, as after a restart", async () => {
    const { customers } = await gateway.data(page, { first: 3, backends: ["offices"] });
    const other = await startTestGateway({ sandbox: { customers: 40 } });
    const next = await other.data(page, { first: 3, backends: ["offices"], after: customers.pageInfo.endCursor });
    const both = await gateway.data(page, { first: 6, backends: ["offices"] });
    await other.close();
    expect([...customers.edges, ...next.customers.edges].map(({ node }) => node.name)).toEqual(
      both.customers.edges.map(({ node }: { node: { name: string } }) => node.name),
    );
    expect(next.customers.pageInfo.hasPreviousPage).toBe(true);
  });

  it("still come from the other backends when one is down, which is named", async () => {
    gateway.sandbox.backends.pbx.setFaults([{ kind: "html502" }]);
    const { customers } = await gateway.data<{ customers: Customers }>(page, { first: 5 });
    expect(customers.edges.map(({ node }) => node.backend.key)).toEqual(Array(5).fill("suite"));
    expect(customers.unavailable).toEqual([
      { backend: { key: "pbx" }, code: "UNAVAILABLE", message: expect.stringContaining("Telephony"), retryable: true },
    ]);
  });

  it("are found by text, e-mail, reference and status, by each backend in its way", async () => {
    const found = await walk(50, { filter: { search: "bakery" } });
    expect(found.filter(({ node }) => node.name === "Ada's Bakery").map(({ node }) => node.backend.key)).toEqual([
      "pbx",
      "suite",
      "recurring",
    ]);
    const byMail = await walk(50, { filter: { email: "ADA@adas-bakery.example" } });
    expect(new Set(byMail.map(({ node }) => node.name))).toEqual(new Set(["Ada's Bakery"]));
    expect(byMail.length).toBeGreaterThanOrEqual(3);
  });

  it("with the status ARCHIVED name a backend that cannot list them", async () => {
    const { customers } = await gateway.data<{ customers: Customers }>(page, {
      first: 5,
      backends: ["suite"],
      filter: { status: "ARCHIVED" },
    });
    expect(customers.unavailable[0]).toMatchObject({ backend: { key: "suite" }, code: "UNSUPPORTED" });
  });
});

describe("charges of customers in several backends", () => {
  it("come merged, newest first, page by page", async () => {
    const bakeries = (await walk(50, { filter: { search: "Ada's Bakery" } })).map(({ node }) => node.id);
    const query = `query ($ids: [ID!]!, $after: String, $first: Int) {
      charges(customerIds: $ids, first: $first, after: $after) {
        nodes { id date backend { key } } pageInfo { hasNextPage endCursor } unavailable { backend { key } code }
      }
    }`;
    const dates: string[] = [];
    const ids: string[] = [];
    const backends = new Set<string>();
    for (let after: string | null = null, pages = 0; pages < 50; pages += 1) {
      const { charges }: { charges: MergedCharges } = await gateway.data(query, { ids: bakeries, after, first: 5 });
      for (const node of charges.nodes) {
        ids.push(node.id);
        dates.push(node.date);
        backends.add(node.backend.key);
      }
      if (!charges.pageInfo.hasNextPage) break;
      after = charges.pageInfo.endCursor;
    }
    expect(backends).toEqual(new Set(["pbx", "suite", "recurring"]));
    expect(new Set(ids).size).toBe(ids.length);
    expect(dates).toEqual([...dates].sort().reverse());
    const { charges } = await gateway.data(query, { ids: bakeries, first: 200 });
    expect(charges.nodes.map(({ id }: { id: string }) => id)).toEqual(ids);
  });
});

describe("node", () => {
  it("finds every kind of object again by its id", async () => {
    const data = await gateway.data(`{
      backends { id plans(first: 1) { nodes { id } } services(first: 1) { nodes { id } } }
      customers(first: 1) { nodes { id charges(first: 1) { nodes { id } } } }
      suite: customers(first: 1, backends: ["suite"]) { nodes { id charges(first: 1) { nodes { id } } } }
      recurring: customers(first: 1, backends: ["recurring"]) { nodes { id charges(first: 1) { nodes { id } } } }
      taxes(first: 50) { nodes { id } }
    }`);
    const ids: string[] = [...JSON.stringify(data).matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id as string);
    expect(ids.length).toBeGreaterThan(15);
    const { nodes } = await gateway.data(`query ($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }`, { ids });
    expect(nodes.map((node: { id: string }) => node?.id)).toEqual(ids);
    expect(new Set(nodes.map((node: { __typename: string }) => node.__typename))).toEqual(
      new Set(["Backend", "Plan", "Service", "Customer", "Charge", "Tax"]),
    );
  });

  it("is null for an object that does not exist, and one bad id does not affect the others", async () => {
    const missing = encodeId({ type: "Customer", backend: "pbx", id: "99999999" });
    const gone = encodeId({ type: "Customer", backend: "gone", id: "1" });
    const backend = encodeId({ type: "Backend", backend: "pbx", id: "" });
    const answer = await gateway.send(`query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`, {
      ids: [missing, gone, "rubbish", backend],
    });
    expect(answer.data.nodes).toEqual([null, null, null, { id: backend }]);
    expect(answer.errors).toMatchObject([{ path: ["nodes", 2], extensions: { code: "INVALID_INPUT", field: ["ids", "2"] } }]);
  });
});

describe("wrong arguments are INVALID_INPUT and name the argument", () => {
  const tax = encodeId({ type: "Tax", backend: "pbx", id: "1:1" });
  it.each([
    [`customers(first: -1) { nodes { id } }`, ["first"]],
    [`customers(first: 0) { nodes { id } }`, ["first"]],
    [`customers(first: 201) { nodes { id } }`, ["first"]],
    [`customers(after: "damaged") { nodes { id } }`, ["after"]],
    [`taxes(after: "damaged") { nodes { id } }`, ["after"]],
    [`operations(after: "damaged") { nodes { id } }`, ["after"]],
    [`customers(backends: ["pbx", "nope"]) { nodes { id } }`, ["backends", "1"]],
    [`customers(backends: ["pbx", "pbx"]) { nodes { id } }`, ["backends"]],
    [`customer(id: "${tax}") { id }`, ["id"]],
    [`charges(customerIds: ["${tax}"]) { nodes { id } }`, ["customerIds", "0"]],
    [`charges(customerIds: [], filter: { from: "2026-02-01", to: "2026-01-01" }) { nodes { id } }`, ["filter", "to"]],
    [`operation(id: "${tax}") { id }`, ["id"]],
    [`customerByBackendId(backend: "nope", backendId: "1") { id }`, ["backend", "0"]],
    [`tax(id: "${tax}") { isLiable }`, ["customerId"]],
  ])("%s", async (field, expected) => {
    const answer = await gateway.send(`{ ${field} }`);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: expected });
  });

  it("a variable that is missing, or of another type", async () => {
    for (const variables of [{}, { id: { a: 1 } }]) {
      const answer = await gateway.send("query ($id: ID!) { customer(id: $id) { id } }", variables);
      expect(answer.errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT" });
    }
  });

  it("a cursor with one letter changed", async () => {
    const { customers } = await gateway.data<{ customers: Customers }>(page, { first: 2, backends: ["pbx"] });
    const cursor = customers.pageInfo.endCursor as string;
    for (let index = 0; index < cursor.length; index += 1) {
      const damaged = `${cursor.slice(0, index)}${cursor[index] === "A" ? "B" : "A"}${cursor.slice(index + 1)}`;
      const answer = await gateway.send(page, { first: 2, backends: ["pbx"], after: damaged });
      expect(answer.errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["after"] });
    }
  });

  it("a cursor of another list", async () => {
    const { taxes } = await gateway.data(`{ taxes(first: 1) { pageInfo { endCursor } } }`);
    const answer = await gateway.send(page, { after: taxes.pageInfo.endCursor });
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: "INVALID_INPUT", field: ["after"] });
  });
});

describe("limits", () => {
  it("a query may cause maxBackendCalls calls and no more; what was read so far is kept", async () => {
    const small = await startTestGateway({ sandbox: { customers: 30 }, limits: { maxBackendCalls: 5 } });
    // The longest list of a kind so far is read beyond its end once: each of them has been read before.
    const { customers } = await small.data(`{ customers(first: 20, backends: ["recurring"]) { nodes { id } } }`);
    for (const { id } of customers.nodes)
      await small.data(`query ($id: ID!) { customer(id: $id) { charges(first: 1) { nodes { name } } } }`, { id });
    small.callsSince();
    const answer = await small.send(
      `{ customers(first: 20, backends: ["recurring"]) { nodes { name charges(first: 1) { nodes { name } unavailable { code } } } } }`,
    );
    const total = Object.values(small.callsSince()).flat().length;
    await small.close();
    expect(total).toBe(5);
    const nodes = answer.data.customers.nodes as { charges: { nodes: unknown[]; unavailable: { code: string }[] } }[];
    expect(nodes).toHaveLength(20);
    expect(nodes.filter(({ charges }) => charges.unavailable.length === 0).length).toBe(4);
    expect(nodes.at(-1)?.charges.unavailable).toEqual([{ code: "INVALID_INPUT" }]);
  });
});

describe("what a query costs is in extensions.backendCalls", () => {
  it("backend, function, milliseconds, rows and retries, and nothing of bodies or credentials", async () => {
    gateway.sandbox.backends.suite.setFaults([{ kind: "html502", times: 1 }]);
    const answer = await gateway.send(page, { first: 2, backends: ["suite"] });
    expect(answer.extensions?.backendCalls).toEqual([
      {
        backend: "suite",
        function: "POST /clients",
        milliseconds: expect.any(Number),
        rows: expect.any(Number),
        outcome: "ok",
        retried: 1,
      },
    ]);
    expect(JSON.stringify(answer)).not.toContain("sandbox-");
  });
});

describe("a client that goes away", () => {
  it("ends the backend calls of its query", async () => {
    gateway.sandbox.backends.pbx.setFaults([{ kind: "delay", milliseconds: 400 }]);
    gateway.callsSince();
    const controller = new AbortController();
    const sent = gateway
      .send(
        `{ customers(first: 3, backends: ["pbx"]) { nodes { charges { nodes { id } } } } }`,
        {},
        { signal: controller.signal },
      )
      .catch(() => "gone");
    await expect.poll(() => gateway.sandbox.backends.pbx.calls.length).toBe(1);
    controller.abort();
    expect(await sent).toBe("gone");
    // Until after the answer.
    await new Promise((resolve) => setTimeout(resolve, 700));
    // The list was requested; its answer came too late for requesting charges.
    expect(gateway.callsSince()["pbx"]?.length).toBe(1);
    gateway.sandbox.backends.pbx.setFaults([]);
    const { backends } = await gateway.data(`{ backends { key health { status } } }`);
    expect(backends[0].health.status).toBe("UP");
  });
});
