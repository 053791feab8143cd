import { z } from "zod";
import type { Intent } from "../../adapter/adapter.ts";
import type { Comparison } from "../../adapter/kit/comparing.ts";
import type { Members } from "../../adapter/kit/looking.ts";
import { type Moment, moment } from "../../adapter/kit/moment.ts";
import { BillingError, named } from "../../model/errors.ts";
import { dayOf } from "../../model/zones.ts";

/** What steps note before they send, see WriteStep.note. */

/** Of a step that makes a record which tells when it was made. */
export const creationNote = z.object({
  /** Records that were made before are not this step's. */
  since: moment,
  /** Today, for a charge whose caller names no date: the day of the operation in the tenant's zone. */
  day: z.string(),
});

export function noteCreation(timeZone: string, { createdAt }: Intent, since: Moment): string {
  return JSON.stringify({ since, day: dayOf(Date.parse(createdAt), timeZone) } satisfies z.input<typeof creationNote>);
}

/** Of a step that changes an object. */
export const changeNote = z.object({
  was: z.record(z.string(), z.unknown()),
  version: z.string().nullable(),
  /**
   * Fingerprint of what is replaced and of all that is sent, where that holds more than the caller named; null where it does not.
   */
  whole: z.string().nullable(),
});
export type ChangeNote = z.output<typeof changeNote>;

/** The members that a change names. */
export function pick(members: Members, names: object): Members {
  return Object.fromEntries(Object.keys(names).map((name) => [name, members[name] ?? null]));
}

/** Throws CONFLICT where an object is not as it was noted any more. Change dates have whole seconds, so what they stand for counts too. */
export function checkUnchanged(backend: string, what: string, noted: ChangeNote, version: string | null, whole: string): void {
  if (version === noted.version && whole === noted.whole) return;
  throw new BillingError("CONFLICT", `${what} was changed by somebody else just now in ${named(backend)}; nothing was sent.`, {
    backend,
    retryable: true,
  });
}

/** The object that a write answered with, and what it has become by a read right behind the write. */
interface Kept {
  readonly sent: Members;
  readonly answered: Members;
  /** Null where it cannot be read. */
  readonly now: Members | null;
}

/**
 * Throws OUTCOME_UNKNOWN where a member that was stored as it was sent is another one now. Two gateways that have both found an object
 * unchanged replace each other's lists and addresses: the one that wrote first must not call that a success.
 */
export function checkKept(backend: string, what: string, { sent, answered, now }: Kept, { isStored }: Comparison): void {
  const isLost = (member: string): boolean =>
    now !== null && isStored(member, sent[member], answered[member]) && !isStored(member, sent[member], now[member]);
  const lost = Object.keys(sent).filter(isLost);
  if (lost.length === 0) return;
  const problem = `${what} was changed by somebody else at the same moment in ${named(backend)}, which shows in: ${lost.join(", ")}.`;
  throw new BillingError("OUTCOME_UNKNOWN", problem, { backend });
}
