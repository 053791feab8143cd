import type { ErrorCode } from "../model/errors.ts";
import type { PausedBackend, RunRow } from "./model.ts";

/**
 * The rows of one backend in flight. A row that fails for a reason of the backend and not of the row is held back. After a few such
 * failures without a success, the backend gets a pause, and later its rows are left as they are, rather than all failing.
 */
export interface Lane {
  /**
   * Takes the ending of a row. What is returned is to be kept: the row, with those that were held back before it and are now known to
   * have failed for themselves; none while it is held back.
   */
  readonly ended: (row: RunRow) => readonly RunRow[];
  /** The rows that were held back: `again` to be sent again, `failed` if they were sent often enough. */
  readonly takeHeld: () => { readonly again: readonly RunRow[]; readonly failed: readonly RunRow[] };
  /** Why nothing more is to be sent for now; null = go on. */
  readonly refusal: () => PausedBackend | null;
  /** Number of pauses that the backend was given since a row of it was last answered. */
  readonly pauses: () => number;
  /** Call it after the pause: the backend may be tried again. */
  readonly tryAgain: () => void;
}

/** Failures of the backend without a success between them, before it gets a pause. */
const mostFailures = 5;
/** Maximum number of attempts to send a row that was held back. */
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
        // The backend works: what it refused for lack of rights before was the rows' fault.
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

/** To be sent again: its last operation has failed, and is known. */
export function readyAgain(row: RunRow): RunRow {
  return { ...row, state: "READY", problems: [] };
}
