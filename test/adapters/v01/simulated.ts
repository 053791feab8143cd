import { expect } from "vitest";
import type { Adapter, Intent, Trace, WritePlan, WriteStep } from "../../../src/billing/adapter.ts";
import { type RunningBackend, serveSimulated } from "../../../src/sandbox/server.ts";
import type { Fault } from "../../../src/sandbox/simulated.ts";
import { createV01 } from "../../../src/sandbox/v01/index.ts";
import type { V01Options } from "../../../src/sandbox/v01/options.ts";
import { createWorld } from "../../../src/sandbox/world.ts";
import { connected, scope } from "./fake-connection.ts";

/** A simulated backend with a clock of its own, and an adapter over HTTP. */
export interface Simulated {
  readonly adapter: Adapter;
  readonly backend: RunningBackend;
  /** The next step's, created now by the backend's clock. */
  readonly intent: () => Intent;
  readonly pass: (minutes: number) => void;
  readonly close: () => Promise<void>;
}

export async function simulated(options: V01Options = {}, changed: Record<string, unknown> = {}): Promise<Simulated> {
  let now = Date.parse("2026-11-21T10:00:00Z");
  let steps = 0;
  const world = createWorld({ customers: 20, now: new Date(now) });
  const backend = await serveSimulated(createV01(world, { now: () => new Date(now), ...options }));
  const { adapter, close } = connected(backend.url, { retries: 0, circuit: { failures: 1000 }, ...changed });
  return {
    adapter,
    backend,
    intent: () => {
      steps += 1;
      return { stepId: `step-${steps}`, createdAt: new Date(now).toISOString(), mark: null };
    },
    pass: (minutes) => {
      now += minutes * 60_000;
    },
    close: async () => {
      await close();
      await backend.close();
    },
  };
}

/** The one step that every write is here. */
function stepOf(plan: WritePlan<unknown> | undefined): WriteStep<unknown> {
  const [step, ...others] = plan?.steps ?? [];
  if (!step || others.length > 0) throw new Error("not a plan of one step");
  return step;
}

/** Sends the step and answers with the id of what it wrote. */
export async function written(plan: WritePlan<unknown> | undefined, intent: Intent, id: string | null = null): Promise<string> {
  return (await stepOf(plan).send(id, intent, scope)).id;
}

export async function tracesOf(
  plan: WritePlan<unknown> | undefined,
  intent: Intent,
  id: string | null = null,
): Promise<readonly Trace[]> {
  return stepOf(plan).find(id, intent, scope);
}

/** Sends the step while its answer is lost, and expects that nobody can tell how it ended. */
export async function lose(
  { backend }: Simulated,
  fault: Fault,
  plan: WritePlan<unknown> | undefined,
  intent: Intent,
  id: string | null = null,
): Promise<void> {
  backend.setFaults([fault]);
  await expect(written(plan, intent, id)).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN", retryable: false });
  backend.setFaults([]);
}
