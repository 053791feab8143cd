import fc from "fast-check";
import { createYoga } from "graphql-yoga";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { idOf } from "../../src/server/document/documents.ts";
import { jsonTypeOf } from "../../src/server/http/rules.ts";
import { schema } from "../support/schema.ts";
import { type ServedGateway, serveGateway } from "./http/serve.ts";

/**
 * The gateway answers usual requests without Yoga (usual-requests.ts). It looks at the exact address: with a question mark behind it
 * the same request goes through Yoga.
 */

let gateway: ServedGateway;
let customer: string;
beforeAll(async () => {
  gateway = await serveGateway({ limits: { trustedDocuments: "allow", maxComplexity: 3_000, maxBodyBytes: 20_000 } });
  const response = await gateway.post({ query: `{ customers(first: 1, backends: ["recurring"]) { nodes { id } } }` });
  const { data } = (await response.json()) as { data: { customers: { nodes: readonly [{ id: string }] } } };
  customer = data.customers.nodes[0].id;
});
afterAll(async () => gateway?.[Symbol.asyncDispose]());
afterEach(() => {
  for (const backend of Object.values(gateway.sandbox.backends)) backend.setFaults([]);
});

interface Sent {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The answer as its client sees it, without what differs each time. */
async function answerAt(address: string, { body, headers = {} }: Sent) {
  const all = { "content-type": "application/json", ...headers };
  const response = await fetch(address, { method: "POST", headers: all, body });
  const head = Object.fromEntries([...response.headers].filter(([name]) => !["date", "x-request-id"].includes(name)));
  expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  return { status: response.status, head, text: (await response.text()).replaceAll(/"requestId":"[^"]*"/g, '"requestId":""') };
}

const inBothWays = async (sent: Sent) => [await answerAt(gateway.url, sent), await answerAt(`${gateway.url}?`, sent)] as const;

const json = (body: object): Sent => ({ body: JSON.stringify(body) });
const named = "query A { backends { key } } query B { viewer { name } }";

describe("answers as Yoga does", () => {
  it.each<[string, () => Sent]>([
    ["a query", () => json({ query: "{ backends { key } }" })],
    [
      "letters of all kinds",
      () => json({ query: `{ a: customers(first: 1, filter: { search: "ß😀" }) { nodes { id name } } }` }),
    ],
    ["a query with variables", () => json({ query: "query ($id: ID!) { node(id: $id) { id } }", variables: { id: customer } })],
    ["nothing found", () => json({ query: `{ customer(id: "nothing") { id } }` })],
    ["one of several operations", () => json({ query: named, operationName: "B" })],
    ["several operations, none of them named", () => json({ query: named })],
    ["an operation that is not there", () => json({ query: named, operationName: "C" })],
    ["an empty name", () => json({ query: "{ backends { key } }", operationName: "" })],
    ["members that are null", () => json({ query: "{ __typename }", variables: null, extensions: null, operationName: null })],
    ["introspection", () => json({ query: "{ __schema { queryType { name } } }" })],
    ["a wrong field", () => json({ query: "{ backend { nothing } }" })],
    ["a wrong variable", () => json({ query: "query ($id: ID!) { node(id: $id) { id } }", variables: { id: { a: 1 } } })],
    ["a missing variable", () => json({ query: "query ($id: ID!) { node(id: $id) { id } }" })],
    [
      "variables that nest too deeply",
      () => json({ query: "{ __typename }", variables: { a: JSON.parse("[".repeat(60) + "]".repeat(60)) } }),
    ],
    ["too much at once", () => json({ query: "{ customers(first: 100) { nodes { charges(first: 100) { nodes { id } } } } }" })],
    ["its cost", () => json({ query: "{ backends { key } }", extensions: { cost: true } })],
    ["other extensions", () => json({ query: "{ backends { key } }", extensions: { mine: 1 } })],
    ["no query", () => json({})],
    ["a query that is no text", () => json({ query: 1 })],
    ["a member that nobody knows", () => json({ query: "{ backends { key } }", more: 1 })],
    ["a batch", () => json([{ query: "{ backends { key } }" }])],
    ["a syntax error", () => json({ query: "{ backends {" })],
    ["what is not JSON", () => ({ body: "{" })],
    ["nothing", () => ({ body: "" })],
    ["what is not UTF-8", () => ({ body: new Uint8Array([0x22, 0xff, 0x22]) })],
    ["a byte order mark", () => ({ body: `\ufeff${JSON.stringify({ query: "{ backends { key } }" })}` })],
    ["a document that is not trusted", () => json({ documentId: `sha256:${"0".repeat(64)}` })],
    ["a text with its hash", () => json({ query: "{ __typename }", documentId: idOf("{ __typename }") })],
    ["a text with another hash", () => json({ query: "{ __typename }", documentId: idOf("{ backends { key } }") })],
    [
      "a subscription that nobody listens to",
      () => ({ ...json({ query: "subscription { operationUpdated { id } }" }), headers: { accept: "application/json" } }),
    ],
    [
      "a mutation that is refused",
      () => json({ query: `mutation { updateCustomer(input: { id: "nothing", name: "x" }) { errors { code field } } }` }),
    ],
    [
      "an unknown field of an input",
      () => json({ query: `mutation { updateCustomer(input: { idd: "nothing" }) { errors { code } } }` }),
    ],
    [
      "two mutations under one key",
      () => ({ ...json({ query: "mutation { a: __typename b: __typename }" }), headers: { "idempotency-key": "one" } }),
    ],
    ["another content type", () => ({ ...json({ query: "{ backends { key } }" }), headers: { "content-type": "text/plain" } })],
    [
      "a charset",
      () => ({ ...json({ query: "{ backends { key } }" }), headers: { "content-type": "application/json;charset=UTF-8" } }),
    ],
    [
      "another charset",
      () => ({ ...json({ query: "{ backends { key } }" }), headers: { "content-type": "application/json; charset=latin1" } }),
    ],
    ["a body that is too long", () => json({ query: "{ backends { key } }", variables: { a: "x".repeat(20_000) } })],
  ])("%s", async (_what, sent) => {
    const [usual, yoga] = await inBothWays(sent());
    expect(usual).toEqual(yoga);
  });

  it.each([
    "*/*",
    "",
    "application/json",
    "application/graphql-response+json",
    "application/graphql-response+json, application/json",
    "application/json;q=0.5, application/graphql-response+json",
    "application/*",
    "*/json",
    "*",
    "text/html",
    "text/event-stream",
    "text/event-stream, application/json",
    "multipart/mixed",
    "application/json; charset=latin1",
    "application/json;q=0",
    "APPLICATION/JSON",
  ])("what is accepted: %s", async (accept) => {
    for (const query of ["{ backends { key } }", "{ nothing }", `{ customers(first: 0) { nodes { id } } }`]) {
      const [usual, yoga] = await inBothWays({ ...json({ query }), headers: { accept } });
      expect(usual).toEqual(yoga);
    }
  });

  it("a failure of a backend", async () => {
    gateway.sandbox.backends.recurring.setFaults([{ kind: "html502" }]);
    const sent = json({ query: "query ($id: ID!) { backends { key } node(id: $id) { id } }", variables: { id: customer } });
    // From then on it answers the same each time.
    await expect.poll(async () => (await answerAt(gateway.url, sent)).text).toContain("does not call it");
    const [usual, yoga] = await inBothWays(sent);
    expect(usual.text).toContain('"errors"');
    expect(usual).toEqual(yoga);
  });
});

it("takes the key of a mutation from its header", async () => {
  const query = `mutation { createCharge(input: { charge: { customerId: "${customer}", amount: "7.77", description: "Key" } }) {
    errors { code } operation { idempotencyKey replayed }
  } }`;
  const sent = { ...json({ query }), headers: { "idempotency-key": "one of the header" } };
  const operations = [];
  for (const address of [gateway.url, gateway.url, `${gateway.url}?`]) {
    const { text } = await answerAt(address, sent);
    operations.push(JSON.parse(text).data.createCharge.operation);
  }
  const operation = { idempotencyKey: "one of the header", replayed: false };
  expect(operations).toEqual([operation, { ...operation, replayed: true }, { ...operation, replayed: true }]);
});

it("ends the calls of a client that leaves", async () => {
  const { pbx } = gateway.sandbox.backends;
  pbx.setFaults([{ kind: "delay", milliseconds: 60_000 }]);
  pbx.clearCalls();
  const left = new AbortController();
  const asked = fetch(gateway.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: `{ customers(first: 1, backends: ["pbx"], filter: { search: "left" }) { nodes { id } } }` }),
    signal: left.signal,
  });
  await expect.poll(() => pbx.calls.length).toBeGreaterThan(0);
  left.abort();
  await expect(asked).rejects.toThrow();
  pbx.setFaults([]);
  // The same question is not answered by the call that was given up.
  const { text } = await answerAt(
    gateway.url,
    json({ query: `{ customers(first: 1, backends: ["pbx"], filter: { search: "left" }) { nodes { id } } }` }),
  );
  expect(JSON.parse(text)).toEqual({ data: { customers: { nodes: [] } } });
});

describe("a request whose answer Yoga has to give", () => {
  let extended: ServedGateway;
  beforeAll(async () => {
    extended = await serveGateway({ server: { debug: true }, limits: { requestsPerMinute: 7 } });
  });
  afterAll(async () => extended?.[Symbol.asyncDispose]());

  it("is executed once and counted once", async () => {
    const asked = { query: `{ customers(first: 1, backends: ["recurring"]) { nodes { id } } }` };
    const found = (await (await extended.post(asked)).json()) as { data: { customers: { nodes: readonly [{ id: string }] } } };
    extended.sandbox.backends.recurring.clearCalls();
    const query = `mutation ($customerId: ID!) {
      createCharge(input: { charge: { customerId: $customerId, amount: "19.99", description: "Setup" } }) {
        errors { code } operation { status replayed steps { attempts } }
      }
    }`;
    const [{ id: customerId }] = found.data.customers.nodes;
    const created = (await (await extended.post({ query, variables: { customerId } })).json()) as Record<string, unknown>;
    expect(created).toMatchObject({
      data: { createCharge: { errors: [], operation: { status: "SUCCEEDED", replayed: false, steps: [{ attempts: 1 }] } } },
      extensions: { backendCalls: expect.arrayContaining([expect.objectContaining({ backend: "recurring" })]) },
    });
    const functions = extended.sandbox.backends.recurring.calls.map(({ function: name }) => name);
    expect(functions.filter((name) => name.includes("create")).length).toBe(1);
    for (let turn = 3; turn <= 7; turn += 1) expect((await extended.post({ query: "{ __typename }" })).status).toBe(200);
    expect((await extended.post({ query: "{ __typename }" })).status).toBe(429);
  });
});

it("finds the type of an answer as Yoga does", async () => {
  const yoga = createYoga({ schema, logging: false, graphiql: false });
  const type = fc.constantFrom(
    "application/json",
    "application/graphql-response+json",
    "application/*",
    "*/*",
    "text/html",
    "*",
    "",
    "x/json",
  );
  const parameter = fc.constantFrom("", ";q=0.1", "; charset=utf-8", ";charset=latin1", ";q=0", " ");
  const accept = fc
    .array(
      fc.tuple(type, parameter).map((parts) => parts.join("")),
      { maxLength: 4 },
    )
    .map((all) => all.join(", "));
  await fc.assert(
    fc.asyncProperty(accept, async (header) => {
      const found = jsonTypeOf(header);
      const response = await yoga.fetch("http://gateway.test/graphql", {
        method: "POST",
        headers: { "content-type": "application/json", accept: header },
        body: JSON.stringify({ query: "{ __typename }" }),
      });
      if (found !== null) expect(response.headers.get("content-type")).toBe(`${found}; charset=utf-8`);
      else expect(response.headers.get("content-type") ?? "").not.toContain("json");
    }),
  );
});
