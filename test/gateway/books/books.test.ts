import fc from "fast-check";
import { expect, it } from "vitest";
import { depth, seed } from "../../support/sample.ts";
import { judgeMoves } from "./judge.ts";
import { keys, type Move, movesFor } from "./moves.ts";

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

it.each([
  ["recurring", "createCustomer", { firstName: "Ada", lastName: "Lovelace", email: "ada@example.com" }, { "empty list": "{}" }],
  ["recurring", "createCharge", { amount: "19.99" }, { "empty list": "{}" }],
] as const)("a refusal of %s is a failure where empty lists show nothing: %s", async (key, verb, given, forced) => {
  const move = { verb, given, alteration: null, pick: 0 };
  const moves: readonly Move[] = [
    { ...move, trouble: "refusal" },
    { ...move, trouble: "breakdown before" },
    { ...move, trouble: "none" },
  ];
  expect(await judgeMoves(key, seed, moves, forced)).toMatchObject({ problems: [] });
});
