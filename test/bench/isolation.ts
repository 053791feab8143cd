import type { Fault } from "../../src/sandbox/simulated.ts";
import { type SandboxProgram, setFaults } from "../e2e/sandbox.ts";
import { answersOf } from "./asking.ts";
import { median, sum } from "./figures.ts";
import type { LoadJob, LoadResult, SteadyJob } from "./load.ts";
import { type Options, warmUpSeconds } from "./measure.ts";
import type { WatchedProgram } from "./program.ts";
import type { IsolationRow } from "./report.ts";
import { awaitQuiet } from "./sandbox.ts";
import type { Scenario } from "./scenarios.ts";
import { startGatewaySubject } from "./subjects.ts";

/**
 * Measures how far one backend's trouble reaches: half of the requests use the troubled backend, the other half a healthy one.
 */

const states: readonly { readonly state: string; readonly faults: readonly Fault[] }[] = [
  { state: "well", faults: [] },
  { state: "slow (2 s)", faults: [{ kind: "delay", milliseconds: 2000 }] },
  { state: "down", faults: [{ kind: "dropBefore" }] },
];

const connections = 25;
/** Share of the highest rate, so that a full machine does not affect the 99th percentile. */
const share = 0.3;
/** Requests to the troubled backend may have any result. */
const anything = "[\\s\\S]*";

export interface Troubled {
  readonly well: Scenario;
  readonly troubled: Scenario;
  readonly troubledKey: string;
}

/** States alternate, round by round, at one rate; `well` and `troubled` are queries that read one backend each. */
export async function measureIsolation(
  { well, troubled, troubledKey }: Troubled,
  { sandbox, load }: { readonly sandbox: SandboxProgram; readonly load: WatchedProgram },
  { seconds, rounds }: Options,
): Promise<readonly IsolationRow[]> {
  await using gateway = await startGatewaySubject(sandbox, "gateway");
  const troubledUrl = sandbox.backends.find(({ key }) => key === troubledKey)?.url;
  if (troubledUrl === undefined) throw new Error(`There is no backend ${troubledKey}.`);
  const exact = await answersOf(gateway.url, well.body, 1);
  const common = { url: gateway.url, seconds };
  const jobs = [
    { ...common, body: well.body, expected: { exact } },
    { ...common, body: troubled.body, expected: { pattern: anything } },
  ];
  const full: readonly LoadJob[] = jobs.map((job) => ({ ...job, connections, seconds: warmUpSeconds(seconds) }));
  const highest = await load.ask<readonly LoadResult[]>("load", full);
  const steady: readonly SteadyJob[] = jobs.map((job, index) => ({ ...job, rate: share * rateOf(highest[index]) }));
  const results = states.map(({ state, faults }) => ({ state, faults, rounds: [] as LoadResult[] }));
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const { faults, rounds: done } of results) {
        await setFaults(troubledUrl, faults);
        await awaitQuiet(sandbox);
        const [result] = await load.ask<readonly LoadResult[]>("steady", steady);
        if (result !== undefined) done.push(result);
      }
    }
  } finally {
    await setFaults(troubledUrl, []);
  }
  const p99 = (done: readonly LoadResult[]): number => median(done.map(({ p99Ms }) => p99Ms));
  const healthy = p99(results[0]?.rounds ?? []);
  return results.map(({ state, rounds: done }) => ({
    state,
    requestsPerSecond: sum(done.map(({ requests }) => requests)) / sum(done.map((result) => result.seconds)),
    p50Ms: median(done.map(({ p50Ms }) => p50Ms)),
    p99Ms: p99(done),
    p99Ratio: p99(done) / healthy,
    failed: sum(done.map(({ failed }) => failed)),
  }));
}

const rateOf = (result: LoadResult | undefined): number =>
  result === undefined ? 1 : Math.max(1, result.requests / result.seconds);
