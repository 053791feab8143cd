import type { IncomingMessage, ServerResponse } from "node:http";
import { isIPv4 } from "node:net";
import type { GraphQLParams, Plugin } from "graphql-yoga";
import { callerOf, stateOf } from "../state.ts";
import { type Bodies, parametersOfAddress, parametersOfBody } from "./parameters.ts";
import { invalidRequest, type Refusal, refusalResponse } from "./responses.ts";

/** Checks a request by its head: it must follow GraphQL over HTTP and must not come from a page of another site. Pure. */

interface RequestHead {
  readonly method: string;
  readonly pathname: string;
  readonly headers: Headers;
}

export function isGraphql(pathname: string): boolean {
  return pathname === "/graphql" || pathname === "/graphql/";
}

/** Returns null for a request that may go on. */
export function refuseRequest({ method, pathname, headers }: RequestHead): Refusal | null {
  if (!isGraphql(pathname)) return { status: 404, code: "NOT_FOUND", message: "There is nothing here. The API is at /graphql." };
  if (method !== "GET" && method !== "POST") {
    const message = "Send GraphQL requests by POST; queries may also come by GET.";
    return { status: 405, code: "INVALID_INPUT", message, headers: { allow: "GET, POST" } };
  }
  // Any page's forms and scripts can send the other media types without a preflight, so only JSON is accepted.
  if (method === "POST" && !isJson(headers.get("content-type"))) {
    const message = "A POST must have the content type application/json, in UTF-8.";
    return { status: 415, code: "INVALID_INPUT", message, headers: { "accept-post": "application/json" } };
  }
  const encoding = headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
  if (method === "POST" && encoding !== "identity") {
    const message = "Send the body uncompressed, without Content-Encoding.";
    return { status: 415, code: "INVALID_INPUT", message, headers: { "accept-encoding": "identity" } };
  }
  const accepted = acceptedTypes(headers.get("accept"));
  if (!accepted.some(isServed))
    return notAcceptable("Answers are application/json or application/graphql-response+json, in UTF-8.");
  if (method === "GET" && !isAskedByProgram(headers, accepted)) {
    return notAcceptable("A GET must name application/json or application/graphql-response+json in its Accept header.");
  }
  return null;
}

function notAcceptable(message: string): Refusal {
  return { status: 406, code: "INVALID_INPUT", message };
}

/**
 * True for a request of a program, false for one that tags and links of a page cause: these accept anything, but never name JSON.
 * "*" alone is enough if something else shows that it is a program: a bearer credential, which no tag can send, or the mode of a
 * script's fetch under CORS, which browsers and Node send (Fetch Metadata).
 */
function isAskedByProgram(headers: Headers, accepted: readonly string[]): boolean {
  const mode = headers.get("sec-fetch-mode");
  if (mode !== null && mode !== "cors" && mode !== "same-origin") return false;
  return accepted.some(namesJson) || mode !== null || /^bearer /i.test(headers.get("authorization") ?? "");
}

/**
 * Guards against DNS rebinding. Without authentication everybody may do everything, so the gateway listens on loopback only. A page of
 * the internet still reaches it under a name of its own that it points at 127.0.0.1, but then that name is in the Host header. Returns
 * null for a loopback name, and if the header is missing.
 */
export function refuseHost(host: string | null): Refusal | null {
  const name = (host ?? "localhost").toLowerCase().replace(/:\d+$/, "");
  if (name === "localhost" || name.endsWith(".localhost") || name === "[::1]" || (isIPv4(name) && name.startsWith("127."))) {
    return null;
  }
  const message = "Without authentication the gateway answers under a loopback name only, such as localhost or 127.0.0.1.";
  return { status: 421, code: "FORBIDDEN", message };
}

// Media types as requests name them (RFC 9110, 8.3.1 and 12.5.1).

/**
 * The media types of an Accept header, in lower case and in its order, without those of q=0 and of another encoding than UTF-8. A
 * missing header accepts anything.
 */
function acceptedTypes(accept: string | null): readonly string[] {
  const types = (accept ?? "").toLowerCase().split(",").map(split);
  const wanted = types.filter(
    ({ type, parameters }) => type !== "" && isUtf8(parameters) && !parameters.some((each) => /^q=0(\.0*)?$/.test(each)),
  );
  return (accept ?? "").trim() === "" ? ["*/*"] : wanted.map(({ type }) => type);
}

/**
 * The media type of JSON that Yoga answers to an Accept header; null where it may answer with something else. Of several types the
 * first counts, whatever their q is, and only UTF-8.
 */
export function jsonTypeOf(accept: string): string | null {
  const asked = (accept || "*/*").replace(/\s/g, "").toLowerCase().split(",");
  const types = asked.flatMap((each) => {
    const { type, parameters } = split(each);
    return isUtf8(parameters) ? [type] : [];
  });
  return types.map(jsonTypeIn).find((type) => type !== null) ?? null;
}

/** Yoga knows UTF-8 by this name only. A type that it cannot answer with must be refused before anything is executed. */
function isUtf8(parameters: readonly string[]): boolean {
  const charset = parameters.find((each) => each.includes("charset="));
  return charset === undefined || charset === "charset=utf-8";
}

/** JSON comes first: clients have asked for it for longer than for the other type. */
function jsonTypeIn(type: string): string | null {
  const [range, kind] = type.split("/");
  const matches = (served: string): boolean => /^(?:\*|application)$/.test(range ?? "") && (kind === "*" || kind === served);
  if (matches("json")) return "application/json";
  return matches("graphql-response+json") ? "application/graphql-response+json" : null;
}

const servedTypes = ["application/graphql-response+json", "application/json", "text/event-stream", "multipart/mixed"];

/** True for a media type that answers can have: JSON, and streams of it. */
function isServed(type: string): boolean {
  return servedTypes.some((served) => type === served || type === "*/*" || type === served.replace(/\/.*/, "/*"));
}

/** True for the two media types that GraphQL over HTTP gives to a JSON answer. */
function namesJson(type: string): boolean {
  return type === "application/json" || type === "application/graphql-response+json";
}

/** True for a browser that opens a page: it prefers text/html to JSON. */
export function wantsPage(accept: string | null): boolean {
  return acceptedTypes(accept).find((type) => type === "text/html" || namesJson(type)) === "text/html";
}

/** True for JSON in UTF-8, the only encoding of JSON between systems (RFC 8259, 8.1). Some clients write utf8. */
function isJson(contentType: string | null): boolean {
  const { type, parameters } = split((contentType ?? "").toLowerCase());
  const charset = parameters.find((each) => each.startsWith("charset="));
  return type === "application/json" && (charset === undefined || /^charset="?utf-?8"?$/.test(charset));
}

function split(text: string): { readonly type: string; readonly parameters: readonly string[] } {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim());
  return { type, parameters };
}

/**
 * Checks HTTP requests: paths, methods and media types, and reads their parameters. Yoga's own parsers of forms, files and plain
 * GraphQL text are never reached.
 */
export function httpRules(bodies: Bodies): Plugin {
  return {
    onRequest: ({ request, url, serverContext, endResponse, fetchAPI }) => {
      const { method, headers } = request;
      const isOpenToAll = callerOf(stateOf(serverContext)).actor === null;
      const refusal =
        (isOpenToAll && refuseHost(headers.get("host"))) || refuseRequest({ method, pathname: url.pathname, headers });
      if (refusal) endResponse(refusalResponse(refusal, fetchAPI));
    },
    onRequestParse: ({ request, serverContext, setRequestParser }) => {
      const { req, res } = serverContext as { readonly req?: IncomingMessage; readonly res?: ServerResponse };
      const state = stateOf(serverContext);
      // A request that is made in this process has none of node's.
      const read = (): Promise<ArrayBuffer | Uint8Array> =>
        req && res ? bodies.read({ req, res }, callerOf(state).actor) : request.arrayBuffer();
      const ofBody = (): Promise<GraphQLParams> => parametersOfBody(state.body ?? read());
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
