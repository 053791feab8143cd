import fc from "fast-check";
import { expect, it } from "vitest";
import { depth, seed } from "../../support/sample.ts";
import { judgeMoves } from "./judge.ts";
import { keys, movesFor } from "./moves.ts";

/**
 * Writes to independent simulators with drawn habits, which alter what they store and answer in every way that the contracts and networks allow.
 * What callers are told is compared with the simulators' books.
 */
it.each(keys)("what callers of %s are told agrees with the backend's book", async (key) => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), movesFor(key), async (habits, moves) => {
      const { problems, chosen } = await judgeMoves(key, habits, moves);
      expect({ problems, chosen }).toEqual({ problems: [], chosen });
    }),
    { numRuns: 4 * depth, seed, endOnFailure: true },
  );
});
