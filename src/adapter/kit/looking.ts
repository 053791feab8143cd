import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { BillingError } from "../../model/errors.ts";
import type { Finding } from "../adapter.ts";

/** Recognises a write in its backend afterwards, the same for all adapters. Pure. */

/** Made since the intent, certainly before it, or unknown. */
export type Age = "since" | "older" | "unknown";

/** A record that a step may have left behind. */
export interface SeenRecord {
  /** Local id of the object. */
  readonly id: string;
  /** See Trace in the adapter's interface. */
  readonly claim: string | null;
  readonly age: Age;
  /** Members of the unified input in which the record differs from what was sent. */
  readonly differs: readonly string[];
}

/** The step left nothing behind, and no record could be its work. */
export const nothingFound: Finding = { ours: [], candidates: [] };

/** Looks for a create among the records of its owner. A record that is listed twice counts once. */
export function lookAmong(records: readonly SeenRecord[]): Finding {
  const each = [...new Map(records.map((record) => [JSON.stringify([record.id, record.claim]), record])).values()];
  const isOurs = ({ age, differs }: SeenRecord): boolean => age === "since" && differs.length === 0;
  return {
    ours: each.filter(isOurs).map(({ id, claim }) => ({ id, claim })),
    candidates: each
      .filter((record) => record.age !== "older" && !isOurs(record))
      .map(({ id, claim, differs }) => ({ id, claim, differs })),
  };
}

/** Looks at a state that is reached or not, never halfway: archived, deleted, liable. */
export function lookAtState(id: string, isDone: boolean): Finding {
  return { ours: isDone ? [{ id, claim: null }] : [], candidates: [] };
}

/** Members of an object by their names in the unified input, in canonical form. */
export type Members = Readonly<Record<string, unknown>>;

/** Omits undefined members: those that a caller has not given. */
export function given<T>(members: Readonly<Record<string, T | undefined>>): Record<string, T> {
  return Object.fromEntries(Object.entries(members).filter((member): member is [string, T] => member[1] !== undefined));
}

/** Omits null members, too: those that say nothing. */
export function mentioned<T>(members: Readonly<Record<string, T | null | undefined>>): Record<string, T> {
  return Object.fromEntries(Object.entries(members).filter((member): member is [string, T] => member[1] != null));
}

/** An object before a change, as in the step's note. */
export interface NotedObject {
  /** The values of the members to change. */
  readonly was: Members;
  /** The backend's version or change date of the object; null where it has none. */
  readonly version: string | null;
}

/**
 * Looks for a change: compares the object with what was noted and what was sent. As sent: ours. As noted, and not changed since: nothing.
 * Anything else is somebody else's change, whether or not ours came before it.
 *
 * @param now null where the object does not exist any more
 */
export function lookAtChange(
  id: string,
  noted: NotedObject,
  sent: Members,
  now: (Members & object) | null,
  version: string | null,
  isStored: (member: string, sent: unknown, stored: unknown) => boolean = (_member, wanted, stored) =>
    isDeepStrictEqual(wanted, stored),
): Finding {
  if (now === null) return { ours: [], candidates: [{ id, claim: null, differs: Object.keys(sent) }] };
  const differs = Object.keys(sent).filter((member) => !isStored(member, sent[member], now[member]));
  if (differs.length === 0) return { ours: [{ id, claim: null }], candidates: [] };
  const changed = Object.keys(sent).filter((member) => !isDeepStrictEqual(asNoted(noted.was[member]), asNoted(now[member])));
  if (changed.length === 0 && version === noted.version) return nothingFound;
  // Members that somebody else changed are neither as noted nor as sent. Without such a member, only a part is as sent.
  const foreign = changed.filter((member) => differs.includes(member));
  return { ours: [], candidates: [{ id, claim: null, differs: foreign.length > 0 ? foreign : differs }] };
}

/** A value as a note gives it back: JSON drops undefined members. */
function asNoted(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** Parses a step's note. Throws INTERNAL where there is none, or where another version of the gateway wrote it differently. */
export function readNote<T>(note: string | null, schema: z.ZodType<T>): T {
  if (note === null) throw new BillingError("INTERNAL", "The state before the request was not recorded.");
  try {
    return schema.parse(JSON.parse(note));
  } catch (cause) {
    throw new BillingError("INTERNAL", "The recorded state before the request cannot be read.", { cause });
  }
}
