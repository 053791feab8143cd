import { type ExecutionResult, GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import { callerOf, type RequestState, stateOf } from "../state.ts";
import type { ClientAddress } from "./rate-limit.ts";

/** When the gateway ends a stream, and the error that it sends last. */
export interface StreamEnd {
  readonly signal: AbortSignal;
  readonly farewell: () => GraphQLError;
}

/**
 * Ends event streams early: first an error that says why, then the regular end. A stream that only breaks off looks like a lost
 * connection, and one that only ends looks like a finished operation.
 *
 * @param endOf returns null for a stream that is not ended early
 */
export function endingStreams(endOf: (state: RequestState) => StreamEnd | null): Plugin {
  return {
    onSubscribe: ({ args }) => {
      const end = endOf(stateOf(args.contextValue));
      if (!end) return;
      return {
        onSubscribeResult: ({ result, setResult }) => {
          if (Symbol.asyncIterator in result) setResult(until(end, result));
        },
      };
    },
  };
}

function until({ signal, farewell }: StreamEnd, events: AsyncIterable<ExecutionResult>): AsyncIterableIterator<ExecutionResult> {
  const source = events[Symbol.asyncIterator]();
  const ended = Promise.withResolvers<null>();
  const end = (): void => ended.resolve(null);
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  let over = false;

  async function close(): Promise<void> {
    over = true;
    signal.removeEventListener("abort", end);
    await source.return?.();
  }

  const stream: AsyncIterableIterator<ExecutionResult, undefined> = {
    next: async () => {
      if (over) return { done: true, value: undefined };
      const next = await Promise.race([source.next(), ended.promise]);
      if (next && !next.done) return { done: false, value: next.value };
      await close();
      return next ? { done: true, value: undefined } : { done: false, value: { errors: [farewell()] } };
    },
    return: async () => {
      await close();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return stream;
}

/** The longest timer, almost 25 days (Node, timers.setTimeout). No stream of a caller whose credential expires lasts longer. */
const longestTimerMs = 2 ** 31 - 1;

/** A credential is checked once per request, and a stream is one request: it ends when a new one would be refused. */
export const endingWithCredential: Plugin = endingStreams((state) => {
  const { expiresAt } = callerOf(state);
  if (expiresAt === null) return null;
  const leftMs = Math.max(0, expiresAt.getTime() - Date.now());
  return { signal: AbortSignal.timeout(Math.min(leftMs, longestTimerMs)), farewell };
});

function farewell(): GraphQLError {
  const message = "The token of this stream has expired. Subscribe again with a new one.";
  return new GraphQLError(message, { extensions: { code: "UNAUTHENTICATED", retryable: false } });
}

/**
 * Limits how many event streams a caller may have open in this process; without authentication, an address. Each holds a connection
 * and gets every event, for as long as the caller likes.
 */
export function streamLimit(maxStreams: number, addressOf: ClientAddress): Plugin {
  const open = new Map<string, number>();

  function begin(caller: string): () => void {
    open.set(caller, (open.get(caller) ?? 0) + 1);
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      const left = (open.get(caller) ?? 1) - 1;
      if (left === 0) open.delete(caller);
      else open.set(caller, left);
    };
  }

  return {
    onSubscribe: ({ args, subscribeFn, setSubscribeFn, setResultAndStopExecution }) => {
      const { request } = args.contextValue as { readonly request: Request };
      const { actor } = callerOf(stateOf(args.contextValue));
      const caller = actor === null ? `address ${addressOf(args.contextValue)}` : `caller ${actor}`;
      if ((open.get(caller) ?? 0) >= maxStreams) {
        setResultAndStopExecution({ errors: [tooMany(maxStreams)] });
        return;
      }
      const end = begin(caller);
      // Also called when the client leaves early: perhaps nobody has begun to read the stream by then.
      request.signal.addEventListener("abort", end, { once: true });
      setSubscribeFn(async (given) => {
        try {
          return await subscribeFn(given);
        } catch (error) {
          end();
          throw error;
        }
      });
      return {
        onSubscribeResult: ({ result }) => {
          if (Symbol.asyncIterator in result) return { onEnd: end };
          end();
          return;
        },
        onSubscribeError: end,
      };
    },
  };
}

function tooMany(maxStreams: number): GraphQLError {
  const message = `More than ${maxStreams} event streams are open (limits.maxStreams). Close one, or subscribe to more with each.`;
  return new GraphQLError(message, { extensions: { code: "RATE_LIMITED", retryable: true, http: { status: 429 } } });
}
