import { describe, expect, it } from "vitest";
import { described, exhaust, failureOf, parsed, replay, sample, written } from "./explore.ts";
import { type Mutant, mutants } from "./mutants.ts";
import * as named from "./worlds.ts";
import { worlds } from "./worlds.ts";

/**
 * The journal's own runners, over one store and a model of a backend, in schedules that nothing but a decision list decides.
 * npm run test:simulation explores many more.
 */

const bounds = { turns: 3, faults: 3 };
/** Of each world. */
const seeds = 500;

describe("interleavings of gateways", { timeout: 180_000 }, () => {
  it.each(worlds)("keep every promise: $name", async (world) => {
    const statuses = new Set<string>();
    for (let seed = 1; seed <= seeds; seed += 1) {
      const { schedule, decisions } = await sample(world, seed, bounds);
      if (schedule.violation !== null) expect.fail(described(await failureOf(world, decisions)));
      for (const status of schedule.covered) statuses.add(status);
    }
    expect([...statuses]).toEqual(expect.arrayContaining(world.calls.length > 1 ? ["SUCCEEDED", "UNKNOWN"] : ["UNKNOWN"]));
  });

  const small = [
    { turns: 0, faults: 1 },
    { turns: 2, faults: 0 },
  ];
  it.each(small)(
    "keep every promise with all of $turns turns taken before others, and $faults things going wrong",
    async (atMost) => {
      const failures: string[] = [];
      const { isComplete, schedules } = await exhaust(named.oneCharge, atMost, ({ violation }, decisions) => {
        if (violation !== null) failures.push(`${written(decisions)}: ${violation}`);
        return true;
      });
      expect(failures).toEqual([]);
      expect(isComplete).toBe(true);
      expect(schedules).toBeGreaterThan(100);
    },
  );

  it("repeat exactly: a decision list is a schedule", async () => {
    for (const world of worlds) {
      const { schedule, decisions } = await sample(world, 7, bounds);
      const again = await replay(world, parsed(written(decisions)));
      expect(again).toEqual(schedule);
    }
  });

  const cases = (Object.keys(mutants) as (keyof typeof mutants)[]).map((name) => ({ name }));
  it.each(cases)("show at once where $name", async ({ name }) => {
    const mutant: Mutant = mutants[name];
    const found = await firstFailure(mutant);
    expect(found?.violation ?? null).not.toBeNull();
    if (!found) return;
    // The same decisions break nothing where the rule holds: it is the rule that is missed, not the explorer's world.
    const { violation } = await replay(found.world, found.decisions);
    expect(violation).toBeNull();
  });
});

/** Within the sample that the code itself has to stand. */
async function firstFailure(mutant: Mutant) {
  for (let seed = 1; seed <= seeds; seed += 1) {
    for (const world of worlds) {
      const { schedule, decisions } = await sample(world, seed, bounds, mutant);
      if (schedule.violation !== null) return { world, decisions, violation: schedule.violation, seed };
    }
  }
  return null;
}
