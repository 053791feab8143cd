import fc from "fast-check";
import { afterAll, assert, beforeAll, describe, expect, test } from "vitest";
import { costsOf } from "../../../src/adapters/hostedsuite/settings.ts";
import { canonicalDecimal } from "../../../src/model/money.ts";
import { createHostedSuiteV2, createHostedSuiteV3 } from "../../../src/sandbox/hostedsuite/index.ts";
import { type RunningBackend, serveSimulated } from "../../../src/sandbox/server.ts";
import { adapterAt, failure, run, scope } from "./fixture.ts";
import { allCustomers, anyService, everything, world } from "./sandbox.ts";

describe("costs of units", () => {
  test("give the amount of the line exactly, or are refused", () => {
    const amounts = fc
      .integer({ min: 0, max: 9_999_999 })
      .map((cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`);
    const quantities = fc.oneof(fc.integer({ min: 1, max: 500 }).map(String), fc.constantFrom("0.5", "1.25", "2.5", "0.001"));
    fc.assert(
      fc.property(amounts, quantities, (amount, quantity) => {
        try {
          expect(costsOf.unit.amount(costsOf.unit.cost(amount, quantity), quantity)).toBe(canonicalDecimal(amount));
        } catch (error) {
          expect(error).toMatchObject({ code: "INVALID_INPUT", field: ["amount"] });
        }
      }),
      { numRuns: 2_000 },
    );
    expect(costsOf.unit.cost("10", "4")).toBe("2.5");
    expect(() => costsOf.unit.cost("10", "3")).toThrow("cannot be split into 3 equal unit costs");
    expect([costsOf.unit.amount(null, "3"), costsOf.unit.amount("7", "0"), costsOf.unit.amount("0", "3")]).toEqual([
      null,
      "7",
      "0",
    ]);
    expect([costsOf.line.amount("7", "3"), costsOf.line.cost("10", "3")]).toEqual(["7", "10"]);
  });
});

describe.each(["v2", "v3"] as const)("a %s whose Cost is per unit", (generation) => {
  let server: RunningBackend;
  const password = generation === "v2" ? "sandbox-suite" : "sandbox-offices";
  const connected = () => adapterAt(server.url, generation, { password, cost: "unit" });
  beforeAll(async () => {
    const simulated =
      generation === "v2" ? createHostedSuiteV2(world, { cost: "unit" }) : createHostedSuiteV3(world, { cost: "unit" });
    server = await serveSimulated(simulated);
  });
  afterAll(() => server.close());

  test("is written and read by the amount of the line", async () => {
    const { adapter, close } = connected();
    const customerId = (await allCustomers(adapter))[0]?.id ?? "";
    const serviceId = await anyService(adapter);
    const { create } = adapter.charges;
    assert(create);
    const charge = await run(create({ customerId, serviceId, amount: "19.50", quantity: "3" }));
    expect(charge).toMatchObject({ amount: { amount: "19.50" }, quantity: "3", raw: expect.objectContaining({}) });
    const [set] = await adapter.charges.listByCustomers([customerId], {}, everything, scope);
    expect(set).toMatchObject({
      charges: expect.arrayContaining([expect.objectContaining({ id: charge.id, amount: { amount: "19.50", currency: "USD" } })]),
    });
    expect(await failure(() => create({ customerId, serviceId, amount: "10", quantity: "3" }))).toMatchObject({
      code: "INVALID_INPUT",
      field: ["amount"],
    });
    if (adapter.charges.update) {
      const { update } = adapter.charges;
      expect(await run(update(charge.id, { amount: "30" }), charge.id)).toMatchObject({
        amount: { amount: "30.00" },
        quantity: "3",
      });
      expect(await run(update(charge.id, { quantity: "4" }), charge.id)).toMatchObject({
        amount: { amount: "30.00" },
        quantity: "4",
      });
      expect(await run(update(charge.id, { amount: "5", quantity: "2" }), charge.id)).toMatchObject({
        amount: { amount: "5.00" },
      });
      expect(await failure(() => run(update(charge.id, { quantity: "3" }), charge.id))).toMatchObject({ field: ["amount"] });
      expect(await run(update(charge.id, { notes: "Kept" }), charge.id)).toMatchObject({
        amount: { amount: "5.00" },
        notes: "Kept",
      });
    }
    await close();
  });
});
