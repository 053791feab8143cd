import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { CallObserver } from "../connections/observer.ts";
import { BillingError } from "../model/errors.ts";
import { endingStreams } from "../server/http/streams.ts";

/** How what is under way ends when a gateway stops or has a new configuration: requests, calls to backends, event streams. */

/** Counts what is under way, so that whoever ends it can wait for it. */
export interface Underway {
  /** Something begins; what it returns is to be called when it has ended, and may be called again. */
  readonly begin: () => () => void;
  /** Settles as the task does, which counts as long as it lasts. */
  readonly during: <T>(task: () => Promise<T>) => Promise<T>;
  /** Resolves as soon as nothing is under way. */
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
  /** From now on no call to a backend begins; those under way go on. */
  readonly shut: () => void;
}

/**
 * Stands before every call to a backend. Once others are told to take this process's operations over, nothing of them may be sent
 * from here any more: the one who takes over says of what was not sent that it may be sent again.
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

/** Ends every event stream when the signal comes: with an error that says to subscribe again. */
export function endingEventStreams(signal: AbortSignal): Plugin {
  return endingStreams(() => ({ signal, farewell }));
}

function farewell(): GraphQLError {
  const message = "The gateway ends this stream because it stops or has a new configuration. Subscribe again.";
  return new GraphQLError(message, { extensions: { code: "UNAVAILABLE", retryable: true } });
}
