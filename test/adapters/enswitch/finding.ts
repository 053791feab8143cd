import { afterAll, beforeAll, expect, it } from "vitest";
import type { Adapter, Finding, Intent, Trace, WritePlan, WriteStep } from "../../../src/adapter/adapter.ts";
import type { Ref } from "../../../src/model/model.ts";
import type { EnswitchOptions } from "../../../src/sandbox/enswitch/index.ts";
import type { Fault } from "../../../src/sandbox/simulated.ts";
import { sendProven } from "../../contract/calls.ts";
import { failureOf, noting } from "./fake-connection.ts";
import { adapterFor, type Run, start, stop } from "./sandbox.ts";

/** How the gateway looks for writes with an unknown outcome in the simulated Enswitch. */

const functions = { chargesDelete: true, taxesGet: true, taxesDelete: true };

/** Installations that answer differently. */
export const manners: readonly [string, EnswitchOptions][] = [
  ["as documented", { functions }],
  ["with all as text", { functions, rowStyle: "strings", numericCodes: true, httpStatusFollowsCode: true }],
  ["before 4.0", { functions, pre40: true }],
];

export interface Bench {
  readonly run: Run;
  readonly adapter: Adapter;
}

/** A simulated Enswitch with the time of day, for the tests of one describe block. */
export function useBench(options: EnswitchOptions): () => Bench {
  let bench: Bench | null = null;
  beforeAll(async () => {
    const run = await start({ now: () => new Date(), ...options });
    bench = { run, adapter: adapterFor(run, { functions, retries: 0, circuit: { failures: 1000 } }) };
  });
  afterAll(async () => {
    if (bench !== null) await stop(bench.run);
  });
  return () => {
    if (bench === null) throw new Error("the bench is not ready");
    return bench;
  };
}

export function present<T>(value: T | null | undefined): T {
  if (value == null) throw new Error("it is missing");
  return value;
}

let intents = 0;

/**
 * A step's intent, recorded `secondsAgo`. By default each has a second of its own, over a quarter of an hour ago: charges without
 * a date are told apart by it.
 */
export function newIntent(secondsAgo?: number): Intent {
  intents += 1;
  const createdAt = new Date(Date.now() - (secondsAgo ?? 1000 + intents) * 1000).toISOString();
  return { stepId: `0198f3c2-0000-7000-8000-${String(intents).padStart(12, "0")}-0`, createdAt, note: null };
}

/** Sends a step as the gateway does, its note first. */
export async function send<T>(
  step: WriteStep<T>,
  id: string | null,
  intent = newIntent(),
): Promise<{ id: string; intent: Intent }> {
  const noted = await noting(step, id, intent);
  return { id: (await sendProven(step, id, noted)).id ?? "", intent: noted };
}

/** Sends a step whose outcome stays unknown, and returns its intent. */
export async function sendIntoFault<T>(
  { run }: Bench,
  step: WriteStep<T>,
  id: string | null,
  kind: Fault["kind"],
  intent = newIntent(),
): Promise<Intent> {
  const noted = await noting(step, id, intent);
  run.server.setFaults([{ kind, function: step.action, times: 1 }]);
  const error = await failureOf(() => step.send(id, noted, {}));
  run.server.setFaults([]);
  expect(error.code).toBe("OUTCOME_UNKNOWN");
  return noted;
}

/** The look's finding. Checks that it is consistent: no record is both ours and a candidate. */
export async function look<T>(step: WriteStep<T>, id: string | null, intent: Intent): Promise<Finding> {
  const finding = await step.find(id, intent, {});
  const claims = [...finding.ours, ...finding.candidates].flatMap(({ claim }) => claim ?? []);
  expect(new Set(claims).size).toBe(claims.length);
  return finding;
}

/** The record that is surely the step's work, if no other could be. */
export async function find<T>(step: WriteStep<T>, id: string | null, intent: Intent): Promise<readonly Trace[]> {
  const { ours, candidates } = await look(step, id, intent);
  expect(candidates).toEqual([]);
  return ours;
}

/** Findings to compare with. */
export const nothing: Finding = { ours: [], candidates: [] };
export const ours = (id: string, claim: string | null = id): Finding => ({ ours: [{ id, claim }], candidates: [] });
export const candidate = (id: string, differs: readonly string[], claim: string | null = id): Finding => ({
  ours: [],
  candidates: [{ id, claim, differs }],
});

/** One step of a plan: what must exist before it, and what exists after it. */
export interface Scene<T extends Ref> {
  /** Makes what the plan needs. Each call makes a new plan, as after a restart. */
  readonly arrange: (bench: Bench) => Promise<{ readonly plan: () => WritePlan<T>; readonly id: string | null }>;
  /** The step's place in the plan, from 0. The earlier ones are sent and succeed. */
  readonly place?: number;
  /** The trace to expect after the step; throws if the step is not done. */
  readonly check: (trace: Trace, bench: Bench) => unknown;
}

/** Checks for every step: if done, it is found; if not done, it is not found; without a backend, the look fails. */
export function itIsFound<T extends Ref>(title: string, bench: () => Bench, scene: Scene<T>): void {
  async function arrange() {
    const { plan, id: objectId } = await scene.arrange(bench());
    let id = objectId;
    for (const step of plan().steps.slice(0, scene.place ?? 0)) id = (await send(step, id)).id;
    const step = (): WriteStep<T> => present(plan().steps[scene.place ?? 0]);
    return { step, id };
  }

  it(`${title}: found if it was done`, async () => {
    const { step, id } = await arrange();
    const intent = await sendIntoFault(bench(), step(), id, "dropAfter");
    const traces = await find(step(), id, intent);
    expect(traces).toHaveLength(1);
    const [trace] = traces;
    if (id !== null) expect(trace?.id).toBe(id);
    await scene.check(present(trace), bench());
  });

  it(`${title}: not found if it was not done`, async () => {
    const { step, id } = await arrange();
    const intent = await sendIntoFault(bench(), step(), id, "dropBefore");
    expect(await find(step(), id, intent)).toEqual([]);
  });

  it(`${title}: a look without an answer from the backend concludes nothing`, async () => {
    const { step, id } = await arrange();
    const intent = await sendIntoFault(bench(), step(), id, "dropAfter");
    for (const kind of ["html502", "dropBefore", "truncate", "emptyEnvelope"] as const) {
      bench().run.server.setFaults([{ kind }]);
      const error = await failureOf(() => find(step(), id, intent));
      expect(["UNAVAILABLE", "BAD_RESPONSE"]).toContain(error.code);
    }
    bench().run.server.setFaults([]);
  });

  it(`${title}: looking changes nothing`, async () => {
    const { step, id } = await arrange();
    const intent = await sendIntoFault(bench(), step(), id, "dropAfter");
    bench().run.server.clearCalls();
    await look(step(), id, intent);
    const names = bench().run.server.calls.map((call) => call.function);
    expect(names.filter((name) => !/\/(get|list)$/.test(name))).toEqual([]);
  });
}
