import type { ExecutionResult, GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Context } from "../../schema/index.ts";

/** When a stream ends that might go on for ever, and what it says last. */
export interface StreamEnd {
  readonly signal: AbortSignal;
  readonly farewell: () => GraphQLError;
}

/**
 * Ends event streams before they are over: with an error that says why, and then as one that is complete. A stream that only
 * breaks off looks like a lost connection, and one that is only complete like an operation that is over.
 *
 * @param endOf null: the stream ends by itself only
 */
export function endingStreams(endOf: (context: Context) => StreamEnd | null): Plugin<Context> {
  return {
    onSubscribe: ({ args }) => {
      const end = endOf(args.contextValue);
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
