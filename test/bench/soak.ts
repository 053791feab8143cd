import { setTimeout as pause } from "node:timers/promises";
import { Command, InvalidArgumentError } from "commander";
import { runSandbox } from "../e2e/sandbox.ts";
import { seeded } from "../simulation/seeded.ts";
import { megabytes, regression, short } from "./figures.ts";
import { findCustomers } from "./found.ts";
import { enswitch } from "./plain/enswitch.ts";
import { v01 } from "./plain/v01.ts";
import type { EventLoopDelay } from "./probe.ts";
import { breakBackends } from "./soak-faults.ts";
import { findRate, sendSteadily } from "./soak-rate.ts";
import { openTraffic } from "./soak-traffic.ts";
import { askAgain, compareWithBackends } from "./soak-writes.ts";
import { startGatewaySubject } from "./subjects.ts";

/**
 * `npm run bench -- soak`: mixed reads and writes at 80 % of the highest rate that the gateway sustains, while the backends have
 * random faults. Verdict: did every charge happen as the gateway reported, did memory stay flat, was every answer valid.
 */

const between =
  (minimum: number, maximum: number) =>
  (given: string): number => {
    const value = Number(given);
    if (given.trim() !== "" && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`It must be a number from ${minimum} to ${maximum}.`);
  };

const { minutes, seed, rampSeconds, customers } = new Command("bench soak")
  .option("--minutes <minutes>", "how long", between(0.02, 600), 10)
  .option("--seed <number>", "of what is drawn: requests and faults", between(0, 2 ** 31), 1)
  .option("--ramp-seconds <seconds>", "length of one step of the search for the rate", between(0.2, 60), 3)
  .option("--customers <count>", "companies of each simulated backend", between(60, 10_000), 300)
  .parse()
  .opts<{ minutes: number; seed: number; rampSeconds: number; customers: number }>();

process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));

/** Unknown outcomes should be settled within the run. */
const operations = { settleSeconds: 3, reconcileSeconds: [1, 1, 2, 2, 5, 5, 10, 10, 10, 10, 10] };
const settlingMs = 120_000;
const share = 0.8;
/** Share of the run: the time before is warm-up. */
const warmUp = 0.25;
/**
 * Memory in use counts as flat if the line through its samples rises by less. Resident memory is only shown: V8 takes and keeps
 * what the machine has, and reading the lists of charges, which this run makes longer, needs more of it for a moment.
 */
const mostGrowthPerMinute = 2 * 2 ** 20;
/** In less time the line says nothing. */
const leastMinutesForMemory = 2;
const sampleMs = 1000;
const samplesOfLiveMemory = 10;
const customersOfPbx = 60;

await using sandbox = await runSandbox(customers);
// A timeout that a run of minutes meets often enough.
await using gateway = await startGatewaySubject(sandbox, "gateway", { operations, backend: { timeoutMs: 2000 } });
const found = await findCustomers(gateway.url);
const [pbx, recurring] = ["pbx", "recurring"].map((key) => sandbox.backends.find((backend) => backend.key === key));
if (pbx === undefined || recurring === undefined) throw new Error("The sandbox lacks a backend.");
const clients = [enswitch("pbx", pbx.url, pbx.password), v01("recurring", recurring.url, recurring.password)];
const charged = found.customers.pbx.slice(10, 10 + customersOfPbx);
const traffic = openTraffic(gateway.url, found, charged, seeded(seed, "traffic"));

const highest = await findRate(traffic.send, rampSeconds);
const rate = highest * share;
console.log(
  `highest sustainable rate ${short(highest)} requests/s; soaking at ${short(rate)} for ${minutes} minutes, seed ${seed}`,
);

const started = performance.now();
const elapsedMinutes = (): number => (performance.now() - started) / 60_000;
const memory: [minutes: number, bytes: number][] = [];
const live: [minutes: number, bytes: number][] = [];
const problems: string[] = [];
const ending = new AbortController();
await gateway.program.ask("resetDelay");
const faults = breakBackends(sandbox, seeded(seed, "faults"), ending.signal);
const watching = watch(ending.signal);
const { sent, late } = await sendSteadily(traffic.send, rate, minutes * 60);
ending.abort();
await Promise.all([faults, watching]);
const delay = await gateway.program.ask<EventLoopDelay>("readDelay");

const settled = await settle();
problems.push(...traffic.violations);
for (const { marker, told, found: times } of await compareWithBackends(traffic.charges, clients)) {
  problems.push(`${marker}: the gateway says ${told}, the backend has it ${times} times`);
}
const { slope } = regression(live.filter(([minute]) => minute >= minutes * warmUp));
const isLongEnough = minutes >= leastMinutesForMemory;
if (isLongEnough && slope > mostGrowthPerMinute) problems.push(`what is in use grows by ${megabytes(slope)} MB a minute`);

const told = Map.groupBy(traffic.charges, (charge) => charge.told ?? "no answer");
console.log(
  [
    `requests ${sent}; could not be sent in time ${late}; statuses ${[...traffic.statuses].map(([status, count]) => `${status}: ${count}`).join(", ")}`,
    `charges ${traffic.charges.length}: ${[...told].map(([status, charges]) => `${status} ${charges.length}`).join(", ")}; unknown ones settled: ${settled}`,
    `charges that did not succeed at once: ${[...traffic.refusals].map(([reason, count]) => `${reason} ${count}`).join(", ") || "none"}`,
    `memory ${rangeOf(memory)} resident, ${rangeOf(live)} in use; ` +
      `${short(slope / 2 ** 20)} MB a minute after warm-up${isLongEnough ? "" : " (too short a run to judge)"}, bound ${megabytes(mostGrowthPerMinute)}`,
    `event loop late by p50 ${short(delay.p50Ms)} ms, p99 ${short(delay.p99Ms)} ms, at most ${short(delay.maxMs)} ms`,
    problems.length === 0 ? "PASSED: no invariant failed." : ["FAILED:", ...problems.map((problem) => `- ${problem}`)].join("\n"),
  ].join("\n"),
);
await traffic.close();
if (problems.length > 0) process.exitCode = 1;

function rangeOf(samples: readonly (readonly [minutes: number, bytes: number])[]): string {
  const bytes = samples.map(([, each]) => each);
  return `${megabytes(bytes[0] ?? 0)} to ${megabytes(bytes.at(-1) ?? 0)} MB, at most ${megabytes(Math.max(...bytes))}`;
}

/** Samples memory, and looks now and then at what was done so far. */
async function watch(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const now = gateway.program.memory()?.now;
    if (now !== undefined) memory.push([elapsedMinutes(), now]);
    if (memory.length % samplesOfLiveMemory === 0) {
      live.push([elapsedMinutes(), await gateway.program.ask<number>("readLiveMemory")]);
      await lookWhileRunning();
    }
    await pause(sampleMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Faults hit this look as well: then there is another one. */
async function lookWhileRunning(): Promise<void> {
  const [customer] = traffic.charges.slice(-1).map((charge) => charge.customer);
  const charges = traffic.charges.filter((charge) => charge.customer === customer);
  const twice = await compareWithBackends(charges, clients).catch(() => []);
  problems.push(
    ...twice.filter(({ found: times }) => times > 1).map(({ marker }) => `${marker}: was charged twice, seen while running`),
  );
}

/** Whether the gateway knows what became of every charge that it answered for. */
async function settle(): Promise<boolean> {
  const deadline = Date.now() + settlingMs;
  for (;;) {
    const open = traffic.charges.filter(({ told: status, operationId }) => operationId !== null && status !== "SUCCEEDED");
    await askAgain(gateway.url, open);
    const unsettled = open.filter(({ told: status }) => status === "UNKNOWN" || status === "PENDING");
    if (unsettled.length === 0) return true;
    if (Date.now() > deadline) {
      problems.push(`${unsettled.length} charges are not settled ${settlingMs / 1000} s after the faults ended`);
      return false;
    }
    await pause(1000);
  }
}
