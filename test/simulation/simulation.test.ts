import { describe, expect, it } from "vitest";
import { depth, randomFor } from "../support/sample.ts";
import { faultKinds } from "./faults.ts";
import { backendKeys } from "./mutations.ts";
import { failureOf, simulateAll } from "./simulate.ts";

/** A sample of the simulation, another one in each run; npm run test:simulation runs as many seeds as wanted. */
const simulations = 24 * depth;
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
    const wanted = new Set([...backendKeys, ...faultKinds, ...mutations, "refused connection", "killed gateway"]);
    const first = randomFor("simulation").integer(1, 1_000_000);
    // Some more while something has not been met: the rarest mutation is in one of thirty.
    for (let done = 0; done < simulations || (wanted.size > 0 && done < 10 * simulations); ) {
      const seeds = Array.from({ length: done === 0 ? simulations : atOnce }, (_, index) => first + done + index);
      const outcomes = await simulateAll(seeds, atOnce);
      const failures = outcomes.filter(({ violations }) => violations.length > 0).map(failureOf);
      expect(failures.join("\n\n")).toBe("");
      for (const covered of outcomes.flatMap((outcome) => [...outcome.covered])) wanted.delete(covered);
      done += seeds.length;
    }
    expect(wanted).toEqual(new Set());
  });
});
