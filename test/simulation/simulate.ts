import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import type { Operation, Step } from "../../src/journal/model.ts";
import { decodeId } from "../../src/model/id.ts";
import { drawCalls, preparingCalls } from "./calls.ts";
import { type BackendTrouble, drawTroubles, faultKinds, settleMs } from "./faults.ts";
import { callOf, isExplained, violations } from "./invariants.ts";
import { createDrafts, type Material, type PlannedCall, seededMaterial } from "./mutations.ts";
import { isLiable, type Records, recordsOf } from "./records.ts";
import { brokenWords } from "./replies.ts";
import { type Seeded, seeded } from "./seeded.ts";
import { describeCall, describeOperation, describeReply, differences } from "./trace.ts";
import { type Reply, startWorld, type World } from "./world.ts";

export interface Outcome {
  readonly seed: number;
  /** Empty = every promise was kept. */
  readonly violations: readonly string[];
  /** Events in order: calls, replies, faults, deaths; at the end the journal. */
  readonly trace: readonly string[];
  /** The steps that stay UNKNOWN, with a reason: "<backend> <action>". */
  readonly unknown: readonly string[];
  /** Backends written to, kinds of faults and mutations that occurred, for counting what seeds cover. */
  readonly covered: ReadonlySet<string>;
}

const durationMs = 400;
/** The reconciler's settling time, several of its looks and a slow machine. */
const restMs = 30_000;

/**
 * One simulation: random mutations against random faults, then calm, then every call once more by a client that has lost its
 * answer. Everything except the machine's timing follows from the seed.
 */
export async function simulate(seed: number): Promise<Outcome> {
  const trace: string[] = [];
  const started = performance.now();
  const report = (event: string): void => {
    trace.push(`${Math.round(performance.now() - started)} ms: ${event}`);
  };
  const random = seeded(seed, "mutations");
  const troubles = drawTroubles(seeded(seed, "troubles"), durationMs);
  const { deaths, circuitFailures } = troubles;
  const options = { replicas: random.chance(0.2) ? 2 : 1, deletes: random.chance(0.5), deaths, circuitFailures };
  const world = await startWorld(options, report);
  try {
    const before = recordsOf(world.sandbox);
    const { calls, replies } = await runMutations(world, seed, random, troubles.backends, report);
    report("peace");
    await world.mend();
    await rest(world, report);
    const look = async (when: string) => (await check(world, calls, replies, before)).map((each) => `${when}: ${each}`);
    const found = [...(await look("at rest")), ...(await repeatAll(world, calls))];
    await rest(world, report);
    found.push(...(await look("after repeating")));
    const operations = await journalOf(world);
    trace.push(...operations.flatMap((operation) => describeOperation(operation, callOf(operation, calls))));
    if (found.length > 0) trace.push(...differences(before, recordsOf(world.sandbox)));
    const unknown = operations.flatMap(({ steps }) => steps).filter(({ status }) => status === "UNKNOWN");
    return {
      seed,
      violations: found,
      trace,
      unknown: unknown.map(({ backend, action }) => `${backend} ${action}`),
      covered: coverageOf(calls, troubles.backends, deaths.length > 0),
    };
  } catch (error) {
    const violations = [`the simulation failed: ${error instanceof Error ? error.stack : error}`];
    return { seed, violations, trace, unknown: [], covered: new Set() };
  } finally {
    await world.close();
  }
}

/**
 * Many simulations, several at the same time, since mostly they wait. `disturbances`: how often a seed was repeated because its
 * findings meant nothing.
 */
export async function simulateAll(
  seeds: readonly number[],
  parallel: number,
  ended: (outcome: Outcome) => void = () => undefined,
): Promise<readonly (Outcome & { readonly disturbances: number })[]> {
  const outcomes: (Outcome & { readonly disturbances: number })[] = [];
  const left = [...seeds];
  const work = async (): Promise<void> => {
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
      const outcome = await simulateUndisturbed(seed);
      outcomes.push(outcome);
      ended(outcome);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
  return outcomes;
}

const attempts = 5;

/**
 * Backends and gateways share this process. While the machine stops it, requests wait in the backends' sockets, and may be
 * carried out later than any settling time allows for. Then a simulation's findings mean nothing, and it is repeated.
 */
async function simulateUndisturbed(seed: number): Promise<Outcome & { readonly disturbances: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const pauses = monitorEventLoopDelay({ resolution: 20 });
    pauses.enable();
    const outcome = await simulate(seed);
    pauses.disable();
    const wasStopped = pauses.max / 1e6 > settleMs / 2;
    if (outcome.violations.length === 0 || !wasStopped || attempt === attempts) {
      return { ...outcome, disturbances: attempt - 1 };
    }
  }
}

/** The report for a person about a failed seed. */
export function failureOf({ seed, violations, trace }: Outcome): string {
  const broken = violations.map((each) => `  - ${each}`);
  return [...trace, `seed ${seed} FAILED:`, ...broken, `  replay: npm run test:simulation -- --seed ${seed}`].join("\n");
}

type Report = (event: string) => void;

async function runMutations(
  world: World,
  seed: number,
  random: Seeded,
  troubles: readonly BackendTrouble[],
  report: Report,
): Promise<{ readonly calls: readonly PlannedCall[]; readonly replies: readonly Reply[] }> {
  const replies: Reply[] = [];
  const send = async (call: PlannedCall, abandonedAfterMs: number | null): Promise<void> => {
    const patience = abandonedAfterMs === null ? "" : `, abandoned after ${abandonedAfterMs} ms`;
    report(`${describeCall(call)}${patience}`);
    const reply = await world.send(call, abandonedAfterMs);
    replies.push(reply);
    report(`${call.key} → ${describeReply(reply)}`);
  };
  let material = seededMaterial(world.sandbox);
  const drafts = createDrafts(seed, random, () => material);
  const preparing = preparingCalls(seed, drafts);
  for (const call of preparing) await send(call, null);
  material = withMade(material, await journalOf(world));
  await world.arm();
  const calls = drawCalls(seed, random, drafts, material, durationMs);
  const sendings = calls.flatMap((call) => call.sendings.map((sending) => ({ call, ...sending })));
  await Promise.all([
    ...troubles.map(async ({ atMs, backend, faults, refusesForMs }) => {
      await pause(atMs);
      world.setFaults(backend, faults);
      report(`${backend}: ${JSON.stringify(faults)}${refusesForMs > 0 ? `, refuses connections for ${refusesForMs} ms` : ""}`);
      if (refusesForMs > 0) await world.refuse(backend, refusesForMs);
    }),
    ...sendings.map(async ({ call, atMs, abandonedAfterMs }) => {
      await pause(atMs);
      await send(call, abandonedAfterMs);
    }),
  ]);
  return { calls: [...preparing, ...calls], replies };
}

/** The simulation's own charges and taxes, by the order of their calls. */
function withMade(material: Material, operations: readonly Operation[]): Material {
  const oldestFirst = operations.toReversed();
  const nodes = new Set(oldestFirst.flatMap(({ steps }) => steps.flatMap(({ nodeId }) => nodeId ?? [])));
  const ofType = (type: string) => [...nodes].filter((id) => decodeId(id)?.type === type);
  return { ...material, charges: ofType("Charge"), taxes: ofType("Tax") };
}

async function journalOf({ store }: Pick<World, "store">): Promise<readonly Operation[]> {
  return store.list({}, 1_000, null);
}

/**
 * Waits until nothing is in flight and every unknown outcome is settled or needs a person. What keeps the gateway from looking may be over by
 * now: that counts after another look. Two looks show it, as one may have been under way.
 */
async function rest(world: World, report: Report): Promise<void> {
  const until = performance.now() + restMs;
  const before = new Map((await journalOf(world)).map(({ id, looks }) => [id, looks]));
  const isOver = (step: Step, { id, looks }: Operation): boolean =>
    step.status !== "UNKNOWN" || (isExplained(step) && (step.candidates.length > 0 || looks >= (before.get(id) ?? 0) + 2));
  while (performance.now() < until) {
    const operations = await journalOf(world);
    const isSettled = (operation: Operation): boolean =>
      operation.owner === null && operation.status !== "PENDING" && operation.steps.every((step) => isOver(step, operation));
    if (operations.every(isSettled)) return;
    await pause(25);
  }
  report("not everything came to rest");
}

async function check(
  { sandbox, ...world }: World,
  calls: readonly PlannedCall[],
  replies: readonly Reply[],
  before: Records,
): Promise<string[]> {
  const operations = await journalOf(world);
  const applies = (taxId: string, subjectId: string) => isLiable(sandbox, taxId, subjectId);
  const evidence = { calls, operations, before, after: recordsOf(sandbox), isLiable: applies };
  return [...violations(evidence), ...brokenWords(replies, operations)];
}

/** Functions that change something, as the simulators name them behind their backend's key. */
const writing =
  /^pbx .*(create|update|delete|charge|set)$|^suite .*(new|save|update|archive|restore)$|^offices (POST|PATCH|DELETE)|^recurring (PUT|POST|.*reverse)/;

/** Every call once more. A SUCCEEDED one is answered from the journal, without a call to a backend. */
async function repeatAll(world: World, calls: readonly PlannedCall[]): Promise<string[]> {
  const operations = await journalOf(world);
  const done = new Set(
    operations.flatMap((operation) => (operation.status === "SUCCEEDED" ? (callOf(operation, calls) ?? []) : [])),
  );
  const found: string[] = [];
  world.callsSince();
  for (const call of done) {
    const reply = await world.send(call);
    const status = "result" in reply ? reply.result.operation.status : describeReply(reply);
    if (status !== "SUCCEEDED") found.push(`repeated: ${call.key} SUCCEEDED, and is ${status} now`);
  }
  // Without reads that were still in flight, and those of the reconciler.
  const heard = world.callsSince().filter((call) => writing.test(call));
  if (heard.length > 0) found.push(`repeated: what had SUCCEEDED caused ${heard.join(", ")}`);
  for (const call of calls.filter((each) => !done.has(each))) await world.send(call);
  return found;
}

function coverageOf(calls: readonly PlannedCall[], troubles: readonly BackendTrouble[], dies: boolean): ReadonlySet<string> {
  const kinds = new Set(troubles.flatMap(({ faults }) => faults.map(({ kind }) => kind)));
  return new Set([
    ...calls.map(({ mutation }) => mutation),
    ...calls.flatMap(({ effects }) => effects.flatMap((effect) => (effect.kind === "create" ? [effect.backend] : []))),
    ...faultKinds.filter((kind) => kinds.has(kind)),
    ...(troubles.some(({ refusesForMs }) => refusesForMs > 0) ? ["refused connection"] : []),
    ...(dies ? ["killed gateway"] : []),
  ]);
}
