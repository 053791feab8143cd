import type { Plugin } from "graphql-yoga";
import type { Context } from "../../schema/index.ts";
import { callerOf } from "../auth/plugin.ts";
import { acceptedTypes } from "./media-types.ts";
import { parametersOfAddress, parametersOfBody } from "./parameters.ts";
import { invalidRequest, refusalResponse } from "./refusal.ts";
import { refuseHost, refuseRequest } from "./rules.ts";

/**
 * What HTTP requests must look like: which names, methods and media types are taken, and how their parameters are read. Yoga's own
 * parsers of forms, files and plain GraphQL text are never reached.
 */
export const httpRules: Plugin<Context> = {
  onRequest: ({ request, url, endResponse, fetchAPI }) => {
    const { method, headers } = request;
    const isOpenToAll = callerOf(request).actor === null;
    const refusal =
      (isOpenToAll && refuseHost(headers.get("host"))) || refuseRequest({ method, pathname: url.pathname, headers });
    if (refusal) endResponse(refusalResponse(refusal, fetchAPI));
  },
  onRequestParse: ({ request, setRequestParser }) => {
    setRequestParser(request.method === "GET" ? parametersOfAddress : parametersOfBody);
  },
  // Yoga refuses mutations by GET; a subscription is no query either, and is refused before it has begun to listen.
  onSubscribe: ({ args, setResultAndStopExecution }) => {
    const { request } = args.contextValue as Context & { readonly request: Request };
    const problem = refuseSubscription(request);
    if (problem) setResultAndStopExecution({ errors: [problem] });
  },
};

const streams = ["text/event-stream", "text/*", "*/*"];

function refuseSubscription({ method, headers }: Request) {
  if (method === "GET") return invalidRequest("A subscription is asked by POST.", 405, { allow: "POST" });
  const listens = acceptedTypes(headers.get("accept")).some((type) => streams.includes(type));
  return listens ? null : invalidRequest("A subscription is answered as text/event-stream: accept that.", 406);
}
