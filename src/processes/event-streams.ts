import { type ExecutionResult, GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Context } from "../schema/index.ts";

/**
 * Ends every event stream when the signal comes: with an error that says to subscribe again, and then as one that is complete. A
 * stream that only breaks off looks like a lost connection, and one that is only complete like an operation that is over.
 */
export function endingEventStreams(ending: AbortSignal): Plugin<Context> {
  return {
    onSubscribe: () => ({
      onSubscribeResult: ({ result, setResult }) => {
        if (Symbol.asyncIterator in result) setResult(until(ending, result));
      },
    }),
  };
}

function until(ending: AbortSignal, events: AsyncIterable<ExecutionResult>): AsyncIterableIterator<ExecutionResult> {
  const source = events[Symbol.asyncIterator]();
  const ended = Promise.withResolvers<null>();
  const end = (): void => ended.resolve(null);
  ending.addEventListener("abort", end, { once: true });
  if (ending.aborted) end();
  let over = false;

  async function close(): Promise<void> {
    over = true;
    ending.removeEventListener("abort", end);
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

function farewell(): GraphQLError {
  const message = "The gateway ends this stream because it stops or has a new configuration. Subscribe again.";
  return new GraphQLError(message, { extensions: { code: "UNAVAILABLE", retryable: true } });
}
