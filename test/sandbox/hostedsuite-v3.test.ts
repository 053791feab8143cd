import { describe, expect, test } from "vitest";
import { serveSimulated } from "../../src/sandbox/server.ts";
import { authorization, call, encoded, errorOf, get, type Json, list, login, startV3, world } from "./hostedsuite.ts";

describe("sign-in", () => {
  test("auth/info answers 200 either way", () => {
    const backend = startV3();
    expect(get(backend, "auth/info")).toMatchObject({ isAuthenticated: true, userName: "api", customerName: "acme" });
    const refused = call(backend, "GET", "auth/info", { authorization: "Basic abc" });
    expect(refused).toMatchObject({ status: 200, body: '{"isAuthenticated":false}' });
  });

  test("bad credentials are Unauthorized whatever the status", () => {
    const wrong = { authorization: login("api", "wrong") };
    expect(errorOf(call(startV3(), "GET", "clients", wrong))).toMatchObject({ status: 401, errorCode: "Unauthorized" });
    expect(errorOf(call(startV3({ badCredentials: "500" }), "GET", "clients", wrong))).toMatchObject({
      status: 500,
      errorCode: "Unauthorized",
    });
  });

  test("allows a reader to list but not to write", () => {
    const reader = { authorization: login("reader", "sandbox-reader") };
    expect(call(startV3(), "GET", "taxes", reader).status).toBe(200);
    const refused = call(startV3(), "POST", "taxes", { ...reader, body: { name: "X" } });
    expect(errorOf(refused)).toMatchObject({ status: 403, errorCode: "Forbidden" });
  });

  test("unknown routes and verbs are text, malformed JSON is a serialization error", () => {
    expect(call(startV3(), "GET", "reports/charge-summary-report").status).toBe(404);
    expect(call(startV3(), "PUT", "clients")).toMatchObject({ status: 404, function: "unknown" });
    expect(errorOf(call(startV3(), "POST", "taxes", { body: "{" }))).toMatchObject({
      status: 400,
      errorCode: "SerializationException",
    });
  });
});

describe("lists", () => {
  const backend = startV3();
  const active = [...backend.state.charges.values()].filter(({ dateArchived }) => dateArchived === null);

  test("pages are 0-based with 25 rows by default, 1000 at most", () => {
    const first = get(backend, "charges");
    expect(first).toMatchObject({ totalCount: active.length, totalPages: Math.ceil(active.length / 25) });
    expect(first["items"]).toHaveLength(25);
    expect(list(backend, "charges", "Page=0&countPerPage=25")).toEqual(first["items"]);
    expect(list(backend, "charges", "page=1&countPerPage=10")).toEqual((first["items"] as Json[]).slice(10, 20));
    expect(list(backend, "charges", "page=100000")).toEqual([]);
    expect(list(startV3({ largestPage: 50 }), "charges", "countPerPage=5000")).toHaveLength(50);
    expect(list(backend, "charges", "countPerPage=abc&page=-3")).toHaveLength(25);
  });

  test("an empty list leaves its zero totals out", () => {
    expect(call(backend, "GET", "clients", { query: "query=no-such-client" }).body).toBe('{"items":[]}');
  });

  test("lists by ids, with archived ones and with details", () => {
    const [one, two] = active;
    const archived = [...backend.state.charges.values()].find(({ dateArchived }) => dateArchived !== null);
    const ids = [two?.id, one?.id, archived?.id, "nothing"].join(",");
    expect(list(backend, "charges", `ids=${ids}`).map(({ id }) => id)).toEqual([one?.id, two?.id]);
    expect(list(backend, "charges", `ids=${ids}&archived=true`)).toHaveLength(3);
    const brief = list(backend, "services", "detailed=false&countPerPage=1");
    expect(brief).toEqual([{ id: expect.any(String), _DisplayName: "Meeting Room (hour)" }]);
    expect(list(backend, "services", "fields=name,code&countPerPage=1")).toMatchObject([{ name: null, code: null }]);
  });

  test("query finds names in any case, sorting goes both ways", () => {
    expect(list(backend, "taxes", "query=vat").map(({ name }) => name)).toEqual(["VAT 20%"]);
    const names = list(backend, "clients", "sortField=Name&sortOrder=Descend&countPerPage=1000").map(({ name }) =>
      String(name).toLowerCase(),
    );
    expect(names).toEqual([...names].sort().reverse());
    const dates = list(backend, "charges", "sortfield=dateOfCharge&countPerPage=1000").map(({ dateOfCharge }) =>
      String(dateOfCharge),
    );
    expect(dates).toEqual([...dates].sort());
  });

  test.each([
    "{start:2026-01-01,end:2026-02-01}",
    '{Start:"1/1/2026 00:00",End:"2/1/2026 00:00"}',
    "{Start:1/1/2026 00:00,End:2/1/2026 0:00:00}",
    '{"start":"2026-01-01T00:00:00Z","end":"2026-02-01"}',
  ])("dateOfCharge=%s filters", (range) => {
    const from = Date.UTC(2026, 0, 1);
    const to = Date.UTC(2026, 1, 1);
    const expected = active.filter(({ dateOfCharge }) => dateOfCharge >= from && dateOfCharge <= to).length;
    expect(expected).toBeGreaterThan(0);
    expect(get(backend, "charges", encoded({ DateOfCharge: range }))["totalCount"]).toBe(expected);
  });

  test.each([
    ["dateOfCharge", "[object Object]"],
    ["dateOfCharge", "{start:2026-01-01"],
    ["dateOfCharge", "2026-01-01"],
    ["dateOfCharge.start", "2026-01-01"],
    ["dateOfCharge", "{start:soon}"],
  ])("%s=%s is ignored without an error", (name, value) => {
    expect(get(backend, "charges", encoded({ [name]: value }))["totalCount"]).toBe(active.length);
  });

  test("each entity has its filters", () => {
    const [charge] = active;
    const mine = active.filter(({ clientId }) => clientId === charge?.clientId).length;
    expect(get(backend, "charges", `clientId=${charge?.clientId}`)["totalCount"]).toBe(mine);
    expect(list(backend, "charges", "memorized=true&countPerPage=1000").every(({ memorized }) => memorized === true)).toBe(true);
    expect(list(backend, "taxes", "type=Flat").map(({ name }) => name)).toEqual(["City levy"]);
    const [tax] = list(backend, "taxes");
    expect(list(backend, "services", `taxId=${tax?.["id"]}`).every(({ taxName }) => taxName === "VAT 20%")).toBe(true);
    const client = [...backend.state.clients.values()].find(
      ({ billingEmailAddresses: emails, dateArchived }) => emails !== null && dateArchived === null,
    );
    const address = client?.billingEmailAddresses?.[0]?.address ?? "";
    expect(list(backend, "clients", encoded({ billingEmailAddress: address.toUpperCase() }))).toMatchObject([{ id: client?.id }]);
  });
});

describe("serialisation", () => {
  test("leaves nulls, false and 0 out, but a cost of 0 is sent unless told otherwise", () => {
    const backend = startV3();
    const free = [...backend.state.charges.values()].find(({ cost }) => cost === 0);
    expect(get(backend, `charges/${free?.id}`)).toMatchObject({ cost: 0 });
    expect(get(startV3({ zeroCost: "omitted" }), `charges/${free?.id}`)).not.toHaveProperty("cost");
    const none = [...backend.state.charges.values()].find(({ quantity, memorized }) => quantity === 0 && !memorized);
    const shown = get(backend, `charges/${none?.id}`);
    expect(shown).not.toHaveProperty("quantity");
    expect(shown).not.toHaveProperty("memorized");
    expect(list(backend, "taxes").find(({ name }) => name === "Zero rated")).not.toHaveProperty("rate");
  });

  test("clients carry e-mail, phone, address and account", () => {
    const backend = startV3();
    const company = world.companies.find(
      ({ backends, number, archived }) => backends.includes("offices") && !archived && number % 9 !== 4 && number % 17 !== 0,
    );
    const [client] = list(backend, "clients", encoded({ name: company?.name ?? "" }));
    expect(client).toMatchObject({
      name: company?.name,
      billingEmailAddresses: [{ address: company?.email, type: "To" }],
      phoneNumbers: [{ number: company?.phone }],
      billingAddress: { city: company?.address.city, country: company?.address.country },
      thirdPartyInfo: { thirdPartyAccountId: company?.reference },
      createdByName: "Front office",
    });
  });
});

test("answers a plain HTTP client", async () => {
  const backend = startV3();
  const running = await serveSimulated(backend, { port: 0 });
  try {
    const range = encodeURIComponent("{Start:1/1/2026 00:00,End:1/31/2026 23:59}");
    const response = await fetch(`${running.url}charges?DateOfCharge=${range}&Page=0&CountPerPage=1000`, {
      headers: { authorization },
    });
    const { items } = (await response.json()) as { items: { dateOfCharge: string }[] };
    expect(items.length).toBeGreaterThan(0);
    expect(items.every(({ dateOfCharge }) => dateOfCharge.startsWith("2026-01"))).toBe(true);
    const id = [...backend.state.charges.keys()][0];
    const removed = await fetch(`${running.url}charges/${id}`, { method: "DELETE", headers: { authorization } });
    expect([removed.status, await removed.text()]).toEqual([204, ""]);
    expect(running.calls.map((logged) => logged.function)).toEqual(["GET /charges", "DELETE /charges/{id}"]);
  } finally {
    await running.close();
  }
});
