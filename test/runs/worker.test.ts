import { isDeepStrictEqual } from "node:util";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OperationStatus } from "../../src/journal/model.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import { BillingError } from "../../src/model/errors.ts";
import type { RowState, Run, Wanted } from "../../src/runs/model.ts";
import { newRow } from "../../src/runs/rows.ts";
import { createRunStore, type RunStore } from "../../src/runs/store.ts";
import { createRunWorker, type RunWorker } from "../../src/runs/worker.ts";
import { operation, step, storeDialects } from "../journal/fixture.ts";
import { startPostgres } from "../support/postgres.ts";

/** A run whose process is gone, taken over after somebody wanted it to stop. */

const server = await startPostgres();
afterAll(() => server?.stop());

const at = "2026-11-21T10:00:00.000Z";

/** What the journal says of each row, of which the run has kept nothing. */
const recorded: readonly (OperationStatus | null)[] = ["SUCCEEDED", null, "FAILED", "UNKNOWN", "SUCCEEDED", null];

const runOf = (id: string): Run => ({
  id,
  name: "Run",
  series: "series",
  actor: null,
  reach: { actor: null, backends: "*" },
  options: { dryRun: false, rowsPerSecond: null },
  state: "RUNNING",
  wanted: null,
  revision: 1,
  planHash: "plan",
  summary: { totals: [], calls: 0 },
  backends: ["pbx"],
  problem: null,
  execution: { actor: null, backends: "*", key: "key", planHash: "plan", at, rows: recorded.length },
  approval: null,
  undoing: null,
  paused: [],
  owner: null,
  epoch: 0,
  createdAt: at,
  updatedAt: at,
  finishedAt: null,
});

const unreported = (_problem: string, details: object): void => expect(details).toBeNull();

describe.each(storeDialects(server))("a run that is taken over on $name", ({ available, createUrl }) => {
  let store: Store;
  let runs: RunStore;
  let worker: RunWorker;

  beforeEach(async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    store = await openStore(await createUrl());
    runs = createRunStore(store.engine);
    worker = workerOn(runs);
  });
  afterEach(async () => {
    await worker?.end();
    await store?.close();
  });

  function workerOn(kept: RunStore, report: (problem: string, details: object) => void = unreported): RunWorker {
    return createRunWorker({
      store: kept,
      journal: store,
      runner: { run: () => Promise.reject(new Error("Nothing is to be sent.")), giveUp: async () => null },
      arriving: new Set(),
      presence: { owner: () => "heir", holds: () => true, announce: () => store.heartbeat("heir", 60_000) },
      admit: async () => undefined,
      reachOf: () =>
        ({ backends: { all: [], get: () => undefined }, planners: {}, users: {}, customerOfAccount: async () => "" }) as never,
      refusal: () => null,
      concurrencyOf: () => 2,
      references: {},
      duplicates: { inRuns: "off", windowHours: 24 },
      changed: () => {},
      report,
      pace: { lookEveryMs: 1 },
    });
  }

  /** As its process has left it: it has sent rows, and kept nothing of them. */
  async function leave(wanted: Wanted | null): Promise<void> {
    await runs.create(runOf("run"), null, "");
    const given = { key: null, charge: {}, customerReference: null, allowDuplicate: false, problems: [] };
    const rows = recorded.map((_, index) =>
      newRow(index + 1, index + 1, given, { key: `row ${index}`, problem: null }, "series"),
    );
    await runs.addRows(
      "run",
      rows.map((row) => ({ ...row, state: "READY" as const, backend: "pbx" })),
    );
    for (const [index, status] of recorded.entries()) {
      if (status === null) continue;
      const once = { runId: "run", key: rows[index]?.onceKey ?? "", number: 1 };
      const sent = { ...step, status: status as "SUCCEEDED" | "FAILED" | "UNKNOWN", nodeId: `charge ${index}` };
      await store.insert(operation({ id: `op-${index}`, status, once, owner: null, steps: [sent] }));
    }
    await runs.edit("run", async () => ({ wanted, active: true }));
  }

  const states = async (): Promise<readonly RowState[]> => (await runs.rows("run", {}, 100, 0)).map(({ state }) => state);

  it("is paused with the rows that were sent, whichever process sent them", async () => {
    await leave("PAUSE");
    worker.wake();
    await expect.poll(async () => (await runs.byId("run"))?.state).toBe("PAUSED");
    // What has failed although nothing happened is sent again when the run is resumed.
    expect(await states()).toEqual(["SUCCEEDED", "READY", "READY", "UNKNOWN", "SUCCEEDED", "READY"]);
  });

  it("is cancelled without marking sent rows as unsent", async () => {
    await leave("CANCEL");
    worker.wake();
    await expect.poll(states).toEqual(["SUCCEEDED", "CANCELLED", "FAILED", "UNKNOWN", "SUCCEEDED", "CANCELLED"]);
    // It ends when the last outcome is known.
    const hold = await store.claim("op-3", "settler");
    expect(hold).not.toBeNull();
    await store.save({ id: "op-3", owner: "settler", epoch: hold?.epoch ?? 0 }, { status: "FAILED", owner: null });
    await expect.poll(async () => (await runs.byId("run"))?.finishedAt).not.toBeNull();
    expect(await states()).toEqual(["SUCCEEDED", "CANCELLED", "FAILED", "FAILED", "SUCCEEDED", "CANCELLED"]);
    expect((await runs.byId("run"))?.state).toBe("CANCELLED");
  });

  it("goes on in the process that could not release it: the store had failed, as on a full disk", async () => {
    await leave("PAUSE");
    let isDown = true;
    let releases = 0;
    const failing = <Method extends (...parameters: never[]) => Promise<unknown>>(method: Method): Method =>
      (async (...parameters: Parameters<Method>) => {
        if (!isDown) return method(...parameters);
        if (isRelease(parameters[1])) releases += 1;
        throw new BillingError("UNAVAILABLE", "The store is down.");
      }) as never;
    const isRelease = (changes: unknown): boolean => isDeepStrictEqual(changes, { owner: null });
    const problems: string[] = [];
    await worker.end();
    worker = workerOn(
      { ...runs, save: failing(runs.save), saveOutcomes: failing(runs.saveOutcomes), edit: failing(runs.edit) },
      (problem) => problems.push(problem),
    );
    worker.start(50);
    await expect.poll(() => releases).toBeGreaterThan(0);
    expect([...new Set(problems)]).toEqual(["a run could not be worked on; retrying"]);
    expect(await runs.byId("run")).toMatchObject({ owner: "heir", state: "RUNNING" });
    // Its process lives, so its lease does not lapse.
    isDown = false;
    await expect.poll(async () => await runs.byId("run")).toMatchObject({ owner: null, state: "PAUSED" });
    expect(await states()).toEqual(["SUCCEEDED", "READY", "READY", "UNKNOWN", "SUCCEEDED", "READY"]);
  });

  it("goes on in the process whose claim was committed, but not answered", async () => {
    await leave("PAUSE");
    let lost = 0;
    const claim: RunStore["claim"] = async (...parameters) => {
      const claimed = await runs.claim(...parameters);
      lost += 1;
      if (lost === 1) throw new BillingError("UNAVAILABLE", "The connection was lost.");
      return claimed;
    };
    await worker.end();
    worker = workerOn({ ...runs, claim }, () => undefined);
    worker.start(50);
    await expect.poll(async () => await runs.byId("run")).toMatchObject({ owner: null, state: "PAUSED", epoch: 2 });
  });

  it("is left to the task of the same process that works on it", async () => {
    await leave(null);
    expect(await runs.claim("run", { owner: "heir", busyWith: new Set() })).toMatchObject({ epoch: 1 });
    await store.heartbeat("heir", 60_000);
    expect(await runs.free({ owner: "heir", busyWith: new Set(["run"]) })).toEqual([]);
    expect(await runs.claim("run", { owner: "heir", busyWith: new Set(["run"]) })).toBeNull();
    expect(await runs.free({ owner: "other", busyWith: new Set() })).toEqual([]);
    expect(await runs.claim("run", { owner: "other", busyWith: new Set() })).toBeNull();
    expect(await runs.free({ owner: "heir", busyWith: new Set(["another run"]) })).toEqual(["run"]);
  });
});
