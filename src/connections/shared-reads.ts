import type { CallRecord, CallScope } from "../adapter/adapter.ts";
import { BillingError } from "../model/errors.ts";
import { whenAborted } from "./when-aborted.ts";

/** Reads that are under way, by what is asked. */
export interface SharedReads {
  /**
   * What `read` resolves with, or what the same read resolves with that somebody else began and that is still under way. Calls
   * that another request caused are recorded as coalesced. A request that ends leaves; the read ends with the last one.
   */
  readonly share: <T>(key: string, read: (scope: CallScope) => Promise<T>, scope: CallScope) => Promise<T>;
  /** From now on no read joins one that began before. */
  readonly renew: () => void;
}

interface Read {
  result: Promise<unknown> | null;
  /** Of the requests that wait. */
  readonly waiters: Set<CallScope>;
  /** Calls that have ended, for those who join later. */
  readonly calls: CallRecord[];
  readonly abandon: AbortController;
}

/** @param backend whose reads they are, for errors */
export function createSharedReads(backend: string): SharedReads {
  let underWay = new Map<string, Read>();

  /** Adds a read that `run` makes for whoever waits; the first waiter is the one whose calls they are. */
  function begin(key: string, first: CallScope): Read {
    const read: Read = { result: null, waiters: new Set([first]), calls: [], abandon: new AbortController() };
    underWay.set(key, read);
    return read;
  }

  function start(key: string, read: Read, first: CallScope, run: (scope: CallScope) => Promise<unknown>): Promise<unknown> {
    const { waiters, calls, abandon } = read;
    const reads = underWay;
    const scope: CallScope = {
      signal: abandon.signal,
      record: (call) => {
        calls.push(call);
        for (const waiter of waiters) waiter.record?.(waiter === first ? call : { ...call, coalesced: true });
      },
      admit: () => {
        // Each request has a limit of its own, and counts: a call is made as long as it is within that of one of them.
        let admitted = false;
        let refusal: unknown;
        for (const waiter of waiters) {
          const refused = refusalOf(waiter);
          admitted ||= refused === null;
          refusal ??= refused;
        }
        if (!admitted) throw refusal ?? gone(backend);
      },
    };
    return run(scope).finally(() => {
      if (reads.get(key) === read) reads.delete(key);
    });
  }

  function share<T>(key: string, run: (scope: CallScope) => Promise<T>, scope: CallScope): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const joined = underWay.get(key);
    joined?.waiters.add(scope);
    for (const call of joined?.calls ?? []) scope.record?.({ ...call, coalesced: true });
    const read = joined ?? begin(key, scope);
    const leave = (): void => {
      const reason = ended(backend, scope);
      reject(reason);
      read.waiters.delete(scope);
      if (read.waiters.size > 0) return;
      // Whoever asks from now on begins anew instead of joining what is being given up.
      if (underWay.get(key) === read) underWay.delete(key);
      read.abandon.abort(reason);
    };
    const stopWaiting = scope.signal && whenAborted(scope.signal, leave);
    if (scope.signal?.aborted) leave();
    read.result ??= start(key, read, scope, run);
    read.result.then(
      (value) => {
        stopWaiting?.();
        resolve(value as T);
      },
      (error: unknown) => {
        stopWaiting?.();
        reject(error);
      },
    );
    return promise;
  }

  return {
    share,
    renew: () => {
      underWay = new Map();
    },
  };
}

/** Null = admitted. */
function refusalOf({ admit }: CallScope): unknown {
  try {
    admit?.();
    return null;
  } catch (error) {
    return error;
  }
}

/** As a connection says it of a read of its own. */
function ended(backend: string, { signal }: CallScope): BillingError {
  const details = { backend, cause: signal?.reason };
  return (signal?.reason as { name?: string } | undefined)?.name === "TimeoutError"
    ? new BillingError("TIMEOUT", `${backend} did not answer in time.`, details)
    : gone(backend);
}

function gone(backend: string): BillingError {
  return new BillingError("CONFLICT", "The request was given up by the client.", { backend, retryable: true });
}
