import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createBackends } from "../../src/adapter/backends.ts";
import type { OperationStatus } from "../../src/journal/model.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import { createRunActions } from "../../src/runs/actions.ts";
import type { Run, RunRow } from "../../src/runs/model.ts";
import { previewUndo } from "../../src/runs/result.ts";
import { newRow } from "../../src/runs/rows.ts";
import { createRunStore, type RunStore } from "../../src/runs/store.ts";
import type { RunWorker } from "../../src/runs/worker.ts";
import { operation, step } from "../journal/fixture.ts";
import { patience } from "../support/patience.ts";
import { createFollowingWorker } from "./following-worker.ts";

/** A run whose charges are taken back while outcomes are unknown: it ends when they are known. */

const reach = { actor: "ada", backends: "*" } as const;
const asked = { ...reach, key: "key", planHash: "plan", at: "2026-01-31T10:00:00.000Z", rows: 3, unknown: [2] };

let journal: Store;
let store: RunStore;
let worker: RunWorker;

beforeEach(async () => {
  journal = await openStore("sqlite::memory:");
  store = createRunStore(journal.engine);
  worker = createFollowingWorker(journal, store, "worker");
});
afterEach(async () => {
  await worker.end();
  await journal.close();
});

/** What the journal says of an operation. */
async function recorded(id: string, key: string, status: OperationStatus & ("SUCCEEDED" | "UNKNOWN" | "FAILED")): Promise<void> {
  const sent = { ...step, status, nodeId: status === "SUCCEEDED" ? `node ${id}` : null };
  if (await journal.insert(operation({ id, owner: null, once: { runId: "run", key, number: 1 }, status, steps: [sent] }))) return;
  const claimed = await journal.claim(id, "settler");
  const hold = { id, owner: "settler", epoch: claimed?.epoch ?? 0 };
  await journal.saveStep(hold, sent, {});
  await journal.save(hold, { status, owner: null });
}

/** Rows: charged and being voided, of unknown outcome, charged and voided. */
async function leave(): Promise<void> {
  await recorded("charge-a", "a", "SUCCEEDED");
  await recorded("void-a", "undo:charge-a", "UNKNOWN");
  await recorded("charge-b", "b", "UNKNOWN");
  await recorded("charge-c", "c", "SUCCEEDED");
  await recorded("void-c", "undo:charge-c", "SUCCEEDED");
  const run: Run = {
    ...{ id: "run", name: "Run", series: "Run", actor: "ada", reach, options: { dryRun: false, rowsPerSecond: null } },
    ...{ state: "UNDOING", wanted: null, revision: 0, planHash: "plan", summary: { totals: [], calls: 3 }, backends: ["pbx"] },
    ...{ problem: null, execution: asked, approval: null, undoing: asked, paused: [], owner: null, epoch: 0 },
    ...{ createdAt: asked.at, updatedAt: asked.at, finishedAt: null },
  };
  await store.create(run, null, "");
  const charge = { customerId: "customer", amount: "1.00", currency: "EUR" };
  const rows = (["a", "b", "c"] as const).map((key, index): RunRow => {
    const given = { key, charge, customerReference: null, allowDuplicate: false, problems: [] };
    const blank = newRow(index + 1, index + 1, given, { key, problem: null }, "Run");
    const known = { backend: "pbx", charge, amount: "1.00", currency: "EUR", onceKey: key, onceNumber: 1 };
    const made = key === "b" ? ({ state: "UNKNOWN" } as const) : ({ state: "SUCCEEDED", nodeId: `node charge-${key}` } as const);
    return { ...blank, ...known, ...made, operationId: `charge-${key}` };
  });
  await store.addRows("run", rows);
  await store.edit("run", async () => ({ active: true }));
}

const states = async () => Object.fromEntries((await store.rows("run", {}, 10, 0)).map(({ key, state }) => [key, state]));
const problemsOf = async (key: string) => (await store.rowsByKey("run", [key]))[0]?.problems;
const until = (expected: object) =>
  vi.waitFor(async () => {
    worker.wake();
    expect(await store.byId("run")).toMatchObject(expected);
  }, patience);

it.each([
  ["was taken back", "SUCCEEDED", { a: "UNDONE", b: "SUCCEEDED", c: "UNDONE" }, ["b"]],
  ["was not taken back", "FAILED", { a: "SUCCEEDED", b: "SUCCEEDED", c: "UNDONE" }, ["a", "b"]],
] as const)("ends when it is known that a charge %s, and names it until then", async (_name, ending, expected, charged) => {
  await leave();
  worker.wake();
  await vi.waitFor(async () => {
    expect(await problemsOf("a")).toMatchObject([{ code: "OUTCOME_UNKNOWN", message: expect.stringContaining("operation") }]);
    expect(await states()).toEqual({ a: "SUCCEEDED", b: "UNKNOWN", c: "UNDONE" });
  }, patience);
  await recorded("void-a", "undo:charge-a", ending);
  await vi.waitFor(async () => expect((await states())["a"]).toBe(expected.a), patience);
  if (ending === "SUCCEEDED") expect(await problemsOf("a")).toEqual([]);
  // Of another charge it is not known whether it was made at all. It was in nobody's preview, so it is not taken back.
  expect(await store.byId("run")).toMatchObject({ state: "UNDOING", finishedAt: null });
  await recorded("charge-b", "b", "SUCCEEDED");
  await until({ state: "UNDONE", owner: null, finishedAt: expect.any(String) });
  expect(await states()).toEqual(expected);
  expect((await store.byId("run"))?.summary.charged).toMatchObject([{ rows: charged.length }]);
});

it.each([
  ["is not known", null, "FAILED"],
  // It was in nobody's preview: the other process must not take it for one that is to be voided.
  ["turned out to have been made", "SUCCEEDED", "SUCCEEDED"],
] as const)("goes on in another process if the first one ends, while a charge %s", async (_name, before, after) => {
  await leave();
  worker.wake();
  if (before) await recorded("charge-b", "b", before);
  await vi.waitFor(async () => expect(await states()).toMatchObject({ b: before ?? "UNKNOWN", c: "UNDONE" }), patience);
  await worker.end();
  expect(await store.byId("run")).toMatchObject({ state: "UNDOING", owner: null });
  worker = createFollowingWorker(journal, store, "other");
  worker.wake();
  await recorded("void-a", "undo:charge-a", "SUCCEEDED");
  await recorded("charge-b", "b", after);
  await until({ state: "UNDONE" });
  expect(await states()).toEqual({ a: "UNDONE", b: after, c: "UNDONE" });
});

describe("the preview that is confirmed", () => {
  const actionsWith = (undoHash: Parameters<typeof createRunActions>[0]["undoHash"]) =>
    createRunActions({
      store,
      arriving: new Set(),
      presence: {} as never,
      reach,
      found: async (id) => (await store.byId(id)) as Run,
      undoHash,
      approval: { isNeeded: () => false, expiresAfterMs: 1 },
      wake: () => undefined,
    });
  const voids = { charges: { void: () => undefined } };
  const backends = createBackends([{ key: "pbx", label: "pbx", adapter: voids } as never]);
  const hashOf = async (run: Run, from: Pick<RunStore, "rows">) => (await previewUndo(from, run, backends)).planHash;
  const leaveEnded = async (): Promise<string> => {
    await leave();
    await store.edit("run", async () => ({ state: "CANCELLED", active: false, undoing: null }));
    return hashOf((await store.byId("run")) as Run, store);
  };

  it("is refused if a charge that is in it no longer, or not yet, turns up while the run is being changed", async () => {
    const plan = await leaveEnded();
    let looks = 0;
    const { undo } = actionsWith(async (run, from) => {
      looks += 1;
      const hash = await hashOf(run, from);
      // A worker that still holds the run saves an outcome behind the first look.
      if (looks === 1) await store.edit("run", async (_run, rows) => rows.move(["UNKNOWN"], "SUCCEEDED").then(() => ({})));
      return hash;
    });
    const nodes = await store.rows("run", {}, 10, 0);
    await store.addRows(
      "run",
      nodes.map((row) => ({ ...row, nodeId: `node ${row.operationId}` })),
    );
    await expect(undo("run", plan, null)).rejects.toMatchObject({ code: "CONFLICT", field: ["planHash"] });
    expect(await store.byId("run")).toMatchObject({ state: "CANCELLED", undoing: null });
  });

  it("is carried out once for calls at the same moment, and notes which rows it leaves", async () => {
    const plan = await leaveEnded();
    const { undo } = actionsWith(hashOf);
    const runs = await Promise.all([undo("run", plan, null), undo("run", plan, null)]);
    for (const run of runs) expect(run).toMatchObject({ state: "UNDOING", undoing: { planHash: plan, unknown: [2] } });
    await expect(undo("run", plan, "another key")).rejects.toMatchObject({ code: "CONFLICT" });
  });

  it("is another one after each undo, even if the same charges are left", async () => {
    const plan = await leaveEnded();
    const { undo } = actionsWith(hashOf);
    await undo("run", plan, null);
    await store.edit("run", async () => ({ state: "UNDONE" }));
    // The call is repeated: its answer was lost.
    expect((await undo("run", plan, null)).state).toBe("UNDONE");
    const next = await hashOf((await store.byId("run")) as Run, store);
    expect(next).not.toBe(plan);
    expect((await undo("run", next, null)).state).toBe("UNDOING");
  });
});
