import { z } from "zod";
import type { CallScope, Intent } from "../../adapter/adapter.ts";
import {
  type Age,
  ageOf,
  type BackendClock,
  type BackendMoment,
  graceMs,
  type Members,
  moment,
  momentAtOnce,
  momentNow,
} from "../../adapter/kit/looking.ts";
import { dayOf, nextShifts, offsetOf } from "../../model/zones.ts";
import type { Dates } from "./dates.ts";

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

/**
 * Tells which records are older than a write. Records have a creation date without a zone: the tenant's, or that of the client's center
 * (contract 2.7, inferred). So it may be hours off the clock of the Date headers. Records that the gateway creates teach the offset of their
 * client. Other clients may have a center in another zone: for them it is only the likeliest. Zones set their clocks on different days: once the
 * tenant's or a zone like the center's may have done so, the offset is known only roughly, until the next create of the client teaches it anew.
 */
export interface Stamps {
  /** Now, by the clock of creation dates of this client's records; null while the backend's clock is not known. */
  readonly momentAtOnce: (client: string) => BackendMoment | null;
  /** The same, with a call where it takes one. */
  readonly momentNow: (client: string, scope: CallScope) => Promise<BackendMoment>;
  /**
   * The age of a record compared with a moment, by its creation date.
   *
   * @param agrees with everything that was sent: until the zone has shown, such a record is of unknown age although it looks hours older
   */
  readonly age: (stamp: string | null, since: BackendMoment, agrees: boolean) => Age;
  /** Call before creating a record of a client, and its result with the new record's creation date: teaches the offset. */
  readonly making: (client: string) => (stamp: string | null) => void;
}

/** In place of a client, for records that have none. */
export const noClient = "";

/** The bounds of how far creation dates are ahead of the Date headers, in milliseconds. */
interface Offset {
  readonly low: number;
  readonly high: number;
  /** True: records disagree, so the offset of the next one is open. */
  readonly varies: boolean;
  /** When it was learnt, in milliseconds since 1970. */
  readonly at: number;
}

/** Guess: no center is further from its tenant's zone. Yesterday's charge of the same hour is older. */
const widestMs = 15 * 3_600_000;
/** Zones are whole quarters of an hour apart. */
const quarterMs = 900_000;
/** A request is answered within this time. */
const longestMs = 120_000;

/** Whether a record that looks so much older may be new, and dated in another zone. */
function isOfAnotherZone(olderByMs: number, behindMs: number): boolean {
  const beyond = olderByMs % quarterMs;
  return olderByMs <= behindMs && olderByMs > quarterMs / 2 && (quarterMs - beyond <= longestMs || beyond <= graceMs);
}

/** Databases round or cut times to whole seconds, and their clocks differ a little from the web server's. */
const roundingMs = 1000;

const unknownOffset: Offset = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, varies: false, at: 0 };
/** The number of clients whose offset is remembered. */
const mostClients = 10_000;

/** By how much an offset may have changed since it was learnt: zones set their clocks by an hour, one of them by two. */
function mayBeOffBy({ low, high, varies, at }: Offset, timeZone: string, now: number): number {
  const tenants = offsetOf(at, timeZone);
  // Where records disagree, a zone between them may have set its clocks.
  if (varies) return usualShiftMs;
  const ofCenter = nextShifts(tenants + (low + high) / 2, at);
  const ofTenant = nextShifts(tenants, at);
  const past = [ofCenter.back, ofCenter.forward, ofTenant.back, ofTenant.forward].filter(
    (shift) => shift !== null && shift.at <= now + longestMs,
  );
  return Math.max(0, ...past.map((shift) => shift?.byMs ?? 0));
}

const usualShiftMs = 3_600_000;

/**
 * @param timeZone the tenant's, in which `dates` reads
 * @param probe the cheapest call
 */
export function createStamps(
  clock: BackendClock,
  dates: Dates,
  timeZone: string,
  probe: (scope: CallScope) => Promise<void>,
): Stamps {
  /** Of all clients together. */
  let common = unknownOffset;
  const ofClients = new Map<string, Offset>();

  /** After a change of clocks the offset is another one, and does not vary. */
  const learn = (known: Offset, seen: Omit<Offset, "varies">): Offset => {
    const hasShifted = known.at > 0 && !known.varies && mayBeOffBy(known, timeZone, seen.at) > 0;
    return joined(hasShifted ? unknownOffset : known, seen);
  };

  const asWritten = (moment: BackendMoment, client: string): BackendMoment => {
    const own = ofClients.get(client);
    const learnt = own ?? common;
    if (learnt.high === Number.POSITIVE_INFINITY) return { ...moment, behind: widestMs };
    const { varies } = learnt;
    const offBy = mayBeOffBy(learnt, timeZone, moment.latest ?? moment.at);
    const other = own === undefined || offBy > 0 ? { behind: widestMs } : {};
    // Most centers are in the tenant's zone, and set their clocks with it.
    if (learnt.low <= 0 && learnt.high >= 0 && !varies) return { ...moment, ...other };
    const [low, high] = [learnt.low - offBy, learnt.high + offBy];
    // A client's first record may as well be in the configured zone.
    const [lowest, highest] = own === undefined ? [Math.min(low, 0), Math.max(high, 0)] : [low, high];
    const at = moment.at + Math.floor(lowest / 1000) * 1000;
    const isRough = own === undefined || moment.latest !== undefined || offBy > 0;
    const latest = isRough ? { latest: (moment.latest ?? moment.at) + Math.ceil(highest) } : {};
    return { ...moment, at, certain: moment.certain && !varies, ...latest, ...other };
  };

  return {
    momentAtOnce: (client) => {
      const moment = momentAtOnce(clock);
      return moment && asWritten(moment, client);
    },
    momentNow: async (client, scope) => asWritten(await momentNow(clock, probe, scope), client),
    age: (stamp, since, agrees) => {
      const span = dates.span(stamp);
      if (span === null) return "unknown";
      if (ageOf(span.latest, since) === "older") {
        return agrees && isOfAnotherZone(since.at - span.latest, since.behind ?? 0) ? "unknown" : "older";
      }
      return ageOf(span.earliest, since) === "since" ? "since" : "unknown";
    },
    making: (client) => {
      const before = clock();
      return (stamp) => {
        const span = dates.span(stamp);
        const after = clock();
        // If the second time is before the first, the clock was set meanwhile.
        if (span === null || before === null || after === null || after.latest < before.earliest) return;
        const [low, high] = [span.earliest - after.latest, span.latest - before.earliest];
        // Further apart than any zone: the record was not made just now.
        if (low > widestMs || high < -widestMs) return;
        const seen = { low: low - roundingMs, high: high + roundingMs, at: after.latest };
        common = learn(common, seen);
        const own = learn(ofClients.get(client) ?? unknownOffset, seen);
        // The oldest ones are forgotten.
        ofClients.delete(client);
        ofClients.set(client, own);
        const [oldest] = ofClients.keys();
        if (ofClients.size > mostClients && oldest !== undefined) ofClients.delete(oldest);
      };
    },
  };
}

function joined(known: Offset, seen: Omit<Offset, "varies">): Offset {
  const { at } = seen;
  const low = Math.max(known.low, seen.low);
  const high = Math.min(known.high, seen.high);
  if (!known.varies && low <= high) return { low, high, varies: false, at };
  return { low: Math.min(known.low, seen.low), high: Math.max(known.high, seen.high), varies: true, at };
}
