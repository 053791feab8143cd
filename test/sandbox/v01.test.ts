import { describe, expect, test } from "vitest";
import { serveSimulated } from "../../src/sandbox/server.ts";
import { createV01 } from "../../src/sandbox/v01/index.ts";
import { createWorld } from "../../src/sandbox/world.ts";
import { authorization, basic, connect, now } from "./v01-connection.ts";

describe("login", () => {
  const { ask } = connect();

  test.each([
    ["without credentials", "", 401, "L01"],
    ["with a wrong password", basic("api-gateway", "wrong"), 401, "L01"],
    ["without the privilege", basic("api-reader", "sandbox-reader"), 403, "L02"],
  ])("fails %s", (_case, header, status, failureCode) => {
    const answer = ask("GET", "customers", { headers: { authorization: header } });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ failureCode });
  });

  test("a failed login names no credentials", () => {
    expect(ask("GET", "customers", { headers: { authorization: basic("api-x", "hunter2") } }).body).not.toMatch(/hunter2|api-x/);
  });
});

describe("seed", () => {
  const { backend, list } = connect();
  const { customers, ledgers, plans, taxRates } = backend.state;
  const transactions = [...ledgers.values()].flatMap((ledger) => ledger.transactions);

  test("is the same in every run", () => {
    expect(connect().backend.state).toEqual(backend.state);
  });

  test("has ids that a double cannot hold, in ascending order", () => {
    const ids = [...customers.keys()];
    expect(ids).toEqual(ids.toSorted((one, other) => (one < other ? -1 : 1)));
    expect(ids.at(0)).toBeLessThan(2n ** 53n);
    expect(ids.at(-1)).toBeGreaterThan(2n ** 53n);
    expect(transactions.some(({ id }) => id > 2n ** 53n)).toBe(true);
  });

  test("has ledgers of four to twenty entries over two years, all kinds of balances and no entry in the future", () => {
    const sizes = [...ledgers.values()].map((ledger) => ledger.transactions.length);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(4);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(20);
    const signs = list("customers?limit=1000").map(({ balance }) => Math.sign(Number(balance)));
    expect(new Set(signs)).toEqual(new Set([-1, 0, 1]));
    expect(new Set(transactions.map(({ type }) => type))).toEqual(new Set(["RI", "RF", "RL", "RC", "AP", "RR"]));
    const dates = transactions.map(({ createDate }) => createDate).toSorted();
    expect(dates.at(0)?.slice(0, 4)).toBe("2023");
    expect(dates.at(-1)?.localeCompare("2025-06-15")).toBe(-1);
  });

  test("keeps every balance equal to the amount less what is allocated", () => {
    for (const ledger of ledgers.values()) {
      for (const { id, amount, balance } of ledger.transactions) {
        const offset = ledger.allocations.filter(({ sourceId, targetId }) => sourceId === id || targetId === id);
        expect(balance).toBe(amount - offset.reduce((sum, allocation) => sum + allocation.amount, 0));
      }
    }
  });

  test("covers two merchant accounts, all billing cycles and taxes of three countries", () => {
    expect(new Set(customers.values().map(({ accountId }) => accountId))).toEqual(new Set([2001, 2002]));
    expect(new Set(plans.values().map(({ billingCycleType }) => billingCycleType))).toEqual(new Set("WMQSA"));
    expect(new Set(taxRates.values().map(({ countryCode }) => countryCode))).toEqual(new Set(["US", "CA", "DE"]));
    expect(taxRates.values().some(({ isActive }) => !isActive)).toBe(true);
  });

  test("can have 10,000 customers", () => {
    const { state } = createV01(createWorld({ customers: 10_000, now }));
    expect(state.customers.size).toBe(10_000);
  });
});

describe("formats", () => {
  test("ids are number literals with all digits, over HTTP too", async () => {
    const { backend } = connect();
    const id = [...backend.state.customers.keys()].at(-1);
    const server = await serveSimulated(backend);
    const response = await fetch(`${server.url}customers/${id}`, { headers: { authorization } });
    expect(await response.text()).toMatch(new RegExp(`^\\{"id":${id},`));
    expect(server.calls).toEqual([{ function: "customers/~load", method: "GET", status: 200 }]);
    await server.close();
  });

  test("switches wrap lists, write numbers as text, and change statuses and the sign of balances", () => {
    const { ask, list } = connect({
      listShape: "object",
      scalars: "text",
      failureStatus: 200,
      unknownIdStatus: 400,
      createStatus: 201,
      balanceSign: "negativeOwes",
    });
    const { plans } = JSON.parse(ask("GET", "plans?limit=1").body);
    expect(plans).toMatchObject([{ id: "301", amount: "3900", isActive: "true" }]);
    expect(list("customers/1")).toMatchObject({ failureCode: "V01" });
    expect(ask("GET", "customers/1").status).toBe(400);
    expect(ask("PUT", "customers", { body: {} }).status).toBe(200);
    const created = ask("PUT", "customers", { body: { accountId: "2002", firstName: "A", lastName: "B" } });
    expect(created.status).toBe(201);
    const customer = `customers/${JSON.parse(created.body).id}`;
    ask("PUT", `${customer}/transactions`, { body: { type: "RF", amount: "100" } });
    expect(list(customer)).toMatchObject({ balance: "-100" });
  });

  test.each([
    ["GET", "nothing", "U02"],
    ["DELETE", "customers/10001", "U02"],
    ["GET", "countries/US/taxes/41", "U02"],
    ["POST", "customers/10001/transactions/900001/~reverse", "U02"],
    ["GET", "customers/ada", "F01"],
    ["PUT", "customers", "F01"],
  ])("%s %s fails with %s", (method, url, failureCode) => {
    expect(connect().read(method, url)).toMatchObject({ failureCode });
  });

  test("xml is refused, and xurl where an object is consumed", () => {
    const { read } = connect();
    expect(read("GET", "plans", { headers: { accept: "application/xml" } })).toMatchObject({ failureCode: "U02" });
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect(read("PUT", "plans", { headers, body: "name=x" })).toMatchObject({ failureCode: "F01" });
  });
});

describe("customers", () => {
  test("are created by the implicit and the explicit action, with defaults and without absent fields", () => {
    const { ask, backend, person } = connect();
    for (const url of ["customers", "customers/~create"]) {
      const { status, body } = ask("PUT", url, { body: person });
      expect(status).toBe(200);
      const id = [...backend.state.customers.keys()].at(-1);
      expect(body).toBe(
        `{"id":${id},"code":"${id}","accountId":2001,"createDate":"2025-06-15 10:20:30",` +
          `"firstName":"Ada","lastName":"Byron","isActive":true,"balance":0}`,
      );
    }
  });

  test.each([
    ["no account", { firstName: "A", lastName: "B" }, "F01"],
    ["an unknown account", { accountId: 9, firstName: "A", lastName: "B" }, "V01"],
    ["no last name", { accountId: 2001, firstName: "A", lastName: "" }, "F01"],
    ["letters in the phone", { accountId: 2001, firstName: "A", lastName: "B", workPhone: "call me" }, "F01"],
    ["a long state", { accountId: 2001, firstName: "A", lastName: "B", state: "California" }, "F01"],
    ["a nested name", { accountId: 2001, firstName: { a: 1 }, lastName: "B" }, "F01"],
  ])("are refused with %s", (_case, body, failureCode) => {
    const { put, backend } = connect();
    const before = backend.state.customers.size;
    expect(put("customers", body)).toMatchObject({ failureCode });
    expect(backend.state.customers.size).toBe(before);
  });

  test("codes are unique in an account, or in the merchant", () => {
    const { put, person } = connect();
    put("customers", { ...person, code: "c-1" });
    expect(put("customers", { ...person, code: "c-1" })).toMatchObject({ failureCode: "V02" });
    expect(put("customers", { ...person, code: "c-1", accountId: 2002 })).toMatchObject({ code: "c-1" });
    const merchant = connect({ codeScope: "merchant" });
    merchant.put("customers", { ...person, code: "c-1" });
    expect(merchant.put("customers", { ...person, code: "c-1", accountId: 2002 })).toMatchObject({ failureCode: "V02" });
  });

  test("modify changes the fields present, clears empty ones and ignores code and account", () => {
    const { post, newCustomer } = connect();
    const url = newCustomer({ code: "c-1", city: "Київ", email: "a@b.example", zipCode: "01001" });
    const changed = post(url, { code: "x", accountId: 2002, city: "Львів", email: "", zipCode: null, lastName: "Nové" });
    expect(changed).toMatchObject({ code: "c-1", accountId: 2001, city: "Львів", firstName: "Ada", lastName: "Nové" });
    expect(changed).not.toHaveProperty("email");
    expect(changed).not.toHaveProperty("zipCode");
    expect(post(`${url}/~modify`, { firstName: null })).toMatchObject({ failureCode: "F01" });
  });

  test("find combines its filters with AND, exactly and ignoring case", () => {
    const { list, newCustomer } = connect();
    newCustomer({ email: "x@y.example", cellPhone: "+15550100" });
    newCustomer({ email: "z@y.example", cellPhone: "+15550100", street1: "Main 1" });
    expect(list("customers?phone=%2B15550100")).toHaveLength(2);
    expect(list("customers/~find?phone=%2B15550100&street=MAIN+1&email=")).toMatchObject([{ email: "z@y.example" }]);
    expect(list("customers?firstName=ad")).toEqual([]);
    expect(list("customers?accountId=2002&limit=1000").every(({ accountId }) => accountId === 2002)).toBe(true);
    expect(list("customers?code=nothing")).toHaveLength(100);
  });

  test("an E1 installation ignores the newer filters", () => {
    const { list } = connect({ edition: "E1" });
    expect(list("customers?email=nobody%40nowhere.example&accountId=2002&limit=1000")).toHaveLength(120);
    expect(list("customers?organizationName=nobody")).toEqual([]);
  });

  test("pages by offset and limit, cut to the maximum; past the end is empty", () => {
    const { list, read } = connect({ maximumLimit: 50 });
    expect(list("customers?limit=1000")).toHaveLength(50);
    expect(list("customers?offset=100&limit=50")).toHaveLength(20);
    expect(list("customers?offset=120")).toEqual([]);
    expect(read("GET", "customers?limit=0")).toMatchObject({ failureCode: "F01" });
  });
});
