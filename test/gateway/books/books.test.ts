import fc from "fast-check";
import { expect, it } from "vitest";
import { depth, seed } from "../../support/sample.ts";
import { fans, judgeFan } from "./fanned.ts";
import { judgeMoves, lostChanges } from "./judge.ts";
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
  ["pbx", "createCustomer", { name: "Ada", email: "ada@example.com" }],
  ["pbx", "createCharge", { name: "Setup", amount: "12.34" }],
  ["suite", "createCustomer", { name: "Ada", email: "ada@example.com" }],
  ["suite", "createCharge", { amount: "12.34" }],
  ["offices", "createCustomer", { name: "Ada", email: "ada@example.com" }],
  ["offices", "createCharge", { amount: "12.34" }],
  ["offices", "createTax", { name: "Levy", rate: "7" }],
  ["recurring", "createCustomer", { firstName: "Ada", lastName: "Lovelace", email: "ada@example.com" }],
  ["recurring", "createCharge", { amount: "12.34" }],
  ["recurring", "createTax", { name: "Levy", rate: "7", effectiveDate: "2026-01-01" }],
] as const)("an answer of %s to %s with a record that was there before is not believed", async (key, verb, given) => {
  const move = { verb, given, alteration: null, pick: 1 };
  const moves: readonly Move[] = [
    { ...move, trouble: "an old record" },
    { ...move, trouble: "none" },
  ];
  expect(await judgeMoves(key, seed, moves, { "zone of the center": "UTC", timeZone: "UTC" })).toMatchObject({ problems: [] });
});

it.each([
  ["pbx", "updateCustomer", [{ name: "Renamed" }, { reference: "B-1" }]],
  ["pbx", "updateTax", [{ rate: "5" }, { name: "Renamed" }]],
  ["suite", "updateCustomer", [{ line1: "1 Main St." }, { "address.city": "Zürich" }]],
  ["suite", "updateCustomer", [{ email: "new@example.com" }, { phone: "555 1" }]],
  ["offices", "updateCustomer", [{ line1: "1 Main St." }, { "address.city": "Zürich" }]],
  ["offices", "updateTax", [{ rate: "5" }, { name: "Renamed" }]],
  ["recurring", "updateCustomer", [{ line1: "1 Main St." }, { "address.city": "Zürich" }]],
  ["recurring", "updateTax", [{ rate: "5" }, { name: "Renamed" }]],
] as const)("of changes that %s gets at once, none is told as done and lost: %s %j", async (key, verb, changes) => {
  expect(await lostChanges(key, verb, changes)).toEqual([]);
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

it("an archived customer of v2 is told as archived, then and later, where clients show no state", async () => {
  const move = { given: {}, alteration: null, pick: 0, trouble: "none" } as const;
  const moves: readonly Move[] = [
    { ...move, verb: "archiveCustomer" },
    { ...move, verb: "restoreCustomer" },
    { ...move, verb: "archiveCustomer", trouble: "reset after" },
  ];
  expect(await judgeMoves("suite", seed, moves, { "EntityStatus of clients": "absent" })).toMatchObject({ problems: [] });
});

it("what callers of several backends at once are told agrees with all books", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fans, async (habits, fan) => {
      expect({ problems: await judgeFan(fan, habits), fan }).toEqual({ problems: [], fan });
    }),
    { numRuns: 4 * depth, seed, endOnFailure: true },
  );
});
