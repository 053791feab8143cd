import { performance } from "node:perf_hooks";
import type { CallRecord, CallScope } from "../adapter/adapter.ts";
import { whenAborted } from "./when-aborted.ts";

/** Somebody who waits for an answer. */
export type Waiter = Pick<CallScope, "signal" | "record" | "admit">;

/** What is asked with on behalf of all who wait. */
export interface SharedScope {
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  readonly record: (call: CallRecord) => void;
  /** Throws when the call is not within the limit of any of them. */
  readonly admit: () => void;
}

/** Asks once for what several ask for at the same time: reads of a backend, and whole queries. */
export interface SingleFlight {
  /**
   * What `ask` gives, or what the same question gives that somebody else has asked and that is still in flight. Calls that another
   * waiter caused are recorded as coalesced. A waiter whose signal is aborted is told `left`; what is in flight is aborted with the
   * last of them. An answer that comes at once is nobody else's.
   * @param key says everything that the answer depends on
   */
  readonly share: <T>(key: string, ask: (scope: SharedScope) => T | Promise<T>, waiter: Waiter) => T | Promise<T>;
  /** From now on nobody joins what is in flight: what it answers may be of before a write. */
  readonly renew: () => void;
}

export interface SingleFlightOptions {
  /** What somebody is told who leaves, by what the signal was aborted with. */
  readonly left: (reason: unknown) => Error;
  /** How long after its beginning a flight may be joined; by default as long as it lasts. */
  readonly joinableMs?: number;
}

interface Flight {
  readonly began: number;
  readonly waiters: Set<Waiter>;
  /** Calls that have ended, for those who join later. */
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
    // Of now: after a renewal the key may be another flight's.
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
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(left(waiter.signal?.reason));
        // The last one is still told of the calls that are given up.
        if (waiters.size > 1) waiters.delete(waiter);
        else abandon.abort(waiter.signal?.reason);
      };
      const stopWaiting = waiter.signal && whenAborted(waiter.signal, leave);
      (answer as Promise<T>).then(resolve, reject).finally(() => stopWaiting?.());
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
      // Each request has a limit of its own, and counts: a call is made as long as it is within that of one of them.
      const refusals = [...waiters].map(refusalOf);
      if (!refusals.includes(null)) throw refusals[0] ?? left(abandon.signal.reason);
    },
  };
}

/** Null = admitted. */
function refusalOf({ admit }: Waiter): unknown {
  try {
    admit?.();
    return null;
  } catch (error) {
    return error;
  }
}
