import type { ErrorCode } from "../model/errors.ts";
import type { PausedBackend, RunRow } from "./model.ts";

/**
 * The rows of one backend that are in flight. Holds back a row that failed for a reason of the backend, not of the row. After a
 * few such failures without a success, the backend gets a pause. If it still refuses, its rows are left unsent: they do not all
 * fail.
 */
export interface Lane {
  /**
   * Takes a finished row. Returns the rows to save: this one, and rows held back earlier that turn out to have failed for a
   * reason of their own. Returns none if the row is held back.
   */
  readonly ended: (row: RunRow) => readonly RunRow[];
  /** The rows that were held back: `again` are to be sent again, `failed` were tried often enough. */
  readonly takeHeld: () => { readonly again: readonly RunRow[]; readonly failed: readonly RunRow[] };
  /** Why nothing more may be sent for now; null = go on. */
  readonly refusal: () => PausedBackend | null;
  /** Number of pauses that the backend was given since a row of it was last answered. */
  readonly pauses: () => number;
  /** Call it after the pause: the backend may be tried again. */
  readonly tryAgain: () => void;
}

/** Failures without a success in between, after which the backend gets a pause. */
const mostFailures = 5;
/** Attempts to send a row that was held back. */
const mostTries = 3;

/** Failures that say nothing about the row. */
const ofBackend: ReadonlySet<ErrorCode> = new Set(["UNAUTHENTICATED", "FORBIDDEN", "UNAVAILABLE", "RATE_LIMITED", "TIMEOUT"]);
/** Failures that do not pass by themselves. */
const lasting: ReadonlySet<string> = new Set(["UNAUTHENTICATED", "FORBIDDEN"]);

export function createLane(backend: string): Lane {
  const held = new Map<number, RunRow>();
  const tries = new Map<number, number>();
  let failures = 0;
  let pauses = 0;
  let last: { readonly code: ErrorCode; readonly message: string } | null = null;

  return {
    ended: (row) => {
      const [problem] = row.problems;
      if (row.state !== "FAILED" || problem === undefined || row.nodeId !== null || !ofBackend.has(problem.code)) {
        failures = 0;
        pauses = 0;
        tries.delete(row.position);
        // The backend works, so it refused the earlier rows because of the rows themselves.
        const own = [...held.values()].filter(({ problems: [first] }) => first !== undefined && lasting.has(first.code));
        for (const { position } of own) held.delete(position);
        return [...own, row];
      }
      failures += 1;
      last = { code: problem.code, message: problem.message };
      tries.set(row.position, (tries.get(row.position) ?? 0) + 1);
      held.set(row.position, row);
      return [];
    },
    takeHeld: () => {
      const rows = [...held.values()];
      held.clear();
      const isSpent = ({ position }: RunRow): boolean => (tries.get(position) ?? 0) >= mostTries && failures === 0;
      return { again: rows.filter((row) => !isSpent(row)).map(readyAgain), failed: rows.filter(isSpent) };
    },
    refusal: () => (failures < mostFailures || last === null ? null : { backend, ...last, since: new Date().toISOString() }),
    pauses: () => pauses,
    tryAgain: () => {
      pauses += 1;
      failures = 0;
    },
  };
}

export function isLasting({ code }: PausedBackend): boolean {
  return lasting.has(code);
}

/** May be sent again: its last operation is known to have failed. */
export function readyAgain(row: RunRow): RunRow {
  return { ...row, state: "READY", problems: [] };
}
