/**
 * A backend's own clock, told by the Date headers of its answers (RFC 9110, 6.6.1). It is kept as the difference from this process's
 * monotonic clock, so that nobody's setting of the gateway's wall clock moves it.
 */
export interface ObservedClock {
  /** Between which times (milliseconds since 1970) the backend's clock stands now; null before the first answer that tells. */
  readonly now: () => { readonly earliest: number; readonly latest: number } | null;
  /** @param sent when its request was handed over, @param received when its header came; both of performance.now */
  readonly answered: (date: string | string[] | undefined, sent: number, received: number) => void;
}

/** The header has whole seconds: it was written at some time within that second. */
const resolutionMs = 1000;
/** Two quartz clocks drift apart by less: bounds get as much wider with age. */
const driftPerMs = 100e-6;

export function observeClock(): ObservedClock {
  /** Bounds of the difference, and when each of them was observed. */
  let bounds: { low: number; lowAt: number; high: number; highAt: number } | null = null;

  const widened = (at: number): { low: number; high: number } | null =>
    bounds && { low: bounds.low - (at - bounds.lowAt) * driftPerMs, high: bounds.high + (at - bounds.highAt) * driftPerMs };

  return {
    now: () => {
      const at = performance.now();
      const difference = widened(at);
      return difference && { earliest: at + difference.low, latest: at + difference.high };
    },
    answered: (date, sent, received) => {
      const told = typeof date === "string" ? Date.parse(date) : Number.NaN;
      if (Number.isNaN(told)) return;
      const low = told - received;
      const high = told + resolutionMs - sent;
      const known = widened(received);
      // Bounds that exclude each other: the backend's clock was set.
      if (known === null || bounds === null || low > known.high || high < known.low) {
        bounds = { low, lowAt: received, high, highAt: received };
        return;
      }
      if (low > known.low) bounds = { ...bounds, low, lowAt: received };
      if (high < known.high) bounds = { ...bounds, high, highAt: received };
    },
  };
}
