import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { memoised, memoisedByPlace } from "../../src/model/memoised.ts";

it("asks once for each text, even if there is no result", () => {
  const compute = vi.fn((text: string) => (text === "" ? undefined : text.length));
  const length = memoised(compute);
  expect(["abc", "", "abc", "", "de"].map(length)).toEqual([3, undefined, 3, undefined, 2]);
  expect(compute).toHaveBeenCalledTimes(3);
});

it("keeps no more results than the limit", () => {
  const compute = vi.fn((text: string) => text.length);
  const length = memoised(compute, 2);
  expect(["a", "bb", "ccc", "ccc", "a"].map(length)).toEqual([1, 2, 3, 3, 1]);
  expect(compute).toHaveBeenCalledTimes(4);
});

it("gives each name its own result, wherever it stands in a record, and asks once for names that stay in place", () => {
  const records = fc.array(fc.array(fc.constantFrom("id", "name", "cost", "", "a longer name"), { maxLength: 70 }), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(records, (given) => {
      const lengthOf = memoisedByPlace((name) => name.length);
      for (const names of given) expect(names.map(lengthOf)).toEqual(names.map(({ length }) => length));
    }),
  );
  const compute = vi.fn((name: string) => name.length);
  const lengthOf = memoisedByPlace(compute);
  for (let record = 0; record < 5; record += 1) expect(["id", "name"].map(lengthOf)).toEqual([2, 4]);
  expect(compute).toHaveBeenCalledTimes(2);
});
