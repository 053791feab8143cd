import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createPlaces, type Places } from "../../src/runs/places.ts";

/** How many rows may be under way to a backend. */

const concurrency = 3;

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

/** Lets microtasks run until nothing more enters. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** More rows than there will be places. Leaving gives back the place of the first row that is under way. */
async function crowd(places: Places) {
  const leaving: (() => void)[] = [];
  for (let row = 0; row < 50; row += 1) void places.enter().then((leave) => leaving.push(leave));
  await settled();
  return {
    underWay: () => leaving.length,
    leave: async (afterMs: number): Promise<() => void> => {
      vi.advanceTimersByTime(afterMs);
      const leave = leaving.shift();
      if (!leave) throw new Error("Nobody is under way.");
      leave();
      await settled();
      return leave;
    },
  };
}

it("are as many as the backend takes calls, until it has answered quickly", async () => {
  const { underWay, leave } = await crowd(createPlaces(() => concurrency)("pbx"));
  expect(underWay()).toBe(concurrency);
  await leave(20);
  expect(underWay()).toBe(2 * concurrency);
  await leave(20);
  expect(underWay()).toBe(2 * concurrency);
});

it("are no more than it takes calls while it is slow, and more again afterwards", async () => {
  const { underWay, leave } = await crowd(createPlaces(() => concurrency)("pbx"));
  await leave(20);
  await leave(5_000);
  // Nobody enters until those who are ahead have left.
  expect(underWay()).toBe(2 * concurrency - 1);
  for (let row = 0; row < 2 * concurrency; row += 1) await leave(5_000);
  expect(underWay()).toBe(concurrency);
  await leave(5_000);
  expect(underWay()).toBe(concurrency);
  // Those under way have waited long; the first that enters after them is quick.
  await leave(0);
  await leave(0);
  await leave(0);
  expect(underWay()).toBe(2 * concurrency);
});

it("count a row once that gives its place back twice", async () => {
  const { underWay, leave } = await crowd(createPlaces(() => concurrency)("pbx"));
  const again = await leave(20);
  vi.advanceTimersByTime(5_000);
  again();
  await settled();
  expect(underWay()).toBe(2 * concurrency);
});

it("are of each backend", async () => {
  const placesOf = createPlaces((backend) => (backend === "pbx" ? 1 : 4));
  expect((await crowd(placesOf("pbx"))).underWay()).toBe(1);
  expect((await crowd(placesOf("suite"))).underWay()).toBe(4);
  // Other runs share them.
  expect((await crowd(placesOf("pbx"))).underWay()).toBe(0);
});
