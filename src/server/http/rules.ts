import { isIPv4 } from "node:net";
import type { Refusal } from "./refusal.ts";

/** What a request must look like before anything of it is read: GraphQL over HTTP, and no page of another site behind it. Pure. */

export interface RequestHead {
  readonly method: string;
  readonly pathname: string;
  readonly headers: Headers;
}

export function isGraphql(pathname: string): boolean {
  return pathname === "/graphql" || pathname === "/graphql/";
}

/** Null for a request that may go on. */
export function refuseRequest({ method, pathname, headers }: RequestHead): Refusal | null {
  if (!isGraphql(pathname)) return { status: 404, code: "NOT_FOUND", message: "There is nothing here. The API is at /graphql." };
  if (method !== "GET" && method !== "POST") {
    const message = "GraphQL is asked by POST, queries also by GET.";
    return { status: 405, code: "INVALID_INPUT", message, headers: { allow: "GET, POST" } };
  }
  // The types that a form or a script of any page can send without asking first are refused, and so is all that is not JSON.
  if (method === "POST" && !isJson(headers.get("content-type"))) {
    const message = "A POST must have the content type application/json, in UTF-8.";
    return { status: 415, code: "INVALID_INPUT", message, headers: { "accept-post": "application/json" } };
  }
  const accepted = acceptedTypes(headers.get("accept"));
  if (!accepted.some(isServed)) return notAcceptable("Answers are application/json or application/graphql-response+json.");
  if (method === "GET" && !isAskedByProgram(headers, accepted)) {
    return notAcceptable("A GET must name application/json or application/graphql-response+json in its Accept header.");
  }
  return null;
}

function notAcceptable(message: string): Refusal {
  return { status: 406, code: "INVALID_INPUT", message };
}

/**
 * True for what somebody's program asks for, false for what the tags and links of any page make browsers ask for: those accept
 * anything, never JSON by name. A bare "*" is taken from who shows in another way that it is a program: by a bearer credential,
 * which no tag can send, or by the mode in which browsers and Node send what scripts fetch under the rules of CORS (Fetch Metadata).
 */
function isAskedByProgram(headers: Headers, accepted: readonly string[]): boolean {
  const mode = headers.get("sec-fetch-mode");
  if (mode !== null && mode !== "cors" && mode !== "same-origin") return false;
  return accepted.some(namesJson) || mode !== null || /^bearer /i.test(headers.get("authorization") ?? "");
}

/**
 * Without authentication, whoever reaches the gateway may do everything. It listens on loopback only then, which a page of the
 * internet still reaches under a name of its own that it points at 127.0.0.1 (DNS rebinding). That name is in the Host header.
 * Null for a loopback name, and where there is no such header.
 */
export function refuseHost(host: string | null): Refusal | null {
  const name = (host ?? "localhost").replace(/:\d+$/, "");
  if (name === "localhost" || name.endsWith(".localhost") || name === "[::1]" || (isIPv4(name) && name.startsWith("127."))) {
    return null;
  }
  const message = "Without authentication the gateway answers under a loopback name only, such as localhost or 127.0.0.1.";
  return { status: 421, code: "FORBIDDEN", message };
}

// Media types as requests name them (RFC 9110, 8.3.1 and 12.5.1).

/** The media types of an Accept header, lower-case, in its order, without those that it weighs with 0. None given: anything. */
export function acceptedTypes(accept: string | null): readonly string[] {
  const types = (accept ?? "").toLowerCase().split(",").map(split);
  const wanted = types.filter(({ type, parameters }) => type !== "" && !parameters.some((each) => /^q=0(\.0*)?$/.test(each)));
  return (accept ?? "").trim() === "" ? ["*/*"] : wanted.map(({ type }) => type);
}

const servedTypes = ["application/graphql-response+json", "application/json", "text/event-stream", "multipart/mixed"];

/** True for the types of answers over GraphQL: JSON, and streams of it. */
function isServed(type: string): boolean {
  return servedTypes.some((served) => type === served || type === "*/*" || type === served.replace(/\/.*/, "/*"));
}

/** True for the two names that GraphQL over HTTP gives to a JSON answer. */
function namesJson(type: string): boolean {
  return type === "application/json" || type === "application/graphql-response+json";
}

/** True for a browser that opens a page: it wants text/html, and JSON later or not at all. */
export function wantsPage(accept: string | null): boolean {
  return acceptedTypes(accept).find((type) => type === "text/html" || namesJson(type)) === "text/html";
}

/** True for a body of JSON in UTF-8, the only encoding that JSON has between systems (RFC 8259, 8.1); some call it utf8. */
function isJson(contentType: string | null): boolean {
  const { type, parameters } = split((contentType ?? "").toLowerCase());
  const charset = parameters.find((each) => each.startsWith("charset="));
  return type === "application/json" && (charset === undefined || /^charset="?utf-?8"?$/.test(charset));
}

function split(text: string): { readonly type: string; readonly parameters: readonly string[] } {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim());
  return { type, parameters };
}
