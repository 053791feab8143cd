import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromMinorUnits, toMinorUnits } from "../../src/model/money.ts";
import { createTotals } from "../../src/runs/totals.ts";

const rows = fc.array(
  fc.record({
    backend: fc.constantFrom("pbx", "suite"),
    currency: fc.constantFrom("EUR", "USD"),
    minor: fc.option(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n })),
    scale: fc.integer({ min: 0, max: 4 }),
    calls: fc.integer({ min: 1, max: 3 }),
  }),
  { maxLength: 60 },
);

describe("totals", () => {
  it("are exact, by backend and currency", () => {
    fc.assert(
      fc.property(rows, (given) => {
        const totals = createTotals();
        for (const { minor, scale, ...row } of given)
          totals.add({ ...row, amount: minor === null ? null : fromMinorUnits(minor, scale) });
        const { totals: found, calls } = totals.summary();
        expect(calls).toBe(given.reduce((sum, row) => sum + row.calls, 0));
        for (const { backend, currency, amount, rows: count, unpriced } of found) {
          const own = given.filter((row) => row.backend === backend && row.currency === currency);
          const sum = own.reduce((total, { minor, scale }) => total + (minor ?? 0n) * 10n ** BigInt(4 - scale), 0n);
          expect(toMinorUnits(amount, 4)).toBe(String(sum));
          expect([count, unpriced]).toEqual([own.length, own.filter(({ minor }) => minor === null).length]);
        }
        expect(found.reduce((sum, { rows: count }) => sum + count, 0)).toBe(given.length);
      }),
    );
  });
});
