import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type BackendKey, type Sandbox, startSandbox } from "../../src/sandbox/index.ts";

/** The conditions that people set with curl, on all simulated backends alike. */

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ customers: 5 });
});
afterAll(() => sandbox.close());
afterEach(async () => {
  for (const key of keys) await control(key, "conditions", "DELETE");
});

const keys = ["pbx", "suite", "offices", "recurring"] as const;

async function control(
  key: BackendKey,
  path: string,
  method: string,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const url = `${sandbox.backends[key].origin}/_sandbox/${path}`;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(url, { method, ...(body !== undefined && { body: text }) });
  return { status: response.status, body: await response.json() };
}

/** One call, with the credentials of the sandbox. */
async function call(
  key: BackendKey,
  method: string,
  path: string,
  sent: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>> {
  const { tenant, username, password } = sandbox.configuration[key] as Record<string, string>;
  const login = Buffer.from(`${username}:${password}`).toString("base64");
  const body =
    key === "pbx"
      ? new URLSearchParams({ auth_username: username ?? "", auth_password: password ?? "", ...(sent as Record<string, string>) })
      : JSON.stringify(key === "suite" ? { CustomerName: tenant, UserName: username, Password: password, ...sent } : sent);
  const scheme = key === "offices" ? tenant : "Basic";
  const response = await fetch(`${sandbox.backends[key].url}${path}`, {
    method,
    headers: { authorization: `${scheme} ${login}`, ...(key !== "pbx" && { "content-type": "application/json" }) },
    ...(method !== "GET" && { body }),
  });
  return JSON.parse((await response.text()).replace(/"id":(\d{16,})/g, '"id":"$1"'));
}

const first = (things: ReadonlyMap<unknown, { readonly id: unknown }>): string => String([...things.values()].at(-1)?.id);

/** Creates a charge over the API; gives its id. */
async function create(key: BackendKey, text: string, amount: string): Promise<string> {
  const { pbx, suite, offices, recurring } = sandbox.backends;
  switch (key) {
    case "pbx": {
      const sent = { customer: first(pbx.simulated.state.customers), name: text, amount };
      const json = await call(key, "POST", "charges/create/", sent);
      return String((json["data"] as { id: number }).id);
    }
    case "suite": {
      const { clients, services } = suite.simulated.state;
      const sent = { ClientId: first(clients), ServiceId: first(services), DateOfCharge: "2026-01-31", Quantity: 1 };
      const json = await call(key, "POST", "charges/new", { ...sent, Cost: Number(amount), Notes: text });
      return String(json["Id"]);
    }
    case "offices": {
      const { clients, services } = offices.simulated.state;
      const sent = { clientId: first(clients), serviceId: first(services), dateOfCharge: "2026-01-31", quantity: 1 };
      const json = await call(key, "POST", "charges", { ...sent, cost: Number(amount), notes: text });
      return String(json["id"]);
    }
    case "recurring": {
      const sent = { type: "RI", amount: Math.round(Number(amount) * 100), note: text, code: `code-${crypto.randomUUID()}` };
      const json = await call(key, "PUT", `customers/${first(recurring.simulated.state.customers)}/transactions`, sent);
      return String(json["id"]);
    }
  }
}

/** How many charges a list shows of the customer that `create` charges. */
async function listed(key: BackendKey): Promise<number> {
  const { pbx, suite, recurring } = sandbox.backends;
  const list = {
    pbx: () => call("pbx", "POST", "charges/list/", { customer: first(pbx.simulated.state.customers) }),
    suite: () =>
      call("suite", "POST", "charges", {
        ClientId: first(suite.simulated.state.clients),
        StartDate: "2026-01-31",
        EndDate: "2026-01-31",
      }),
    offices: () => call("offices", "GET", "charges?countPerPage=1000"),
    recurring: () => call("recurring", "GET", `customers/${first(recurring.simulated.state.customers)}/transactions?limit=1000`),
  };
  const json = await list[key]();
  return [json["data"], json["items"], json].find(Array.isArray)?.length ?? 0;
}

const members = { pbx: ["name", "amount"], suite: ["notes", "cost"], offices: ["notes", "cost"], recurring: ["note", "code"] };
const kinds = { pbx: "charges", suite: "charges", offices: "charges", recurring: "transactions" };

async function stored(key: BackendKey, id: string): Promise<unknown[]> {
  const { body } = await control(key, `records/${kinds[key]}/${id}`, "GET");
  return members[key].map((name) => (body as Record<string, unknown>)[name]);
}

describe.each(keys)("the conditions of %s", (key) => {
  it("alter new texts, amounts and codes as it stores them, and no existing ones", async () => {
    const before = await create(key, " Fish & chips 🎉 é ", "19.99");
    const conditions = { texts: ["trim", "nfd", "dropEmoji", "encodeHtml"], textWidth: 12, amounts: "round", codes: "upperCase" };
    expect(await control(key, "conditions", "PUT", conditions)).toEqual({ status: 200, body: conditions });
    const after = await create(key, " Fish & chips 🎉 é ", key === "recurring" ? "20" : "19.999");
    const [text, other] = await stored(key, after);
    expect(text).toBe("Fish &amp; c");
    expect(String(other)).toMatch(key === "recurring" ? /^CODE-[0-9A-F-]{36}$/ : /^20(\.00)?$/);
    expect((await stored(key, before))[0]).toBe(" Fish & chips 🎉 é ");
  });

  it.each([180_000, -180_000])("move its clock by %i ms: in the Date header and in its records", async (clockOffsetMs) => {
    await control(key, "conditions", "PUT", { clockOffsetMs });
    const before = Date.now();
    const { headers } = await fetch(sandbox.backends[key].url);
    const told = Date.parse(headers.get("date") ?? "") - clockOffsetMs;
    // The header has whole seconds.
    expect(told).toBeGreaterThan(before - 1_001);
    expect(told).toBeLessThanOrEqual(Date.now());
    const id = await create(key, "timed", "1");
    const { body } = await control(key, `records/${kinds[key]}/${id}`, "GET");
    const { start, dateCreated, createDate } = body as Record<string, number | string>;
    // The local time of the suites is as far from UTC as their zone: only what is below an hour is looked at.
    const made = Number(start ?? 0) * 1000 || Number(dateCreated ?? 0) || Date.parse(`${createDate}Z`);
    const minutes = ((made - Date.now() - clockOffsetMs) / 60_000) % 60;
    expect(Math.min(Math.abs(minutes), 60 - Math.abs(minutes))).toBeLessThan(0.1);
  });

  it("delay a new record in lists, but not by its id", async () => {
    const before = await listed(key);
    await control(key, "conditions", "PUT", { listDelayMs: 400 });
    const id = await create(key, "late", "1");
    expect(await listed(key)).toBe(before);
    expect((await stored(key, id))[0]).toBe("late");
    await expect.poll(() => listed(key)).toBe(before + 1);
  });

  it("let a person change and delete any record", async () => {
    const id = await create(key, "by the API", "5");
    const [text = ""] = members[key];
    const path = `records/${kinds[key]}/${id}`;
    expect(await control(key, path, "PATCH", { [text]: "by hand" })).toMatchObject({ status: 200, body: { [text]: "by hand" } });
    expect((await stored(key, id))[0]).toBe("by hand");
    const before = await listed(key);
    expect((await control(key, path, "DELETE")).status).toBe(200);
    expect(await listed(key)).toBe(before - 1);
    expect((await control(key, path, "GET")).status).toBe(404);
    expect((await control(key, path, "PATCH", {})).status).toBe(404);
  });

  it("are refused with a readable message if invalid, and gone when deleted", async () => {
    for (const wrong of ["", "[]", { clockOffsetMs: "much" }, { unknown: 1 }, { texts: ["rot13"] }]) {
      const { status, body } = await control(key, "conditions", "PUT", wrong);
      expect([status, typeof (body as { error?: unknown }).error]).toEqual([400, "string"]);
    }
    await control(key, "conditions", "PUT", { textWidth: 3 });
    expect((await control(key, "conditions", "GET")).body).toEqual({ textWidth: 3 });
    expect((await control(key, "conditions", "DELETE")).body).toEqual({});
    expect((await stored(key, await create(key, "whole", "1")))[0]).toBe("whole");
  });
});
