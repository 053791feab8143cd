import type { CallScope } from "../../adapter/adapter.ts";
import type { Age } from "../../adapter/kit/looking.ts";
import { ageOf, type BackendClock, type Moment, momentAtOnce, momentNow } from "../../adapter/kit/moment.ts";
import type { Dates } from "./dates.ts";

/**
 * Which records are older than a write. Records tell when they were made in a zone that nothing names: the tenant's, or that of the
 * client's center (contract 2.7, inferred). So what is written may be hours off the clock that the Date headers tell. Records that
 * are made show whether it is, because the time of their making is known.
 */
export interface Stamps {
  /** Now, as the backend would write it into a record; null while its clock is not known. */
  readonly momentAtOnce: () => Moment | null;
  /** The same with a call where it takes one. */
  readonly momentNow: (scope: CallScope) => Promise<Moment>;
  /** How old a record is beside a moment, by when it says that it was made. */
  readonly age: (stamp: string | null, since: Moment) => Age;
  /** Called before a record is made; what it gives is called with the time that the new record tells. */
  readonly making: () => (stamp: string | null) => void;
}

/** How far the times in records are ahead of the Date headers, in milliseconds: somewhere between these. */
interface Offset {
  readonly low: number;
  readonly high: number;
  /** Not all records told the same: which one holds for the next is open. */
  readonly varies: boolean;
}

/** Databases round times to whole seconds as well as they cut them, and their clocks are not quite the web server's. */
const roundingMs = 1000;

/** @param probe the cheapest call */
export function createStamps(clock: BackendClock, dates: Dates, probe: (scope: CallScope) => Promise<void>): Stamps {
  let offset: Offset = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, varies: false };

  const asWritten = (moment: Moment): Moment => {
    const { low, high, varies } = offset;
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
    age: (stamp, since) => {
      const span = dates.span(stamp);
      if (span === null) return "unknown";
      if (ageOf(span.latest, since) === "older") return "older";
      return ageOf(span.earliest, since) === "since" ? "since" : "unknown";
    },
    making: () => {
      const before = clock();
      return (stamp) => {
        const span = dates.span(stamp);
        const after = clock();
        // Where the second is before the first, the clock was set meanwhile.
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
