import { describe, expect, it } from "vitest";
import { chargesOf, everything, scope } from "../calls.ts";
import type { Contract } from "../dialect.ts";

/**
 * If a backend answers with the same bytes as before, the same decoded objects are returned to every caller. They are frozen from
 * here on, so an adapter or a case that changes them fails.
 */
export function describeRepeatedReads({ dialect, state }: Contract): void {
  describe("reads of unchanged records", () => {
    it("return the same objects each time", async () => {
      const { adapter, customers, charges } = state();
      const ids = customers.map(({ id }) => id);
      for (let turn = 0; turn < 4; turn += 1) {
        const [again, found, theirs] = await Promise.all([
          everything(adapter.customers.list, {}),
          adapter.customers.getMany(ids, scope),
          chargesOf(adapter, ids),
        ]);
        expect(again).toEqual(customers);
        expect(found).toEqual(customers);
        expect(theirs).toEqual(charges);
        frozen([again, found, theirs]);
      }
    });

    it.skipIf(dialect.noTransport !== null)("do not decode the same bytes again", async () => {
      const { adapter, customers } = state();
      const ids = customers.map(({ id }) => id).slice(0, 3);
      const before = await chargesOf(adapter, ids);
      for (let turn = 0; turn < 3; turn += 1) await chargesOf(adapter, ids);
      const [one, other] = [await chargesOf(adapter, ids), await chargesOf(adapter, ids)];
      expect(one).toEqual(before);
      expect(one.length).toBeGreaterThan(0);
      for (const [index, charge] of one.entries()) expect(other[index]).toBe(charge);
    });
  });
}

function frozen(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
}
