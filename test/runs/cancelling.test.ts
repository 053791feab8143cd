import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openStore, type Store } from "../../src/journal/store.ts";
import { createRunActions, type RunActions } from "../../src/runs/actions.ts";
import type { RowState, Run, RunRow } from "../../src/runs/model.ts";
import { newRow } from "../../src/runs/rows.ts";
import { createRunStore, type RunStore } from "../../src/runs/store.ts";
import type { RunChanges } from "../../src/runs/tables.ts";
import type { RunWorker } from "../../src/runs/worker.ts";
import { operation, step } from "../journal/fixture.ts";
import { patience } from "../support/patience.ts";
import { createFollowingWorker } from "./following-worker.ts";

/** Runs that are cancelled while outcomes are unknown, and by processes that know less than the journal. */

const reach = { actor: "ada", backends: "*" } as const;
const execution = { ...reach, key: "key", planHash: "plan", at: "2026-01-31T10:00:00.000Z", rows: 2 };

let journal: Store;
let store: RunStore;
let worker: RunWorker;
let actions: RunActions;

beforeEach(async () => {
  journal = await openStore("sqlite::memory:");
  store = createRunStore(journal.engine);
  worker = createFollowingWorker(journal, store, "worker");
  actions = createRunActions({
    store,
    arriving: new Set(),
    presence: { owner: () => "worker", announce: async () => undefined } as never,
    reach,
    found: async (id) => (await store.byId(id)) as Run,
    undoHash: async () => "undo",
    approval: { isNeeded: () => false, expiresAfterMs: 1 },
    wake: () => worker.wake(),
  });
});
afterEach(async () => {
  await worker.end();
  await journal.close();
});

const onceKeyOf = (key: string): string => `once ${key}`;

/** A run that was confirmed, with a row for each key. */
async function runWith(changes: RunChanges, rows: Readonly<Record<string, RowState>>): Promise<string> {
  const id = "run";
  const created: Run = {
    ...{ id, name: "Run", series: "Run", actor: "ada", reach, options: { dryRun: false, rowsPerSecond: null }, state: "RUNNING" },
    ...{ wanted: null, revision: 0, planHash: "plan", summary: { totals: [], calls: 2 }, backends: ["pbx"], problem: null },
    ...{ execution, approval: null, undoing: null, paused: [], owner: null, epoch: 0 },
    ...{ createdAt: execution.at, updatedAt: execution.at, finishedAt: null },
  };
  await store.create(created, null, "");
  const charge = { customerId: "customer", amount: "1.00", currency: "EUR" };
  const made = Object.entries(rows).map(([key, state], index): RunRow => {
    const given = { key, charge, customerReference: null, allowDuplicate: false, problems: [] };
    const blank = newRow(index + 1, index + 1, given, { key, problem: null }, "Run");
    const known = { state, backend: "pbx", charge, amount: "1.00", currency: "EUR", onceKey: onceKeyOf(key) };
    return { ...blank, ...known, ...(state === "UNKNOWN" && { operationId: `op-${key}`, onceNumber: 1 }) };
  });
  await store.addRows(id, made);
  await store.edit(id, async () => ({ active: true, ...changes }));
  return id;
}

/** Sets the journal's status of the row's charge. */
async function recorded(key: string, status: "SUCCEEDED" | "UNKNOWN" | "FAILED"): Promise<void> {
  const id = `op-${key}`;
  const sent = { ...step, status, nodeId: status === "SUCCEEDED" ? `charge ${key}` : null };
  const once = { runId: "run", key: onceKeyOf(key), number: 1 };
  if (await journal.insert(operation({ id, owner: null, once, status, steps: [sent] }))) return;
  const claimed = await journal.claim(id, "settler");
  const hold = { id, owner: "settler", epoch: claimed?.epoch ?? 0 };
  await journal.saveStep(hold, sent, {});
  await journal.save(hold, { status, owner: null });
}

const statesOf = async (id: string) =>
  Object.fromEntries((await store.rows(id, {}, 10, 0)).map(({ key, state }) => [key, state]));
/** The worker has no timer here, so every look wakes it. */
const until = (id: string, expected: object) =>
  vi.waitFor(async () => {
    worker.wake();
    expect(await store.byId(id)).toMatchObject(expected);
  }, patience);
const finished = { state: "CANCELLED", finishedAt: expect.any(String), planHash: null, owner: null };
const charged = (rows: number) => ({ summary: { charged: [{ backend: "pbx", rows }] } });

it("a run that is cancelled while it waits for an outcome still records it, and ends", async () => {
  await recorded("a", "UNKNOWN");
  const id = await runWith({}, { a: "UNKNOWN" });
  worker.wake();
  await until(id, { state: "WAITING" });
  await actions.cancel(id);
  await until(id, { state: "CANCELLED", finishedAt: null });
  await recorded("a", "SUCCEEDED");
  await until(id, { ...finished, ...charged(1) });
  expect(await statesOf(id)).toEqual({ a: "SUCCEEDED" });
});

it("stays cancelled when another process takes it over while an outcome is unknown", async () => {
  await recorded("a", "UNKNOWN");
  const id = await runWith({ state: "CANCELLED" }, { a: "UNKNOWN", b: "CANCELLED" });
  worker.wake();
  await until(id, { owner: "worker" });
  await worker.end();
  await until(id, { state: "CANCELLED", owner: null, finishedAt: null });
  await recorded("a", "FAILED");
  worker = createFollowingWorker(journal, store, "other");
  worker.wake();
  await until(id, finished);
  expect(await statesOf(id)).toEqual({ a: "FAILED", b: "CANCELLED" });
});

it.each([
  ["while it is sent", { wanted: "CANCEL" }],
  ["while it is paused", { state: "PAUSED", active: false }],
] as const)("does not call a row unsent that a lost process had sent, if it is cancelled %s", async (_name, changes) => {
  await recorded("a", "SUCCEEDED");
  await recorded("b", "FAILED");
  await recorded("d", "SUCCEEDED");
  const id = await runWith(changes, { a: "READY", b: "READY", c: "READY", d: "UNKNOWN" });
  await actions.cancel(id);
  await until(id, { ...finished, ...charged(2) });
  expect(await statesOf(id)).toEqual({ a: "SUCCEEDED", b: "FAILED", c: "CANCELLED", d: "SUCCEEDED" });
});

it("a run that was checked again and is cancelled before execution still records earlier outcomes", async () => {
  await recorded("a", "UNKNOWN");
  const id = await runWith({ state: "NEEDS_ATTENTION", active: false }, { a: "UNKNOWN", b: "NEEDS_ATTENTION" });
  await actions.cancel(id);
  await recorded("a", "SUCCEEDED");
  await until(id, { ...finished, ...charged(1) });
  expect(await statesOf(id)).toEqual({ a: "SUCCEEDED", b: "CANCELLED" });
});

it("a cancelled run that is checked again before all outcomes are known does not fall back", async () => {
  await recorded("a", "UNKNOWN");
  const id = await runWith({ state: "CANCELLED" }, { a: "UNKNOWN" });
  worker.wake();
  await until(id, { owner: "worker" });
  const checking = actions.check(id);
  await until(id, { state: "WAITING" });
  await checking;
  await recorded("a", "SUCCEEDED");
  await until(id, { state: "DONE", ...charged(1) });
  expect(await statesOf(id)).toEqual({ a: "SUCCEEDED" });
});

it("confirmed several times at once, as a call is whose answer was lost, starts once and tells all the same", async () => {
  const id = await runWith({ state: "READY", execution: null, active: false }, { a: "READY" });
  await worker.end();
  const answers = await Promise.all([1, 2, 3].map(() => actions.execute(id, "plan", "key")));
  expect(answers.map(({ state, execution: asked }) => [state, asked?.key])).toEqual(Array(3).fill(["RUNNING", "key"]));
  expect(new Set(answers.map(({ execution: asked }) => asked?.at)).size).toBe(1);
  await expect(actions.execute(id, "plan", "another")).rejects.toMatchObject({ code: "CONFLICT" });
  await expect(actions.execute(id, "another plan", "key")).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
});

it.each(["RUNNING", "PAUSED"] as const)("stays cancelled, whatever is asked for late while it was %s", async (state) => {
  await worker.end();
  const id = await runWith({ state, active: state === "RUNNING" }, { a: "READY" });
  // The answers wait for a worker.
  const cancelled = actions.cancel(id);
  await vi.waitFor(async () => expect(await store.byId(id)).toMatchObject({ state: "RUNNING", wanted: "CANCEL" }), patience);
  await actions.resume(id);
  const paused = actions.pause(id);
  worker = createFollowingWorker(journal, store, "other");
  await until(id, finished);
  expect(await Promise.all([cancelled, paused])).toMatchObject([{ state: "CANCELLED" }, { state: "CANCELLED" }]);
  expect(await statesOf(id)).toEqual({ a: "CANCELLED" });
});

it("is cancelled also if that is asked for while it is being paused", async () => {
  const id = await runWith({ wanted: "PAUSE" }, { a: "READY" });
  const { rowsBehind } = store;
  let cancelled: Promise<Run> | undefined;
  // The worker looks at these rows after it has read that somebody wants a pause.
  Object.assign(store, {
    rowsBehind: async (...asked: Parameters<typeof rowsBehind>) => {
      cancelled ??= actions.cancel(id);
      await vi.waitFor(async () => expect((await store.byId(id))?.wanted).toBe("CANCEL"), patience);
      return rowsBehind(...asked);
    },
  });
  worker.wake();
  await until(id, finished);
  expect(await cancelled).toMatchObject({ state: "CANCELLED" });
});
