import { sql } from "kysely";
import { RunLostError } from "../journal/recorder.ts";
import type { ChargeSpec } from "../mutations/routing.ts";
import { type Engine, reporting } from "../store/engine.ts";
import { folded } from "./keys.ts";
import type { RowOutcome, RowState, Run, RunHold, RunRow, RunState } from "./model.ts";
import { createSaveOutcomes, createSaveRows, earlierRows, rowEditor, rowsBehind, rowsByKey, rowsOf } from "./row-store.ts";
import { changedRun, fromRun, type RunChanges, type RunDatabase, runTables, toRun } from "./tables.ts";

/**
 * Stores runs. A change is durable when its promise resolves. Each method rejects with UNAVAILABLE while the store is down. A
 * process holds the run that it works on as it holds operations: with an owner, a lease and an epoch, which each of its
 * statements checks.
 */
export interface RunStore {
  /** Null if the actor already has a run with this key. */
  readonly create: (run: Run, createKey: string | null, createHash: string) => Promise<Run | null>;
  readonly byCreateKey: (actor: string | null, key: string) => Promise<{ readonly run: Run; readonly hash: string } | null>;
  readonly byId: (id: string) => Promise<Run | null>;
  /** Number of rows by state. */
  readonly states: () => Promise<Readonly<Record<string, number>>>;
  /** Newest first, strictly after `after`. */
  readonly list: (filter: RunFilter, first: number, after: RunPosition | null) => Promise<readonly Run[]>;
  /** By position, strictly after `after`. */
  readonly rows: (runId: string, filter: RowFilter, first: number, after: number) => Promise<readonly RunRow[]>;
  /**
   * Rows in the state READY for which the journal has an operation that the run may not have seen: of a process that was lost, or of
   * another run of the series. By position, strictly behind `after`.
   */
  readonly rowsBehind: (runId: string, first: number, after: number) => Promise<readonly RunRow[]>;
  readonly rowsByKey: (runId: string, keys: readonly string[]) => Promise<readonly RunRow[]>;
  readonly counts: (runId: string) => Promise<readonly RowCount[]>;
  /** Ids of the ended runs of a series, newest first. */
  readonly earlierRuns: (series: string, besides: string, most: number) => Promise<readonly string[]>;
  /** Rows of these runs that charged these customers (global ids). */
  readonly earlierRows: (runIds: readonly string[], customerIds: readonly string[]) => Promise<readonly EarlierRow[]>;
  /** Adds rows to a run whose rows are still arriving. */
  readonly addRows: (runId: string, rows: readonly RunRow[]) => Promise<void>;
  readonly remove: (runId: string) => Promise<void>;
  /**
   * Deletes runs whose rows were arriving at a process that is lost, or at `process`, which has given up: this run, or all of them.
   * Returns how many. Runs of earlier versions do not name that process; `prune` deletes those.
   */
  readonly removeBrokenOff: (process: RunProcess, runId?: string) => Promise<number>;
  /** Ids of runs that need work and that nobody works on: nobody holds them, their owner's lease has lapsed, or `process` left them. */
  readonly free: (process: RunProcess) => Promise<readonly string[]>;
  /** Null if somebody works on it, or it needs no work. */
  readonly claim: (runId: string, process: RunProcess) => Promise<Run | null>;
  /** Rejects with RunLostError, without effect, once another process has claimed the run. */
  readonly save: (hold: RunHold, changes: RunChanges, rows?: readonly RunRow[]) => Promise<void>;
  /** Saves what became of rows that were sent or voided. Rejects like `save`. */
  readonly saveOutcomes: (hold: RunHold, rows: readonly RowOutcome[]) => Promise<void>;
  /**
   * Changes a run on behalf of a person: in one transaction, with the run locked. Rejects with what `change` throws. Null if
   * there is no such run.
   */
  readonly edit: (runId: string, change: (run: Run, rows: RowEditor) => Promise<RunChanges>) => Promise<Run | null>;
  /** Deletes runs that ended before an instant, and incomplete ones whose rows stopped arriving. */
  readonly prune: (finishedBefore: string) => Promise<void>;
}

/**
 * A process, by the name under which it holds runs. It may hold more than it works on: the store failed when it wanted to release a
 * run, or the answer to a claim was lost. Its lease does not lapse while it lives, so it has to take those up itself.
 */
export interface RunProcess {
  readonly owner: string;
  readonly busyWith: ReadonlySet<string>;
}

/** The rows of a run, within the transaction that changes it. */
export interface RowEditor {
  readonly read: (filter: RowFilter, first: number, after: number) => Promise<readonly RunRow[]>;
  readonly byKey: (keys: readonly string[]) => Promise<readonly RunRow[]>;
  readonly save: (rows: readonly RunRow[]) => Promise<void>;
  /** Moves all rows in these states to another state. */
  readonly move: (from: readonly RowState[], to: RowState) => Promise<void>;
}

export interface RunFilter {
  readonly state?: readonly RunState[] | null | undefined;
  /** In any spelling that is the same series: see `folded` in keys.ts. */
  readonly series?: string | null | undefined;
}

export interface RowFilter {
  readonly state?: readonly RowState[] | null | undefined;
  /** True: only rows with warnings. */
  readonly warned?: boolean | null | undefined;
  readonly backend?: string | null | undefined;
}

/** A charge to a customer by an earlier run. */
export interface EarlierRow {
  readonly customerId: string;
  readonly currency: string;
  readonly amount: string;
  readonly charge: ChargeSpec;
}

export interface RowCount {
  readonly state: RowState;
  readonly backend: string | null;
  readonly rows: number;
}

interface RunPosition {
  readonly createdAt: string;
  readonly id: string;
}

const longestUploadMs = 24 * 3_600_000;

export function createRunStore(engine: Engine): RunStore {
  const { transact, instant, clock, prepared } = engine;
  const saveRows = createSaveRows(prepared);
  const saveOutcomes = createSaveOutcomes(prepared);
  const database = runTables(engine.database);

  const run = (from: RunDatabase, id: string) => from.selectFrom("runs").selectAll().where("id", "=", id);

  /** All spellings of a series that runs have. Found here: databases fold other letters than JavaScript does. */
  const spellingsOf = async (series: string): Promise<readonly string[]> => {
    const known = await database.selectFrom("runs").select("series").distinct().execute();
    const wanted = folded(series);
    return known.map((each) => each.series).filter((each) => folded(each) === wanted);
  };

  /** Changes a run and its rows in one transaction. Rejects with RunLostError, without effect, if the run is not held like this. */
  const whileHeld = (hold: RunHold, changes: RunChanges, changeRows: (transaction: RunDatabase) => Promise<void>) =>
    transact(async (given) => {
      const transaction = runTables(given);
      const { numUpdatedRows } = await transaction
        .updateTable("runs")
        .set({ ...changedRun(changes), updated_at: await instant(given) })
        .where("id", "=", hold.id)
        .where("owner", "=", hold.owner)
        .where("epoch", "=", hold.epoch)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) throw new RunLostError();
      await changeRows(transaction);
    });

  /** No process holds it, or its owner's lease has lapsed by the store's clock. */
  const isFree = sql<boolean>`(runs.owner is null or not exists (
    select 1 from owners where owners.id = runs.owner and owners.lease_until > ${clock()}))`;

  /** The same, or `process` holds it without working on it. */
  const isLeft = ({ owner, busyWith }: RunProcess) => {
    const others = busyWith.size === 0 ? sql`` : sql`and runs.id not in (${sql.join([...busyWith])})`;
    return sql<boolean>`(${isFree} or (runs.owner = ${owner} ${others}))`;
  };

  return {
    create: reporting(async (created, createKey, createHash) => {
      const recorded = await transact(async (given) => {
        const at = await instant(given);
        const { numInsertedOrUpdatedRows } = await runTables(given)
          .insertInto("runs")
          .values(fromRun({ ...created, updatedAt: at }, createKey, createHash))
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirstOrThrow();
        return Number(numInsertedOrUpdatedRows) === 0 ? null : { ...created, updatedAt: at };
      });
      return recorded;
    }),
    byCreateKey: reporting(async (actor, key) => {
      const found = await database
        .selectFrom("runs")
        .selectAll()
        .where("actor", "=", actor ?? "")
        .where("create_key", "=", key)
        .executeTakeFirst();
      return found ? { run: toRun(found), hash: found.create_hash } : null;
    }),
    byId: reporting(async (id) => {
      const found = await run(database, id).executeTakeFirst();
      return found ? toRun(found) : null;
    }),
    list: reporting(async ({ state, series }, first, after) => {
      let query = database.selectFrom("runs").selectAll();
      const spellings = series == null ? null : await spellingsOf(series);
      if (state?.length === 0 || spellings?.length === 0) return [];
      if (state != null) query = query.where("state", "in", state);
      if (spellings !== null) query = query.where("series", "in", spellings);
      if (after) query = query.where(sql<boolean>`(created_at, id) < (${after.createdAt}, ${after.id})`);
      return (await query.orderBy("created_at", "desc").orderBy("id", "desc").limit(first).execute()).map(toRun);
    }),
    states: reporting(async () => {
      const found = await database
        .selectFrom("runs")
        .select("state")
        .select(({ fn }) => fn.countAll<number>().as("runs"))
        .groupBy("state")
        .execute();
      return Object.fromEntries(found.map(({ state, runs }) => [state, Number(runs)]));
    }),
    rows: reporting((runId, filter, first, after) => rowsOf(database, runId, filter, first, after)),
    rowsBehind: reporting((runId, first, after) => rowsBehind(database, runId, first, after)),
    rowsByKey: reporting((runId, keys) => rowsByKey(database, runId, keys)),
    counts: reporting(async (runId) => {
      const found = await database
        .selectFrom("run_rows")
        .select(["state", "backend"])
        .select(({ fn }) => fn.countAll<number>().as("rows"))
        .where("run_id", "=", runId)
        .groupBy(["state", "backend"])
        .execute();
      return found.map(({ state, backend, rows }) => ({ state: state as RowState, backend, rows: Number(rows) }));
    }),
    earlierRuns: reporting(async (series, besides, most) => {
      const spellings = await spellingsOf(series);
      if (spellings.length === 0) return [];
      const found = await database
        .selectFrom("runs")
        .select("id")
        .where("series", "in", spellings)
        .where("id", "!=", besides)
        .where("finished_at", "is not", null)
        .orderBy("created_at", "desc")
        .limit(most)
        .execute();
      return found.map(({ id }) => id);
    }),
    earlierRows: reporting((runIds, customerIds) => earlierRows(database, runIds, customerIds)),
    addRows: reporting((runId, rows) => transact((given) => saveRows(runTables(given), runId, rows))),
    remove: reporting(async (runId) => {
      await database.deleteFrom("runs").where("id", "=", runId).execute();
    }),
    removeBrokenOff: reporting(async (process, runId) => {
      let query = database
        .deleteFrom("runs")
        .where("state", "=", "PREPARING")
        .where("active", "=", 0)
        .where("owner", "is not", null)
        .where(isLeft(process));
      if (runId !== undefined) query = query.where("id", "=", runId);
      return Number((await query.executeTakeFirst()).numDeletedRows);
    }),
    free: reporting(async (process) => {
      const found = await database
        .selectFrom("runs")
        .select("id")
        .where(sql<boolean>`active = 1`)
        .where(isLeft(process))
        .limit(100)
        .execute();
      return found.map(({ id }) => id);
    }),
    claim: reporting((runId, process) =>
      transact(async (given) => {
        const claimed = await runTables(given)
          .updateTable("runs")
          .set({ owner: process.owner, epoch: sql<number>`epoch + 1`, updated_at: await instant(given) })
          .where("id", "=", runId)
          .where(sql<boolean>`active = 1`)
          .where(isLeft(process))
          .returningAll()
          .executeTakeFirst();
        return claimed ? toRun(claimed) : null;
      }),
    ),
    save: reporting((hold, changes, rows = []) =>
      whileHeld(hold, changes, (transaction) => saveRows(transaction, hold.id, rows)),
    ),
    saveOutcomes: reporting((hold, rows) => whileHeld(hold, {}, (transaction) => saveOutcomes(transaction, hold.id, rows))),
    edit: reporting((runId, change) =>
      transact(async (given) => {
        const transaction = runTables(given);
        // Locks the run, so that no other change comes in between.
        const locked = await transaction
          .updateTable("runs")
          .set({ revision: sql<number>`revision + 1`, updated_at: await instant(given) })
          .where("id", "=", runId)
          .returningAll()
          .executeTakeFirst();
        if (!locked) return null;
        const changes = await change(toRun(locked), rowEditor(transaction, runId, saveRows));
        const columns = changedRun(changes);
        if (Object.keys(columns).length > 0) await transaction.updateTable("runs").set(columns).where("id", "=", runId).execute();
        const changed = await run(transaction, runId).executeTakeFirstOrThrow();
        return toRun(changed);
      }),
    ),
    prune: reporting(async (finishedBefore) => {
      const ended = ["DONE", "INCOMPLETE", "CANCELLED", "UNDONE"];
      await database.deleteFrom("runs").where("finished_at", "<", finishedBefore).where("state", "in", ended).execute();
      await database
        .deleteFrom("runs")
        .where("state", "=", "PREPARING")
        .where("active", "=", 0)
        .where("updated_at", "<", clock(-longestUploadMs))
        .execute();
    }),
  };
}
