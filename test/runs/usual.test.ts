import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunRow } from "../../src/runs/model.ts";
import { newRow } from "../../src/runs/rows.ts";
import type { EarlierRow } from "../../src/runs/store.ts";
import { createUsual } from "../../src/runs/usual.ts";

const given = { key: null, charge: {}, customerReference: null, allowDuplicate: false, problems: [] };

const row = (amount: string | null, changes: { customerId?: string; currency?: string; name?: string } = {}): RunRow => {
  const { customerId = "one", currency = "EUR", name = "Copies 2026-11" } = changes;
  return {
    ...newRow(1, 1, given, { key: "a", problem: null }, "Copier"),
    customerId,
    currency,
    amount,
    charge: { customerId, name },
  };
};

async function usualOf(amounts: readonly string[]) {
  const earlier = amounts.map(
    (amount, month): EarlierRow => ({
      customerId: "one",
      currency: "EUR",
      amount,
      charge: { customerId: "one", name: `Copies 2026-${String(month + 1).padStart(2, "0")}` },
    }),
  );
  const usual = createUsual(
    {
      earlierRuns: async () => (amounts.length > 0 ? ["earlier"] : []),
      earlierRows: async (_runs, customers) => earlier.filter(({ customerId }) => customers.includes(customerId)),
    },
    { id: "run", series: "Copier" },
  );
  await usual.expect([row("1"), row("1", { customerId: "two" })]);
  return usual;
}

describe("the usual amount for a customer", () => {
  it("causes a warning if an amount is far from it, for the same customer, currency and item only", async () => {
    const usual = await usualOf(["10.00", "12.50", "11.00"]);
    expect(usual.remark(row("33.00"))).toBeNull();
    expect(usual.remark(row("33.01"))).toContain("11.00 EUR");
    expect(usual.remark(row("3.66"))).toContain("the median of 3");
    for (const other of [{ customerId: "two" }, { currency: "USD" }, { name: "Parcels 2026-11" }]) {
      expect(usual.remark(row("900", other))).toBeNull();
    }
    for (const amount of [null, "0", "-50"]) expect(usual.remark(row(amount))).toBeNull();
  });

  it("is unknown after one month or none", async () => {
    expect((await usualOf([])).remark(row("1000"))).toBeNull();
    expect((await usualOf(["1"])).remark(row("1000"))).toBeNull();
  });

  it("causes no warning for less than three times and more than a third of every earlier amount", async () => {
    const cents = fc.integer({ min: 300, max: 100_000 });
    await fc.assert(
      fc.asyncProperty(fc.array(cents, { minLength: 2, maxLength: 6 }), cents, async (earlier, amount) => {
        const text = (value: number): string => (value / 100).toFixed(2);
        const usual = await usualOf(earlier.map(text));
        const remark = usual.remark(row(text(amount)));
        if (earlier.every((each) => amount <= 3 * each && 3 * amount >= each)) expect(remark).toBeNull();
        if (earlier.every((each) => amount > 3 * each || 3 * amount < each)) {
          const isAbove = earlier.every((each) => amount > 3 * each);
          const isBelow = earlier.every((each) => 3 * amount < each);
          if (isAbove || isBelow) expect(remark).not.toBeNull();
        }
      }),
    );
  });
});
