import { CircuitState as BreakerState } from "cockatiel";
import type { CallRecord } from "../adapter/adapter.ts";
import type { BillingError } from "../model/errors.ts";
import type { BackendHealth } from "../model/health.ts";
import { lastMemoised } from "../model/memoised.ts";
import type { Surprise } from "./answer-watch.ts";

/** Observes the calls to backends, for metrics and traces. None of its functions throws. */
export interface CallObserver {
  /** Called with every call that has ended, whoever made it. */
  readonly ended: (call: CallRecord) => void;
  /** Wraps a call: requests that are sent while `run` runs belong to it. Settles as `run` does. */
  readonly within: <T>(call: ObservedCall, run: () => Promise<T>) => Promise<T>;
  /** Called when a backend's answers have changed. */
  readonly surprised: (surprise: ObservedSurprise) => void;
  /** Called with a connection that is in use from now on. Returns a function to call when it is closed. */
  readonly opened: (connection: ObservedConnection) => () => void;
}

/** A change in a backend's answers. */
export interface ObservedSurprise extends Surprise {
  readonly backend: string;
}

interface ObservedCall {
  readonly backend: string;
  /** The backend's own name for the called function: never ids or credentials. */
  readonly function: string;
  readonly effect: "read" | "write";
}

/** A connection to a backend as one of its users; a backend may have several. */
export interface ObservedConnection {
  readonly backend: string;
  /** The operator has switched writes off. */
  readonly readOnly: boolean;
  readonly health: () => BackendHealth;
  readonly load: () => ConnectionLoad;
}

export interface ConnectionLoad {
  /** Calls in flight. */
  readonly inFlight: number;
  /** Calls that wait for one of the connection's `concurrency` places. */
  readonly queued: number;
}

/** A connection's observations of its backend. */
export interface Observed {
  checkedAt: Date | null;
  latencyMs: number | null;
  /** The failure of the last call, if it speaks of the backend's health. */
  failure: BillingError | null;
  /** False: the backend is up, but its answer was not understood. */
  isDown: boolean;
  failures: number;
}

/** Derives a backend's health from a connection's last calls and its circuit. Pure. */
export function healthOf(observed: Readonly<Observed>, state: BreakerState, label: string): BackendHealth {
  const circuit = state === BreakerState.Closed ? "CLOSED" : state === BreakerState.HalfOpen ? "HALF_OPEN" : "OPEN";
  const seen = observed.checkedAt !== null;
  const status = !seen
    ? "UNKNOWN"
    : circuit === "OPEN" || (observed.failure && observed.isDown)
      ? "DOWN"
      : observed.failures > 0 || circuit !== "CLOSED"
        ? "DEGRADED"
        : "UP";
  return {
    status,
    circuit,
    latencyMs: observed.latencyMs,
    checkedAt: observed.checkedAt?.toISOString() ?? null,
    message: observed.failure?.called(label).message ?? null,
  };
}

/**
 * A backend's own clock, from the Date headers of its answers (RFC 9110, 6.6.1). It is kept as the difference from this process's
 * monotonic clock, so that setting the gateway's wall clock does not move it.
 */
export interface ObservedClock {
  /**
   * The bounds of the backend's time now, in milliseconds since 1970; null before the first answer with a date. If answers disagree
   * (several servers behind one address, a clock that was set), the bounds include all recent ones.
   */
  readonly now: () => { readonly earliest: number; readonly latest: number } | null;
  /** @param sent when the request was handed over, @param received when the answer's headers came; both by performance.now */
  readonly answered: (date: string | string[] | undefined, sent: number, received: number) => void;
}

/** The header has whole seconds, so it was written at any time within that second. */
const resolutionMs = 1000;
/** The most that clocks drift apart: 100 ppm for quartz, up to 500 ppm while NTP slews one. Bounds widen by this much with age. */
const driftPerMs = 500e-6;
/** How long a clock is remembered beside another one that contradicts it. */
const memoryMs = 600_000;
const mostClocks = 4;
/** While a host is suspended, the monotonic clock may stand still, but the wall clock goes on. */
const largestGapMs = 1000;
/** Milliseconds since 1970, or NaN. The answers of one second have the same date. */
const timeOf = lastMemoised((date) => (httpDate.test(date) ? Date.parse(date) : Number.NaN));
const httpDate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Bounds of the difference, and when each was observed. */
interface Bounds {
  readonly low: number;
  readonly lowAt: number;
  readonly high: number;
  readonly highAt: number;
  readonly heardAt: number;
}

export function observeClock(monotonic: () => number = () => performance.now(), wall: () => number = Date.now): ObservedClock {
  /** The most recently heard one comes first. */
  let clocks: readonly Bounds[] = [];
  let wallAhead = 0;
  let gapAt = Number.NEGATIVE_INFINITY;

  /** Forgets the known difference after a gap. */
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
      const heard = clocks.filter(({ heardAt }, index) => index === 0 || at - heardAt < memoryMs);
      if (heard.length === 0) return null;
      return {
        earliest: at + Math.min(...heard.map((each) => lowestAt(each, at))),
        latest: at + Math.max(...heard.map((each) => highestAt(each, at))),
      };
    },
    answered: (date, sent, received) => {
      const told = typeof date === "string" ? timeOf(date) : Number.NaN;
      forgetAfterGap();
      if (Number.isNaN(told) || sent < gapAt) return;
      const low = told - received;
      const high = told + resolutionMs - sent;
      const known = clocks.find((each) => low <= highestAt(each, received) && high >= lowestAt(each, received));
      // The answer was written after its request was handed over, so the upper bound drifts from then on.
      const heard = { low, lowAt: received, high, highAt: sent, heardAt: received };
      const first = known ? narrowed(known, heard) : heard;
      if (clocks.length <= 1 && clocks[0] === known) clocks = [first];
      else {
        const others = clocks.filter((each) => each !== known && received - each.heardAt < memoryMs);
        clocks = [first, ...others].slice(0, mostClocks);
      }
    },
  };
}

/** The bounds at another time: they widen by the drift until then. */
const lowestAt = ({ low, lowAt }: Bounds, at: number): number => low - Math.abs(at - lowAt) * driftPerMs;
const highestAt = ({ high, highAt }: Bounds, at: number): number => high + Math.abs(at - highAt) * driftPerMs;

/** Both bounds hold, so the closer one of each side counts. */
function narrowed(known: Bounds, heard: Bounds): Bounds {
  const { heardAt } = heard;
  const lower = lowestAt(heard, heardAt) > lowestAt(known, heardAt) ? heard : known;
  const upper = highestAt(heard, heardAt) < highestAt(known, heardAt) ? heard : known;
  return { low: lower.low, lowAt: lower.lowAt, high: upper.high, highAt: upper.highAt, heardAt };
}
