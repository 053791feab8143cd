import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import { createTurns } from "../../src/server/usual-requests.ts";

it("lets what takes long begin in later turns, in order, with other work between", async () => {
  let clock = 0;
  const turn = createTurns(() => clock);
  const done: string[] = [];
  const execute = async (name: string): Promise<void> => {
    await turn();
    clock += 3;
    done.push(name);
  };
  const other = (async () => {
    for (let count = 1; count <= 3; count += 1) {
      await nextTurn();
      done.push(String(count));
    }
  })();
  const all: Promise<void>[] = [];
  for (const name of ["a", "b", "c", "d", "e"]) {
    all.push(execute(name));
    // What has begun ends before the next request is read.
    await null;
    await null;
  }
  await Promise.all([...all, other]);
  expect(done.filter((name) => /[a-z]/.test(name))).toEqual(["a", "b", "c", "d", "e"]);
  // Two fit into the first turn.
  expect(done.indexOf("1")).toBeLessThanOrEqual(3);
  expect(done.indexOf("2")).toBeLessThan(done.indexOf("e"));
});

it("lets everything begin at once that takes little", async () => {
  const turn = createTurns(() => 0);
  expect(Array.from({ length: 100 }, turn)).toEqual(Array.from({ length: 100 }, () => null));
});

it("begins anew in each turn", async () => {
  let clock = 0;
  const turn = createTurns(() => clock);
  for (let count = 0; count < 5; count += 1) {
    expect(turn()).toBeNull();
    clock += 100;
    await nextTurn();
  }
});
