import type { CallScope } from "../../adapter/adapter.ts";
import type { Age } from "../../adapter/kit/looking.ts";
import { ageOf, type BackendClock, type BackendMoment, graceMs, momentAtOnce, momentNow } from "../../adapter/kit/moment.ts";
import type { Dates } from "./dates.ts";

/**
 * Tells which records are older than a write. Records have a creation date without a zone: the tenant's, or that of the client's center
 * (contract 2.7, inferred). So it may be hours off the clock of the Date headers. Records that the gateway creates teach the offset.
 */
export interface Stamps {
  /** Now, by the clock of creation dates; null while the backend's clock is not known. */
  readonly momentAtOnce: () => BackendMoment | null;
  /** The same, with a call where it takes one. */
  readonly momentNow: (scope: CallScope) => Promise<BackendMoment>;
  /**
   * The age of a record compared with a moment, by its creation date.
   *
   * @param agrees with everything that was sent: until the zone has shown, such a record is of unknown age although it looks hours older
   */
  readonly age: (stamp: string | null, since: BackendMoment, agrees: boolean) => Age;
  /** Call before creating a record, and its result with the new record's creation date: teaches the offset. */
  readonly making: () => (stamp: string | null) => void;
}

/** The bounds of how far creation dates are ahead of the Date headers, in milliseconds. */
interface Offset {
  readonly low: number;
  readonly high: number;
  /** True: records disagree, so the offset of the next one is open. */
  readonly varies: boolean;
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

/** @param probe the cheapest call */
export function createStamps(clock: BackendClock, dates: Dates, probe: (scope: CallScope) => Promise<void>): Stamps {
  let offset: Offset = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, varies: false };

  const asWritten = (moment: BackendMoment): BackendMoment => {
    const { low, high, varies } = offset;
    if (high === Number.POSITIVE_INFINITY) return { ...moment, behind: widestMs };
    if (low <= 0 && high >= 0 && !varies) return moment;
    const at = moment.at + Math.floor(low / 1000) * 1000;
    const latest = moment.latest === undefined ? {} : { latest: moment.latest + Math.ceil(high) };
    return { ...moment, at, certain: moment.certain && !varies, ...latest };
  };

  return {
    momentAtOnce: () => {
      const moment = momentAtOnce(clock);
      return moment && asWritten(moment);
    },
    momentNow: async (scope) => asWritten(await momentNow(clock, probe, scope)),
    age: (stamp, since, agrees) => {
      const span = dates.span(stamp);
      if (span === null) return "unknown";
      if (ageOf(span.latest, since) === "older") {
        return agrees && isOfAnotherZone(since.at - span.latest, since.behind ?? 0) ? "unknown" : "older";
      }
      return ageOf(span.earliest, since) === "since" ? "since" : "unknown";
    },
    making: () => {
      const before = clock();
      return (stamp) => {
        const span = dates.span(stamp);
        const after = clock();
        // If the second time is before the first, the clock was set meanwhile.
        if (span === null || before === null || after === null || after.latest < before.earliest) return;
        const [low, high] = [span.earliest - after.latest, span.latest - before.earliest];
        offset = joined(offset, { low: low - roundingMs, high: high + roundingMs });
      };
    },
  };
}

function joined(known: Offset, seen: Pick<Offset, "low" | "high">): Offset {
  const low = Math.max(known.low, seen.low);
  const high = Math.min(known.high, seen.high);
  if (!known.varies && low <= high) return { low, high, varies: false };
  return { low: Math.min(known.low, seen.low), high: Math.max(known.high, seen.high), varies: true };
}
