import { performance } from "node:perf_hooks";
import type { CallRecord, CallScope } from "../adapter/adapter.ts";
import { whenAborted } from "./exchange.ts";

/** A caller that waits for an answer. */
type Waiter = Pick<CallScope, "signal" | "record" | "admit">;

/** The scope of a call that is made for all who wait. */
export interface SharedScope {
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  readonly record: (call: CallRecord) => void;
  /** Throws if the call exceeds the limits of all of them. */
  readonly admit: () => void;
}

/** Deduplicates what several callers ask for at the same time: reads of a backend, and whole queries. */
export interface SingleFlight {
  /**
   * Calls `ask`, or joins a call with the same key that is in flight. Calls made for another waiter are recorded as coalesced. A waiter
   * whose signal is aborted rejects with `left`; when the last one leaves, the call in flight is aborted. An answer that comes
   * synchronously is not shared.
   * @param key identifies everything that the answer depends on
   */
  readonly share: <T>(key: string, ask: (scope: SharedScope) => T | Promise<T>, waiter: Waiter) => T | Promise<T>;
  /** From now on nobody joins what is in flight: its answer may be stale after a write. */
  readonly renew: () => void;
}

export interface SingleFlightOptions {
  /** Makes the error for a waiter that leaves, from its signal's reason. */
  readonly left: (reason: unknown) => Error;
  /** For how long after its beginning a flight may be joined, in milliseconds; by default as long as it lasts. */
  readonly joinableMs?: number;
}

interface Flight {
  readonly began: number;
  readonly waiters: Set<Waiter>;
  /** Calls that have ended, for waiters who join later. */
  readonly calls: CallRecord[];
  readonly abandon: AbortController;
  answer: Promise<unknown> | null;
}

export function createSingleFlight({ left, joinableMs = Number.POSITIVE_INFINITY }: SingleFlightOptions): SingleFlight {
  let flights = new Map<string, Flight>();

  function begin<T>(key: string, ask: (scope: SharedScope) => T | Promise<T>, first: Waiter): T | Promise<T> {
    const flight: Flight = {
      began: performance.now(),
      waiters: new Set([first]),
      calls: [],
      abandon: new AbortController(),
      answer: null,
    };
    const answer = ask(scopeOf(flight, first, left));
    if (!(answer instanceof Promise)) return answer;
    flight.answer = answer;
    flights.set(key, flight);
    // The map of now: after `renew`, the key may belong to another flight.
    const own = flights;
    const land = (): void => {
      if (own.get(key) === flight) own.delete(key);
    };
    answer.then(land, land);
    flight.abandon.signal.addEventListener("abort", land, { once: true });
    return waitFor<T>(flight, first);
  }

  function join<T>(flight: Flight, waiter: Waiter): Promise<T> {
    flight.waiters.add(waiter);
    for (const call of flight.calls) waiter.record?.({ ...call, coalesced: true });
    return waitFor<T>(flight, waiter);
  }

  function waitFor<T>({ answer, waiters, abandon }: Flight, waiter: Waiter): Promise<T> {
    const { signal } = waiter;
    if (signal === undefined) return answer as Promise<T>;
    return new Promise((resolve, reject) => {
      const stopWaiting = whenAborted(signal, () => {
        reject(left(signal.reason));
        // The last one stays, to be told of the calls that are aborted.
        if (waiters.size > 1) waiters.delete(waiter);
        else abandon.abort(signal.reason);
      });
      (answer as Promise<T>).then(
        (value) => {
          stopWaiting();
          resolve(value);
        },
        (error: unknown) => {
          stopWaiting();
          reject(error);
        },
      );
    });
  }

  return {
    share: (key, ask, waiter) => {
      if (waiter.signal?.aborted) return Promise.reject(left(waiter.signal.reason));
      const found = flights.get(key);
      return found && performance.now() - found.began < joinableMs ? join(found, waiter) : begin(key, ask, waiter);
    },
    renew: () => {
      flights = new Map();
    },
  };
}

function scopeOf({ waiters, calls, abandon }: Flight, first: Waiter, left: SingleFlightOptions["left"]): SharedScope {
  return {
    signal: abandon.signal,
    record: (call) => {
      calls.push(call);
      for (const waiter of waiters) waiter.record?.(waiter === first ? call : { ...call, coalesced: true });
    },
    admit: () => {
      // Each request has its own limit, and counts the call. The call is made if at least one of them admits it.
      const refusals = [...waiters].map(refusalOf);
      if (!refusals.includes(null)) throw refusals[0] ?? left(abandon.signal.reason);
    },
  };
}

/** The refusal of a waiter; null = admitted. */
function refusalOf({ admit }: Waiter): unknown {
  try {
    admit?.();
    return null;
  } catch (error) {
    return error;
  }
}
