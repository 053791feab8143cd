import { expect, it } from "vitest";
import { depth, oneIn } from "./sample.ts";

const cases = Array.from({ length: 40 }, (_, index) => index);

it("one in four is one of each four in succession, and in the course of many draws all", () => {
  const draws = Array.from({ length: 200 }, (_, draw) => oneIn(4, cases, `draw ${draw}`));
  for (const drawn of draws) {
    const perFour = Map.groupBy(drawn, (each) => Math.floor(each / 4));
    expect([...perFour.values()].map(({ length }) => length)).toEqual(Array(10).fill(Math.min(depth, 4)));
  }
  expect(new Set(draws.flat())).toEqual(new Set(cases));
});

it("the same is drawn again in the same run", () => {
  expect(oneIn(4, cases, "again")).toEqual(oneIn(4, cases, "again"));
});
