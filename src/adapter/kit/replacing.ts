import { BillingError, named, settle } from "../../model/errors.ts";
import type { Comparison } from "./comparing.ts";
import type { Members } from "./looking.ts";

/** A write that replaces more of an object than its caller named: a list, an address, a whole record. */
interface Replacement<Row> {
  /** The object as a person calls it, "The customer". */
  readonly what: string;
  readonly noted: Version;
  /** Reads the object; rejects where it does not exist. */
  readonly read: () => Promise<Row>;
  readonly versionOf: (row: Row) => Version;
  /** Resolves to the record in the answer. */
  readonly write: (row: Row) => Promise<Row>;
  /** The values of a record under the names of `sent`. */
  readonly compared: (row: Row) => Members;
  readonly sent: Members;
}

/** What tells whether an object has changed. */
interface Version {
  /** The backend's version or change date; null where it has none. */
  readonly version: string | null;
  /** The replaced values themselves, as change dates have whole seconds only; null where the version is all of them. */
  readonly whole: string | null;
}

/**
 * Makes the function that replaces: it reads the object, throws CONFLICT where that has changed since the note, writes, and reads it again. Two
 * gateways that both found an object unchanged replace each other's values: it throws OUTCOME_UNKNOWN where a member was stored as sent, but has
 * another value now, so the one that wrote first does not report a success. Within one process, work on the same object runs one after the other.
 */
export function createReplacing(backend: string, { isStored }: Comparison) {
  const inTurn = createTurns();
  return <Row>(id: string, replacement: Replacement<Row>): Promise<Row> =>
    inTurn(id, async () => {
      const { what, noted, read, versionOf, write, compared, sent } = replacement;
      const before = await read();
      const { version, whole } = versionOf(before);
      if (version !== noted.version || whole !== noted.whole) {
        const conflict = `${what} was changed by somebody else just now in ${named(backend)}; nothing was sent.`;
        throw new BillingError("CONFLICT", conflict, { backend, retryable: true });
      }
      const answer = await write(before);
      const answered = compared(answer);
      const stored = Object.keys(sent).filter((member) => isStored(member, sent[member], answered[member]));
      if (stored.length === 0) return answer;
      const now = await settle(read());
      if (now instanceof BillingError) return answer;
      const shown = compared(now);
      const lost = stored.filter((member) => !isStored(member, sent[member], shown[member]));
      if (lost.length === 0) return answer;
      const problem = `${what} was changed by somebody else at the same moment in ${named(backend)}, which shows in: ${lost.join(", ")}.`;
      throw new BillingError("OUTCOME_UNKNOWN", problem, { backend });
    });
}

/** Runs work on the same object one after the other, so that a read, comparison and write sees the write before it. */
function createTurns(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (last.get(key) === turn) last.delete(key);
    }
  };
}
