import { describe, expect, it } from "vitest";
import { depth, randomFor } from "../../support/sample.ts";
import { type Decisions, described, exhaust, failureOf, parsed, replay, sample, written } from "./explore.ts";
import { type Mutant, mutants } from "./mutants.ts";
import type { Schedule } from "./world.ts";
import * as named from "./worlds.ts";
import { type WorldPlan, worlds } from "./worlds.ts";

/**
 * Runs the journal's own runners over one store and a model of a backend, in schedules that are fully determined by a list of
 * decisions. npm run test:simulation explores many more.
 */

const bounds = { turns: 3, faults: 3 };
/** For each world: enough for outcomes that are unknown in one schedule of fifteen. */
const draws = 150 * depth;
/** In which a missing rule is noticed. */
const seeds = 300;

/** Small worlds. Every schedule is run that has at most this many turns out of order and this many faults. */
const small = [
  { world: named.oneCharge, atMost: { turns: 0, faults: 1 } },
  { world: named.oneCharge, atMost: { turns: 2, faults: 0 } },
  { world: named.wrongClocks, atMost: { turns: 0, faults: 2 } },
];

describe("interleavings of gateways", { timeout: 180_000 }, () => {
  it.each(worlds)("keep every promise: $name", async (world) => {
    const statuses = new Set<string>();
    const first = randomFor(world.name).integer(1, 1_000_000_000);
    for (let seed = first; seed < first + draws; seed += 1) {
      const { schedule, decisions } = await sample(world, seed, bounds);
      if (schedule.violation !== null) expect.fail(described(await failureOf(world, decisions)));
      for (const status of schedule.covered) statuses.add(status);
    }
    expect([...statuses]).toEqual(expect.arrayContaining(world.calls.length > 1 ? ["SUCCEEDED", "UNKNOWN"] : ["UNKNOWN"]));
  });

  it.each(small)("keep every promise in every order: $world.name, $atMost", async ({ world, atMost }) => {
    const failures: string[] = [];
    const { isComplete, schedules } = await exhaust(world, atMost, ({ violation }, decisions) => {
      if (violation !== null) failures.push(`${written(decisions)}: ${violation}`);
      return true;
    });
    expect(failures).toEqual([]);
    expect(isComplete).toBe(true);
    expect(schedules).toBeGreaterThan(100);
  });

  it("repeat exactly: the same decisions give the same schedule", async () => {
    for (const world of worlds) {
      const { schedule, decisions } = await sample(world, 7, bounds);
      const again = await replay(world, parsed(written(decisions)));
      expect(again).toEqual(schedule);
    }
  });

  const cases = (Object.keys(mutants) as (keyof typeof mutants)[]).map((name) => ({ name }));
  it.each(cases)("break a promise at once if $name", async ({ name }) => {
    const mutant: Mutant = mutants[name];
    const found = await firstFailure(mutant);
    if (!found) return expect.fail("It is not noticed.");
    // The same decisions break nothing with the rule in place: so it is the missing rule that breaks the promise, not the
    // explorer's world.
    const { violation } = await replay(found.world, found.decisions);
    expect(violation).toBeNull();
  });
});

/** Within limits that the code itself must withstand; the mutant's own world first, then small ones. */
async function firstFailure(mutant: Mutant): Promise<{ world: WorldPlan; decisions: Decisions } | null> {
  for (let seed = 1; mutant.noticedIn && seed <= seeds; seed += 1) {
    const { schedule, decisions } = await sample(mutant.noticedIn, seed, bounds, mutant);
    if (schedule.violation !== null) return { world: mutant.noticedIn, decisions };
  }
  for (const { world, atMost } of small) {
    let found: Decisions | null = null;
    const ended = ({ violation }: Schedule, decisions: Decisions): boolean => {
      if (violation !== null) found = decisions;
      return violation === null;
    };
    await exhaust(world, atMost, ended, { mutant });
    if (found) return { world, decisions: found };
  }
  for (let seed = 1; seed <= seeds; seed += 1) {
    for (const world of worlds) {
      const { schedule, decisions } = await sample(world, seed, bounds, mutant);
      if (schedule.violation !== null) return { world, decisions };
    }
  }
  return null;
}
