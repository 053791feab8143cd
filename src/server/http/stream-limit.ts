import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Context } from "../../schema/index.ts";
import type { ClientAddress } from "./client-address.ts";

/**
 * How many event streams a caller may have open at once in this process; without authentication, an address. Each holds a connection
 * and is told of everything that happens, for as long as it likes.
 */
export function streamLimit(maxStreams: number, addressOf: ClientAddress): Plugin<Context> {
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
      const { viewer, request } = args.contextValue as Context & { readonly request: Request };
      const caller = viewer.actor === null ? `address ${addressOf(args.contextValue)}` : `caller ${viewer.actor}`;
      if ((open.get(caller) ?? 0) >= maxStreams) {
        setResultAndStopExecution({ errors: [tooMany(maxStreams)] });
        return;
      }
      const end = begin(caller);
      // However it ends: nobody may have begun to read what is cut off early.
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
