import { join } from "node:path";
import type { SandboxProgram } from "../e2e/sandbox.ts";
import { answersOf, checkAnswer, checkSame, post } from "./asking.ts";
import { commitsOf } from "./commits.ts";
import { median } from "./figures.ts";
import type { FloorFile } from "./floor-server.ts";
import type { LoadJob, LoadResult, SteadyJob } from "./load.ts";
import type { EventLoopDelay } from "./probe.ts";
import type { WatchedProgram } from "./program.ts";
import type { Wave } from "./recording.ts";
import { awaitQuiet, byFunction, clearCalls, countCalls, loggedCalls, setDelay } from "./sandbox.ts";
import type { Scenario } from "./scenarios.ts";
import { isSkipped, type Skipped, type Subject, startGatewaySubject, startSubject } from "./subjects.ts";
import { fill, type Template } from "./templates.ts";

export interface Options {
  readonly seconds: number;
  readonly rounds: number;
  readonly connections: number;
  /** A folder for a profile of each subject's last round. */
  readonly profile?: string | undefined;
  /** Only these subjects of a scenario. */
  readonly beside?: readonly string[] | undefined;
}

/** One round of one subject. */
export interface Round extends LoadResult {
  /** Bytes; null where the system does not tell. */
  readonly peakMemory: number | null;
  readonly delay: EventLoopDelay;
  /** Of its process. */
  readonly processorMs: number;
  /** Null if the sandbox's log was too short. */
  readonly backendCalls: number | null;
}

export interface Measured {
  readonly name: string;
  /** Exact: the calls of a single query, by backend and function. */
  readonly calls: Readonly<Record<string, number>>;
  /** Exact: how many transactions one mutation makes durable. Absent if nothing is written or kept. */
  readonly commits?: number;
  readonly rounds: readonly Round[];
  /** For the gateway and the floor, for reads: at half of the rate that both can answer, sent evenly. */
  readonly halfRate?: LoadResult;
}

export interface Measurement {
  readonly scenario: Scenario;
  readonly connections: number;
  /** The gateway first. */
  readonly subjects: readonly (Measured | Skipped)[];
}

/**
 * Measures all subjects of a scenario in turns. Rejects when an answer before or after the load is not the expected one; wrong
 * answers under load are counted.
 */
export async function measure(
  scenario: Scenario,
  { sandbox, load }: { readonly sandbox: SandboxProgram; readonly load: WatchedProgram },
  { seconds, rounds, profile, ...options }: Options,
): Promise<Measurement> {
  await using started = new AsyncDisposableStack();
  const { variant = {} } = scenario;
  const gateway = started.use(await startGatewaySubject(sandbox, "gateway", variant));
  const { kept = {}, values = {} } = (await scenario.prepare?.(gateway.url)) ?? {};
  const asked = { ...scenario, body: { ...scenario.body, values: { ...scenario.body.values, ...values } } };
  const ofGateway = await askedOf(asked, gateway);
  const reference = await referenceOf(ofGateway, gateway);
  const contestants: Contestant[] = [await prepare(ofGateway, gateway, reference, sandbox)];
  const skipped: Skipped[] = [];
  for (const kind of scenario.beside.filter((each) => options.beside?.includes(each) ?? true)) {
    const subject = await startSubject(sandbox, kind, { variant, kept, floor: () => floorFile(ofGateway, reference, sandbox) });
    if (isSkipped(subject)) {
      skipped.push(subject);
      continue;
    }
    started.use(subject);
    // The floor needs the gateway's calls.
    const ofSubject = kind === "floor" ? ofGateway : await askedOf(asked, subject);
    contestants.push(await prepare(ofSubject, subject, reference, sandbox));
  }
  const connections = Math.min(
    scenario.connections ?? options.connections,
    scenario.connectionsAtMost ?? Number.POSITIVE_INFINITY,
    // Fewer than the different requests: the first one must be answered before it is sent again.
    scenario.isDistinct && "answer" in scenario.request ? Math.floor(reference.length * 0.8) : Number.POSITIVE_INFINITY,
  );

  const run = ({ subject, body, expected }: Contestant, length: number): Promise<readonly LoadResult[]> => {
    const job: LoadJob = { url: subject.url, connections, seconds: length, body, expected };
    return load.ask("load", [job]);
  };
  await setDelay(sandbox, scenario.delayMs ?? 0);
  try {
    for (const contestant of contestants) await run(contestant, warmUpSeconds(seconds));
    for (let round = 0; round < rounds; round += 1) {
      for (const contestant of contestants) {
        await awaitQuiet(sandbox);
        contestant.subject.program.resetPeak();
        await contestant.subject.program.ask("resetDelay");
        const profiled = profile !== undefined && round === rounds - 1;
        if (profiled) await contestant.subject.program.ask("startProfile");
        const usedBefore = await contestant.subject.program.ask<number>("readProcessorTime");
        const [result] = await run(contestant, seconds);
        const used = (await contestant.subject.program.ask<number>("readProcessorTime")) - usedBefore;
        if (profiled)
          await contestant.subject.program.ask("stopProfile", profileFile(profile, scenario.name, contestant.subject.name));
        if (result === undefined) throw new Error("The load generator gave no result.");
        contestant.rounds.push({
          ...result,
          processorMs: used / 1000,
          peakMemory: contestant.subject.program.memory()?.peak ?? null,
          delay: await contestant.subject.program.ask<EventLoopDelay>("readDelay"),
          backendCalls: await countCalls(sandbox),
        });
      }
    }
    const compared = contestants.filter(({ subject: { name } }) => name === "gateway" || name === "floor");
    if ("answer" in scenario.request && compared.length === 2) await measureHalfRate(compared, { load, seconds });
  } finally {
    await setDelay(sandbox, 0);
  }
  for (const { subject, body } of contestants) await verify({ ...scenario, body }, subject, reference);
  return { scenario, connections, subjects: [...contestants.map(measuredOf), ...skipped] };
}

async function measureHalfRate(
  compared: readonly Contestant[],
  { load, seconds }: { readonly load: WatchedProgram; readonly seconds: number },
): Promise<void> {
  // With one shared query the gateway may answer more than the bare calls: waiting in the floor's queue then means nothing.
  const rates = compared.map(({ rounds }) => median(rounds.map((round) => round.requests / round.seconds)));
  const rate = Math.max(1, Math.min(...rates) / 2);
  for (const contestant of compared) {
    const { subject, body, expected } = contestant;
    const job: SteadyJob = { url: subject.url, rate, seconds: halfRateSeconds(seconds), body, expected };
    // The shared work is now done for each: this is other code, which must warm up too.
    await load.ask("steady", [{ ...job, seconds: halfRateWarmUpSeconds(seconds) }]);
    const [result] = await load.ask<readonly LoadResult[]>("steady", [job]);
    if (result !== undefined) contestant.halfRate = result;
  }
}

/** At half the rate, and with nothing shared, it takes longer to collect enough requests for compiling and for a percentile. */
const halfRateWarmUpSeconds = (seconds: number): number => seconds;
const halfRateSeconds = (seconds: number): number => 2 * seconds;
const longestWarmUpSeconds = 2;
/** Warm-up: compiled code and open connections come with use. */
export const warmUpSeconds = (seconds: number): number => Math.min(seconds, longestWarmUpSeconds);

export function profileFile(folder: string, scenario: string, subject: string): string {
  return join(folder, `${scenario} ${subject}.cpuprofile`);
}

interface Contestant extends Omit<Measured, "name" | "halfRate"> {
  readonly subject: Subject;
  readonly body: Template;
  readonly expected: LoadJob["expected"];
  readonly rounds: Round[];
  halfRate?: LoadResult;
}

const measuredOf = ({ subject, calls, commits, rounds, halfRate }: Contestant): Measured => ({
  name: subject.name,
  calls,
  rounds,
  ...(halfRate !== undefined && { halfRate }),
  ...(commits !== undefined && { commits }),
});

/** The body for this subject, which may have its own values. */
async function askedOf(scenario: Scenario, { url }: Subject): Promise<Scenario> {
  const { body, valuesAt } = scenario;
  return { ...scenario, body: { ...body, values: { ...body.values, ...(await valuesAt?.(url)) } } };
}

/** The gateway's answers, which all others must give too. */
async function referenceOf(scenario: Scenario, { url }: Subject): Promise<readonly string[]> {
  const { request, body } = scenario;
  // Writes: one pattern, which every answer must match. Reads: one answer for each value.
  const turns = "answer" in request ? Math.max(1, ...Object.values(body.values ?? {}).map(({ length }) => length)) : 1;
  const answers = await answersOf(url, body, turns);
  for (const answer of answers) checkReference(scenario, answer);
  return answers;
}

function checkReference({ name, request }: Scenario, answer: string): void {
  if ("answer" in request) checkAnswer(name, request.answer, answer);
  else if (!new RegExp(`^${request.pattern}\\s*$`).test(answer))
    throw new Error(`${name}: the answer is not the expected one: ${answer}`);
}

/** The subject's answers as text, after a check that they mean the same as the gateway's. */
async function verify(scenario: Scenario, { name, url }: Subject, reference: readonly string[]): Promise<readonly string[]> {
  const { request } = scenario;
  const answers = await answersOf(url, scenario.body, reference.length);
  for (const [turn, answer] of answers.entries()) {
    if ("answer" in request) checkSame(`${scenario.name}, ${name}`, request.answer, reference[turn] ?? "", answer);
    else if (name !== "floor") checkReference(scenario, answer);
  }
  return answers;
}

async function prepare(
  scenario: Scenario,
  subject: Subject,
  reference: readonly string[],
  sandbox: SandboxProgram,
): Promise<Contestant> {
  const { body } = scenario;
  const answers = await verify(scenario, subject, reference);
  await clearCalls(sandbox);
  await post(subject.url, fill(body, 0));
  const calls = byFunction(await loggedCalls(sandbox));
  const expected = "answer" in scenario.request ? { exact: answers } : { pattern: scenario.request.pattern };
  const { counter } = subject;
  if (!scenario.countsCommits || counter === undefined) return { subject, body, expected, calls, rounds: [] };
  const mutate = async (): Promise<void> => void (await post(subject.url, fill(body, 0)));
  return { subject, body, expected, calls, rounds: [], commits: await commitsOf(mutate, counter) };
}

/** Slow enough that independent calls are all sent before the first is answered. */
const recordingDelayMs = 50;
/** undici sends a request once a connection is free: with few connections, calls would seem to wait for each other's answers. */
const uncapped = 1000;
/** Of the gateway: see backends.*.concurrency in the configuration. */
const usualConcurrency = 8;

/** The gateway's calls for each request, which the floor repeats. */
async function floorFile(
  scenario: Scenario,
  reference: readonly string[],
  sandbox: SandboxProgram,
): Promise<Omit<FloorFile, "port">> {
  const { request, variant = {} } = scenario;
  await using recorder = await startGatewaySubject(sandbox, "recorder", {
    ...variant,
    storeUrl: "sqlite::memory:",
    backend: { ...variant.backend, concurrency: uncapped },
  });
  const turns: FloorFile["turns"][number][] = [];
  // The first write of a process may have to read existing records.
  if (!("answer" in request)) await post(recorder.url, fill(scenario.body, 0));
  await setDelay(sandbox, recordingDelayMs);
  try {
    for (const [turn, answer] of reference.entries()) {
      const body = fill(scenario.body, turn);
      await recorder.program.ask(
        "startRecording",
        sandbox.backends.map(({ url }) => new URL(url).origin),
      );
      await post(recorder.url, body);
      const waves = await recorder.program.ask<readonly Wave[]>("stopRecording");
      turns.push({ body, answer, waves: "answer" in request ? waves : waves.map((wave) => wave.map(request.callWithGaps)) });
    }
  } finally {
    await setDelay(sandbox, 0);
  }
  const values = "answer" in request ? {} : request.values;
  return { turns, values, concurrency: Number(variant.backend?.["concurrency"] ?? usualConcurrency) };
}
