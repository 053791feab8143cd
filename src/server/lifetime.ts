import { GraphQLError } from "graphql";
import { BillingError } from "../model/errors.ts";

/** How long a request, or an execution for several, may go on: until nobody waits for it any more, or its time is up. */
export interface Lifetime {
  /** For calls to backends. Aborted with the client's reason, or with a TimeoutError. Of now: `extend` replaces it. */
  readonly signal: () => AbortSignal;
  /**
   * For the execution. Aborted with the error that it is to be answered with: as soon as nobody waits, and, where it may be cut, a
   * moment after its time is up. Backend calls have ended by then, and the answer has what they gave; what waits for something else is
   * not waited for.
   */
  readonly over: AbortSignal;
  /** Its time starts anew, for the next event of a subscription, unless it has ended. */
  readonly extend: () => void;
  /** It has ended by itself: nothing is aborted any more. */
  readonly end: () => void;
}

/** Time for a query whose backend calls were aborted to be answered with what it has (milliseconds). */
const graceMs = 1_000;

/**
 * One timer, and controllers of its own: signals that the platform combines (AbortSignal.any, AbortSignal.timeout) make every listener
 * of theirs dearer, and each backend call is one.
 *
 * @param client aborted when nobody waits any more; Yoga's will do, which looks like an AbortSignal and is not one to the platform
 * @param mayBeCut false for mutations: what they send is decided by the journal, and they answer when it is
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
    controller.abort(new DOMException("The request's time is up.", "TimeoutError"));
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
  return new BillingError("CONFLICT", "The request was given up by the client.", { retryable: true });
}

function timedOut(timeoutMs: number): GraphQLError {
  const message = `The query took longer than ${timeoutMs} ms (limits.requestTimeoutMs); ask for less at once.`;
  return new GraphQLError(message, { extensions: { code: "TIMEOUT", retryable: true, http: { status: 504, spec: true } } });
}
