import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { BillingError, settle } from "../../model/errors.ts";
import type { CallScope, Finding } from "../adapter.ts";

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

/** How values of a member agree. */
export interface Agreement {
  /** Whether a backend may store `sent` as `shown`: rounded, cut, trimmed. */
  readonly isStored: (member: string, sent: unknown, shown: unknown) => boolean;
  /** Whether `shown` is the very value that was sent, in any notation. */
  readonly isSame: (member: string, sent: unknown, shown: unknown) => boolean;
}

/**
 * Looks for a change: compares the object with what was noted and what was sent.
 *
 * - All members as sent: ours, if one of them has changed, or all have the very values that were sent. A value that the backend may have
 *   rounded or cut to what was there before proves nothing: nothing, where the object is as noted; where it has another version, nobody can tell.
 * - One member changed to what was sent, another not as sent: ours, as a change is one call. The comparison warns of the other one.
 * - As noted, and not changed since: nothing.
 * - Anything else: a value that somebody else has set, or that the backend has made of ours. Nobody can tell.
 *
 * @param now null where the object does not exist any more
 */
export function lookAtChange(
  id: string,
  noted: NotedObject,
  sent: Members,
  now: (Members & object) | null,
  version: string | null,
  { isStored, isSame }: Agreement,
): Finding {
  const names = Object.keys(sent);
  const ours: Finding = { ours: [{ id, claim: null }], candidates: [] };
  const open = (differs: readonly string[]): Finding => ({ ours: [], candidates: [{ id, claim: null, differs }] });
  if (now === null) return open(names);
  const differs = names.filter((member) => !isStored(member, sent[member], now[member]));
  const changed = names.filter((member) => !isDeepStrictEqual(asNoted(noted.was[member]), asNoted(now[member])));
  // A member that was not noted may have had its value before.
  if (changed.some((member) => Object.hasOwn(noted.was, member) && !differs.includes(member))) return ours;
  const inexact = names.filter((member) => !isSame(member, sent[member], now[member]));
  if (inexact.length === 0) return ours;
  if (changed.length === 0 && version === noted.version) return nothingFound;
  const foreign = changed.filter((member) => differs.includes(member));
  return open(foreign.length > 0 ? foreign : differs.length > 0 ? differs : inexact);
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

/** A moment by the backend's own clock, in a step's note: no record of the step is older. */
export const moment = z.object({
  /** Milliseconds since 1970, a whole second, as backends write whole seconds. */
  at: z.int(),
  /** False: the backend's clock is not known, so a record that looks newer may still be older. */
  certain: z.boolean(),
  /** Where the clock is known only roughly: a record up to this time may still be older. */
  latest: z.int().optional(),
  /** Where the zone of creation dates is not certain: by how much they may be behind it, in milliseconds. */
  behind: z.int().optional(),
});
export type BackendMoment = z.infer<typeof moment>;

/** The bounds of a backend's clock now (milliseconds since 1970); null while no answer has told. */
export type BackendClock = () => { readonly earliest: number; readonly latest: number } | null;

/** The largest assumed error of the clock of a backend that does not tell its time. */
const widestErrorMs = 24 * 3_600_000;

/** The usual width of the bounds: a Date header tells a second, and its answer was in flight for some time. Disagreeing answers widen it. */
const usualWidthMs = 3000;

/**
 * How far the clock that stamps records (a database's) may be behind the one that writes Date headers (a web server's, a proxy's). Hosts that
 * NTP keeps in step differ by less than a tenth of a second.
 */
export const graceMs = 5000;

/** Now, by the backend's clock; null while that is not known. */
export function momentAtOnce(clock: BackendClock): BackendMoment | null {
  const now = clock();
  if (now === null) return null;
  const wide = now.latest - now.earliest > usualWidthMs;
  return { at: wholeSecond(now.earliest), certain: true, ...(wide && { latest: Math.ceil(now.latest) }) };
}

function wholeSecond(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}

/**
 * Now, by the backend's clock, with a call where no answer has told it yet.
 *
 * @param probe the cheapest call; if it fails, the clock stays unknown
 */
export async function momentNow(
  clock: BackendClock,
  probe: (scope: CallScope) => Promise<unknown>,
  scope: CallScope,
): Promise<BackendMoment> {
  const known = momentAtOnce(clock);
  if (known) return known;
  await settle(probe(scope));
  return momentAtOnce(clock) ?? { at: wholeSecond(Date.now() - widestErrorMs), certain: false };
}

/**
 * The age of a record compared with a moment. A record of the same second counts as made since: a like record that a person made in that
 * second cannot be told apart. A record that is only a few seconds older is of unknown age.
 *
 * @param madeAt milliseconds since 1970 by the backend's clock; null where the record does not tell
 */
export function ageOf(madeAt: number | null, { at, certain, latest = at }: BackendMoment): Age {
  if (madeAt === null || Number.isNaN(madeAt)) return "unknown";
  if (madeAt < at - graceMs) return "older";
  return certain && madeAt >= latest ? "since" : "unknown";
}

/**
 * The ids of existing records in a step's note, where records have no creation date: a record whose id is not among them is new. Each id
 * is kept as four bytes of its hash: with the largest number of ids, a new one is taken for an old one once in 400,000 times.
 */
const bytesOfId = 4;
/** The number of ids that fit into a note. */
const mostIds = 11_000;

/** Encodes ids for a note; null where there are too many. */
export function noteIds(ids: readonly string[]): string | null {
  return ids.length > mostIds ? null : Buffer.concat(ids.map(hashOf)).toString("base64url");
}

/** Decodes noteIds: tells whether an id was noted. */
export function knownIds(noted: string): (id: string) => boolean {
  const bytes = Buffer.from(noted, "base64url");
  const known = new Set<number>();
  for (let start = 0; start + bytesOfId <= bytes.length; start += bytesOfId) known.add(bytes.readUInt32BE(start));
  return (id) => known.has(hashOf(id).readUInt32BE(0));
}

function hashOf(id: string): Buffer {
  return createHash("sha256").update(id).digest().subarray(0, bytesOfId);
}

/** A hash of a JSON value, whatever the order of its members. Notes keep it in place of values that nobody needs to read. */
export function fingerprint(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value, ordered)).digest("base64url");
}

function ordered(_name: string, member: unknown): unknown {
  if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
  return Object.fromEntries(Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)));
}
