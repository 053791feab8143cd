import type { IncomingMessage } from "node:http";
import type { GraphQLParams, Plugin } from "graphql-yoga";
import { callerOf, stateOf } from "../state.ts";
import { parametersOfAddress, parametersOfBody, readBody } from "./parameters.ts";
import { invalidRequest, refusalResponse } from "./responses.ts";
import { acceptedTypes, refuseHost, refuseRequest } from "./rules.ts";

/**
 * Checks HTTP requests: paths, methods and media types, and reads their parameters. Yoga's own parsers of forms, files and plain
 * GraphQL text are never reached.
 * @param maxBodyBytes limits a body that does not announce its length
 */
export function httpRules(maxBodyBytes: number): Plugin {
  return {
    onRequest: ({ request, url, serverContext, endResponse, fetchAPI }) => {
      const { method, headers } = request;
      const isOpenToAll = callerOf(stateOf(serverContext)).actor === null;
      const refusal =
        (isOpenToAll && refuseHost(headers.get("host"))) || refuseRequest({ method, pathname: url.pathname, headers });
      if (refusal) endResponse(refusalResponse(refusal, fetchAPI));
    },
    onRequestParse: ({ request, serverContext, setRequestParser }) => {
      const { req } = serverContext as { readonly req?: IncomingMessage };
      const { body } = stateOf(serverContext);
      const ofBody = (): Promise<GraphQLParams> => parametersOfBody(body ?? readBody(request, req, maxBodyBytes));
      setRequestParser(request.method === "GET" ? parametersOfAddress : ofBody);
    },
    // Yoga refuses mutations by GET. Subscriptions by GET are refused here, before they begin to listen.
    onSubscribe: ({ args, setResultAndStopExecution }) => {
      const { request } = args.contextValue as { readonly request: Request };
      const problem = refuseSubscription(request);
      if (problem) setResultAndStopExecution({ errors: [problem] });
    },
    onResponse: ({ response, setResponse, fetchAPI }) => {
      // Yoga's refusal of what it cannot write in an accepted type has no body.
      if (response.status === 406 && response.body === null) setResponse(refusalResponse(unwritable, fetchAPI));
      // Without this header nginx and others hold events back until they have many. Yoga sends a sign of life every 12 seconds.
      if (response.headers.get("content-type")?.startsWith("text/event-stream")) response.headers.set("x-accel-buffering", "no");
    },
  };
}

const unwritable = {
  status: 406,
  code: "INVALID_INPUT",
  message: "The answer to a query or mutation is JSON, and to a subscription text/event-stream: accept that.",
} as const;

const streams = ["text/event-stream", "text/*", "*/*"];

function refuseSubscription({ method, headers }: Request) {
  if (method === "GET") return invalidRequest("Send a subscription by POST.", 405, { allow: "POST" });
  const listens = acceptedTypes(headers.get("accept")).some((type) => streams.includes(type));
  return listens ? null : invalidRequest("The answer to a subscription is text/event-stream: accept that.", 406);
}
