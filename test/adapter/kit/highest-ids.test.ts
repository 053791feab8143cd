import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHighestIds, highestIdOf, isHigherId } from "../../../src/adapter/kit/rows.ts";

const id = fc.bigInt({ min: 0n, max: 9_223_372_036_854_775_807n });

describe("ids that grow", () => {
  it("are compared as numbers, however large", () => {
    fc.assert(fc.property(id, id, (one, other) => isHigherId(String(one), String(other)) === one > other));
  });

  it("are remembered per kind, the highest of each", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom("tax", "charge"), id)), (seen) => {
        const highest = createHighestIds<string>();
        for (const [kind, each] of seen) highest.seen(kind, String(each));
        for (const kind of ["tax", "charge", "customer"]) {
          const ids = seen.flatMap(([of, each]) => (of === kind ? [each] : []));
          const expected = ids.length === 0 ? null : String(ids.reduce((one, other) => (other > one ? other : one)));
          expect(highest.of(kind)).toBe(expected);
          expect(highestIdOf(ids.map((each) => ({ id: String(each) })))).toBe(expected);
        }
      }),
    );
  });
});
