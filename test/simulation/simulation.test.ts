import { describe, expect, it } from "vitest";
import { faultKinds } from "./faults.ts";
import { backendKeys } from "./mutations.ts";
import { failureOf, simulateAll } from "./simulate.ts";

/** A fixed sample of the simulation; npm run test:simulation runs as many seeds as wanted. */
const seeds = Array.from({ length: 50 }, (_, index) => 1 + index);
const atOnce = 8;

const mutations = [
  "createCustomer",
  "updateCustomer",
  "archiveCustomer",
  "restoreCustomer",
  "createCharge",
  "createCharges",
  "createCredits",
  "updateCharge",
  "voidCharge",
  "executeCharge",
  "createTax",
  "updateTax",
  "archiveTax",
  "setTaxLiability",
];

describe("random mutations against random faults", () => {
  it("keep every promise, whatever goes wrong", { timeout: 600_000 }, async () => {
    const outcomes = await simulateAll(seeds, atOnce);
    const failures = outcomes.filter(({ violations }) => violations.length > 0).map(failureOf);
    expect(failures.join("\n\n")).toBe("");
    const covered = outcomes.reduce((all, outcome) => all.union(outcome.covered), new Set<string>());
    const wanted = new Set([...backendKeys, ...faultKinds, ...mutations, "refused connection", "killed gateway"]);
    expect(wanted.difference(covered)).toEqual(new Set());
  });
});
