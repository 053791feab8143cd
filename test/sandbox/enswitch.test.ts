import { request } from "undici";
import { describe, expect, it } from "vitest";
import { bakery, login, middleOfMarch, serve, starterPlan } from "./enswitch.ts";

describe("the vendor's examples", () => {
  const authentication = "auth_username=gateway;auth_password=sandbox-pbx";

  it("customers/get by GET with semicolons and a trailing slash", async () => {
    const { vendorGet } = await serve();
    expect(await vendorGet(`/api/json/customers/get/?${authentication};id=${bakery}`)).toMatchObject({
      responses: [{ code: "200", key: "", message: "OK" }],
      data: {
        id: bakery,
        name: "Ada's Bakery",
        email: "ada@adas-bakery.example",
        phone: "+44 20 7946 0018",
        parent: 1,
        deleted: 0,
      },
    });
  });

  it("customers/get as other clients send it: ampersands, no trailing slash", async () => {
    const { vendorGet } = await serve();
    const answer = await vendorGet(`/api/json/customers/get?${authentication.replace(";", "&")}&name=Ada%27s+Bakery`);
    expect(answer).toMatchObject({ data: { id: bakery } });
  });

  it("charges/create answers with the id only, taxes/liable/set with nothing", async () => {
    const { vendorGet, state } = await serve();
    const answer = await vendorGet(`/api/json/charges/create/?${authentication};name=example;customer=${bakery}`);
    const id = [...state.charges.keys()].at(-1) ?? 0;
    expect(answer).toEqual({ responses: [{ code: "200", key: "", message: "OK" }], data: { id } });
    expect(state.charges.get(id)).toEqual({
      id,
      name: "example",
      customer: bakery,
      plan: 0,
      amount: "0.00",
      buy: "0.00",
      currency: "EUR",
      description: "",
      start: middleOfMarch.getTime() / 1000,
      end: 0,
      number: 1,
      period: "",
    });
    expect(
      await vendorGet(`/api/json/taxes/liable/set/?${authentication};tax=1;type=customer;number=${bakery};liable=1`),
    ).toEqual({
      responses: [{ code: "204", key: "", message: "OK" }],
    });
  });

  it("parameters in the query of a POST, and a semicolon inside a value", async () => {
    const { server, state, created } = await serve();
    const query = `${authentication}&id=${bakery}&description=flour%3B%20sugar%26salt`;
    const response = await request(`${server.url}customers/update/?${query}`, { method: "POST" });
    expect(await response.body.json()).toEqual({ responses: [{ code: "204", key: "", message: "OK" }] });
    expect(state.customers.get(bakery)?.description).toBe("flour; sugar&salt");
    const id = await created("customers/create", { name: "Kŕčma 東京; x=y", plan: starterPlan, email: "a@b.example" });
    expect(state.customers.get(id)?.name).toBe("Kŕčma 東京; x=y");
  });
});

describe("who may do what", () => {
  it("answers 401 to missing and wrong credentials, whatever is called", async () => {
    const { post } = await serve();
    for (const who of [{}, login("gateway", "wrong"), { auth_token: "made-up" }]) {
      for (const name of ["customers/get", "customers/list", "no/such"]) {
        expect(await post(name, {}, who)).toMatchObject({ status: 200, code: "401", key: "", data: undefined });
      }
    }
  });

  it("answers 402 if the role does not allow it, before it checks the parameters", async () => {
    const { post } = await serve();
    const reader = login("reader", "sandbox-reader");
    for (const name of [
      "customers/list",
      "customers/create",
      "charges/create",
      "charges/list",
      "taxes/list",
      "customers/import",
    ]) {
      expect((await post(name, {}, reader)).code, name).toBe("402");
    }
    expect((await post("customers/get", { id: bakery }, reader)).code).toBe("402");
    expect((await post("customers/get", { id: 1 }, reader)).code).toBe("200");
    expect((await post("customers/export")).code).toBe("402");
  });

  it("answers 403 if the caller's rate plan does not allow it, and 404 for records of others", async () => {
    const { post } = await serve();
    const ada = login("ada", "sandbox-ada");
    expect((await post("transactions/list", {}, ada)).code).toBe("403");
    expect((await post("customers/get", { id: 102 }, ada)).code).toBe("404");
    expect((await post("customers/list", { parent: 1 }, ada)).envelope.responses[0]).toMatchObject({
      code: "400",
      key: "parent",
    });
    expect((await post("customers/get", { id: bakery }, ada)).code).toBe("200");
  });

  it("shows a reseller only its own tree", async () => {
    const { rows, state } = await serve();
    const reseller = login("reseller", "sandbox-reseller");
    const mine = await rows("customers/list", { recursive: 1, deleted: -1 }, reseller);
    expect(mine.length).toBeGreaterThan(0);
    expect(mine.length).toBeLessThan(state.customers.size - 1);
    expect((await rows("taxes/list", {}, reseller)).map((tax) => tax["name"])).toEqual([expect.stringContaining("Reseller VAT")]);
  });

  it("needs no authentication where the guide says so", async () => {
    const { post } = await serve();
    expect((await post("customers/get", { check: 1, id: bakery }, {})).data).toEqual({ id: bakery });
    expect((await post("customers/get", { check: 1, id: 999_999 }, {})).code).toBe("404");
    expect((await post("plans/get", { id: 2 }, {})).data).toMatchObject({ id: 2, name: "Business", currency: "EUR" });
    expect((await post("plans/get", {}, {})).code).toBe("401");
    expect((await post("classes/list", {}, {})).code).toBe("200");
    expect((await post("taxes/list", { signup: 1, plan: 2, type: "account" }, {})).code).toBe("200");
  });
});

describe("tokens", () => {
  it("replace the password until they expire", async () => {
    let clock = middleOfMarch;
    const { post } = await serve({ now: () => clock });
    const { data } = await post("user/login", { token: 1 });
    expect(data).toMatchObject({
      username: "gateway",
      auth_token_expiry: 3600,
      auth_token_expires: clock.getTime() / 1000 + 3600,
    });
    expect(data).not.toHaveProperty("password");
    const { auth_token } = data as { auth_token: string };
    expect((await post("customers/get", { id: bakery }, { auth_token })).code).toBe("200");
    clock = new Date(clock.getTime() + 3_600_000);
    expect((await post("customers/get", { id: bakery }, { auth_token })).code).toBe("401");
  });

  it("may come without auth_token_expires, and not at all before 4.1", async () => {
    const { post } = await serve({ tokens: { omitExpires: true, expirySeconds: 60 } });
    const { data } = await post("user/login", { token: 1 });
    expect(data).toMatchObject({ auth_token_expiry: 60 });
    expect(data).not.toHaveProperty("auth_token_expires");
    const old = await serve({ pre40: true });
    expect((await old.post("user/login", { token: 1 })).data).not.toHaveProperty("auth_token");
  });

  it("answers 202 when a second factor is needed", async () => {
    const { post } = await serve();
    expect(await post("user/login", {}, login("totp", "sandbox-totp"))).toMatchObject({
      code: "202",
      data: { totp_required: 1 },
    });
  });
});

describe("switches", () => {
  it("mirrors codes in the HTTP status", async () => {
    const { post } = await serve({ httpStatusFollowsCode: true });
    expect(await post("customers/get", { id: 999_999 })).toMatchObject({ status: 404, code: "404" });
    expect(await post("customers/update", { id: bakery })).toMatchObject({ status: 200, code: "204" });
    expect(await post("customers/get", { id: bakery }, {})).toMatchObject({ status: 401, code: "401" });
  });

  it("sends numeric codes and rows of strings", async () => {
    const { post } = await serve({ numericCodes: true, rowStyle: "strings" });
    const { code, data } = await post("customers/get", { id: bakery });
    expect(code).toBe(200);
    expect(Object.values(data as object).every((value) => typeof value === "string")).toBe(true);
  });

  it("can fail in its own envelope", async () => {
    const { server, post, state } = await serve();
    server.setFaults([{ kind: "echo", function: "charges/create" }]);
    const result = await post("charges/create", { name: "x", customer: bakery });
    expect(result).toMatchObject({ status: 200, code: "500" });
    expect(JSON.stringify(result.envelope)).toContain("sandbox-pbx");
    server.setFaults([{ kind: "emptyEnvelope" }]);
    const size = state.charges.size;
    expect((await post("charges/create", { name: "x", customer: bakery })).envelope).toEqual({ responses: [] });
    expect(state.charges.size).toBe(size + 1);
    expect(server.calls.map((call) => call.function)).toEqual(["charges/create", "charges/create"]);
  });
});
