import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { apiKeys, mintKey } from "../server/telemetry/served.ts";
import { callsOf, countsSince, functionsSince, type Serving, serveOn } from "./serving.ts";

/** Reads shared by several requests while they are in flight, over real HTTP on both sides of the gateway. */

let sandbox: Sandbox;
let gateway: Serving;
beforeAll(async () => {
  sandbox = await startSandbox({ customers: 40 });
  gateway = await serveOn(sandbox);
});
afterAll(async () => {
  await gateway?.close();
  await sandbox?.close();
});
beforeEach(() => void countsSince(sandbox));
afterEach(() => {
  for (const backend of Object.values(sandbox.backends)) backend.setFaults([]);
});

/** Long enough for everything that a test sends at once to have arrived. */
const slow = { kind: "delay", milliseconds: 2000 } as const;
const page = `query ($backend: String!) {
  customers(backends: [$backend], first: 20) { nodes { id name } unavailable { code } }
}`;

describe.each(["pbx", "suite", "offices", "recurring"] as const)("100 identical requests at once on %s", (backend) => {
  it("need few calls, and each request knows which of them were its own", async () => {
    await gateway.data(page, { backend });
    countsSince(sandbox);
    sandbox.backends[backend].setFaults([slow]);
    const answers = await Promise.all(Array.from({ length: 100 }, () => gateway.ask(page, { backend })));
    const made = countsSince(sandbox)[backend];
    expect(made).toBeLessThanOrEqual(10);
    expect(new Set(answers.map(({ data }) => JSON.stringify(data))).size).toBe(1);
    expect(answers[0]?.data.customers.nodes).toHaveLength(20);
    expect(answers.every((answer) => callsOf(answer).length === 1)).toBe(true);
    const own = answers.flatMap(callsOf).filter(({ coalesced }) => coalesced !== true);
    expect(own).toHaveLength(made);
  });
});

describe("requests of callers that are different users of a backend", () => {
  it("never share an answer", async () => {
    const [root, reseller] = [mintKey("root", ["read"]), mintKey("reseller", ["read"])];
    const { auth } = apiKeys(root, reseller) as { readonly auth: object };
    await using own = await serveOn(sandbox, {
      sections: { auth: { ...auth, users: { reseller: { pbx: "reselling" } } } },
      backends: { pbx: { users: { reselling: { username: "reseller", password: "sandbox-reseller" } } } },
    });
    const variables = { backend: "pbx" };
    const as = ({ bearer }: typeof root) => own.ask(page, variables, bearer);
    const alone = await Promise.all([root, reseller].map(async (key) => (await as(key)).data));
    expect(alone[0]).not.toEqual(alone[1]);
    countsSince(sandbox);
    sandbox.backends.pbx.setFaults([slow]);
    const callers = Array.from({ length: 40 }, (_, index) => index % 2);
    const answers = await Promise.all(callers.map((index) => as(index === 0 ? root : reseller)));
    expect(answers.map(({ data }) => data)).toEqual(callers.map((index) => alone[index]));
    const made = countsSince(sandbox).pbx;
    expect(made).toBeGreaterThanOrEqual(2);
    expect(made).toBeLessThanOrEqual(8);
  });
});

describe("a client that goes away", () => {
  it("does not abort a read that others wait for", async () => {
    sandbox.backends.suite.setFaults([slow]);
    const client = new AbortController();
    const first = gateway.ask(page, { backend: "suite" }, { signal: client.signal });
    const arrived = (backend: "suite" | "pbx") => sandbox.backends[backend].calls.length;
    await expect.poll(() => arrived("suite")).toBe(1);
    // Their calls to another backend, of which no two are the same, show that they have arrived.
    const joining = `query ($mark: Int!) {
      customers(backends: ["suite"], first: 20) { nodes { id name } }
      mark: customers(backends: ["pbx"], first: $mark) { nodes { id } }
    }`;
    const others = Array.from({ length: 5 }, (_, index) => gateway.ask(joining, { mark: index + 1 }));
    await expect.poll(() => arrived("pbx")).toBe(5);
    client.abort();
    await expect(first).rejects.toThrow();
    const answers = await Promise.all(others);
    expect(answers.map(({ data }) => data.customers.nodes.length)).toEqual([20, 20, 20, 20, 20]);
    expect(functionsSince(sandbox, "suite")).toEqual(["clients"]);
  });
});

describe("limits.maxBackendCalls", () => {
  it("applies to each request alone: one that exceeds it does not spoil the others' answers", async () => {
    await using narrow = await serveOn(sandbox, { sections: { limits: { requestsPerMinute: 0, maxBackendCalls: 2 } } });
    const three = `{
      pbx: customers(backends: ["pbx"], first: 5) { nodes { name } unavailable { code } }
      suite: customers(backends: ["suite"], first: 5) { nodes { name } unavailable { code } }
      offices: customers(backends: ["offices"], first: 5) { nodes { name } unavailable { code } }
    }`;
    const one = `{ offices: customers(backends: ["offices"], first: 5) { nodes { name } unavailable { code } } }`;
    const alone = await narrow.data(three);
    expect(alone.offices).toEqual({ nodes: [], unavailable: [{ code: "INVALID_INPUT" }] });
    sandbox.backends.offices.setFaults([slow]);
    const [answered] = await Promise.all([narrow.data(one), narrow.data(three), narrow.data(one)]);
    expect(answered.offices).toMatchObject({ nodes: [{}, {}, {}, {}, {}], unavailable: [] });
  });
});
