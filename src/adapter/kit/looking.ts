import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { BillingError } from "../../model/errors.ts";
import type { Finding } from "../adapter.ts";

/** How a write is recognised in its backend afterwards: the same three answers for all adapters. Pure. */

/** Made since the intent, certainly before it, or not told by the backend. */
export type Age = "since" | "older" | "unknown";

/** A record that may be what a step left behind. */
export interface SeenRecord {
  /** Local id of the object. */
  readonly id: string;
  /** See Trace in the adapter's interface. */
  readonly claim: string | null;
  readonly age: Age;
  /** Members of the unified input in which the record is not as it was sent. */
  readonly differs: readonly string[];
}

/** Nothing is left of the step, and nothing could be. */
export const nothingFound: Finding = { ours: [], candidates: [] };

/** Of a create: among the records of its owner. A record that is listed twice counts once. */
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

/** Of something that is there or not, and cannot be changed halfway: archived, deleted, liable. */
export function lookAtState(id: string, isDone: boolean): Finding {
  return { ours: isDone ? [{ id, claim: null }] : [], candidates: [] };
}

/** Members of an object by their names in the unified input, in one form for equal values. */
export type Members = Readonly<Record<string, unknown>>;

/** An object before it is changed: kept in the step's note. */
export interface NotedObject {
  /** The members that are going to be changed, as they were. */
  readonly was: Members;
  /** The backend's version or change date of the object; null where it has none. */
  readonly version: string | null;
}

/**
 * Of a change: the object as it is now, beside what was noted and what was sent. As it was sent: ours. As it was noted, and not
 * changed since: nothing. Anything else was somebody else's change, whether or not ours came before it.
 *
 * @param now null when the object is gone
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
  // What somebody else changed is neither as it was nor as it was sent. Where there is no such member, a part is as it was sent.
  const foreign = changed.filter((member) => differs.includes(member));
  return { ours: [], candidates: [{ id, claim: null, differs: foreign.length > 0 ? foreign : differs }] };
}

/** In the form that a note brings back: JSON drops what is undefined. */
function asNoted(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** What a step noted. Without it, or with one that another version of the gateway wrote differently, nothing can be told. */
export function readNote<T>(note: string | null, schema: z.ZodType<T>): T {
  if (note === null) throw new BillingError("INTERNAL", "What was there before the request was not noted.");
  try {
    return schema.parse(JSON.parse(note));
  } catch (cause) {
    throw new BillingError("INTERNAL", "What was noted before the request cannot be read.", { cause });
  }
}
