import { afterAll, beforeAll, expect } from "vitest";
import type { Adapter, Finding, Intent, WritePlan, WriteStep } from "../../../src/adapter/adapter.ts";
import { createHostedSuiteV2, createHostedSuiteV3 } from "../../../src/sandbox/hostedsuite/index.ts";
import type { State } from "../../../src/sandbox/hostedsuite/state.ts";
import { type RunningBackend, serveSimulated } from "../../../src/sandbox/server.ts";
import type { SimulatedBackend } from "../../../src/sandbox/simulated.ts";
import { adapterAt, failure, noted, run, scope } from "./fixture.ts";
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
  /** A second gateway on the same backend. */
  readonly anotherGateway: () => Adapter;
  readonly close: () => Promise<void>;
}

export interface SuiteOptions {
  /** Minutes by which the backend's clock is ahead of ours, also in its Date headers. */
  readonly minutesAhead?: number;
  /** The zone in the adapter's settings, if it differs from the backend's. */
  readonly toldTimeZone?: string;
  /** Minutes by which the clock that stamps records is ahead of the one in the Date headers. */
  readonly stampsAhead?: number;
}

/** A simulated HostedSuite with a clock of its own, and an adapter that does not repeat its reads. */
export async function openSuite(
  generation: Generation,
  choices: V2Choices & V3Choices = {},
  { minutesAhead = 0, stampsAhead = 0, toldTimeZone = choices?.timeZone ?? "UTC" }: SuiteOptions = {},
): Promise<Suite> {
  const now = (minutes: number): Date => new Date(Date.now() + minutes * 60_000);
  const create = generation === "v2" ? createHostedSuiteV2 : createHostedSuiteV3;
  const backend = create(world, { ...choices, now: () => now(minutesAhead + stampsAhead) });
  const server = await serveSimulated(withDates(backend, () => now(minutesAhead)));
  const password = generation === "v2" ? "sandbox-suite" : "sandbox-offices";
  const connectedAdapters: { readonly close: () => Promise<void> }[] = [];
  const open = (): Adapter => {
    const connected = adapterAt(server.url, generation, { password, retries: 0, timeZone: toldTimeZone });
    connectedAdapters.push(connected);
    return connected.adapter;
  };
  const adapter = open();
  const [customer] = await allCustomers(adapter);
  return {
    server,
    state: backend.state,
    adapter,
    customerId: customer?.id ?? "",
    serviceId: await anyService(adapter),
    anotherGateway: open,
    close: async () => {
      await Promise.all(connectedAdapters.map(({ close }) => close()));
      await server.close();
    },
  };
}

/** With the backend's own time in each answer (RFC 9110, 6.6.1). */
function withDates(backend: SimulatedBackend, now: () => Date): SimulatedBackend {
  return {
    ...backend,
    answer: (request) => {
      const answer = backend.answer(request);
      return { ...answer, headers: { ...answer.headers, date: now().toUTCString() } };
    },
  };
}

/** A suite for the tests of a describe block. */
export function useSuite(generation: Generation, choices: V2Choices & V3Choices = {}, options: SuiteOptions = {}): () => Suite {
  let suite: Suite | undefined;
  beforeAll(async () => {
    suite = await openSuite(generation, choices, options);
  });
  afterAll(() => suite?.close());
  return () => present(suite);
}

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a verb or value is missing");
  return value;
}

export function stepOf<T>(plan: WritePlan<T>, index = 0): WriteStep<T> {
  return present(plan.steps[index]);
}

export function find<T>(step: WriteStep<T>, id: string | null, intent: Intent): Promise<Finding> {
  return step.find(id, intent, scope);
}

export const nothing: Finding = { ours: [], candidates: [] };
export const oursIs = (id: string, claim: string | null = id): Finding => ({ ours: [{ id, claim }], candidates: [] });

/** Changes a stored record directly: as a person in the database, or as the backend does when it stores. */
export function alter<Fields extends object>(
  records: ReadonlyMap<string, Fields>,
  localId: string,
  changes: Partial<Fields>,
): void {
  const id = present(localId.split(":").at(-1));
  (records as Map<string, Fields>).set(id, { ...present(records.get(id)), ...changes });
}

type Stamped = { readonly dateCreated: number; readonly dateLastModified: number };

/** Makes a record look this much older. */
export function makeOlder<Fields extends Stamped>(records: ReadonlyMap<string, Fields>, localId: string, seconds: number): void {
  const { dateCreated, dateLastModified } = present(records.get(present(localId.split(":").at(-1))));
  const by = seconds * 1000;
  alter<Stamped>(records, localId, { dateCreated: dateCreated - by, dateLastModified: dateLastModified - by });
}

/** Makes all records a day older, so that earlier tests do not matter. */
export function letADayPass({ clients, charges, taxes }: State): void {
  const day = 86_400;
  for (const id of clients.keys()) makeOlder(clients, id, day);
  for (const id of charges.keys()) makeOlder(charges, id, day);
  for (const id of taxes.keys()) makeOlder(taxes, id, day);
}

/** Sends a step whose connection breaks before or after the backend has processed the request. */
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

/** The simulators' name of a write: v2 has only its route. */
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

/**
 * Checks for every create. Returns the object made by the write with the unknown outcome.
 *
 * @param records those that include the new one
 */
export async function provesCreate<T extends { readonly id: string }, Fields extends Stamped>(
  suite: Suite,
  records: ReadonlyMap<string, Fields>,
  make: () => WritePlan<T>,
): Promise<T> {
  letADayPass(suite.state);
  const older = await run(make());
  makeOlder(records, older.id, 100);
  const step = stepOf(make());
  const intent = await noted(step, null);
  expect(await find(step, null, intent)).toEqual(nothing);
  await sendBroken(suite, step, null, intent, "dropBefore");
  expect(await find(step, null, intent)).toEqual(nothing);

  await sendBroken(suite, step, null, intent, "dropAfter");
  // As after a restart: a new plan from the same input.
  const finding = await find(stepOf(make()), null, intent);
  const id = finding.ours[0]?.id ?? "";
  expect(finding).toEqual(oursIs(id));
  expect(id).not.toBe(older.id);
  const created = await make().read(id, scope);
  expect(created.id).toBe(id);

  await rejectsWhileDown(suite, step, null, intent);
  const twin = await run(make());
  const both = await find(step, null, intent);
  expect(both.ours.map((trace) => trace.claim).sort()).toEqual([id, twin.id].sort());
  return created;
}

/** Checks for every change of an object that does not have the change's values yet. */
export async function provesChange<T>(suite: Suite, plan: WritePlan<T>, id: string, index = 0): Promise<void> {
  const step = stepOf(plan, index);
  const intent = await noted(step, id);
  expect(await find(step, id, intent)).toEqual(nothing);
  await sendBroken(suite, step, id, intent, "dropBefore");
  expect(await find(step, id, intent)).toEqual(nothing);
  await sendBroken(suite, step, id, intent, "dropAfter");
  expect(await find(step, id, intent)).toEqual(oursIs(id, null));
  await rejectsWhileDown(suite, step, id, intent);
}
