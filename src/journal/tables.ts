import type { Selectable } from "kysely";
import type { Operation, OperationStatus, Step } from "./model.ts";

/** The journal's tables as migrations/ makes them, and the translation between their rows and the model: pure. */
export type Tables = {
  operations: {
    id: string;
    mutation: string;
    /** '' = a caller without a name. */
    actor: string;
    client_name: string | null;
    client_version: string | null;
    /** JSON. */
    users: string;
    idempotency_key: string;
    /** JSON. */
    input: string;
    input_hash: string;
    validate_only: number;
    on_failure: string;
    status: string;
    owner: string | null;
    epoch: number;
    looks: number;
    next_look_at: string | null;
    run_id: string | null;
    once_key: string | null;
    once_number: number | null;
    created_at: string;
    updated_at: string;
    completed_at: string | null;
  };
  /**
   * The backends that an operation has steps for. Repeats its time, so that the operations of one backend are one index range.
   */
  operation_backends: {
    operation_id: string;
    backend: string;
    created_at: string;
  };
  steps: {
    operation_id: string;
    position: number;
    target: number;
    backend: string;
    action: string;
    status: string;
    attempts: number;
    /** JSON. */
    errors: string;
    object_id: string | null;
    node_id: string | null;
    claim: string | null;
    /** WriteStep.note, see adapter/adapter.ts. */
    mark: string | null;
    may_have_left: number;
    system: string | null;
    settles_at: string | null;
    /** JSON. */
    candidates: string;
    /** JSON. */
    resolution: string | null;
    /** JSON. */
    warnings: string;
    compared: number;
    belongs_to: string | null;
    likeness: string | null;
    compensates: number;
    started_at: string | null;
    finished_at: string | null;
  };
  /** The processes on this store. `lease_until` is by the store's clock; null = written by a version without leases. */
  owners: {
    id: string;
    seen_at: string;
    lease_until: string | null;
  };
};

export type OperationRow = Selectable<Tables["operations"]>;
export type StepRow = Selectable<Tables["steps"]>;

export const operationColumns = [
  "id",
  "mutation",
  "actor",
  "client_name",
  "client_version",
  "users",
  "idempotency_key",
  "input",
  "input_hash",
  "validate_only",
  "on_failure",
  "status",
  "owner",
  "epoch",
  "looks",
  "next_look_at",
  "run_id",
  "once_key",
  "once_number",
  "created_at",
  "updated_at",
  "completed_at",
] as const satisfies readonly (keyof OperationRow)[];

/** The columns of a step that never change. */
const plannedColumns = ["operation_id", "position", "target", "backend", "action", "compensates", "belongs_to"] as const;
/** The columns of a step that change. */
export const changingColumns = [
  "status",
  "attempts",
  "errors",
  "object_id",
  "node_id",
  "claim",
  "mark",
  "may_have_left",
  "system",
  "settles_at",
  "candidates",
  "resolution",
  "warnings",
  "compared",
  "likeness",
  "started_at",
  "finished_at",
] as const satisfies readonly (keyof StepRow)[];
export const stepColumns = [...plannedColumns, ...changingColumns] as const satisfies readonly (keyof StepRow)[];

export function fromOperation(operation: Operation): Pick<OperationRow, (typeof operationColumns)[number]> {
  return {
    id: operation.id,
    mutation: operation.mutation,
    actor: fromActor(operation.actor),
    client_name: operation.client.name,
    client_version: operation.client.version,
    users: JSON.stringify(operation.users),
    idempotency_key: operation.idempotencyKey,
    input: JSON.stringify(operation.input ?? null),
    input_hash: operation.inputHash,
    validate_only: fromBoolean(operation.validateOnly),
    on_failure: operation.onFailure,
    status: operation.status,
    owner: operation.owner,
    epoch: operation.epoch,
    looks: operation.looks,
    next_look_at: operation.nextLookAt,
    run_id: operation.once?.runId ?? null,
    once_key: operation.once?.key ?? null,
    once_number: operation.once?.number ?? null,
    created_at: operation.createdAt,
    updated_at: operation.updatedAt,
    completed_at: operation.completedAt,
  };
}

export function fromStep(operationId: string, step: Step): Pick<StepRow, (typeof stepColumns)[number]> {
  return {
    operation_id: operationId,
    position: step.position,
    target: step.target,
    backend: step.backend,
    action: step.action,
    status: step.status,
    attempts: step.attempts,
    errors: JSON.stringify(step.errors),
    object_id: step.objectId,
    node_id: step.nodeId,
    claim: step.claim,
    mark: step.note,
    may_have_left: fromBoolean(step.mayHaveLeft),
    system: step.system,
    settles_at: step.settlesAt,
    candidates: JSON.stringify(step.candidates),
    resolution: step.resolution && JSON.stringify(step.resolution),
    warnings: JSON.stringify(step.warnings),
    compared: fromBoolean(step.compared),
    belongs_to: step.belongsTo,
    likeness: step.likeness,
    compensates: fromBoolean(step.compensates),
    started_at: step.startedAt,
    finished_at: step.finishedAt,
  };
}

/** @param steps the operation's own, by position */
export function toOperation(row: OperationRow, steps: readonly StepRow[]): Operation {
  return {
    id: row.id,
    mutation: row.mutation,
    actor: row.actor === "" ? null : row.actor,
    client: { name: row.client_name, version: row.client_version },
    users: row.users === "{}" ? {} : (JSON.parse(row.users) as Operation["users"]),
    idempotencyKey: row.idempotency_key,
    input: JSON.parse(row.input),
    inputHash: row.input_hash,
    validateOnly: row.validate_only === 1,
    onFailure: row.on_failure as Operation["onFailure"],
    status: row.status as OperationStatus,
    owner: row.owner,
    epoch: row.epoch,
    looks: row.looks,
    nextLookAt: row.next_look_at,
    once: toOnce(row),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    completedAt: row.completed_at,
    steps: steps.map(toStep),
  };
}

function toOnce({ run_id: runId, once_key: key, once_number: number }: OperationRow): Operation["once"] {
  return runId === null || key === null || number === null ? null : { runId, key, number };
}

/** Not null: SQL's unique index would let several NULLs pass. */
export function fromActor(actor: string | null): string {
  return actor ?? "";
}

export function fromBoolean(value: boolean): number {
  return value ? 1 : 0;
}

/** Most lists are empty. */
function listIn(text: string): unknown {
  return text === "[]" ? [] : JSON.parse(text);
}

function toStep(row: StepRow): Step {
  return {
    position: row.position,
    target: row.target,
    backend: row.backend,
    action: row.action,
    status: row.status as Step["status"],
    attempts: row.attempts,
    errors: listIn(row.errors) as Step["errors"],
    objectId: row.object_id,
    nodeId: row.node_id,
    claim: row.claim,
    note: row.mark,
    mayHaveLeft: row.may_have_left === 1,
    system: row.system,
    settlesAt: row.settles_at,
    candidates: listIn(row.candidates) as Step["candidates"],
    resolution: row.resolution === null ? null : (JSON.parse(row.resolution) as Step["resolution"]),
    warnings: listIn(row.warnings) as Step["warnings"],
    compared: row.compared === 1,
    belongsTo: row.belongs_to,
    likeness: row.likeness,
    compensates: row.compensates === 1,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}
