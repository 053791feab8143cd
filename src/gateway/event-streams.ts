import { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Context } from "../schema/index.ts";
import { endingStreams } from "../server/http/streams.ts";

/** Ends every event stream when the signal comes: with an error that says to subscribe again. */
export function endingEventStreams(signal: AbortSignal): Plugin<Context> {
  return endingStreams(() => ({ signal, farewell }));
}

function farewell(): GraphQLError {
  const message = "The gateway ends this stream because it stops or has a new configuration. Subscribe again.";
  return new GraphQLError(message, { extensions: { code: "UNAVAILABLE", retryable: true } });
}
