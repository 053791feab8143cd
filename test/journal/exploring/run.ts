import { type Bounds, type Decisions, described, exhaust, failureOf, parsed, replay, sample } from "./explore.ts";
import type { Schedule } from "./world.ts";
import { oneCharge, type WorldPlan, worlds, wrongClocks } from "./worlds.ts";

/** Small worlds in all orders within these bounds, the others by seed. */
const exhausted: readonly WorldPlan[] = [oneCharge, wrongClocks];
const all: Bounds = { turns: 1, faults: 1 };
const drawn: Bounds = { turns: 4, faults: 4 };

/**
 * Runs about this many schedules: small worlds exhaustively, then every world by seed, from `start` on.
 *
 * @returns how many have failed
 */
export async function exploreAll(most: number, start: number, say: (line: string) => void): Promise<number> {
  const began = performance.now();
  let schedules = 0;
  let failed = 0;
  async function judge(world: WorldPlan, schedule: Schedule, decisions: Decisions): Promise<void> {
    schedules += 1;
    if (schedule.violation === null) return;
    failed += 1;
    const failure = await failureOf(world, decisions);
    say(described(failure));
    say(`  replay: npm run test:simulation -- --world "${world.name}" --decisions "${failure.decisions}"`);
  }
  for (const world of exhausted) {
    const found: [Schedule, Decisions][] = [];
    const { schedules: count, isComplete } = await exhaust(world, all, (schedule, decisions) => {
      if (schedule.violation === null) schedules += 1;
      else found.push([schedule, decisions]);
      return schedules < most;
    });
    for (const [schedule, decisions] of found) await judge(world, schedule, decisions);
    say(
      `${world.name}: ${isComplete ? "all" : "the first"} ${count} schedules with at most ${all.turns} turn out of order and ${all.faults} fault`,
    );
  }
  for (let seed = start; schedules < most; seed += 1) {
    for (const world of worlds) {
      const { schedule, decisions } = await sample(world, seed, drawn);
      await judge(world, schedule, decisions);
    }
    if ((seed - start + 1) % 1000 === 0) say(`${schedules} schedules, ${failed} failed`);
  }
  say(`${schedules} schedules in ${((performance.now() - began) / 1000).toFixed(1)} s: ${failed} failed`);
  return failed;
}

/** One schedule, with everything that happens in it. */
export async function replayed(name: string, decisions: string, say: (line: string) => void): Promise<boolean> {
  const world = worlds.find((each) => each.name === name);
  if (!world) throw new Error(`There is no world "${name}"; there are: ${worlds.map((each) => each.name).join(" · ")}`);
  const { violation, trace } = await replay(world, parsed(decisions));
  for (const line of trace) say(line);
  say(violation ?? "every promise was kept");
  return violation === null;
}
