import { describe, expect, it } from "vitest";
import { summaryOf } from "../../src/console/work/waiting.ts";

describe("the counter of open work", () => {
  const operations = (count: number, more = false) => ({ count, more, one: "operation", many: "operations" });
  const runs = (count: number, more = false) => ({ count, more, one: "charge run", many: "charge runs" });
  const down = (count: number) => ({ count, more: false, one: "backend down", many: "backends down" });

  it.each([
    [[operations(0), runs(0), down(0)], null],
    [[operations(1), runs(0), down(0)], { count: "1", words: "1 operation needs attention" }],
    [[operations(2), runs(1), down(0)], { count: "3", words: "2 operations and 1 charge run need attention" }],
    [[operations(0), runs(5, true), down(2)], { count: "7+", words: "5 or more charge runs and 2 backends down need attention" }],
    [[operations(1, true), runs(0), down(0)], { count: "1+", words: "1 or more operations need attention" }],
  ])("%j", (needs, words) => {
    expect(summaryOf(needs)).toEqual(words);
  });
});
