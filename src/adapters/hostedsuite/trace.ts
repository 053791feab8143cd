import type { Intent, Trace } from "../../billing/adapter.ts";
import { BillingError } from "../../billing/errors.ts";
import { mayBeSince } from "./dates.ts";
import { isRow, memberOf, type Row, withMembers } from "./fields.ts";
import type { Source } from "./map.ts";

/**
 * How a write of unknown outcome is recognised. HostedSuite takes no mark of ours along and knows no idempotency key (contract
 * 2.10), so what was sent is compared with what is stored.
 */

/** How much earlier than the intent a record may claim to be made: the backend's clock may be slow, and it writes whole seconds. */
const clockSkew = { minutes: 2 };

/** A record that agrees with what was sent. */
export interface Candidate {
  /** The local id. */
  readonly id: string;
  /** When it was made, as the backend writes it. */
  readonly time: string | null;
}

/**
 * The candidates that are not older than the intent. Throws BAD_RESPONSE when one does not tell its age: calling it old could
 * repeat a charge that was made, calling it new could take another's charge for it.
 */
export function tracesSince(source: Source, intent: Intent, candidates: readonly Candidate[]): Trace[] {
  const since = Temporal.Instant.from(intent.createdAt).subtract(clockSkew).toString();
  const fresh = candidates.filter(({ time }) => {
    const decided = mayBeSince(time, since, source.timeZone);
    if (decided === null) throw unreliable(source.backend, "does not tell when a record was made that may be the one looked for");
    return decided;
  });
  return [...new Set(fresh.map(({ id }) => id))].map((id) => ({ id, claim: id }));
}

/** What a change leaves behind, which is the same when it is made twice. */
export function traceOfChange(id: string, isDone: boolean): Trace[] {
  return isDone ? [{ id, claim: null }] : [];
}

/**
 * Whether a record agrees with everything that was sent: laying it over the record changes nothing that is compared. Members
 * without a value were not sent; nested objects are laid over member by member, lists as a whole. `compared` gives the members
 * that can be read back, in the normal form of JSON values.
 */
export function agrees(row: Row, sent: object, compared: (row: Row) => unknown): boolean {
  return JSON.stringify(compared(overlaid(row, sent))) === JSON.stringify(compared(row));
}

function overlaid(row: Row, sent: object): Row {
  const given = Object.entries(sent).filter(([, value]) => value !== undefined);
  const members = given.map(([name, value]) => {
    const current = memberOf(row, name);
    return [name, isRow(value) && isRow(current) ? overlaid(current, value) : value];
  });
  return withMembers(row, Object.fromEntries(members));
}

/** BAD_RESPONSE for an answer from which nothing follows. */
export function unreliable(backend: string, problem: string): BillingError {
  return new BillingError("BAD_RESPONSE", `${backend} ${problem}.`, { backend, retryable: false });
}
