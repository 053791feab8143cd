import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { CallObserver } from "../connections/observer.ts";
import { BillingError } from "../model/errors.ts";
import { endingStreams } from "../server/http/streams.ts";

/** Ends what is in flight when a gateway stops or gets a new configuration: requests, calls to backends, event streams. */

/** Counts what is in flight, so that its end can be awaited. */
export interface Underway {
  /** Counts something as begun. Call the returned function when it has ended; more calls do nothing. */
  readonly begin: () => () => void;
  /** Counts the task while it runs, and settles as it does. */
  readonly during: <T>(task: () => Promise<T>) => Promise<T>;
  /** Resolves as soon as nothing is in flight. */
  readonly idle: () => Promise<void>;
}

export function createUnderway(): Underway {
  let count = 0;
  let waiting: PromiseWithResolvers<void> | null = null;

  function begin(): () => void {
    count += 1;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      count -= 1;
      if (count > 0) return;
      waiting?.resolve();
      waiting = null;
    };
  }

  return {
    begin,
    during: async (task) => {
      const end = begin();
      try {
        return await task();
      } finally {
        end();
      }
    },
    idle: async () => {
      if (count === 0) return;
      waiting ??= Promise.withResolvers();
      await waiting.promise;
    },
  };
}

export interface CallGate {
  /** For the connections to backends. */
  readonly observer: CallObserver;
  /** From now on no call to a backend begins; those in flight go on. */
  readonly shut: () => void;
}

/**
 * A gate in front of every call to a backend. Once other processes may take over this one's operations, it must send nothing more of
 * them: whoever takes over may send again what was not sent.
 */
export function createCallGate({ ended, within, opened, surprised }: CallObserver): CallGate {
  let isShut = false;
  return {
    observer: {
      ended,
      within: (call, run) => (isShut ? Promise.reject(notSent(call.backend)) : within(call, run)),
      opened,
      surprised,
    },
    shut: () => {
      isShut = true;
    },
  };
}

function notSent(backend: string): BillingError {
  return new BillingError("UNAVAILABLE", "Not sent: the gateway is stopping.", { backend, retryable: true });
}

/** Ends every event stream when the signal is aborted, with an error that says to subscribe again. */
export function endingEventStreams(signal: AbortSignal): Plugin {
  return endingStreams(() => ({ signal, farewell }));
}

function farewell(): GraphQLError {
  const message = "The gateway is stopping or has a new configuration, so this stream ends. Subscribe again.";
  return new GraphQLError(message, { extensions: { code: "UNAVAILABLE", retryable: true } });
}
