import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { failure, scope, scripted } from "./fake-connection.ts";
import { findingOf, noted, type Simulated, simulated, written } from "./simulated.ts";

let running: Simulated;
beforeEach(async () => {
  running = await simulated();
});
afterEach(() => running.close());

const person = { firstName: "Ann", lastName: "Lee" };
const newCustomer = () => written(running.adapter.customers.create?.(person), running.intent());

describe("compensation", () => {
  it("voids a charge, archives a tax, and leaves customers", async () => {
    const { adapter, intent } = running;
    const customerId = await newCustomer();
    expect(adapter.customers.create?.(person).undo).toBeUndefined();
    const charge = adapter.charges.create?.({ customerId, amount: "5" });
    const chargeId = await written(charge, intent());
    const undoing = await noted(charge?.undo?.(chargeId), intent(), chargeId);
    await written(charge?.undo?.(chargeId), undoing, chargeId);
    expect((await findingOf(charge?.undo?.(chargeId), undoing, chargeId)).ours).toHaveLength(1);
    expect(await adapter.charges.getMany([chargeId], scope)).toMatchObject([{ status: "VOIDED" }]);
    const tax = adapter.taxes?.create?.({ name: "Levy", rate: "7", effectiveDate: "2026-12-01" });
    const taxId = await written(tax, intent());
    await written(tax?.undo?.(taxId), intent(), taxId);
    expect(await adapter.taxes?.getMany([taxId], scope)).toMatchObject([{ active: false }]);
  });
});

describe("sending a create again with its own code", () => {
  it("writes once: the second one's refusal is the first one's success", async () => {
    const { adapter, intent } = running;
    const customerId = await newCustomer();
    for (const plan of [adapter.customers.create?.(person), adapter.charges.create?.({ customerId, amount: "5" })]) {
      const step = await noted(plan, intent());
      const first = await written(plan, step);
      expect(await written(plan, step)).toBe(first);
      // A later attempt has its own note, by which the first attempt's record is older.
      const later = await noted(plan, { ...step, note: null });
      expect(await written(plan, later)).toBe(first);
      expect(await findingOf(plan, later)).toEqual({ ours: [{ id: first, claim: first, isMarked: true }], candidates: [] });
    }
  });

  it("leaves the outcome of a caller's reference to the caller", async () => {
    const { adapter, intent } = running;
    const plan = adapter.customers.create?.({ ...person, reference: "r" });
    const step = intent();
    await written(plan, step);
    await expect(written(plan, step)).rejects.toMatchObject({ code: "INVALID_INPUT", backendCode: "V02" });
  });

  it("has an unknown outcome if the record cannot be looked for, or exists twice", async () => {
    const { adapter, backend, intent } = running;
    const step = intent();
    await written(adapter.customers.create?.(person), step);
    backend.setFaults([{ kind: "html502", function: "customers/~find" }]);
    const refused = { code: "OUTCOME_UNKNOWN", backendCode: "V02", retryable: false };
    await expect(written(adapter.customers.create?.(person), step)).rejects.toMatchObject(refused);
    for (const rows of [
      [1, 2].map((id) => ({ id, code: "gw-s" })),
      // With its code, and another amount.
      [{ id: 1, code: "GW-S", type: "RI", amount: 501 }],
    ]) {
      const { adapter: other } = scripted(({ effect }) => (effect === "write" ? failure("V77") : { json: rows }));
      const plan =
        "type" in (rows[0] ?? {}) ? other.charges.create?.({ customerId: "1", amount: "5" }) : other.customers.create?.(person);
      const failed = written(plan, { ...step, stepId: "s" });
      await expect(failed).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN", backendCode: "V77" });
    }
  });

  it("keeps a refusal with another cause", async () => {
    const { adapter, intent } = running;
    const plan = adapter.charges.create?.({ customerId: "999999999", amount: "5" });
    await expect(written(plan, intent())).rejects.toMatchObject({ code: "NOT_FOUND" });
    const { adapter: refusing, sent } = scripted(({ effect }) => (effect === "write" ? failure("F01") : { json: [] }));
    await expect(written(refusing.customers.create?.(person), intent())).rejects.toMatchObject({ backendCode: "F01" });
    // The note, the create, and the look for what it may have left earlier.
    expect(sent.map(({ effect }) => effect)).toEqual(["read", "write", "read"]);
  });
});
