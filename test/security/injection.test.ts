import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isInputObjectType, isObjectType } from "graphql";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { encodeId } from "../../src/model/id.ts";
import type { BackendKey } from "../../src/sandbox/index.ts";
import { oneIn } from "../support/sample.ts";
import { schema } from "../support/schema.ts";
import { type Answer, type Arrival, serveWitnessed, type WitnessedGateway } from "./witness.ts";

/** Whatever text a caller sends, backends receive exactly the requests that the gateway meant, with the text as a value. */

let gateway: WitnessedGateway;
beforeAll(async () => {
  gateway = await serveWitnessed();
});
afterAll(async () => gateway?.[Symbol.asyncDispose]());
afterEach(() => gateway.answerWith(() => null));

const keys = ["pbx", "suite", "offices", "recurring"] as const satisfies readonly BackendKey[];

const hostile = [
  "1\r\nX-Injected: yes",
  "1 HTTP/1.1\r\nHost: evil.example.com\r\n\r\nGET /evil HTTP/1.1",
  "1\nSet-Cookie: a=b",
  "%0d%0aX-Injected:%20yes",
  "..",
  "../../users/1",
  "..%2f..%2fusers%2f1",
  "1/../2",
  "1/transactions",
  "1?role=admin",
  "1&auth_username=root&auth_password=root",
  "1#fragment",
  "1;role=admin",
  "//evil.example.com/",
  "http://evil.example.com/",
  "@evil.example.com",
  '1","Password":"stolen","x":"',
  '{"$gt":""}',
  "1 OR 1=1; DROP TABLE customers --",
  "$(reboot) `reboot` | reboot",
  "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
  "{{7*7}} #{7*7}",
  "1\u0000",
  "\uFF11\u2028\u202E\uD83D\uDCA5",
  "__proto__",
];

/** Every route that the gateway uses, with one segment for an id; it must use no others. */
const id = "(?!\\.{1,2}(?:[/?]|$))[\\w.~!*'()%-]+";
const routes: Readonly<Record<BackendKey, RegExp>> = {
  pbx: /^\/api\/json\/[a-z_]+\/[a-z_]+\/$/,
  suite: /^\/api\/[a-z]+(?:\/[a-z]+)?$/i,
  offices: new RegExp(`^/api/(?:auth/info|(?:clients|charges|services|taxes)(?:/${id})?)(?:\\?[^?#/\\\\\\s]*)?$`),
  recurring:
    /^\/api\/v01\/(?:customers(?:\/\d+(?:\/transactions(?:\/\d+)?)?)?|plans(?:\/\d+)?|countries\/[A-Z]{2}\/taxes\/\d+(?:\/~load)?)(?:\?[^?#/\\\s]*)?$/,
};

const headerNames = ["accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "host"];

/** Names of form fields and JSON members for credentials, and their expected values. */
function credentialsOf({ backend, headers, body }: Arrival): unknown {
  if (backend === "pbx") {
    const form = new URLSearchParams(body);
    return [form.getAll("auth_username"), form.getAll("auth_password")];
  }
  if (backend !== "suite") return headers.authorization;
  const { CustomerName, UserName, Password } = JSON.parse(body) as Record<string, unknown>;
  return [CustomerName, UserName, Password];
}

const basic = (user: string, key: BackendKey): string => Buffer.from(`${user}:sandbox-${key}`).toString("base64");
const credentials: Readonly<Record<BackendKey, unknown>> = {
  pbx: [["gateway"], ["sandbox-pbx"]],
  suite: ["acme", "api", "sandbox-suite"],
  offices: `acme ${basic("api", "offices")}`,
  recurring: `Basic ${basic("api-gateway", "recurring")}`,
};

function expectAsMeant(arrivals: readonly Arrival[], text: string): void {
  for (const arrival of arrivals) {
    const told = JSON.stringify([text, arrival]);
    expect(arrival.target, told).toMatch(routes[arrival.backend]);
    expect(
      Object.keys(arrival.headers).filter((name) => !headerNames.includes(name)),
      told,
    ).toEqual([]);
    expect(credentialsOf(arrival), told).toEqual(credentials[arrival.backend]);
  }
}

/** Every value in an arrival's address and body, decoded as its backend decodes it. */
function valuesIn({ target, headers, body }: Arrival): readonly string[] {
  const address = new URL(target, "http://backend");
  const values = [...address.pathname.split("/").map(decodeURIComponent), ...address.searchParams.values()];
  if (headers["content-type"] === "application/x-www-form-urlencoded") values.push(...new URLSearchParams(body).values());
  else if (body !== "") {
    JSON.parse(body, (_name, value: unknown) => {
      if (typeof value === "string") values.push(value);
      return value;
    });
  }
  return values;
}

const types = ["Customer", "Charge", "Tax", "Plan", "Service"] as const;

const reads = `query ($ids: [ID!]!, $backend: String!, $text: String!) {
  nodes(ids: $ids) { id }
  customerByBackendId(backend: $backend, backendId: $text) { id }
  bySearch: customers(backends: [$backend], filter: { search: $text }, first: 2) { nodes { id } unavailable { code } }
  byEmail: customers(backends: [$backend], filter: { email: $text }, first: 2) { nodes { id } unavailable { code } }
  byReference: customers(backends: [$backend], filter: { reference: $text }, first: 2) { nodes { id } unavailable { code } }
  taxes(backends: [$backend], filter: { search: $text }, first: 2) { nodes { id } unavailable { code } }
}`;

const readsOfCharges = `query ($customer: ID!, $text: String!) {
  charges(customerIds: [$customer], filter: { search: $text }, first: 2) { nodes { id } }
  after: charges(customerIds: [$customer], after: $text, first: 2) { nodes { id } }
}`;

const writes = `mutation ($customer: ID!, $charge: ID!, $tax: ID!, $real: ID!, $text: String!, $backend: String!) {
  update: updateCustomer(input: { id: $customer, name: "X" }) { errors { code } }
  archive: archiveCustomer(input: { id: $customer }) { errors { code } }
  void: voidCharge(input: { id: $charge }) { errors { code } }
  tax: updateTax(input: { id: $tax, name: "X" }) { errors { code } }
  named: createCustomer(input: { backends: [$backend], name: $text }) { results { errors { code } } }
  person: createCustomer(input: { backends: [$backend], firstName: "A", lastName: $text }) { results { errors { code } } }
  reached: createCustomer(input: { backends: [$backend], name: "X", email: $text }) { results { errors { code } } }
  referred: createCustomer(input: { backends: [$backend], name: "X", reference: $text }) { results { errors { code } } }
  placed: createCustomer(input: { backends: [$backend], name: "X", address: { city: $text } }) { results { errors { code } } }
  nameOfCharge: createCharge(input: { charge: { customerId: $real, name: $text, amount: "1" } }) { errors { code } }
  described: createCharge(input: { charge: { customerId: $real, description: $text, amount: "1" } }) { errors { code } }
  newTax: createTax(input: { backends: [$backend], name: $text, rate: "1" }) { results { errors { code } } }
}`;

describe.each(keys)("on %s", (backend) => {
  let real: string;
  beforeAll(async () => {
    const query = "query ($backends: [String!]) { customers(backends: $backends, first: 1) { nodes { id } } }";
    const { data } = await gateway.send(query, { backends: [backend] });
    real = (data as { customers: { nodes: { id: string }[] } }).customers.nodes[0]?.id ?? "";
  });

  const ids = (local: string): readonly string[] => types.map((type) => encodeId({ type, backend, id: local }));

  async function tell(text: string): Promise<{ answers: readonly Answer[]; arrivals: readonly Arrival[] }> {
    const [customer, charge, tax] = ids(text);
    gateway.arrivals();
    const answers = [
      await gateway.send(reads, { ids: ids(text), backend, text }),
      await gateway.send(readsOfCharges, { customer: real, text }),
      await gateway.send(writes, { customer, charge, tax, real, text, backend }),
    ];
    return { answers, arrivals: gateway.arrivals() };
  }

  it("no text changes the address, the headers or the credentials of a request, or makes another one", async () => {
    for (const text of oneIn(3, hostile, `hostile texts for ${backend}`)) {
      const { answers, arrivals } = await tell(text);
      expect([...new Set(arrivals.map((arrival) => arrival.backend))], text).toEqual([backend]);
      expectAsMeant(arrivals, text);
      for (const { status, errors = [] } of answers) {
        expect(status, text).toBe(200);
        expect(errors.filter(isFailure), text).toEqual([]);
      }
    }
  });

  it("text that only looks like something else arrives whole, as one value", async () => {
    const text = "Ada & Söhne? #1 = 50% / \u05D0\u05D1 \u{1F355} \"'\\ +";
    const { arrivals } = await tell(text);
    expect(arrivals.flatMap(valuesIn)).toContain(text);
  });
});

const isFailure = ({ extensions }: { readonly extensions: { readonly code: string } }): boolean => extensions.code === "INTERNAL";

describe("an injection would be noticed", () => {
  const fair: Arrival = {
    backend: "recurring",
    method: "GET",
    target: "/api/v01/customers/1?limit=1",
    headers: { authorization: `Basic ${basic("api-gateway", "recurring")}` },
    body: "",
  };

  it.each([
    ["in the path", { target: "/api/v01/customers/1/../2" }],
    ["behind a question mark", { target: "/api/v01/customers/1?limit=1#x" }],
    ["as a header", { headers: { ...fair.headers, "x-injected": "yes" } }],
    ["as a credential", { headers: { authorization: `Basic ${basic("root", "recurring")}` } }],
  ])("%s", (_where, change) => {
    expect(() => expectAsMeant([fair], "")).not.toThrow();
    expect(() => expectAsMeant([{ ...fair, ...change }], "")).toThrow();
  });
});

describe("the target of a request", () => {
  it("is decided by the configuration: a backend that sends the gateway elsewhere is not followed", async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      gateway.answerWith(({ backend }) => {
        const { origin } = gateway.sandbox.backends.offices;
        return backend === "recurring" ? { status, headers: { location: `${origin}/api/clients` } } : null;
      });
      gateway.arrivals();
      gateway.sandbox.backends.offices.clearCalls();
      const query = '{ customers(backends: ["recurring"], first: 1) { nodes { id } unavailable { code } } }';
      const { data } = await gateway.send(query);
      expect(data, String(status)).toEqual({ customers: { nodes: [], unavailable: [{ code: expect.any(String) }] } });
      expect(gateway.arrivals().map(({ backend }) => backend)).toEqual(["recurring"]);
      expect(gateway.sandbox.backends.offices.calls).toEqual([]);
    }
  });

  it("cannot be named by a caller: no argument and no input field takes an address", () => {
    const names = Object.values(schema.getTypeMap()).flatMap((type) => {
      if (isInputObjectType(type)) return Object.keys(type.getFields());
      const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
      return fields.flatMap(({ args }) => args.map(({ name }) => name));
    });
    expect(names).toContain("backendId");
    expect(names.filter((name) => /ur[il]|host|origin|endpoint|callback|webhook|path|server/i.test(name))).toEqual([]);
  });

  it("is no other backend for an id that names one which does not exist", async () => {
    const strangers = ["http://evil.example.com", "constructor", "__proto__", "pbx/../suite", "PBX", "pbx ", ""];
    gateway.arrivals();
    for (const backend of strangers) {
      const ids = types.map((type) => encodeId({ type, backend, id: "1" }));
      const { data } = await gateway.send(
        "query ($ids: [ID!]!, $backend: String!) { nodes(ids: $ids) { id } backend(key: $backend) { key } }",
        { ids, backend },
      );
      expect(data, backend).toEqual({ nodes: ids.map(() => null), backend: null });
    }
    expect(gateway.arrivals()).toEqual([]);
  });
});

describe("programs, scripts and documents", () => {
  it("are never made from input: nothing starts a shell, evaluates text, or reads XML", () => {
    const source = fileURLToPath(new URL("../../src", import.meta.url));
    const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
    const dangerous = /node:(child_process|vm|repl)|\beval\(|new Function\(|dangerouslySetInnerHTML|xml2js|DOMParser/;
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => dangerous.test(readFileSync(join(source, file), "utf8")))).toEqual([]);
  });
});
