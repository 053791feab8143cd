import type { Kysely, Selectable } from "kysely";
import { type Database, storableJson } from "../store/engine.ts";
import type { Run } from "./model.ts";

/** The tables of runs as store/migrations/0010-runs.ts makes them, and the translation between a run and its columns. Pure. */
type RunTables = {
  runs: {
    id: string;
    name: string;
    series: string;
    /** '' = a caller without a name. */
    actor: string;
    /** JSON: RunReach. */
    reach: string;
    /** JSON. */
    options: string;
    state: string;
    wanted: string | null;
    /** 1 while a process must work on it. */
    active: number;
    revision: number;
    plan_hash: string | null;
    /** JSON. */
    summary: string;
    /** JSON. */
    backends: string;
    /** JSON. */
    problem: string | null;
    create_key: string | null;
    /** Hash of the input of the call with this key; empty while its rows are still arriving. */
    create_hash: string;
    /** JSON. */
    execution: string | null;
    /** JSON. */
    approval: string | null;
    /** JSON. */
    undo: string | null;
    /** JSON. */
    paused: string;
    owner: string | null;
    epoch: number;
    created_at: string;
    updated_at: string;
    finished_at: string | null;
  };
  run_rows: {
    run_id: string;
    position: number;
    line: number;
    key: string;
    once_key: string;
    /** JSON. */
    given: string;
    /** Hash of everything in the row: a row with the same hash is unchanged. */
    given_hash: string;
    state: string;
    backend: string | null;
    customer_id: string | null;
    customer_name: string | null;
    /** JSON. */
    charge: string | null;
    amount: string | null;
    currency: string | null;
    calls: number;
    likeness: string | null;
    /** JSON. */
    problems: string;
    /** JSON. */
    warnings: string;
    /** JSON. */
    changed: string;
    reason: string | null;
    operation_id: string | null;
    once_number: number;
    node_id: string | null;
    stored_amount: string | null;
    stored_currency: string | null;
  };
};

export type RunDatabase = Kysely<RunTables>;
export type RunRecord = Selectable<RunTables["runs"]>;
export type RowRecord = Selectable<RunTables["run_rows"]>;

/** The journal's database, typed with the tables of runs. */
export function runTables(database: Database): RunDatabase {
  return database.withTables<RunTables>();
}

export function toRun(record: RunRecord): Run {
  return {
    id: record.id,
    name: record.name,
    series: record.series,
    actor: record.actor === "" ? null : record.actor,
    reach: JSON.parse(record.reach) as Run["reach"],
    options: JSON.parse(record.options) as Run["options"],
    state: record.state as Run["state"],
    wanted: record.wanted as Run["wanted"],
    revision: record.revision,
    planHash: record.plan_hash,
    summary: JSON.parse(record.summary) as Run["summary"],
    backends: JSON.parse(record.backends) as Run["backends"],
    problem: parsedOrNull(record.problem),
    execution: parsedOrNull(record.execution),
    approval: parsedOrNull(record.approval),
    undoing: parsedOrNull(record.undo),
    paused: JSON.parse(record.paused) as Run["paused"],
    owner: record.owner,
    epoch: record.epoch,
    createdAt: record.created_at,
    updatedAt: record.updated_at,
    finishedAt: record.finished_at,
  };
}

/** The columns of a new run: no process has to work on it yet. */
export function fromRun(created: Run, createKey: string | null, createHash: string): RunRecord {
  const { id, name, series, actor, reach, options, revision, epoch, createdAt, updatedAt } = created;
  const { state, wanted, planHash, summary, backends, problem, execution, approval, undoing, paused, owner, finishedAt } =
    created;
  return {
    id,
    name,
    series,
    actor: actor ?? "",
    reach: storableJson(reach),
    options: storableJson(options),
    state,
    wanted,
    active: 0,
    revision,
    plan_hash: planHash,
    summary: storableJson(summary),
    backends: storableJson(backends),
    problem: problem && storableJson(problem),
    create_key: createKey,
    create_hash: createHash,
    execution: execution && storableJson(execution),
    approval: approval && storableJson(approval),
    undo: undoing && storableJson(undoing),
    paused: storableJson(paused),
    owner,
    epoch,
    created_at: createdAt,
    updated_at: updatedAt,
    finished_at: finishedAt,
  };
}

/** The columns of a run that change. */
export function changedRun(changes: RunChanges) {
  const { state, wanted, active, planHash, summary, backends, problem, execution, approval, undoing, paused, owner, finishedAt } =
    changes;
  return {
    ...(state !== undefined && { state }),
    ...(wanted !== undefined && { wanted }),
    ...(changes.createHash !== undefined && { create_hash: changes.createHash }),
    ...(active !== undefined && { active: active ? 1 : 0 }),
    ...(planHash !== undefined && { plan_hash: planHash }),
    ...(summary !== undefined && { summary: storableJson(summary) }),
    ...(backends !== undefined && { backends: storableJson(backends) }),
    ...(problem !== undefined && { problem: problem && storableJson(problem) }),
    ...(execution !== undefined && { execution: execution && storableJson(execution) }),
    ...(approval !== undefined && { approval: approval && storableJson(approval) }),
    ...(undoing !== undefined && { undo: undoing && storableJson(undoing) }),
    ...(paused !== undefined && { paused: storableJson(paused) }),
    ...(owner !== undefined && { owner }),
    ...(finishedAt !== undefined && { finished_at: finishedAt }),
  };
}

export type RunChanges = Partial<
  Pick<
    Run,
    | "state"
    | "wanted"
    | "planHash"
    | "summary"
    | "backends"
    | "problem"
    | "execution"
    | "approval"
    | "undoing"
    | "paused"
    | "owner"
    | "finishedAt"
  >
> & {
  /** Whether a process must work on it from now on. */
  readonly active?: boolean;
  /** Hash of the input of the call that made it. */
  readonly createHash?: string;
};

export function parsedOrNull<T>(json: string | null): T | null {
  return json === null ? null : (JSON.parse(json) as T);
}
