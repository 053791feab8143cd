import { describe, expect, test } from "vitest";
import { settings } from "../../../src/adapters/hostedsuite/index.ts";
import { adapterAnswering, configured, scope } from "./fixture.ts";

const all = { first: 10, after: null };

describe("settings", () => {
  test("have their defaults", () => {
    expect(configured("v2")).toMatchObject({
      url: "https://acme.hostedsuite.com/api/",
      chargeWindow: { months: 24 },
      retries: 2,
    });
  });

  test.each([
    [{ timeZone: "Mars/Olympus" }, "timeZone"],
    [{ generation: "v4" }, "generation"],
    [{ password: "" }, "password"],
    [{ chargeWindow: { months: 0 } }, "chargeWindow"],
    [{ generation: "v3", tenant: "acme inc" }, "tenant"],
    [{ colour: "blue" }, undefined],
  ])("refuse %j", (change, path) => {
    const result = settings.safeParse({ ...configured("v2"), ...change });
    expect(result.error?.issues[0]?.path[0]).toBe(path);
  });
});

describe("credentials", () => {
  test("go into the body on v2, into the header on v3, and nowhere else", async () => {
    const bodies: unknown[] = [];
    const { adapter: v2, sent: sentByV2 } = adapterAnswering("v2", (call) => bodies.push(call) && []);
    await v2.customers.list({}, all, scope);
    expect(sentByV2[0]).toMatchObject({ method: "POST", path: "clients", query: {}, headers: {} });
    const { adapter: v3, sent } = adapterAnswering("v3", () => ({ items: [] }));
    await v3.customers.list({}, all, scope);
    expect(sent[0]).toMatchObject({
      method: "GET",
      path: "clients",
      body: {},
      headers: { authorization: "acme YXBpOnMzY3JldC1Xb3Jk" },
    });
  });
});

describe("capabilities", () => {
  test.each(["v2", "v3"] as const)("of %s are those whose verbs are there", (generation) => {
    const { adapter } = adapterAnswering(generation, () => []);
    const has = {
      CUSTOMER_CREATE: adapter.customers.create,
      CUSTOMER_UPDATE: adapter.customers.update,
      CUSTOMER_ARCHIVE: adapter.customers.archive,
      CUSTOMER_RESTORE: adapter.customers.restore,
      CHARGE_CREATE: adapter.charges.create,
      CHARGE_UPDATE: adapter.charges.update,
      CHARGE_VOID: adapter.charges.void,
      CHARGE_EXECUTE: adapter.charges.execute,
      TAX_READ: adapter.taxes,
      TAX_CREATE: adapter.taxes?.create,
      TAX_UPDATE: adapter.taxes?.update,
      TAX_ARCHIVE: adapter.taxes?.archive,
      TAX_LIABILITY: adapter.taxes?.setLiability,
      SERVICE_READ: adapter.services,
      PLAN_READ: adapter.plans,
    };
    for (const [capability, verb] of Object.entries(has)) {
      expect([capability, (adapter.capabilities as readonly string[]).includes(capability)]).toEqual([
        capability,
        verb !== undefined,
      ]);
    }
  });
});
