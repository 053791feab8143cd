import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChargePosition, ChargeSet } from "../../../src/adapter/adapter.ts";
import { chargePosition, chargesBehind, matchesCharge } from "../../../src/adapter/charge-order.ts";
import { BillingError } from "../../../src/model/errors.ts";
import { type Charge, chargeKinds, chargeStatuses } from "../../../src/model/model.ts";
import type { ChargeQuery } from "../../../src/model/queries.ts";
import { chargesOf, scope } from "../calls.ts";
import type { Contract, ContractState } from "../dialect.ts";
import { assertWellFormed } from "../well-formed.ts";

/** Charges by owner and by id: order, windows, filters, and whether `complete` is right. */
export function describeChargeLists({ dialect, state }: Contract): void {
  describe("charges of customers", () => {
    it("are well-formed, each once, and belong to the requested customers", () => {
      const { adapter, charges, customers, running } = state();
      expect(charges.length).toBeGreaterThan(20);
      const known = new Set(customers.map(({ id }) => id));
      for (const charge of charges) {
        assertWellFormed(charge, adapter, running.secrets);
        expect(known.has(charge.customer?.id ?? "")).toBe(true);
      }
      expect(new Set(charges.map(({ id }) => id)).size).toBe(charges.length);
    });

    it("are the same when read by id, in any order, with unknown ids among them", async () => {
      const { adapter, charges } = state();
      const asked = charges.toReversed();
      const ids = [...asked.map(({ id }) => id), "", "nobody", "999999999", "7:8:9", asked[0]?.id ?? ""];
      expect(await adapter.charges.getMany(ids, scope)).toEqual([...asked, null, null, null, null, asked[0]]);
    });

    it("are not found by any other text", async () => {
      const { adapter, charges } = state();
      const known = new Set(charges.map(({ id }) => id));
      const strange = fc.oneof(fc.string(), fc.stringMatching(/^\d{1,4}:\d{1,4}:?$/)).filter((text) => !known.has(text));
      await fc.assert(
        fc.asyncProperty(fc.array(strange, { minLength: 1, maxLength: 5 }), async (texts) => {
          for (const value of await adapter.charges.getMany(texts, scope)) {
            if (value instanceof BillingError) throw value;
            // Plan charges, and charges of unlisted customers, may be hit by chance.
            if (value !== null) expect(texts).toContain(value.id);
          }
        }),
        { numRuns: 15 },
      );
    });

    it("are returned separately for each customer of a batch, with repeated and unknown customers", async () => {
      const { adapter, charges } = state();
      const [busiest, other] = busyCustomers(charges);
      const sets = await adapter.charges.listByCustomers(
        [busiest, dialect.unknownIds.customer, other, busiest],
        {},
        { first: 1000, after: null },
        scope,
      );
      expect(sets.length).toBe(4);
      const idsOf = (set: ChargeSet | BillingError | undefined): string[] => behind(set, null).map(({ id }) => id);
      expect(idsOf(sets[0])).toEqual(charges.filter(({ customer }) => customer?.id === busiest).map(({ id }) => id));
      expect(idsOf(sets[2])).toEqual(charges.filter(({ customer }) => customer?.id === other).map(({ id }) => id));
      expect(idsOf(sets[3])).toEqual(idsOf(sets[0]));
      // A backend that cannot distinguish an unknown customer from one without charges may show an empty list.
      const unknown = sets[1];
      if (unknown instanceof BillingError) expect(["NOT_FOUND", "INVALID_INPUT"]).toContain(unknown.code);
      else expect(unknown).toEqual({ charges: [], complete: true });
    });

    it("continue exactly after a position, whatever the size of the window", async () => {
      const { adapter, charges } = state();
      const [busiest] = busyCustomers(charges);
      const wanted = charges.filter(({ customer }) => customer?.id === busiest).map(({ id }) => id);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: wanted.length + 1 }), async (first) => {
          const walked: string[] = [];
          let after: ChargePosition | null = null;
          for (;;) {
            const [set] = await adapter.charges.listByCustomers([busiest], {}, { first, after }, scope);
            const rest = behind(set, after);
            const page = rest.slice(0, first);
            walked.push(...page.map(({ id }) => id));
            const last = page.at(-1);
            // "Not complete" must mean that there are more than fit on the page.
            if (isComplete(set) && rest.length <= first) break;
            expect(page.length).toBe(first);
            after = last === undefined ? null : chargePosition(last);
          }
          expect(walked).toEqual(wanted);
        }),
        { numRuns: 4, examples: [[1], [wanted.length]] },
      );
    });

    it("pass every filter, and none that passes is missing", async () => {
      const { adapter, charges } = state();
      const owners = [...new Set(charges.map(({ customer }) => customer?.id ?? ""))].slice(0, 12);
      const own = charges.filter(({ customer }) => owners.includes(customer?.id ?? ""));
      for (const query of queriesAbout(own)) {
        const label = JSON.stringify(query);
        const expected = own.filter((charge) => matchesCharge(charge, query)).map(({ id }) => id);
        expect(
          (await chargesOf(adapter, owners, query)).map(({ id }) => id),
          label,
        ).toEqual(expected);
      }
    });

    it("of plans, if the backend has them, belong to the plan and can be read by id", async ({ skip }) => {
      const { adapter } = state();
      if (adapter.charges.listByPlans === undefined) return skip("the backend defines no charges on plans");
      const planIds = await planIdsOf(state());
      const sets = await adapter.charges.listByPlans(planIds, {}, { first: 1000, after: null }, scope);
      expect(sets.length).toBe(planIds.length);
      for (const [index, set] of sets.entries()) {
        const charges = behind(set, null);
        expect(
          await adapter.charges.getMany(
            charges.map(({ id }) => id),
            scope,
          ),
        ).toEqual(charges);
        for (const charge of charges) {
          assertWellFormed(charge, adapter);
          expect([charge.plan?.id, charge.customer]).toEqual([planIds[index], null]);
        }
      }
    });
  });
}

/** Every member of ChargeQuery, alone and combined, with values of the given charges. */
function queriesAbout(charges: readonly Charge[]): ChargeQuery[] {
  const dates = charges.flatMap(({ date }) => date ?? []).toSorted();
  const from = dates[Math.floor(dates.length / 4)] ?? null;
  const to = dates[Math.floor(dates.length / 2)] ?? null;
  const search = charges.at(-1)?.name.slice(0, 5).toUpperCase() ?? null;
  const status = [...new Set(charges.map((charge) => charge.status))].slice(0, 2);
  return [
    { from },
    { to },
    { from, to },
    { from: to, to },
    { search },
    { search: "no charge says this" },
    ...chargeStatuses.map((each) => ({ status: [each] })),
    ...chargeKinds.map((each) => ({ kind: [each] })),
    { status, kind: chargeKinds, from },
    { status: [] },
    { from: null, to: null, status: null, kind: null, search: null },
  ];
}

/** The two customers with most charges. */
function busyCustomers(charges: readonly Charge[]): [string, string] {
  const groups = [...Map.groupBy(charges, ({ customer }) => customer?.id ?? "")];
  const [busiest, other] = groups.toSorted(([, left], [, right]) => right.length - left.length).map(([id]) => id);
  if (busiest === undefined || other === undefined) throw new Error("the backend has too few charges");
  return [busiest, other];
}

function behind(set: ChargeSet | BillingError | undefined, after: ChargePosition | null): readonly Charge[] {
  if (set === undefined || set instanceof BillingError) throw set ?? new Error("a set is missing");
  return chargesBehind(set.charges, after);
}

function isComplete(set: ChargeSet | BillingError | undefined): boolean {
  return set !== undefined && !(set instanceof BillingError) && set.complete;
}

async function planIdsOf({ adapter }: ContractState): Promise<string[]> {
  const page = await adapter.plans?.list({}, { first: 50, after: null }, scope);
  return page?.items.map(({ value }) => value.id) ?? [];
}
