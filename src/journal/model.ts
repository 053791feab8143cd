import type { ClientProgram } from "../model/caller.ts";
import type { BillingError, ErrorCode } from "../model/errors.ts";
import type { Warning } from "../model/warnings.ts";
import type { Onlooker } from "./visibility.ts";

/** The durable record of mutations: what the runner writes, the store keeps and the schema shows. Times are RFC 3339, UTC. */

export const operationStatuses = ["PENDING", "SUCCEEDED", "FAILED", "UNKNOWN", "VALIDATED", "PARTIAL", "ROLLED_BACK"] as const;
export type OperationStatus = (typeof operationStatuses)[number];

/** What happens to the other targets of a fan-out when one fails: they stay, or they are compensated. */
export type OnFailure = "KEEP" | "ROLL_BACK";

export interface Operation {
  readonly id: string;
  readonly mutation: string;
  /** Null for callers without a name (auth.mode none). */
  readonly actor: string | null;
  /** The program of its first call. */
  readonly client: ClientProgram;
  /**
   * By backend: the one of its `users` as whom all its calls are made, from the first to the last reconciling read, because another
   * user may not see what it wrote. The gateway's own user in a backend without an entry.
   */
  readonly users: Readonly<Record<string, string>>;
  readonly idempotencyKey: string;
  /** The caller's input as canonical JSON, without the key. Plans are rebuilt from it after a restart. */
  readonly input: unknown;
  /** SHA-256 of the canonical input. */
  readonly inputHash: string;
  readonly validateOnly: boolean;
  readonly onFailure: OnFailure;
  readonly status: OperationStatus;
  /** The process that works on it now; null = nobody. */
  readonly owner: string | null;
  /** Grows with every claim: what an owner writes names the epoch of its claim, and changes nothing once another has claimed. */
  readonly epoch: number;
  /** How many times it was reconciled. */
  readonly looks: number;
  /** When the reconciler looks again; null = not by itself. */
  readonly nextLookAt: string | null;
  /** The row of a charge run that it sends or undoes; null for all other operations. */
  readonly once: Once | null;
  readonly createdAt: string;
  /** Set by the store on every change of the operation or of a step. */
  readonly updatedAt: string;
  readonly completedAt: string | null;
  readonly steps: readonly Step[];
}

/**
 * For operations that must not happen twice, whoever asks: there is at most one operation for a key and a number. The next number is
 * used only when nothing has come of the one before, and nothing can.
 */
export interface Once {
  /** Id of its charge run. */
  readonly runId: string;
  readonly key: string;
  readonly number: number;
}

/** One call to one backend. Steps of one target (a fan-out has several) are sent in order; targets are independent. */
export interface Step {
  /** 0-based, over the whole operation: its place in the plan. */
  readonly position: number;
  /** 0-based place of the target in the input. */
  readonly target: number;
  readonly backend: string;
  readonly action: string;
  /**
   * PENDING: not sent. SENDING: recorded before the request left, and never sent again from there; its ways out are an answer,
   * UNKNOWN, or "it never left" by the process that was to send it.
   */
  readonly status: "PENDING" | "SENDING" | "SUCCEEDED" | "FAILED" | "UNKNOWN" | "VALIDATED";
  readonly attempts: number;
  /** The first is the reason; further ones come from the same answer, e.g. one for each field at fault. */
  readonly errors: readonly StoredError[];
  /** Global id of the object that is to be changed; null for creates. */
  readonly objectId: string | null;
  /** Global id of what the step created or changed. */
  readonly nodeId: string | null;
  /** What no other step of this backend can have made: see `Trace` in adapter/adapter.ts. The store keeps it unique. */
  readonly claim: string | null;
  /** What was noted before it was sent: see WriteStep.note in adapter/adapter.ts. */
  readonly note: string | null;
  /** Whether the request of any attempt may have reached the backend: then it is looked for before it is sent again. */
  readonly mayHaveLeft: boolean;
  /**
   * Of an UNKNOWN step: from when on (by the store's clock) "not there" counts as "not done". No request of it can be on its way any
   * more by then, and what it did has had time to show.
   */
  readonly settlesAt: string | null;
  /** While it is UNKNOWN: objects that it may have made, for a person to decide. */
  readonly candidates: readonly StepCandidate[];
  /** A person's decision about its outcome. */
  readonly resolution: Resolution | null;
  /** Warnings for the caller of a step that succeeded. Their paths are those of the caller's input. */
  readonly warnings: readonly Warning[];
  /** Whether what it left was compared with what it sent: false as long as it has not, and where there is nothing to compare. */
  readonly compared: boolean;
  /** Global id of what a new object is created in (a charge's customer or plan); null where there is no such thing. */
  readonly belongsTo: string | null;
  /** A new charge's key for likely duplicates: similar charges have the same one. Null for other steps. */
  readonly likeness: string | null;
  /** True: takes back the work of its target's earlier steps. */
  readonly compensates: boolean;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

export interface Resolution {
  readonly actor: string | null;
  readonly at: string;
  readonly reason: string;
  readonly happened: boolean;
  /** Claims of the candidates at that time where it had not happened: none of them is its work. */
  readonly rejected: readonly string[];
}

export interface StepCandidate {
  /** Global id. */
  readonly nodeId: string;
  readonly claim: string | null;
  /** Members of the input in which it is not as it was sent. */
  readonly differs: readonly string[];
}

/** An operation as one process holds it: what that process writes is refused once somebody else has claimed it. */
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

/** An error as it is kept: without causes, which may hold what must not be stored. */
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
  /** True: dry runs alone; false: all but those. */
  readonly validateOnly?: boolean | null | undefined;
  readonly from?: string | null | undefined;
  readonly to?: string | null | undefined;
  /** Only what exists for this caller: see visibility.ts. Absent = everything. */
  readonly visibleTo?: Onlooker | undefined;
}

/** Position in a list of operations. A page continues strictly behind it. */
export interface OperationPosition {
  readonly createdAt: string;
  readonly id: string;
}
