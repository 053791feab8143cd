import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { exploreAll, replayed } from "../journal/exploring/run.ts";
import { failureOf, simulateAll } from "./simulate.ts";

/**
 * First the journal under schedules of its own, then whole gateways against simulated backends:
 * npm run test:simulation -- [--schedules 100000] [--seeds 1000] [--start 1] [--parallel 8] | --seed 42 | --world "…" --decisions "…"
 */

const { values } = parseArgs({
  options: {
    /** Number of interleavings of the journal's own runners; 0 = none. */
    schedules: { type: "string", default: "100000" },
    /** The world of one schedule, which is repeated with all its events. */
    world: { type: "string" },
    /** The decisions of the schedule, as a failure prints them. */
    decisions: { type: "string", default: "" },
    /** How many seeds, from `start` on. */
    seeds: { type: "string", default: "1000" },
    start: { type: "string", default: "1" },
    /** Only this one, with all its events. */
    seed: { type: "string" },
    /** How many at the same time: mostly they wait. */
    parallel: { type: "string", default: String(availableParallelism() * 4) },
  },
});

const say = (line: string): void => console.log(line);

if (values.world !== undefined) process.exit((await replayed(values.world, values.decisions, say)) ? 0 : 1);
if (values.seed === undefined && Number(values.schedules) > 0) {
  const failures = await exploreAll(Number(values.schedules), Number(values.start), say);
  if (failures > 0) process.exitCode = 1;
}

const first = Number(values.seed ?? values.start);
const count = values.seed === undefined ? Number(values.seeds) : 1;
const seeds = Array.from({ length: count }, (_, index) => first + index);
const started = performance.now();
const elapsed = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`;
const failed: number[] = [];
let done = 0;

const outcomes = await simulateAll(seeds, Number(values.parallel), (outcome) => {
  done += 1;
  if (outcome.violations.length > 0) {
    failed.push(outcome.seed);
    console.log(failureOf(outcome));
  } else if (values.seed !== undefined) console.log(outcome.trace.join("\n"));
  if (done % 50 === 0) console.log(`${done} of ${count} seeds, ${failed.length} failed, ${elapsed()}`);
});

const unknown = Map.groupBy(
  outcomes.flatMap((outcome) => outcome.unknown),
  (step) => step,
);
console.log(`${count} seeds in ${elapsed()}: ${count - failed.length} green, ${failed.length} failed`);
const disturbances = outcomes.reduce((sum, outcome) => sum + outcome.disturbances, 0);
if (disturbances > 0)
  console.log(`${disturbances} simulations that failed while the machine had stopped the process were repeated`);
for (const [step, times] of unknown) console.log(`UNKNOWN, with a reason: ${step} ×${times.length}`);
if (failed.length > 0) {
  console.log(`failed: ${failed.join(", ")}`);
  process.exitCode = 1;
}
