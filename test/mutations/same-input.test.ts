import fc from "fast-check";
import { coerceInputValue, type GraphQLInputObjectType } from "graphql";
import { describe, expect, it } from "vitest";
import { nullClears } from "../../src/gateway/mutations.ts";
import { sameInput } from "../../src/mutations/idempotency.ts";
import { mutationInputs, pairOfInputs } from "./mutation-inputs.ts";

const isSaidAgain = (mutation: string, one: unknown, other: unknown): boolean =>
  sameInput(one, other, { nullClears: nullClears[mutation as keyof typeof nullClears] });

/** The input as a resolver gets it. */
function received(type: GraphQLInputObjectType, said: unknown): unknown {
  const input = coerceInputValue(said, type);
  if (input === undefined) throw new Error(`${JSON.stringify(said)} is no ${type.name}`);
  return input;
}

/** The input as it is read from the store. */
const stored = (input: unknown): unknown => JSON.parse(JSON.stringify(input));

describe("the inputs of a mutation are the same exactly when they mean the same", () => {
  it("of every mutation that takes a key", () => expect(mutationInputs.length).toBeGreaterThanOrEqual(17));

  it.each(mutationInputs)("$mutation", (input) => {
    const { mutation, type } = input;
    const seen = { same: 0, different: 0 };
    const said = pairOfInputs(input).chain(([one, other]) =>
      fc.tuple(fc.constant(one.id === other.id), one.words, one.words, other.words),
    );
    fc.assert(
      fc.property(said, ([isSame, one, again, other]) => {
        seen[isSame ? "same" : "different"] += 1;
        const [first, repeated, second] = [one, again, other].map((words) => received(type, words));
        expect(isSaidAgain(mutation, stored(first), repeated)).toBe(true);
        expect(isSaidAgain(mutation, stored(first), second)).toBe(isSame);
        expect(isSaidAgain(mutation, stored(second), first)).toBe(isSame);
        // Recorded under an earlier schema: without its defaults.
        expect(isSaidAgain(mutation, stored(one), repeated)).toBe(true);
        expect(isSaidAgain(mutation, stored(one), second)).toBe(isSame);
      }),
      { numRuns: 400 },
    );
    expect(seen.different).toBeGreaterThan(50);
  });
});

describe("examples", () => {
  const charge = { customerId: "c", amount: "19.90", reference: "0019", executeNow: false };
  it.each([
    ["createCharge", { charge }, { charge: { ...charge, amount: "19.9" } }, true],
    ["createCharge", { charge }, { charge: { ...charge, amount: 19.9 } }, true],
    ["createCharge", { charge }, { charge: { ...charge, amount: "19.91" } }, false],
    ["createCharge", { charge }, { charge: { ...charge, amount: null } }, false],
    ["createCharge", { charge }, { charge: { ...charge, reference: "19" } }, false],
    ["createCharge", { charge }, { charge: { ...charge, notes: null, executeNow: null, taxIds: undefined } }, true],
    ["createCharge", { charge }, { charge: { ...charge, taxIds: [] } }, false],
    ["createCharge", { charge }, { charge, validateOnly: null }, true],
    ["createCharges", { charges: [charge] }, { charges: [charge, charge] }, false],
    ["createCustomer", { backends: ["a", "b"] }, { backends: ["a", "b"], link: true, onFailure: "KEEP" }, true],
    ["createCustomer", { backends: ["a", "b"] }, { backends: ["a", "b"], link: false }, false],
    ["createCustomer", { backends: ["a", "b"] }, { backends: ["b", "a"] }, false],
    ["updateCharge", { id: "1", notes: null }, { id: "1" }, false],
    ["updateCharge", { id: "1", recurrence: { endsOn: null } }, { id: "1", recurrence: {} }, false],
    ["updateCharge", { id: "1", validateOnly: false }, { id: "1", validateOnly: null }, true],
    ["alignCustomers", { fields: ["NAME", "EMAIL"] }, { fields: ["EMAIL", "NAME"] }, true],
    ["alignCustomers", { changes: [{ change: { phone: null } }] }, { changes: [{ change: {} }] }, false],
  ])("of %s: %j and %j", (mutation, one, other, isSame) => expect(isSaidAgain(mutation, one, other)).toBe(isSame));
});
