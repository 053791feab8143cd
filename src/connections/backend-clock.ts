/**
 * A backend's own clock, told by the Date headers of its answers (RFC 9110, 6.6.1). It is kept as the difference from this process's
 * monotonic clock, so that nobody's setting of the gateway's wall clock moves it.
 */
export interface ObservedClock {
  /**
   * Between which times (milliseconds since 1970) the backend's clock stands now; null before the first answer that tells. Where
   * answers disagree (several servers behind one address, a clock that was set), the bounds hold all that were heard lately.
   */
  readonly now: () => { readonly earliest: number; readonly latest: number } | null;
  /** @param sent when its request was handed over, @param received when its header came; both of performance.now */
  readonly answered: (date: string | string[] | undefined, sent: number, received: number) => void;
}

/** The header has whole seconds: it was written at some time within that second. */
const resolutionMs = 1000;
/** Clocks drift apart by less: 100 ppm for quartz, up to 500 ppm while NTP slews one. Bounds get as much wider with age. */
const driftPerMs = 500e-6;
/** For how long a clock that was heard is remembered beside one that contradicts it. */
const memoryMs = 600_000;
const mostClocks = 4;
/** While the process does not run, the monotonic clock may stand still and the wall clock not: a suspended host. */
const largestGapMs = 1000;
const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Bounds of the difference, and when each of them was observed. */
interface Bounds {
  readonly low: number;
  readonly lowAt: number;
  readonly high: number;
  readonly highAt: number;
  readonly heardAt: number;
}

export function observeClock(monotonic: () => number = () => performance.now(), wall: () => number = Date.now): ObservedClock {
  /** The one that was heard last comes first. */
  let clocks: readonly Bounds[] = [];
  let wallAhead = 0;
  let gapAt = Number.NEGATIVE_INFINITY;

  /** After a gap, what was known of the difference is worth nothing. */
  const forgetAfterGap = (): number => {
    const at = monotonic();
    const ahead = wall() - at;
    if (Math.abs(ahead - wallAhead) > largestGapMs) {
      clocks = [];
      gapAt = at;
    }
    wallAhead = ahead;
    return at;
  };
  forgetAfterGap();

  return {
    now: () => {
      const at = forgetAfterGap();
      const heard = clocks
        .filter(({ heardAt }, index) => index === 0 || at - heardAt < memoryMs)
        .map((each) => widened(each, at));
      if (heard.length === 0) return null;
      return {
        earliest: at + Math.min(...heard.map(({ low }) => low)),
        latest: at + Math.max(...heard.map(({ high }) => high)),
      };
    },
    answered: (date, sent, received) => {
      const told = typeof date === "string" && httpDate.test(date) ? Date.parse(date) : Number.NaN;
      forgetAfterGap();
      if (Number.isNaN(told) || sent < gapAt) return;
      const low = told - received;
      const high = told + resolutionMs - sent;
      const known = clocks.find((each) => low <= widened(each, received).high && high >= widened(each, received).low);
      // It was written no sooner than its request was handed over: the upper bound drifts from then on.
      const heard = { low, lowAt: received, high, highAt: sent, heardAt: received };
      const others = clocks.filter((each) => each !== known && received - each.heardAt < memoryMs);
      clocks = [known ? narrowed(known, heard) : heard, ...others].slice(0, mostClocks);
    },
  };
}

function widened({ low, lowAt, high, highAt }: Bounds, at: number): { readonly low: number; readonly high: number } {
  return { low: low - Math.abs(at - lowAt) * driftPerMs, high: high + Math.abs(at - highAt) * driftPerMs };
}

/** Both bounds hold: of each, the closer one counts. */
function narrowed(known: Bounds, heard: Bounds): Bounds {
  const before = widened(known, heard.heardAt);
  const now = widened(heard, heard.heardAt);
  return {
    ...(now.low > before.low ? { low: heard.low, lowAt: heard.lowAt } : { low: known.low, lowAt: known.lowAt }),
    ...(now.high < before.high ? { high: heard.high, highAt: heard.highAt } : { high: known.high, highAt: known.highAt }),
    heardAt: heard.heardAt,
  };
}
