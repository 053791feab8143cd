import { GraphQLError } from "graphql";
import { BillingError } from "../model/errors.ts";

/** How long a request, or a shared execution, may go on: until nobody waits for it any more, or its time is up. */
export interface Lifetime {
  /** For calls to backends. Aborted with the client's reason, or with a TimeoutError. `extend` replaces it, so ask anew. */
  readonly signal: () => AbortSignal;
  /**
   * For the execution. Aborted with the error to answer: as soon as nobody waits, or shortly after the time is up, if the request may be
   * cut. By then its backend calls have ended, and the answer holds what they gave. Nothing else is awaited.
   */
  readonly over: AbortSignal;
  /** Restarts the time, for the next event of a subscription, unless it has ended. */
  readonly extend: () => void;
  /** Ends the lifetime without aborting anything. */
  readonly end: () => void;
}

/** After the backend calls are aborted, a query has this long to answer with what it has (milliseconds). */
const graceMs = 1_000;

/**
 * Uses one timer and its own controllers: combined signals of the platform (AbortSignal.any, AbortSignal.timeout) make each of their
 * listeners more expensive, and each backend call is one.
 *
 * @param client aborted when nobody waits any more. May be Yoga's signal, which has the methods of an AbortSignal but is not a real one
 * @param mayBeCut false for mutations: the journal decides what they send, and they answer when it has finished
 */
export function openLifetime(client: AbortSignal, timeoutMs: number, mayBeCut: boolean): Lifetime {
  const over = new AbortController();
  let controller = new AbortController();
  let timer = start();
  let isOver = false;

  function start(): NodeJS.Timeout {
    return setTimeout(stop, timeoutMs).unref();
  }
  function stop(): void {
    controller.abort(new DOMException("The request timed out.", "TimeoutError"));
    if (mayBeCut) timer = setTimeout(() => over.abort(timedOut(timeoutMs)), graceMs).unref();
  }
  const leave = (): void => {
    end();
    controller.abort(client.reason);
    over.abort(givenUp());
  };
  const end = (): void => {
    isOver = true;
    clearTimeout(timer);
    client.removeEventListener("abort", leave);
  };
  if (client.aborted) leave();
  else client.addEventListener("abort", leave, { once: true });

  return {
    signal: () => controller.signal,
    over: over.signal,
    extend: () => {
      if (isOver) return;
      clearTimeout(timer);
      controller = new AbortController();
      timer = start();
    },
    end,
  };
}

export function givenUp(): BillingError {
  return new BillingError("CONFLICT", "The client cancelled the request.", { retryable: true });
}

function timedOut(timeoutMs: number): GraphQLError {
  const message = `The query took longer than ${timeoutMs} ms (limits.requestTimeoutMs); ask for less at once.`;
  return new GraphQLError(message, { extensions: { code: "TIMEOUT", retryable: true, http: { status: 504, spec: true } } });
}
