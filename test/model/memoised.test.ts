import { expect, it, vi } from "vitest";
import { memoised } from "../../src/model/memoised.ts";

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
