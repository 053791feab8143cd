import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeId } from "../../src/model/id.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { serveOn } from "./serving.ts";

/** Files of charge runs have the same limits as other requests. */

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ customers: 5 });
});
afterAll(async () => sandbox?.close());

const digestOf = async (text: string): Promise<string> =>
  Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))).toString("hex");

describe("POST /runs and result.csv", () => {
  const upload = async (origin: string, headers: Record<string, string> = {}): Promise<Response> => {
    const place = `${origin}/runs?name=Copies`;
    const body = "customerId,name,amount\n";
    return fetch(place, { method: "POST", headers: { "content-type": "text/csv", ...headers }, body });
  };

  it("count as the caller's other requests do, and say when to retry", async () => {
    await using gateway = await serveOn(sandbox, { sections: { limits: { requestsPerMinute: 3 } } });
    await gateway.ask("{ __typename }");
    const first = await upload(gateway.origin);
    expect(first.status).not.toBe(429);
    await first.arrayBuffer();
    const second = await fetch(`${gateway.origin}/runs/none/result.csv`);
    expect(second.status).toBe(404);
    const refused = await upload(gateway.origin);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: "RATE_LIMITED" } }] });
    expect((await fetch(`${gateway.origin}/runs/none/result.csv`)).status).toBe(429);
  });

  it("make a client with wrong keys wait, and let a valid key in meanwhile", async () => {
    const key = "a-key-of-more-than-thirty-two-characters";
    const auth = {
      mode: "apiKeys",
      apiKeys: [{ name: "office", sha256: await digestOf(key), scopes: ["read", "write"], backends: ["*"] }],
    };
    await using gateway = await serveOn(sandbox, { sections: { auth, limits: { requestsPerMinute: 50 } } });
    const statuses: number[] = [];
    for (let guess = 0; guess < 7; guess += 1) {
      const response = await upload(gateway.origin, { authorization: `Bearer guess-${guess}` });
      statuses.push(response.status);
      await response.arrayBuffer();
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await upload(gateway.origin, { authorization: `Bearer ${key}` })).status).not.toBe(429);
  });
});

describe("POST /runs", () => {
  it("refuses what it could not honour: parameters given twice or for a new run only, compressed files", async () => {
    await using gateway = await serveOn(sandbox);
    const send = async (path: string, headers: Record<string, string> = {}): Promise<[number, string]> => {
      const response = await fetch(`${gateway.origin}${path}`, {
        method: "POST",
        headers: { "content-type": "text/csv", ...headers },
        body: "customerId,name,amount\nQ,a,1\n",
      });
      return [response.status, await response.text()];
    };
    expect(await send("/runs?name=a&name=b")).toEqual([400, expect.stringMatching(/name: is given twice/)]);
    expect(await send("/runs?map=%7B%7D")).toEqual([400, expect.stringMatching(/name: is needed/)]);
    for (const parameter of ["name=b", "series=b", "rowsPerSecond=5", "dryRun=true"]) {
      expect(await send(`/runs/Q2hhcmdlUnVuOjph?${parameter}`), parameter).toEqual([400, expect.stringMatching(/INVALID_INPUT/)]);
    }
    expect(await send("/runs/Q2hhcmdlUnVuOjph")).toEqual([404, expect.stringMatching(/NOT_FOUND/)]);
    expect(await send("/runs?name=a", { "content-encoding": "gzip" })).toEqual([415, expect.stringMatching(/uncompressed/)]);
    expect((await send("/runs?name=a", { "content-encoding": "identity" }))[0]).toBe(201);
  });
});

describe("a row with an amount that is not understood", () => {
  it("has this problem only, not a missing amount as well", async () => {
    await using gateway = await serveOn(sandbox);
    const { customers } = await gateway.data(`{ customers(first: 1, backends: ["recurring"]) { nodes { id } } }`);
    const amounts = ["1e3", '"1.000,00"', "+5", "5.", ".5", "NaN", '""'];
    const response = await fetch(`${gateway.origin}/runs?name=Typed`, {
      method: "POST",
      headers: { "content-type": "text/csv" },
      body: `customerId,name,amount\n${amounts.map((amount) => `${customers.nodes[0].id},Copies,${amount}\n`).join("")}`,
    });
    const { id } = (await response.json()) as { id: string };
    const query = "query ($id: ID!) { chargeRun(id: $id) { rows(first: 20) { nodes { state problems { message } } } } }";
    const { chargeRun } = await gateway.data(query, { id });
    const messages = chargeRun.rows.nodes.map(({ problems }: { problems: { message: string }[] }) =>
      problems.map(({ message }) => message.replace(/".*"/, "…")),
    );
    const misread = ["amount: … is not a plain number with a decimal point"];
    expect(messages).toEqual([...Array.from({ length: 6 }, () => misread), ["amount: is required"]]);
  });
});

const stores = ["SQLite", "PostgreSQL"] as const;

describe.each(stores)("a file with strange keys and names, kept in %s", (store) => {
  let postgres: PostgresServer | null = null;
  beforeAll(async () => {
    postgres = store === "PostgreSQL" ? await startPostgres() : null;
  });
  afterAll(async () => postgres?.stop());

  it("is accepted, each row under a key of its own; an unacceptable key needs attention", async ({ skip }) => {
    if (store === "PostgreSQL" && !postgres) return skip();
    await using gateway = await serveOn(sandbox, postgres ? { store: await postgres.createDatabase() } : {});
    const { customers } = await gateway.data(`{ customers(first: 1, backends: ["recurring"]) { nodes { id } } }`);
    const [{ id: customerId }] = customers.nodes;
    const long = Array.from({ length: 4_000 }, (_, index) => index.toString(36)).join("");
    const keys = ["a (line 7)", "a\0b", "a b", "x\ud800", "x\ufffd", "a", "a", "caf\u0065\u0301", "caf\u00e9", long];
    const body = keys.map((key, at) => JSON.stringify({ customerId, name: `Copies ${at}`, amount: "1", key })).join("\n");
    const response = await fetch(`${gateway.origin}/runs?name=Strange`, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body,
    });
    expect(response.status).toBe(201);
    const { id } = (await response.json()) as { id: string };
    const query = `query ($id: ID!) { chargeRun(id: $id) { rows(first: 20) { nodes { line key state problems { field } } } } }`;
    const { chargeRun } = await gateway.data(query, { id });
    const rows: readonly { key: string; state: string; problems: { field: string[] }[] }[] = chargeRun.rows.nodes;
    expect(rows).toHaveLength(keys.length);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(keys.length);
    const attention = rows.flatMap(({ state, problems }, at) =>
      state === "NEEDS_ATTENTION" && problems.some(({ field }) => field[0] === "key") ? [at] : [],
    );
    expect(attention).toEqual([1, 3, 6, 8, 9]);
  });

  it("needs attention for letters that are sent to no backend, as a single charge is refused for them", async ({ skip }) => {
    if (store === "PostgreSQL" && !postgres) return skip();
    await using gateway = await serveOn(sandbox, postgres ? { store: await postgres.createDatabase() } : {});
    const { customers } = await gateway.data(`{ customers(first: 1, backends: ["pbx"]) { nodes { id } } }`);
    const [{ id: customerId }] = customers.nodes;
    const rowOf = (member: string, letters: string) => ({
      ...{ customerId, amount: "1.00", name: `Copies ${member}`, description: "Copies", currency: "EUR" },
      [member]: `Cop${letters}ies`,
    });
    const unfit = ["\0", "\u0001", "\u001b", "\u007f", "\ufffd", "\ud800"];
    const rows = ["name", "description"].flatMap((member) => unfit.map((letters) => rowOf(member, letters)));
    const fields = ["name", "description"].flatMap((member) => unfit.map(() => member));
    const create = `mutation ($input: CreateChargeRunInput!) { createChargeRun(input: $input) { run { id } errors { message } } }`;
    const upload = async (given: readonly object[]): Promise<string> => {
      const response = await fetch(`${gateway.origin}/runs?name=Uploaded`, {
        method: "POST",
        headers: { "content-type": "application/x-ndjson" },
        body: given.map((row) => JSON.stringify(row)).join("\n"),
      });
      return ((await response.json()) as { id: string }).id;
    };
    const read = `query ($id: ID!) { chargeRun(id: $id) { rows(first: 20) { nodes { state problems { code field } } } } }`;
    const rowsIn = async (id: string): Promise<unknown> => (await gateway.data(read, { id })).chargeRun.rows.nodes;
    const refused = fields.map((field) => ({
      state: "NEEDS_ATTENTION",
      problems: [{ code: "INVALID_INPUT", field: [field] }],
    }));
    const { createChargeRun } = await gateway.data(create, { input: { name: "Given", rows } });
    expect(await rowsIn(createChargeRun.run.id)).toEqual(refused);
    expect(await rowsIn(await upload(rows))).toEqual(refused);
    const single = `mutation ($input: CreateChargeInput!) { createCharge(input: $input) { errors { code field } } }`;
    for (const [index, charge] of rows.entries()) {
      const { createCharge } = await gateway.data(single, { input: { charge } });
      expect(createCharge.errors).toEqual([{ code: "INVALID_INPUT", field: ["input", "charge", fields[index]] }]);
    }
    expect(await rowsIn(await upload([rowOf("description", "\t\r\n")]))).toEqual([{ state: "READY", problems: [] }]);
    const taxes = unfit.map((letters) => ({ ...rowOf("name", ""), taxIds: [`1${letters}2`] }));
    expect(await rowsIn(await upload(taxes))).toEqual(
      taxes.map(() => ({ state: "NEEDS_ATTENTION", problems: [{ code: "INVALID_INPUT", field: ["taxIds"] }] })),
    );
  });

  it("is prepared although a customer's name has letters that the store cannot keep", async ({ skip }) => {
    if (store === "PostgreSQL" && !postgres) return skip();
    await using world = await startNamed("Null\0 and half \ud800 a letter");
    await using gateway = await serveOn(world.sandbox, postgres ? { store: await postgres.createDatabase() } : {});
    const rows = [
      { customerId: encodeId({ type: "Customer", backend: "pbx", id: world.customer }), name: "Copies", amount: "1" },
    ];
    const create = `mutation ($input: CreateChargeRunInput!) { createChargeRun(input: $input) { run { state } errors { message } } }`;
    const { createChargeRun } = await gateway.data(create, { input: { name: "Named", rows } });
    expect(createChargeRun).toEqual({ run: { state: "READY" }, errors: [] });
  });
});

/** A sandbox of its own, one customer of which has that name. */
async function startNamed(name: string): Promise<{ sandbox: Sandbox; customer: string } & AsyncDisposable> {
  const own = await startSandbox({ customers: 5 });
  const customer = [...own.backends.pbx.simulated.state.customers.values()].at(-1);
  if (!customer) throw new Error("There is no customer.");
  Object.assign(customer, { name });
  return { sandbox: own, customer: String(customer.id), [Symbol.asyncDispose]: () => own.close() };
}

describe("results", () => {
  it("come without a warning on stderr", async () => {
    await using gateway = await serveOn(sandbox, { sections: { server: { port: 0, debug: true } } });
    const warnings: string[] = [];
    const note = (warning: Error): void => void warnings.push(String(warning));
    process.on("warning", note);
    const { customers } = await gateway.data(`{ customers(first: 1, backends: ["recurring"]) { nodes { id } } }`);
    const made = await fetch(`${gateway.origin}/runs?name=Quiet`, {
      method: "POST",
      headers: { "content-type": "application/x-ndjson" },
      body: JSON.stringify({ customerId: customers.nodes[0].id, name: "Copies", amount: "1" }),
    });
    const { id } = (await made.json()) as { id: string };
    const result = await fetch(`${gateway.origin}/runs/${id}/result.csv`);
    expect(await result.text()).toContain("Copies");
    // A warning is emitted in a later turn than its call.
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });
});

describe("rows a second", () => {
  it("must be a rate that can be kept, whichever way a run is made", async () => {
    await using gateway = await serveOn(sandbox);
    const { customers } = await gateway.data(`{ customers(first: 1, backends: ["recurring"]) { nodes { id } } }`);
    const row = { customerId: customers.nodes[0].id, name: "Copies", amount: "1" };
    const create = `mutation ($input: CreateChargeRunInput!) { createChargeRun(input: $input) { run { id } errors { code field } } }`;
    for (const rowsPerSecond of [0, -1, 1e-300, 1e300, 0.0001]) {
      const { createChargeRun } = await gateway.data(create, { input: { name: "Slow", rows: [row], rowsPerSecond } });
      const field = ["input", "rowsPerSecond"];
      expect(createChargeRun, String(rowsPerSecond)).toEqual({ run: null, errors: [{ code: "INVALID_INPUT", field }] });
      const response = await fetch(`${gateway.origin}/runs?name=Slow&rowsPerSecond=${rowsPerSecond}`, {
        method: "POST",
        headers: { "content-type": "application/x-ndjson" },
        body: JSON.stringify(row),
      });
      expect(response.status, String(rowsPerSecond)).toBe(400);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: "INVALID_INPUT" } }] });
    }
    const { createChargeRun } = await gateway.data(create, { input: { name: "Slow", rows: [row], rowsPerSecond: 0.001 } });
    expect(createChargeRun.errors).toEqual([]);
  });
});
