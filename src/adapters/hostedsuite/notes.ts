import { z } from "zod";
import type { Intent } from "../../adapter/adapter.ts";
import type { Comparison } from "../../adapter/kit/comparing.ts";
import { type BackendMoment, type Members, moment } from "../../adapter/kit/looking.ts";
import { BillingError, named } from "../../model/errors.ts";
import { dayOf } from "../../model/zones.ts";

/** The notes of steps, see WriteStep.note. */

/** The note of a create whose record has a creation date. */
export const creationNote = z.object({
  /** Records from before are not this step's. */
  since: moment,
  /** The day of the operation in the tenant's zone, for a charge whose caller names no date. */
  day: z.string(),
});

export function noteCreation(timeZone: string, { createdAt }: Intent, since: BackendMoment): string {
  return JSON.stringify({ since, day: dayOf(Date.parse(createdAt), timeZone) } satisfies z.input<typeof creationNote>);
}

/** The note of a change. */
export const changeNote = z.object({
  was: z.record(z.string(), z.unknown()),
  version: z.string().nullable(),
  /** The fingerprint of the replaced and the sent values, where the request sends more than the caller named; otherwise null. */
  whole: z.string().nullable(),
});
export type ChangeNote = z.output<typeof changeNote>;

/** The members that a change names. */
export function pick(members: Members, names: object): Members {
  return Object.fromEntries(Object.keys(names).map((name) => [name, members[name] ?? null]));
}

/** Throws CONFLICT where an object has changed since the note. Change dates have whole seconds only, so the values count too. */
export function checkUnchanged(backend: string, what: string, noted: ChangeNote, version: string | null, whole: string): void {
  if (version === noted.version && whole === noted.whole) return;
  throw new BillingError("CONFLICT", `${what} was changed by somebody else just now in ${named(backend)}; nothing was sent.`, {
    backend,
    retryable: true,
  });
}

/** An object in a write's answer, and as read right after it. */
interface Kept {
  readonly sent: Members;
  readonly answered: Members;
  /** Null where it could not be read. */
  readonly now: Members | null;
}

/**
 * Throws OUTCOME_UNKNOWN where a member was stored as sent, but has another value now. Two gateways that both found an object unchanged replace
 * each other's lists and addresses: the one that wrote first must not report a success.
 */
export function checkKept(backend: string, what: string, { sent, answered, now }: Kept, { isStored }: Comparison): void {
  const isLost = (member: string): boolean =>
    now !== null && isStored(member, sent[member], answered[member]) && !isStored(member, sent[member], now[member]);
  const lost = Object.keys(sent).filter(isLost);
  if (lost.length === 0) return;
  const problem = `${what} was changed by somebody else at the same moment in ${named(backend)}, which shows in: ${lost.join(", ")}.`;
  throw new BillingError("OUTCOME_UNKNOWN", problem, { backend });
}

/**
 * Runs work on the same object one after the other, so that a read, comparison and write sees the write before it. This holds within one process;
 * the object's change date shows the writes of other processes.
 */
type InTurn = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export function createTurns(): InTurn {
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
