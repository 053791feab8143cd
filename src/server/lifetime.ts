import { GraphQLError, getOperationAST } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Context } from "../schema/index.ts";

/** How long a request, or an execution for several, may go on: until nobody waits for it any more, or its time is up. */
export interface Lifetime {
  /** Aborted with the client's reason, or with a TimeoutError. Of now: `extend` replaces it. */
  readonly signal: () => AbortSignal;
  /** Its time starts anew, for the next event of a subscription, unless it has ended. */
  readonly extend: () => void;
  /** It has ended by itself: nothing is aborted any more. */
  readonly end: () => void;
}

/**
 * One controller and one timer: signals that the platform combines (AbortSignal.any, AbortSignal.timeout) make every listener of
 * theirs dearer, and each backend call is one.
 *
 * @param client aborted when nobody waits any more; Yoga's will do, which looks like an AbortSignal and is not one to the platform
 */
export function openLifetime(client: AbortSignal, timeoutMs: number): Lifetime {
  let controller = new AbortController();
  let timer = start();
  let isOver = false;

  function start(): NodeJS.Timeout {
    return setTimeout(() => controller.abort(timeUp()), timeoutMs).unref();
  }
  const leave = (): void => {
    end();
    controller.abort(client.reason);
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
    extend: () => {
      if (isOver) return;
      clearTimeout(timer);
      controller = new AbortController();
      timer = start();
    },
    end,
  };
}

function timeUp(): DOMException {
  return new DOMException("The request's time is up.", "TimeoutError");
}

/** Time for a query whose backend calls were aborted to be answered with what it has (milliseconds). */
const graceMs = 1_000;

/**
 * The end of a query that waits for something else than a backend, whose calls end by themselves at the time limit (request.ts):
 * nobody waits for ever. Mutations are not cut: what they send is decided by the journal, and they answer when it is.
 * @param requestTimeoutMs milliseconds
 */
export function timeLimit(requestTimeoutMs: number): Plugin<Context> {
  return {
    onExecute: ({ args, executeFn, setExecuteFn }) => {
      if (getOperationAST(args.document, args.operationName)?.operation !== "query") return;
      setExecuteFn(async (given) => {
        const { promise: late, resolve } = Promise.withResolvers<object>();
        const timer = setTimeout(() => resolve({ errors: [timedOut(requestTimeoutMs)] }), requestTimeoutMs + graceMs);
        return Promise.race([executeFn(given), late]).finally(() => clearTimeout(timer));
      });
    },
  };
}

function timedOut(requestTimeoutMs: number): GraphQLError {
  const message = `The query took longer than ${requestTimeoutMs} ms (limits.requestTimeoutMs); ask for less at once.`;
  return new GraphQLError(message, { extensions: { code: "TIMEOUT", retryable: true, http: { status: 504, spec: true } } });
}
