import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Context } from "../../schema/index.ts";
import { endingStreams } from "../http/ending-streams.ts";

/** The longest that a timer can be set for, almost 25 days (Node, timers.setTimeout): a stream does not outlast that either. */
const longestTimerMs = 2 ** 31 - 1;

/** A credential is looked at when a request comes, and a stream is one request: it ends when a new one would be refused. */
export const endingWithCredential: Plugin<Context> = endingStreams(({ viewer: { expiresAt } }) => {
  if (expiresAt === null) return null;
  const leftMs = Math.max(0, expiresAt.getTime() - Date.now());
  return { signal: AbortSignal.timeout(Math.min(leftMs, longestTimerMs)), farewell };
});

function farewell(): GraphQLError {
  const message = "The token that this stream was asked for with has expired. Subscribe again with a new one.";
  return new GraphQLError(message, { extensions: { code: "UNAUTHENTICATED", retryable: false } });
}
