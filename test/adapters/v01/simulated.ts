import { expect } from "vitest";
import type { Adapter, Finding, Intent, WritePlan, WriteStep, Written } from "../../../src/adapter/adapter.ts";
import { type RunningBackend, serveSimulated } from "../../../src/sandbox/server.ts";
import type { Fault } from "../../../src/sandbox/simulated.ts";
import { createV01 } from "../../../src/sandbox/v01/index.ts";
import type { V01Options } from "../../../src/sandbox/v01/options.ts";
import type { V01State } from "../../../src/sandbox/v01/state.ts";
import { createWorld } from "../../../src/sandbox/world.ts";
import { connected, scope } from "./fake-connection.ts";

/** A simulated backend with a clock of its own, and an adapter over HTTP. */
export interface Simulated {
  readonly adapter: Adapter;
  readonly backend: RunningBackend;
  /** The stored records, to change as a person or the backend itself would. */
  readonly state: V01State;
  /** The next step's intent, created now by the backend's clock. */
  readonly intent: () => Intent;
  readonly pass: (seconds: number) => void;
  /** The same adapter in another process, which has seen nothing yet. */
  readonly another: () => Adapter;
  readonly close: () => Promise<void>;
}

export interface SimulatedOptions extends V01Options {
  /** Milliseconds by which creation dates are ahead of the backend's time: a zone, or another machine's clock. */
  readonly datesAheadMs?: number;
}

export async function simulated(options: SimulatedOptions = {}, changed: Record<string, unknown> = {}): Promise<Simulated> {
  const { datesAheadMs = 0, ...installation } = options;
  let now = Date.parse("2026-11-21T10:00:00Z");
  let steps = 0;
  const world = createWorld({ customers: 20, now: new Date(now) });
  const simulatedV01 = createV01(world, { now: () => new Date(now + datesAheadMs), ...installation });
  const backend = await serveSimulated(simulatedV01);
  const closing: (() => Promise<void>)[] = [];
  const another = (): Adapter => {
    const { adapter, close } = connected(backend.url, { retries: 0, circuit: { failures: 1000 }, ...changed }, () => now);
    closing.push(close);
    return adapter;
  };
  const adapter = another();
  return {
    adapter,
    backend,
    another,
    state: simulatedV01.state as V01State,
    intent: () => {
      steps += 1;
      return { stepId: stepId(steps), createdAt: new Date(now).toISOString(), note: null };
    },
    pass: (seconds) => {
      now += seconds * 1000;
    },
    close: async () => {
      for (const close of closing) await close();
      await backend.close();
    },
  };
}

/**
 * A step id as the journal makes it: a UUID of version 7 and the step's number, here one of a hundred steps of few operations.
 */
function stepId(number: number): string {
  const operation = String(Math.floor(number / 100)).padStart(12, "0");
  return `01a3b5f7-0000-7abc-8def-${operation}-${number % 100}`;
}

/** The only step of each write here. */
function stepOf<T>(plan: WritePlan<T> | undefined): WriteStep<T> {
  const [step, ...others] = plan?.steps ?? [];
  if (!step || others.length > 0) throw new Error("not a plan of one step");
  return step;
}

/** The intent with the step's note, as the journal stores it. */
export async function noted(plan: WritePlan<unknown> | undefined, intent: Intent, id: string | null = null): Promise<Intent> {
  const step = stepOf(plan);
  const note = step.noteAtOnce?.(intent) ?? (await step.note?.(id, intent, scope)) ?? null;
  return { ...intent, note };
}

/** Notes and sends the step. */
export async function sendNoted<T>(
  plan: WritePlan<T> | undefined,
  intent: Intent,
  id: string | null = null,
): Promise<Written<T>> {
  const step = intent.note === null ? await noted(plan, intent, id) : intent;
  return stepOf(plan).send(id, step, scope);
}

/** The same; returns the id of what it wrote. */
export async function written(plan: WritePlan<unknown> | undefined, intent: Intent, id: string | null = null): Promise<string> {
  return (await sendNoted(plan, intent, id)).id ?? "";
}

/** @param intent with its note */
export async function findingOf(
  plan: WritePlan<unknown> | undefined,
  intent: Intent,
  id: string | null = null,
): Promise<Finding> {
  return stepOf(plan).find(id, intent, scope);
}

/** Sends the step and loses its answer, and expects an unknown outcome. Returns the note. */
export async function lose(
  { backend }: Pick<Simulated, "backend">,
  fault: Fault,
  plan: WritePlan<unknown> | undefined,
  intent: Intent,
  id: string | null = null,
): Promise<Intent> {
  const step = await noted(plan, intent, id);
  backend.setFaults([fault]);
  await expect(sendNoted(plan, step, id)).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN", retryable: false });
  backend.setFaults([]);
  return step;
}

export const nothing: Finding = { ours: [], candidates: [] };
