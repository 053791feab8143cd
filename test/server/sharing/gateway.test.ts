import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.ts";
import { callsOf, countsSince, type Serving, serveOn } from "../../gateway/serving.ts";
import { serveGateway } from "../http/serve.ts";
import { apiKeys, mintKey } from "../telemetry/served.ts";

/** Identical queries in flight at the same time, over real HTTP on both sides of the gateway. */

const [office, audit, branch] = [
  mintKey("office", ["read", "raw"]),
  mintKey("audit", ["read"]),
  mintKey("branch", ["read"], ["suite"]),
];
let sandbox: Sandbox;
let gateway: Serving;
beforeAll(async () => {
  sandbox = await startSandbox({ customers: 40 });
  gateway = await serveOn(sandbox, { sections: apiKeys(office, audit, branch) });
});
afterAll(async () => {
  await gateway?.close();
  await sandbox?.close();
});
beforeEach(() => void countsSince(sandbox));
afterEach(() => {
  for (const backend of Object.values(sandbox.backends)) backend.setFaults([]);
});

/** Long enough for all requests that a test sends at once to arrive. */
const slow = { kind: "delay", milliseconds: 2000 } as const;
const page = `query ($backends: [String!]) {
  customers(backends: $backends, first: 5) { nodes { id name raw } unavailable { code } }
}`;
const names =
  "query ($backends: [String!]) { customers(backends: $backends, first: 5) { nodes { id name } unavailable { code } } }";

async function post(origin: string, query: string, more: object, headers: Record<string, string> = {}): Promise<Response> {
  const body = JSON.stringify({ query, ...more });
  return fetch(`${origin}/graphql`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });
}

describe("identical queries in flight", () => {
  it("each get the same answer as alone, for the calls of one of them", async () => {
    const alone = await gateway.ask(names, {}, office.bearer);
    for (const backend of Object.values(sandbox.backends)) backend.setFaults([slow]);
    const answers = await Promise.all(Array.from({ length: 50 }, () => gateway.ask(names, {}, office.bearer)));
    expect(answers.map(({ data }) => data)).toEqual(answers.map(() => alone.data));
    const functions = callsOf(alone).map((call) => call.function);
    for (const answer of answers)
      expect(
        callsOf(answer)
          .map((call) => call.function)
          .sort(),
      ).toEqual([...functions].sort());
    const own = answers.flatMap(callsOf).filter(({ coalesced }) => coalesced !== true);
    expect(own.map((call) => call.function).sort()).toEqual([...functions].sort());
  });

  it("each keep the extensions that only they asked for", async () => {
    sandbox.backends.pbx.setFaults([slow]);
    const variables = { backends: ["pbx"] };
    const [plain, costed] = await Promise.all(
      [{ variables }, { variables, extensions: { cost: true } }].map(async (more) => {
        const response = await post(gateway.origin, names, more, office.bearer);
        return (await response.json()) as { data: unknown; extensions: Record<string, unknown> };
      }),
    );
    expect(costed?.data).toEqual(plain?.data);
    expect(plain?.extensions).not.toHaveProperty("cost");
    expect(costed?.extensions).toHaveProperty("cost", expect.objectContaining({ backendCalls: 1 }));
  });

  it("are distinguished by their variables", async () => {
    sandbox.backends.pbx.setFaults([slow]);
    sandbox.backends.suite.setFaults([slow]);
    const asked = ["pbx", "suite", "pbx", "suite"];
    const alone = await Promise.all(["pbx", "suite"].map((key) => gateway.data(names, { backends: [key] }, office.bearer)));
    const answers = await Promise.all(asked.map((key) => gateway.data(names, { backends: [key] }, office.bearer)));
    expect(alone[0]).not.toEqual(alone[1]);
    expect(answers).toEqual([...alone, ...alone]);
  });
});

describe("callers with the same query at once", () => {
  it("each see what they may see", async () => {
    for (const backend of Object.values(sandbox.backends)) backend.setFaults([slow]);
    const callers = [office, audit, branch, office, audit, branch];
    const [whole, refused, own, ...again] = await Promise.all(callers.map(({ bearer }) => gateway.ask(page, {}, bearer)));
    expect(whole?.errors).toBeUndefined();
    expect(whole?.data.customers.nodes[0]).toHaveProperty("raw");
    expect(refused?.errors?.[0]?.extensions).toMatchObject({ code: "FORBIDDEN" });
    expect(own?.errors?.[0]?.extensions).toMatchObject({ code: "FORBIDDEN" });
    expect(again.map(({ data, errors }) => ({ data, errors }))).toEqual(
      [whole, refused, own].map((answer) => ({ data: answer?.data, errors: answer?.errors })),
    );
  });

  it("get objects of their own backends only", async () => {
    sandbox.backends.suite.setFaults([slow]);
    const [all, some] = await Promise.all([office, branch].map(({ bearer }) => gateway.data(names, {}, bearer)));
    const alone = await Promise.all([office, branch].map(({ bearer }) => gateway.data(names, {}, bearer)));
    expect([all, some]).toEqual(alone);
    expect(some).not.toEqual(all);
  });
});

describe("a client that goes away", () => {
  it("does not abort the others that share its query", async () => {
    sandbox.backends.suite.setFaults([slow]);
    const client = new AbortController();
    const variables = { backends: ["suite"] };
    const first = gateway.ask(names, variables, { ...office.bearer, signal: client.signal });
    await expect.poll(() => sandbox.backends.suite.calls.length).toBe(1);
    const others = Array.from({ length: 5 }, () => gateway.ask(names, variables, office.bearer));
    client.abort();
    await expect(first).rejects.toThrow();
    for (const { data, errors } of await Promise.all(others)) {
      expect(errors).toBeUndefined();
      expect(data.customers).toMatchObject({ nodes: [{}, {}, {}, {}, {}], unavailable: [] });
    }
  });
});

describe("an unexpected failure", () => {
  it("is reported to each request under its own id", async () => {
    const failing = Promise.withResolvers<never>();
    failing.promise.catch(() => {});
    let executions = 0;
    await using broken = await serveGateway({
      services: ({ viewOf, ...services }) => ({
        ...services,
        viewOf: (caller) => {
          const list = (): Promise<never> => {
            executions += 1;
            setTimeout(() => failing.reject(new Error("a defect")), slow.milliseconds);
            return failing.promise;
          };
          const view = viewOf(caller);
          return { ...view, operations: () => ({ ...view.operations(), list }) };
        },
      }),
    });
    const ids = ["one", "two", "three"];
    const query = "{ operations(first: 1) { nodes { id } } }";
    const answers = await Promise.all(
      ids.map(async (id) => (await post(broken.origin, query, {}, { "x-request-id": id })).json()),
    );
    expect(executions).toBe(1);
    expect(answers.map(({ errors }) => errors[0].extensions)).toEqual(ids.map((requestId) => ({ code: "INTERNAL", requestId })));
    expect(JSON.stringify(answers)).not.toContain("a defect");
  });
});

describe("a query whose time limit has passed", () => {
  it("is answered with what there is, for all requests that share it", async () => {
    await using hurried = await serveOn(sandbox, { sections: { limits: { requestsPerMinute: 0, requestTimeoutMs: 1_000 } } });
    sandbox.backends.offices.setFaults([{ kind: "delay", milliseconds: 10_000 }]);
    const both = `{
      pbx: customers(backends: ["pbx"], first: 2) { nodes { name } unavailable { code } }
      offices: customers(backends: ["offices"], first: 2) { nodes { name } unavailable { code } }
    }`;
    const answers = await Promise.all(Array.from({ length: 4 }, () => hurried.data(both)));
    for (const { pbx, offices } of answers) {
      expect(pbx).toMatchObject({ nodes: [{}, {}], unavailable: [] });
      expect(offices).toEqual({ nodes: [], unavailable: [{ code: "TIMEOUT" }] });
    }
  });
});
