import { isIPv4 } from "node:net";
import { acceptedTypes, isJson, isServed, namesJson } from "./media-types.ts";
import type { Refusal } from "./refusal.ts";

/** What a request must look like before anything of it is read: GraphQL over HTTP, and no page of another site behind it. Pure. */

export interface Asked {
  readonly method: string;
  readonly pathname: string;
  readonly headers: Headers;
}

export function isGraphql(pathname: string): boolean {
  return pathname === "/graphql" || pathname === "/graphql/";
}

/** Null for a request that may go on. */
export function refuseRequest({ method, pathname, headers }: Asked): Refusal | null {
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
