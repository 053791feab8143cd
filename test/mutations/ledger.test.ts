import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChargeSet, ChargeWindow } from "../../src/adapter/adapter.ts";
import type { Backends } from "../../src/adapter/backends.ts";
import { chargesBehind } from "../../src/adapter/charge-order.ts";
import { BillingError } from "../../src/model/errors.ts";
import { encodeId } from "../../src/model/id.ts";
import type { Charge } from "../../src/model/model.ts";
import { createLedger, likenessOf } from "../../src/mutations/ledger.ts";

/** Which charges of a backend are compared with new ones: all of them, or the caller gets a warning. */

const day = "2026-11-29";
const customer = encodeId({ type: "Customer", backend: "pbx", id: "7" });
const idOf = (index: number): string => encodeId({ type: "Charge", backend: "pbx", id: String(index) });
const likeness = (name: string): string =>
  likenessOf(customer, { customerId: customer, name, amount: "5.00", currency: "EUR" }, day);

const charge = (index: number): Charge => ({
  type: "Charge",
  backend: "pbx",
  id: String(index),
  backendId: String(index),
  reference: null,
  customer: { backend: "pbx", id: "7", name: null },
  plan: null,
  service: null,
  name: `Item ${index}`,
  description: null,
  notes: null,
  kind: "ONE_OFF",
  status: "DEFINED",
  quantity: "1",
  amount: { amount: "5.00", currency: "EUR" },
  taxAmount: null,
  total: null,
  outstanding: null,
  cost: null,
  date: day,
  recurrence: null,
  createdAt: null,
  updatedAt: null,
  raw: {},
});

/** A ledger over one backend that answers for each customer of a call like this. */
const ledgerOf = (answer: (window: ChargeWindow) => ChargeSet | BillingError, length = 1) => {
  const listByCustomers = async (ids: readonly string[], _query: unknown, window: ChargeWindow) =>
    ids.map(() => answer(window)).slice(0, ids.length - 1 + length);
  const backends = new Map([["pbx", { adapter: { charges: { listByCustomers } } }]]) as unknown as Backends;
  return createLedger({ backends, from: day, to: day, scope: {} });
};

describe("charges of a backend that look like a new one", () => {
  it("are found anywhere in a long list, whose windows may hold more than requested", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1_700 }), fc.nat(), fc.nat(30), async (count, wanted, more) => {
        const all = Array.from({ length: count }, (_, index) => charge(index));
        const ledger = ledgerOf(({ first, after }) => {
          const behind = chargesBehind(all, after);
          return { charges: behind.slice(0, first + more), complete: behind.length <= first + more };
        });
        await ledger.expect([customer]);
        const index = wanted % count;
        expect(ledger.alike(customer, [likeness(`Item ${index}`)])).toEqual([idOf(index)]);
        expect(ledger.alike(customer, [likeness("Something else")])).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it("may be among those that the backend could not show, which is reported unless one is found", async () => {
    const incomplete = new BillingError("BAD_RESPONSE", "Rows are missing.");
    const ledger = ledgerOf(() => ({ charges: [charge(1)], complete: true, incomplete }));
    await ledger.expect([customer]);
    expect(ledger.alike(customer, [likeness("Item 1")])).toEqual([idOf(1)]);
    expect(ledger.alike(customer, [likeness("Item 2")])).toBe(incomplete);
  });

  it.each([
    ["a failure", () => ledgerOf(() => new BillingError("UNAVAILABLE", "Down.")), "UNAVAILABLE"],
    ["no answer for a customer", () => ledgerOf(() => ({ charges: [], complete: true }), 0), "BAD_RESPONSE"],
    [
      "no backend",
      () => createLedger({ backends: new Map() as unknown as Backends, from: day, to: day, scope: {} }),
      "NOT_FOUND",
    ],
  ] as const)("are not taken for none after %s", async (_, open, code) => {
    const ledger = open();
    await ledger.expect([customer]);
    expect(ledger.alike(customer, [likeness("Item 1")])).toMatchObject({ code });
  });

  it("are not counted as none if the list was not read", () => {
    const ledger = ledgerOf(() => ({ charges: [], complete: true }));
    expect(ledger.alike(customer, [likeness("Item 1")])).toMatchObject({ code: "INTERNAL" });
  });
});
