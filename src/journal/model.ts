import { type Caller, type ClientProgram, mayUse } from "../model/caller.ts";
import type { BillingError, ErrorCode } from "../model/errors.ts";
import type { Warning } from "../model/warnings.ts";

/** The durable record of mutations: the runner writes it, the store keeps it, the schema shows it. Times are RFC 3339, UTC. */

export const operationStatuses = ["PENDING", "SUCCEEDED", "FAILED", "UNKNOWN", "VALIDATED", "PARTIAL", "ROLLED_BACK"] as const;
export type OperationStatus = (typeof operationStatuses)[number];

/** What happens to the targets of a fan-out that succeeded when another fails: they stay, or they are compensated. */
export type OnFailure = "KEEP" | "ROLL_BACK";

export interface Operation {
  readonly id: string;
  readonly mutation: string;
  /** Null for callers without a name (auth.mode none). */
  readonly actor: string | null;
  /** The client program that made the first call. */
  readonly client: ClientProgram;
  /**
   * By backend: the entry of its `users` with which all its calls are made, from the first one to the last reconciling read,
   * since another user may not see what this one wrote. No entry = the gateway's own user.
   */
  readonly users: Readonly<Record<string, string>>;
  readonly idempotencyKey: string;
  /** The caller's input as canonical JSON, without the key. After a restart the operation is planned again from it. */
  readonly input: unknown;
  /** SHA-256 of the canonical input. */
  readonly inputHash: string;
  readonly validateOnly: boolean;
  readonly onFailure: OnFailure;
  readonly status: OperationStatus;
  /** The process that works on it now; null = none. */
  readonly owner: string | null;
  /**
   * Grows with every claim. A holder's writes name the epoch of its claim, so they change nothing once another process has
   * claimed it.
   */
  readonly epoch: number;
  /** How many times it was reconciled. */
  readonly looks: number;
  /** When the reconciler looks at it next; null = it does not. */
  readonly nextLookAt: string | null;
  /** The row of a charge run that it sends or undoes; null for other operations. */
  readonly once: Once | null;
  readonly createdAt: string;
  /** Set by the store with every change of the operation or of a step. */
  readonly updatedAt: string;
  readonly completedAt: string | null;
  readonly steps: readonly Step[];
}

/**
 * Identifies an operation that must not happen twice, whoever asks. The store keeps key and number unique. The next number is
 * used only if the operation before had no effect, and can have none any more.
 */
export interface Once {
  /** Id of the charge run. */
  readonly runId: string;
  readonly key: string;
  readonly number: number;
}

/** One call to one backend. The steps of one target are sent in order. Targets (a fan-out has several) are independent. */
export interface Step {
  /** 0-based place in the plan of the operation. */
  readonly position: number;
  /** 0-based place of its target in the input. */
  readonly target: number;
  readonly backend: string;
  readonly action: string;
  /**
   * PENDING: not sent. SENDING: recorded before the request left, and never sent again from this state. It ends with an answer,
   * as UNKNOWN, or with "it never left" by the process that was to send it.
   */
  readonly status: "PENDING" | "SENDING" | "SUCCEEDED" | "FAILED" | "UNKNOWN" | "VALIDATED";
  readonly attempts: number;
  /** The first is the reason. Others come from the same answer, e.g. one for each field at fault. */
  readonly errors: readonly StoredError[];
  /** Global id of the object to change; null for creates. */
  readonly objectId: string | null;
  /** Global id of what the step created or changed. */
  readonly nodeId: string | null;
  /**
   * Identifies the step's work: no other step of this backend can have made it. See `Trace` in adapter/adapter.ts. The store
   * keeps it unique.
   */
  readonly claim: string | null;
  /** Noted before it was sent: see WriteStep.note in adapter/adapter.ts. */
  readonly note: string | null;
  /**
   * Whether the request of any attempt may have reached the backend. If so, the backend is searched for it before it is sent
   * again.
   */
  readonly mayHaveLeft: boolean;
  /**
   * The system for which the backend's key stood when the step was last sent: see Journal.systemOf. Null: not sent, or recorded by a version
   * that did not know it.
   */
  readonly system: string | null;
  /**
   * For an UNKNOWN step: the time, by the store's clock, from which "not found" means "not done". By then no request of it can be
   * in flight, and its effect has had time to show.
   */
  readonly settlesAt: string | null;
  /** While it is UNKNOWN: objects that it may have made. A person decides. */
  readonly candidates: readonly StepCandidate[];
  /** A person's decision about its outcome. */
  readonly resolution: Resolution | null;
  /** Warnings for the caller about a step that succeeded. Their paths are those of the caller's input. */
  readonly warnings: readonly Warning[];
  /** Whether the stored object was compared with what was sent. Stays false if there is nothing to compare. */
  readonly compared: boolean;
  /** Global id of the owner of a new object (a charge's customer or plan); null if it has none. */
  readonly belongsTo: string | null;
  /**
   * Key for finding likely duplicates: similar charges have the same key, and all executions of one charge have the same key. The first
   * step of a new charge has it, and each step that executes a charge, as soon as the charge's id is known. Null for other steps.
   */
  readonly likeness: string | null;
  /** True: it compensates the earlier steps of its target. */
  readonly compensates: boolean;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

export interface Resolution {
  readonly actor: string | null;
  readonly at: string;
  readonly reason: string;
  readonly happened: boolean;
  /** Claims of the candidates at the time of a decision that it did not happen: none of them is its work. */
  readonly rejected: readonly string[];
}

/** What every step starts with. */
export const blankStep = {
  attempts: 0,
  errors: [],
  nodeId: null,
  objectId: null,
  claim: null,
  note: null,
  mayHaveLeft: false,
  system: null,
  settlesAt: null,
  candidates: [],
  resolution: null,
  warnings: [],
  compared: false,
  belongsTo: null,
  likeness: null,
  compensates: false,
  startedAt: null,
  finishedAt: null,
} as const;

export interface StepCandidate {
  /** Global id. */
  readonly nodeId: string;
  readonly claim: string | null;
  /** Members of the input that differ from what was sent. */
  readonly differs: readonly string[];
  /** True: the answer to this step named it, although another step has it. Missing elsewhere. */
  readonly answered?: true;
}

/** An operation as one process holds it. Its writes are refused once another process has claimed the operation. */
export interface Hold {
  readonly id: string;
  readonly owner: string;
  readonly epoch: number;
}

export interface StoredError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field: readonly string[] | null;
  readonly backendCode: string | null;
  readonly retryable: boolean;
}

/** An error as it is stored: without its causes, which may contain secrets. */
export function storedError(error: BillingError): StoredError {
  return {
    code: error.code,
    message: error.message,
    field: error.field ?? null,
    backendCode: error.backendCode ?? null,
    retryable: error.retryable,
  };
}

export interface OperationFilter {
  readonly status?: readonly OperationStatus[] | null | undefined;
  readonly mutation?: string | null | undefined;
  readonly backend?: string | null | undefined;
  /** True: dry runs only. False: none of them. */
  readonly validateOnly?: boolean | null | undefined;
  readonly from?: string | null | undefined;
  readonly to?: string | null | undefined;
  /** Only operations that this caller may see (`maySee`). Absent = all. */
  readonly visibleTo?: Onlooker | undefined;
}

/** Position in a list of operations. A page continues after it. */
export interface OperationPosition {
  readonly createdAt: string;
  readonly id: string;
}

/** Status of one target, from its steps. If it was compensated, the compensation decides. */
export function targetStatus(steps: readonly Step[]): OperationStatus {
  const compensation = steps.filter(({ compensates }) => compensates);
  if (compensation.length === 0) return statusOf(steps);
  const status = statusOf(compensation);
  if (status === "SUCCEEDED") return "ROLLED_BACK";
  return status === "FAILED" ? "PARTIAL" : status;
}

function statusOf(steps: readonly Step[]): OperationStatus {
  const statuses = new Set(steps.map(({ status }) => status));
  if (statuses.has("SENDING")) return "PENDING";
  if (statuses.has("UNKNOWN")) return "UNKNOWN";
  if (statuses.has("FAILED")) return statuses.has("SUCCEEDED") ? "PARTIAL" : "FAILED";
  if (statuses.has("PENDING")) return "PENDING";
  if (statuses.has("VALIDATED")) return "VALIDATED";
  return "SUCCEEDED";
}

/** Status of a whole operation: unfinished states first, then the one in which all targets agree, otherwise PARTIAL. */
export function operationStatus(steps: readonly Step[]): OperationStatus {
  const targets = Map.groupBy(steps, ({ target }) => target);
  const statuses = new Set([...targets.values()].map(targetStatus));
  if (statuses.has("UNKNOWN")) return "UNKNOWN";
  if (statuses.has("PENDING")) return "PENDING";
  if (statuses.size === 0) return "SUCCEEDED";
  // A step that failed left nothing to compensate.
  if (statuses.has("ROLLED_BACK"))
    return [...statuses].every((each) => each === "ROLLED_BACK" || each === "FAILED") ? "ROLLED_BACK" : "PARTIAL";
  const [only] = statuses;
  return statuses.size === 1 && only !== undefined ? only : "PARTIAL";
}

/**
 * Whether repeating the call would send something: a step failed without effect. Once an operation is being compensated, only its
 * compensations count.
 */
export function isResumable(steps: readonly Step[]): boolean {
  const compensation = steps.filter(({ compensates }) => compensates);
  return (compensation.length > 0 ? compensation : steps).some(isRetryable);
}

export function isRetryable({ status, errors }: Step): boolean {
  return status === "FAILED" && errors[0]?.retryable === true;
}

/** A caller who reads the journal. */
export interface Onlooker {
  readonly caller: Caller;
  /** By backend: the entry of its `users` that the caller is mapped to. */
  readonly users: Readonly<Record<string, string>>;
}

/**
 * Which operations a caller sees: its own, or all with the scope admin. It sees none that has a step in a backend that the caller
 * may not see, or that was carried out as another user of the backend than the caller's: a part of an operation would reveal that
 * there is more. The backend's main user sees what its other users do. queries.ts has the same rule in SQL.
 */
export function maySee({ caller, users }: Onlooker, operation: Pick<Operation, "actor" | "steps" | "users">): boolean {
  const isOwn = seesOthers(caller) || operation.actor === caller.actor;
  const isAsUser = (backend: string): boolean =>
    !Object.hasOwn(users, backend) || (Object.hasOwn(operation.users, backend) && operation.users[backend] === users[backend]);
  return isOwn && operation.steps.every(({ backend }) => mayUse(caller, backend) && isAsUser(backend));
}

/**
 * Whether the caller may see an operation's input: it is the caller's own, or the caller sees everything. An input may name
 * backends that the steps do not touch: alignCustomers gives one customer the values of another.
 */
export function maySeeInput({ caller, users }: Onlooker, { actor }: Pick<Operation, "actor">): boolean {
  return actor === caller.actor || (caller.backends === "*" && Object.keys(users).length === 0);
}

export function seesOthers({ scopes }: Caller): boolean {
  return scopes.has("admin");
}

/**
 * The part of an operation's input that people may see. No input of the gateway asks for a credential. A member with a name like
 * that of a credential is left out anyway. Pure.
 */
export function publishedInput(input: unknown): unknown {
  if (Array.isArray(input)) return input.map(publishedInput);
  if (typeof input !== "object" || input === null) return input;
  return Object.fromEntries(
    Object.entries(input).map(([name, member]) => [name, secretNames.test(name) ? leftOut : publishedInput(member)]),
  );
}

export const leftOut = "(left out)";

const secretNames = /passw|secret|token|credential|api_?key|pin$|iban|cvc|cvv|card_?number/i;
