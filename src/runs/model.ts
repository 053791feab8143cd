import type { Hold } from "../journal/model.ts";
import type { BillingError, ErrorCode } from "../model/errors.ts";
import type { Money } from "../model/model.ts";
import type { ChargeSpec } from "../mutations/routing.ts";

/** Charge runs: many charges, checked together, confirmed once, and sent in the background. Times are RFC 3339 in UTC. */

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

/** Of a file: enough for rows with texts of several lines. Blank lines are no rows, but each takes as long to read as a short row. */
export const mostLines = 10 * mostRows;

/** A row as the file or the input gives it. */
export interface GivenRow {
  /** Identifies the row in another file too; null = its content does. */
  readonly key: string | null;
  /** With global ids; if `backend` is given, the backend's own ids too, since people who make files know only those. */
  readonly charge: ChargeSpec;
  /** The operator's own reference of the customer in the backend. */
  readonly customerReference: string | null;
  /** Send it even if it looks like another charge. */
  readonly allowDuplicate: boolean;
  /** Members that were not understood. A row with problems needs attention. */
  readonly problems: readonly RowProblem[];
}

/** A row of a file or an input, with its place there. */
export interface ReadRow {
  /** From 1. In a file, the line number. */
  readonly line: number;
  readonly row: GivenRow;
}

export interface RowProblem {
  readonly code: ErrorCode;
  readonly message: string;
  /** Path in the row: ["amount"]. */
  readonly field: readonly string[] | null;
  readonly retryable: boolean;
  /** Customers that may be meant. */
  readonly candidates: readonly { readonly id: string; readonly name: string }[];
}

export interface RunRow {
  readonly position: number;
  readonly line: number;
  readonly key: string;
  /** Makes the row act once in its series: see keys.ts. */
  readonly onceKey: string;
  readonly given: GivenRow;
  readonly state: RowState;
  readonly backend: string | null;
  /** Global id. */
  readonly customerId: string | null;
  readonly customerName: string | null;
  /** The charge to send, with global ids only. Null if it cannot be sent. */
  readonly charge: ChargeSpec | null;
  /** Amount of the row; null if the backend sets the price. */
  readonly amount: string | null;
  readonly currency: string | null;
  /** Number of backend calls for sending it. */
  readonly calls: number;
  readonly likeness: string | null;
  readonly problems: readonly RowProblem[];
  readonly warnings: readonly string[];
  /** Members that differ from the previous version of the file. */
  readonly changed: readonly string[];
  /** Why it is skipped. */
  readonly reason: string | null;
  readonly operationId: string | null;
  /** Number of the last operation for its once key when the row was checked; 0 = there was none. */
  readonly onceNumber: number;
  /** Global id of the charge that it created. */
  readonly nodeId: string | null;
  /** Amount as the backend stored it. */
  readonly stored: Money | null;
}

/** The members that sending a row, or voiding its charge, changes. */
export type RowOutcome = Pick<
  RunRow,
  "position" | "state" | "problems" | "warnings" | "operationId" | "onceNumber" | "nodeId" | "stored"
>;

export interface RunOptions {
  /** Has every row checked by its backend's own dry run, if it has one, before anything is sent. */
  readonly dryRun: boolean;
  /** Maximum number of rows sent per second; null = no limit of the run's own. */
  readonly rowsPerSecond: number | null;
}

/** Sums over the rows to send. */
export interface RunSummary {
  readonly totals: readonly RunTotal[];
  readonly calls: number;
  /** Sums of the charges as the backends stored them; absent until the run has ended. */
  readonly charged?: readonly RunTotal[] | undefined;
}

export interface RunTotal {
  readonly backend: string;
  readonly currency: string;
  readonly rows: number;
  readonly amount: string;
  /** Rows whose price the backend sets. */
  readonly unpriced: number;
}

/** As whom a run calls backends: the caller's rights when the call came. */
export interface RunReach {
  readonly actor: string | null;
  /** "*" = all of them. */
  readonly backends: "*" | readonly string[];
}

export interface RunExecution extends RunReach {
  readonly key: string;
  readonly planHash: string;
  readonly at: string;
  /** Rows to send when it began. */
  readonly rows: number;
}

export interface Approval {
  readonly state: "AWAITING" | "APPROVED" | "REFUSED" | "EXPIRED";
  readonly planHash: string;
  readonly askedAt: string;
  readonly expiresAt: string;
  /** The person who decided. */
  readonly by: string | null;
  readonly at: string | null;
  readonly reason: string | null;
}

/** The undoing of a run. */
interface Undoing extends RunReach {
  readonly key: string;
  /** Hash of the preview that was confirmed. */
  readonly planHash: string;
  readonly at: string;
  /**
   * Positions of the rows whose outcome was unknown then. Their charges are in no preview, so they are not voided, whenever they turn
   * out to have been made. Absent in runs that an earlier version undid.
   */
  readonly unknown?: readonly number[] | undefined;
}

/** A backend whose rows are held back, and the reason. */
export interface PausedBackend {
  readonly backend: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly since: string;
}

/** A person's wish for a run that a process may be working on. */
export type Wanted = "PAUSE" | "CANCEL";

export interface Run {
  readonly id: string;
  readonly name: string;
  readonly series: string;
  /** The caller who made it. */
  readonly actor: string | null;
  readonly reach: RunReach;
  readonly options: RunOptions;
  readonly state: RunState;
  readonly wanted: Wanted | null;
  /** Grows with every change of its rows by people. */
  readonly revision: number;
  /** Hash of the plan: what would be sent. Null while it is being prepared. */
  readonly planHash: string | null;
  readonly summary: RunSummary;
  /** Keys of the backends of its rows. */
  readonly backends: readonly string[];
  /** Why it could not be prepared. */
  readonly problem: RowProblem | null;
  readonly execution: RunExecution | null;
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
export type RunHold = Hold;

export function problemOf(error: BillingError, candidates: RowProblem["candidates"] = []): RowProblem {
  const { code, message, field, retryable } = error;
  return { code, message, field: field ?? null, retryable, candidates };
}

/** The problem at its place in the row: of input.charge.amount, row and message name amount only. */
export function problemInRow(error: BillingError): RowProblem {
  const { field, message } = error;
  if (field?.[0] !== "input") return problemOf(error);
  const inRow = field.slice(2);
  const path = `${field.join(".")}: `;
  const said = message.startsWith(path) ? `${inRow.join(".")}: ${message.slice(path.length)}` : message;
  return { ...problemOf(error.with({ field: inRow })), message: said };
}
