import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { patience } from "../../support/patience.ts";
import { apiKeys, type Line, mintKey, type Served, serve } from "./served.ts";

const secret = "CANARY-4711";
const office = mintKey("back-office", ["read", "write"]);
let served: Served;
beforeAll(async () => {
  served = await serve({ sections: { ...apiKeys(office), limits: { maxBodyBytes: 4096 } } });
});
afterAll(() => served.close());

/** The log line of a request, which is written after its answer. */
async function lineOf(requestId: string | null, message = "request"): Promise<Line> {
  return vi.waitFor(() => {
    const line = served.lines().find((each) => each["requestId"] === requestId && each["msg"] === message);
    if (line === undefined) throw new Error(`no line for ${requestId}:\n${served.log()}`);
    return line;
  }, patience);
}

const idOf = (response: Response): string | null => response.headers.get("x-request-id");
const customers = "query Customers($first: Int!) { customers(first: $first) { nodes { id name } } }";

describe("the line of a request", () => {
  it("says who made which request, which backends were called, and how it ended", async () => {
    const response = await served.post(customers, { first: 5 }, office.bearer);
    await response.json();
    const line = await lineOf(idOf(response));
    expect(line).toMatchObject({
      level: "info",
      route: "/graphql",
      operation: "Customers",
      type: "query",
      caller: "back-office",
      status: 200,
      milliseconds: expect.any(Number),
    });
    expect(line["backends"]).toMatchObject({ pbx: { calls: 1, milliseconds: expect.any(Number) } });
    expect(line).not.toHaveProperty("errors");
  });

  it("contains no query text, variable, header or address", async () => {
    const query = `query Search { customers(first: 1, filter: { search: "${secret}" }) { nodes { id } } }`;
    const headers = { ...office.bearer, "x-note": secret };
    await (await served.post(query, {}, headers)).text();
    const withVariable = "query Variable($search: String!) { customers(first: 1, filter: { search: $search }) { nodes { id } } }";
    const last = await served.post(withVariable, { search: secret }, headers);
    await last.text();
    await (await served.get(`/graphql/${secret}?key=${secret}`, headers)).text();
    const malformed = await served.post(`query { ${secret} `, {}, office.bearer);
    await malformed.text();
    await lineOf(idOf(last));
    await lineOf(idOf(malformed));
    expect(served.log()).not.toContain(secret);
    expect(served.log()).not.toContain(office.key);
  });

  it("names the client program, if its name is valid", async () => {
    const client = async (headers: Record<string, string>) => {
      const response = await served.post("{ __typename }", {}, { ...office.bearer, ...headers });
      await response.text();
      return (await lineOf(idOf(response)))["client"];
    };
    expect(await client({ "graphql-client-name": "@acme/back-office", "graphql-client-version": "1.2.3-rc.1+7" })).toBe(
      "@acme/back-office 1.2.3-rc.1+7",
    );
    expect(await client({ "graphql-client-name": "console" })).toBe("console");
    for (const name of [`a ${secret}`, '"', "x".repeat(65), ""])
      expect(await client({ "graphql-client-name": name })).toBeUndefined();
  });

  it("is a warning with the code if a backend failed", async () => {
    const { pbx } = served.sandbox.backends;
    pbx.setFaults([{ kind: "html502" }]);
    try {
      const response = await served.post(customers, { first: 1 }, office.bearer);
      await response.text();
      const line = await lineOf(idOf(response));
      expect(line).toMatchObject({ level: "warn", backends: { pbx: { errors: ["UNAVAILABLE"] } } });
    } finally {
      pbx.setFaults([]);
    }
  });

  it.each([
    ["a wrong credential", 401, "UNAUTHENTICATED", () => served.post("{ __typename }", {}, { authorization: "Bearer wrong" })],
    ["a body that is too long", 413, "INVALID_INPUT", () => served.post("{ __typename }", { text: "x".repeat(5000) })],
    ["an unknown address", 404, "NOT_FOUND", () => served.get("/nothing-here", office.bearer)],
  ])("is written for %s", async (_what, status, code, send) => {
    const response = await send();
    await response.text();
    expect(response.status).toBe(status);
    expect(await lineOf(idOf(response))).toMatchObject({ level: "info", status, errors: [code] });
  });

  it("says of files of runs who sent or fetched them, by the route alone: no name, no mapping, no cell", async () => {
    const send = async (path: string, body?: string, headers: Record<string, string> = {}): Promise<Line> => {
      const response = await fetch(`${served.origin}${path}`, {
        headers: { ...office.bearer, "content-type": "text/csv", ...headers },
        ...(body !== undefined && { method: "POST", body }),
      });
      await response.text();
      return lineOf(idOf(response));
    };
    const map = encodeURIComponent(JSON.stringify({ values: { backend: secret, name: secret } }));
    const file = `customerReference,amount\n${secret},1\n`;
    const keyed = { "idempotency-key": secret };
    expect(await send(`/runs?name=${secret}&series=${secret}&map=${map}`, file, keyed)).toMatchObject({
      level: "info",
      route: "/runs",
      caller: "back-office",
      status: 201,
    });
    const again = await send(`/runs?name=${secret}2&map=${map}`, file, keyed);
    expect(again).toMatchObject({ level: "info", route: "/runs", status: 409, errors: ["IDEMPOTENCY_KEY_REUSED"] });
    const refused = await send(`/runs/${secret}?map=${secret}`, file);
    expect(refused).toMatchObject({ level: "info", route: "/runs/ID", caller: "back-office", status: 404 });
    const missing = await send(`/runs/${secret}/result.csv?${secret}`);
    expect(missing).toMatchObject({ route: "/runs/ID/result.csv", caller: "back-office", status: 404, errors: ["NOT_FOUND"] });
    expect(served.log()).not.toContain(secret);
  });

  it("has no name of an unauthenticated caller", async () => {
    const response = await served.post("{ __typename }");
    await response.text();
    expect(await lineOf(idOf(response))).toMatchObject({ caller: null, status: 401 });
  });

  it("is at level debug for probes", async () => {
    const response = await served.get("/health");
    await response.text();
    expect(await lineOf(idOf(response))).toMatchObject({ level: "debug", route: "/health" });
  });
});

describe("the line of a step", () => {
  const mutation = `mutation Create($input: CreateCustomerInput!) {
    createCustomer(input: $input) { results { customer { id } errors { code } } operation { id } }
  }`;

  it("says what was done, without the input", async () => {
    const input = { backends: ["suite"], firstName: secret, lastName: "Hopper", email: `${secret}@example.com` };
    const response = await served.post(mutation, { input }, office.bearer);
    const answer = await response.text();
    await lineOf(idOf(response));
    const step = served.lines().find(({ msg }) => msg === "step");
    expect(step, answer).toMatchObject({
      level: "info",
      operation: expect.any(String),
      mutation: "createCustomer",
      step: 0,
      action: "POST /clients/save",
      backend: "suite",
      status: "SUCCEEDED",
      attempts: 1,
      milliseconds: expect.any(Number),
    });
    expect(served.log()).not.toContain(secret);
  });
});

describe("x-request-id", () => {
  it.each(["a-1", "0191e7c2-9b1c-7d3a-8f00-5c4b3a2d1e0f", "Root=1-67891233-abcdef012345678912345678", "x".repeat(128)])(
    "is taken from the caller: %s",
    async (id) => {
      const response = await served.post("{ __typename }", {}, { ...office.bearer, "x-request-id": id });
      await response.text();
      expect(idOf(response)).toBe(id);
      expect(await lineOf(id)).toMatchObject({ status: 200 });
    },
  );

  it.each(["x".repeat(129), "two words", 'quo"te', "<script>", "ünïcode", ""])(
    "is generated if the caller's is not acceptable: %s",
    async (id) => {
      const response = await served.post(
        "{ __typename }",
        {},
        {
          ...office.bearer,
          "x-request-id": Buffer.from(id, "utf8").toString("latin1"),
        },
      );
      await response.text();
      expect(idOf(response)).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it.each(["/health", "/ready", "/metrics", "/nothing-here", "/"])("is sent with the answer of %s", async (path) => {
    const response = await served.get(path, { "x-request-id": "mine" });
    await response.text();
    expect(idOf(response)).toBe("mine");
  });
});
