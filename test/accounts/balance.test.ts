import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { totalsOf } from "../../src/accounts/views.ts";
import { euros } from "./records.ts";

describe("the amount due of an account", () => {
  it("is one exact amount for each currency, sorted by it", () => {
    const dollars = { amount: "7.005", currency: "USD" };
    expect(totalsOf([dollars, euros("0.10"), euros("0.20"), euros("-1")])).toEqual([euros("-0.70"), dollars]);
    expect(totalsOf([])).toEqual([]);
  });

  it("does not depend on the order", () => {
    const amounts = fc.record({
      amount: fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map((cents) => `${cents}.25`),
      currency: fc.constantFrom("EUR", "USD"),
    });
    const orders = fc
      .array(amounts)
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(orders, ([one, other]) => {
        expect(totalsOf(one)).toEqual(totalsOf(other));
      }),
    );
  });
});
