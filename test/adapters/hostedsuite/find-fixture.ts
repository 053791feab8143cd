import { afterAll, beforeAll, expect } from "vitest";
import type { Adapter, Intent, Trace, WritePlan, WriteStep } from "../../../src/billing/adapter.ts";
import { createHostedSuiteV2, createHostedSuiteV3 } from "../../../src/sandbox/hostedsuite/index.ts";
import type { State } from "../../../src/sandbox/hostedsuite/state.ts";
import { type RunningBackend, serveSimulated } from "../../../src/sandbox/server.ts";
import { adapterAt, failure, run, scope } from "./fixture.ts";
import { allCustomers, anyService, world } from "./sandbox.ts";

export type Generation = "v2" | "v3";
export type V2Choices = Parameters<typeof createHostedSuiteV2>[1];
export type V3Choices = Parameters<typeof createHostedSuiteV3>[1];

export interface Suite {
  readonly server: RunningBackend;
  readonly state: State;
  readonly adapter: Adapter;
  readonly customerId: string;
  readonly serviceId: string;
  /** How many minutes the simulator's clock is ahead of ours, from now on. */
  readonly setClock: (minutes: number) => void;
  readonly close: () => Promise<void>;
}

/** A simulated HostedSuite with a clock to set, and an adapter that does not repeat its reads. */
export async function openSuite(generation: Generation, choices: V2Choices & V3Choices = {}): Promise<Suite> {
  let ahead = 0;
  const now = (): Date => new Date(Date.now() + ahead * 60_000);
  const create = generation === "v2" ? createHostedSuiteV2 : createHostedSuiteV3;
  const backend = create(world, { ...choices, now });
  const server = await serveSimulated(backend);
  const password = generation === "v2" ? "sandbox-suite" : "sandbox-offices";
  const connected = adapterAt(server.url, generation, { password, retries: 0, timeZone: choices?.timeZone ?? "UTC" });
  const { adapter } = connected;
  const [customer] = await allCustomers(adapter);
  return {
    server,
    state: backend.state,
    adapter,
    customerId: customer?.id ?? "",
    serviceId: await anyService(adapter),
    setClock: (minutes) => {
      ahead = minutes;
    },
    close: async () => {
      await connected.close();
      await server.close();
    },
  };
}

/** A suite for the tests of a describe block. */
export function useSuite(generation: Generation, choices: V2Choices & V3Choices = {}): () => Suite {
  let suite: Suite | undefined;
  beforeAll(async () => {
    suite = await openSuite(generation, choices);
  });
  afterAll(() => suite?.close());
  return () => present(suite);
}

export function intentOfNow(): Intent {
  return { stepId: "step-1", createdAt: new Date().toISOString(), mark: null };
}

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a verb or value is missing");
  return value;
}

export function stepOf<T>(plan: WritePlan<T>, index = 0): WriteStep<T> {
  return present(plan.steps[index]);
}

export function find<T>(step: WriteStep<T>, id: string | null, intent: Intent): Promise<readonly Trace[]> {
  return present(step.find)(id, intent, scope);
}

/** Sends a step whose connection breaks, before or after the backend has processed the request. */
export async function sendBroken<T>(
  { server }: Suite,
  step: WriteStep<T>,
  id: string | null,
  intent: Intent,
  kind: "dropBefore" | "dropAfter",
): Promise<void> {
  server.setFaults([{ kind, function: faultTarget(step.action) }]);
  const { code } = await failure(() => step.send(id, intent, scope));
  server.setFaults([]);
  expect(code).toBe("OUTCOME_UNKNOWN");
}

/** How the simulators call a write: v2 by its route alone. */
function faultTarget(action: string): string {
  if (action.startsWith("POST /contacts/")) return "contacts/";
  return /^POST \/(clients|charges)\//.test(action) ? action.slice("POST /".length) : action;
}

async function rejectsWhileDown<T>({ server }: Suite, step: WriteStep<T>, id: string | null, intent: Intent): Promise<void> {
  server.setFaults([{ kind: "dropBefore" }]);
  const { code } = await failure(() => find(step, id, intent));
  server.setFaults([]);
  expect(code).toBe("UNAVAILABLE");
}

/** What must hold for every create; gives the object that was made by the write whose outcome was unknown. */
export async function provesCreate<T extends { readonly id: string }>(suite: Suite, make: () => WritePlan<T>): Promise<T> {
  suite.setClock(-10);
  const older = await run(make());
  suite.setClock(0);
  const intent = intentOfNow();
  const step = stepOf(make());
  expect(await find(step, null, intent)).toEqual([]);
  await sendBroken(suite, step, null, intent, "dropBefore");
  expect(await find(step, null, intent)).toEqual([]);

  await sendBroken(suite, step, null, intent, "dropAfter");
  // As after a restart: another plan, made from the same input.
  const traces = await find(stepOf(make()), null, intent);
  expect(traces).toEqual([{ id: expect.any(String), claim: traces[0]?.id }]);
  const id = traces[0]?.id ?? "";
  expect(id).not.toBe(older.id);
  const created = await make().read(id, scope);
  expect(created.id).toBe(id);

  await rejectsWhileDown(suite, step, null, intent);
  const twin = await run(make());
  const both = await find(step, null, intent);
  expect(both.map((trace) => trace.claim).sort()).toEqual([id, twin.id].sort());
  return created;
}

/** What must hold for every change of an object that is not yet as the change leaves it. */
export async function provesChange<T>(suite: Suite, plan: WritePlan<T>, id: string, index = 0): Promise<void> {
  const intent = intentOfNow();
  const step = stepOf(plan, index);
  expect(await find(step, id, intent)).toEqual([]);
  await sendBroken(suite, step, id, intent, "dropBefore");
  expect(await find(step, id, intent)).toEqual([]);
  await sendBroken(suite, step, id, intent, "dropAfter");
  expect(await find(step, id, intent)).toEqual([{ id, claim: null }]);
  await rejectsWhileDown(suite, step, id, intent);
}
