import { describe, expect, it } from "vitest";
import { depth, randomFor } from "../../support/sample.ts";
import { kinds, tryFollowing, tryMoving, tryWorld } from "./driver.ts";

/**
 * Everything that can be read, of worlds with drawn records behind independent simulators with drawn habits, compared with what the records say.
 * A failure names its world: `tryWorld` with that seed draws it again.
 */

const random = randomFor("worlds");
const seedOf = (): string => String(random.integer(1, 1_000_000_000));

describe("a drawn world", () => {
  it.each(Object.keys(kinds).flatMap((key) => Array.from({ length: 2 * depth }, () => [key, seedOf()] as const)))(
    "%s %s",
    async (key, seed) =>
      expect(await tryWorld(seed, { keys: [key] })).toMatchObject({
        problems: [],
      }),
  );

  it.each(Object.keys(kinds).flatMap((key) => Array.from({ length: depth }, () => [key, seedOf()] as const)))(
    "%s whose records come and go, and whose answers break off: %s",
    async (key, seed) => expect(await tryMoving(seed, key)).toMatchObject({ problems: [] }),
  );

  it.each(Object.keys(kinds).flatMap((key) => Array.from({ length: depth }, () => [key, seedOf()] as const)))(
    "%s whose records others change, followed over restarts: %s",
    async (key, seed) => expect(await tryFollowing(seed, key)).toMatchObject({ problems: [] }),
  );

  it.each(Array.from({ length: depth }, seedOf))("all backends %s", async (seed) => {
    expect(await tryWorld(seed, { mostPeople: 20 })).toMatchObject({
      problems: [],
    });
  });
});

/** Habits that answers were once wrong with. */
const habits: readonly (readonly [key: string, forced: Readonly<Record<string, unknown>>])[] = [
  ["enswitch", { paging: "without offset" }],
  ["enswitch", { paging: "ignored with recursive", "page maximum": 12 }],
  ["enswitch", { paging: "honoured", "page maximum": 2 }],
  ["suite", { "charges/all": "405" }],
  ["suite", { DateSelector: "ignored" }],
  ["offices", { "empty list": "absent, total 0" }],
  ["offices", { sorting: "ignored", "page maximum": 7 }],
];

it.each(habits)("%s with %s", async (key, forced) => {
  for (let left = depth; left > 0; left -= 1) {
    const seed = seedOf();
    expect(await tryWorld(seed, { keys: [key], forced }), seed).toMatchObject({
      problems: [],
    });
  }
});
