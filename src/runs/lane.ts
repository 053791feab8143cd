import type { ErrorCode } from "../model/errors.ts";
import type { PausedBackend, RunRow } from "./model.ts";

/**
 * One backend's rows on their way. A row that fails for a reason that is the backend's and not the row's is held back; after a few of them
 * in a row, the backend is given time, and then its rows are left as they are: better than failing all of them.
 */
export interface Lane {
  /**
   * Takes the ending of a row. What is returned is to be kept: the row, with those that were held back before it and are now known to
   * have failed for themselves; none while it is held back.
   */
  readonly ended: (row: RunRow) => readonly RunRow[];
  /** What was held back, to be sent again. Of those that were sent often enough, the failure is their ending. */
  readonly takeHeld: () => { readonly again: readonly RunRow[]; readonly failed: readonly RunRow[] };
  /** Why nothing more is to be sent for now; null = go on. */
  readonly refusal: () => PausedBackend | null;
  /** The backend was given time: it may be tried again. */
  readonly tryAgain: () => void;
}

/** So many failures of the backend without a success between them. */
const mostFailures = 5;
/** A row that is held back is sent so many times. */
const mostTries = 3;

/** What says nothing of the row. */
const ofBackend: ReadonlySet<ErrorCode> = new Set(["UNAUTHENTICATED", "FORBIDDEN", "UNAVAILABLE", "RATE_LIMITED", "TIMEOUT"]);
/** What does not pass by itself. */
const lasting: ReadonlySet<string> = new Set(["UNAUTHENTICATED", "FORBIDDEN"]);

export function createLane(backend: string): Lane {
  const held = new Map<number, RunRow>();
  const tries = new Map<number, number>();
  let failures = 0;
  let last: { readonly code: ErrorCode; readonly message: string } | null = null;

  return {
    ended: (row) => {
      const [problem] = row.problems;
      if (row.state !== "FAILED" || problem === undefined || row.nodeId !== null || !ofBackend.has(problem.code)) {
        failures = 0;
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
    tryAgain: () => {
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
