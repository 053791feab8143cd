import type { BillingError, ErrorCode } from "../model/errors.ts";
import type { Money } from "../model/model.ts";
import type { ChargeSpec } from "../mutations/routing.ts";

/** Charge runs: many charges, checked together, confirmed once and sent in the background. Times are RFC 3339 in UTC. */

/** The states of a run, with their descriptions in the API. */
export const runStates = {
  PREPARING: "Its rows are being checked.",
  NEEDS_ATTENTION: "Some rows cannot be sent as they are: correct or skip them.",
  READY: "It can be executed.",
  AWAITING_APPROVAL: "A second person has to approve the plan.",
  RUNNING: "Its rows are being sent.",
  PAUSED: "Nothing is sent until it is resumed.",
  WAITING: "All rows were sent; the outcome of some is not known yet.",
  INCOMPLETE: "It has ended, but some rows were not charged. Checking and executing it again sends those.",
  DONE: "All rows to be sent were charged.",
  CANCELLED: "Cancelled: rows that were not sent yet are not sent.",
  UNDOING: "The charges that it created are being voided.",
  UNDONE: "The charges that it created were voided, where the backends can.",
} as const;
export type RunState = keyof typeof runStates;

/** The states of a row, with their descriptions in the API. */
export const rowStates = {
  UNCHECKED: "Not checked yet.",
  NEEDS_ATTENTION: "It cannot be sent as it is.",
  READY: "Ready to be sent.",
  SKIPPED: "Skipped by a person, with a reason.",
  LEFT_OUT: "Charged earlier, by another run of the series or by an earlier execution.",
  SUCCEEDED: "Charged.",
  FAILED: "Nothing happened, or only a part.",
  UNKNOWN: "It was sent, and no understandable answer came. The gateway is reconciling it.",
  CANCELLED: "Not sent, because the run was cancelled.",
  UNDONE: "Charged, and voided again.",
} as const;
export type RowState = keyof typeof rowStates;

/** Limits of a run: rows, and bytes of a file. */
export const mostRows = 50_000;
export const mostBytes = 20 * 1024 * 1024;

/** A row as its file or input gives it. */
export interface GivenRow {
  /** Key that identifies it in another file; null = its content does. */
  readonly key: string | null;
  /** With global ids, or with the backend's own ids if `backend` is given, because people who make files know no others. */
  readonly charge: ChargeSpec;
  /** The customer by the operator's own reference in the backend. */
  readonly customerReference: string | null;
  /** Send it even if it looks like another charge. */
  readonly allowDuplicate: boolean;
  /** Parts that could not be understood. A row with problems needs attention. */
  readonly problems: readonly RowProblem[];
}

/** A row of a file or an input, and where it stands there. */
export interface ReadRow {
  /** From 1; of a file, the number of its line. */
  readonly line: number;
  readonly row: GivenRow;
}

export interface RowProblem {
  readonly code: ErrorCode;
  readonly message: string;
  /** Path in the row: ["amount"]. */
  readonly field: readonly string[] | null;
  readonly retryable: boolean;
  /** Customers that could be meant. */
  readonly candidates: readonly { readonly id: string; readonly name: string }[];
}

export interface RunRow {
  readonly position: number;
  readonly line: number;
  readonly key: string;
  /** Makes it act once in its series: see keys.ts. */
  readonly onceKey: string;
  readonly given: GivenRow;
  readonly state: RowState;
  readonly backend: string | null;
  /** Global id. */
  readonly customerId: string | null;
  readonly customerName: string | null;
  /** As it is sent: global ids only. Null where it cannot be sent. */
  readonly charge: ChargeSpec | null;
  /** Amount of the row; null if the backend prices it. */
  readonly amount: string | null;
  readonly currency: string | null;
  /** Number of calls to backends that sending it takes. */
  readonly calls: number;
  readonly likeness: string | null;
  readonly problems: readonly RowProblem[];
  readonly warnings: readonly string[];
  /** Members in which it differs from the version of the file before. */
  readonly changed: readonly string[];
  /** Why it is skipped. */
  readonly reason: string | null;
  readonly operationId: string | null;
  /** Number of the last operation for it that was known when it was checked; 0 = there was none. */
  readonly onceNumber: number;
  /** Global id of the charge that it created. */
  readonly nodeId: string | null;
  /** Amount as the backend stored it. */
  readonly stored: Money | null;
}

export interface RunOptions {
  /** Lets each backend that has a dry run check every row before anything is sent. */
  readonly dryRun: boolean;
  /** Rows sent a second at most; null = as fast as the backends take them. */
  readonly rowsPerSecond: number | null;
}

/** Sums over the rows that are to be sent. */
export interface RunSummary {
  readonly totals: readonly RunTotal[];
  readonly calls: number;
  /** Sums of what was charged, as the backends stored it; absent until the run has ended. */
  readonly charged?: readonly RunTotal[] | undefined;
}

export interface RunTotal {
  readonly backend: string;
  readonly currency: string;
  readonly rows: number;
  readonly amount: string;
  /** Rows that the backend prices. */
  readonly unpriced: number;
}

/** As whom a run calls backends: what the server knew about the caller. */
export interface RunReach {
  readonly actor: string | null;
  /** "*" = all of them. */
  readonly backends: "*" | readonly string[];
}

export interface Execution extends RunReach {
  readonly key: string;
  readonly planHash: string;
  readonly at: string;
  /** Rows that were to be sent when it began. */
  readonly rows: number;
}

export interface Approval {
  readonly state: "AWAITING" | "APPROVED" | "REFUSED" | "EXPIRED";
  readonly planHash: string;
  readonly askedAt: string;
  readonly expiresAt: string;
  /** Who decided. */
  readonly by: string | null;
  readonly at: string | null;
  readonly reason: string | null;
}

/** The undoing of a run. */
export interface Undoing extends RunReach {
  readonly key: string;
  /** Of what was shown before. */
  readonly planHash: string;
  readonly at: string;
}

/** A backend whose rows are held back, and why. */
export interface PausedBackend {
  readonly backend: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly since: string;
}

/** A wish for a run that a process may be working on. */
export type Wanted = "PAUSE" | "CANCEL";

export interface Run {
  readonly id: string;
  readonly name: string;
  readonly series: string;
  /** Who made it. */
  readonly actor: string | null;
  readonly reach: RunReach;
  readonly options: RunOptions;
  readonly state: RunState;
  readonly wanted: Wanted | null;
  /** Grows with every change of its rows by people. */
  readonly revision: number;
  /** Hash of what would be sent; null while that is unknown. */
  readonly planHash: string | null;
  readonly summary: RunSummary;
  /** Keys of the backends that its rows are for. */
  readonly backends: readonly string[];
  /** Why it could not be prepared. */
  readonly problem: RowProblem | null;
  readonly execution: Execution | null;
  readonly approval: Approval | null;
  readonly undoing: Undoing | null;
  readonly paused: readonly PausedBackend[];
  readonly owner: string | null;
  readonly epoch: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly finishedAt: string | null;
}

/** A process's hold on a run. Its writes are refused once another process has claimed the run. */
export interface RunHold {
  readonly id: string;
  readonly owner: string;
  readonly epoch: number;
}

export function problemOf(error: BillingError, candidates: RowProblem["candidates"] = []): RowProblem {
  const { code, message, field, retryable } = error;
  return { code, message, field: field ?? null, retryable, candidates };
}
