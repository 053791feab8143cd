import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pageOfAll, pageOfParts, partsOf } from "../../../src/adapter/kit/paging.ts";
import { clashingIds, createOmittedRows, recordsById, recordWithId } from "../../../src/adapter/kit/rows.ts";
import { BillingError } from "../../../src/model/errors.ts";

interface Row {
  readonly id: string;
  readonly says: number;
}
const keyOf = ({ id }: Row): string => id;
const rows = fc.array(
  fc.record({ id: fc.constantFrom("1", "2", "3", "4"), says: fc.integer({ min: 0, max: 1 }) }, { noNullPrototype: true }),
  {
    maxLength: 12,
  },
);
/** The ids of which the rows say different things. */
const contradicted = (all: readonly Row[]): string[] =>
  [...Map.groupBy(all, keyOf)]
    .filter(([, own]) => new Set(own.map(({ says }) => says)).size > 1)
    .map(([id]) => id)
    .sort();

describe("rows with the same id", () => {
  it("clash when they say different things, and not otherwise", () => {
    fc.assert(
      fc.property(rows, (all) => {
        expect([...clashingIds(all, keyOf)].sort()).toEqual(contradicted(all));
      }),
    );
  });

  it("that clash are an error when they are read by id, alone or among others", () => {
    fc.assert(
      fc.property(rows, (all) => {
        const clashing = contradicted(all);
        const found = recordsById(all, keyOf, ({ says }) => says);
        for (const id of new Set(all.map(keyOf))) {
          const isClashing = clashing.includes(id);
          expect(found.get(id) instanceof BillingError).toBe(isClashing);
          if (isClashing) expect(() => recordWithId(all, keyOf, id)).toThrow("same id");
          else expect(recordWithId(all, keyOf, id)?.says).toBe(found.get(id));
        }
        expect(recordWithId(all, keyOf, "none")).toBeNull();
      }),
    );
  });

  it("are in a page once, and those that clash are reported, in lists that come whole and in lists of pages", async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (unsorted) => {
        const all = unsorted.toSorted((left, right) => (left.id < right.id ? -1 : left.id > right.id ? 1 : 0));
        const page = { first: 20, after: null };
        const omitted = [createOmittedRows("pbx", "rows"), createOmittedRows("pbx", "rows")] as const;
        const whole = pageOfAll(all, keyOf, page, { omitted: omitted[0] });
        const keys = { keyOf, omitted: omitted[1] };
        const walked = await pageOfParts(
          partsOf(async (offset, limit) => all.slice(offset, offset + limit)),
          keys,
          (row) => row,
          page,
        );
        for (const { items, incomplete } of [whole, walked]) {
          expect(items.map(({ value }) => value.id)).toEqual([...new Set(all.map(keyOf))]);
          const count = contradicted(all).length;
          const message = incomplete?.message ?? "";
          if (count === 0) expect(message).toBe("");
          else expect(message).toContain(`${count} have the id of another one`);
        }
      }),
    );
  });
});
