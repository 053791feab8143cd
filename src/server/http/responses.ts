import { type IncomingHttpHeaders, type ServerResponse, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { GraphQLError } from "graphql";
import type { FetchAPI } from "graphql-yoga";
import { BillingError, type ErrorCode } from "../../model/errors.ts";
import { linger } from "./connections.ts";

/**
 * Security headers of every answer. They are what OWASP's REST and HTTP headers cheat sheets ask of an API; helmet would add a dozen
 * more, for other kinds of pages. HSTS belongs to whatever terminates TLS.
 */
const securityHeaders: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** The headers that every answer to this request carries. @param origins that browsers may call from */
export function answerHeaders(request: BrowserRequest, origins: readonly string[]): Readonly<Record<string, string>> {
  return origins.length === 0 ? securityHeaders : { ...securityHeaders, ...corsHeaders(request, origins) };
}

/** The headers of a page, which replace or complete those above: it loads only what `directives` allow, and may not be framed. */
export function pageHeaders(directives: readonly string[]): Readonly<Record<string, string>> {
  const common = ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"];
  return {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": [...directives, ...common].join("; "),
    "cross-origin-opener-policy": "same-origin",
  };
}

/** How long a browser may cache the answer to a preflight, in seconds; Chromium's own limit. */
const maxAge = 7_200;

/** The browser's statements about the page that sends the request, as far as known. */
interface BrowserRequest {
  readonly method?: string | undefined;
  readonly headers: Pick<IncomingHttpHeaders, "origin" | "access-control-request-headers">;
}

/**
 * CORS: what pages of the listed origins may do. Every preflight is answered, without a credential, which preflights never carry. An
 * origin that is not listed gets no CORS headers, so its browser refuses. All headers that a preflight asks for are allowed, because
 * clients and proxies add their own (traceparent, idempotency-key, …).
 */
function corsHeaders({ method, headers }: BrowserRequest, origins: readonly string[]): Readonly<Record<string, string>> {
  // Caches must tell the answers apart, even those that allow nothing.
  const vary = { vary: "Origin, Access-Control-Request-Headers" };
  const { origin, "access-control-request-headers": wanted } = headers;
  if (origin === undefined || !origins.includes(origin)) return vary;
  const allowed = {
    ...vary,
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "x-request-id, retry-after",
  };
  if (method !== "OPTIONS") return allowed;
  return {
    ...allowed,
    "access-control-allow-methods": "GET, POST",
    ...(wanted !== undefined && { "access-control-allow-headers": wanted }),
    "access-control-max-age": String(maxAge),
  };
}

/** The answer to a request that does not reach GraphQL, in the shape that GraphQL clients understand. */
export interface Refusal {
  readonly status: number;
  readonly code: ErrorCode;
  /** A sentence that says what to do instead; it repeats nothing of the request. */
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** {"errors":[{"message":"…","extensions":{"code":"…","retryable":false}}]} */
function refusalBody({ code, message }: Refusal): string {
  const { retryable } = new BillingError(code, message);
  return JSON.stringify({ errors: [{ message, extensions: { code, retryable } }] });
}

const jsonType = { "content-type": "application/json; charset=utf-8" };

/** Makes Yoga's response of a refusal. */
export function refusalResponse(refusal: Refusal, { Response }: FetchAPI): Response {
  return new Response(refusalBody(refusal), { status: refusal.status, headers: { ...jsonType, ...refusal.headers } });
}

/** Sends a refusal as node's response. It ends the connection, because the rest of the request is not read (connections.ts). */
export function sendRefusal(refusal: Refusal, response: ServerResponse): void {
  const body = refusalBody(refusal);
  const length = { "content-length": Buffer.byteLength(body), connection: "close" };
  response.writeHead(refusal.status, { ...jsonType, ...refusal.headers, ...length }).end(body);
}

/** INVALID_INPUT for a request that cannot be used. `status` holds even for clients that accept only application/json. */
export function invalidRequest(message: string, status = 400, headers: Readonly<Record<string, string>> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code: "INVALID_INPUT", retryable: false, http: { status, headers } } });
}

/** Answers to requests that node cannot read as HTTP, or not in time, by error code. Node's own answers have no body and no headers. */
const refusals: Readonly<Record<string, Pick<Refusal, "status" | "message">>> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: "The address and the headers of the request are too long." },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: "The request did not arrive completely in time." },
};

/** Node's error; if the request cannot be parsed, with the bytes that came last. */
interface BrokenRequest extends NodeJS.ErrnoException {
  readonly rawPacket?: Buffer;
}

const malformed = { status: 400, message: "The request is not valid HTTP." };

/**
 * Ends a connection whose request is broken. Sends an answer first, unless one has begun already.
 * @param answer the last answer on the connection, if there was one
 * @param origins that browsers may call from
 */
export function answerBrokenRequest(
  error: BrokenRequest,
  socket: Socket,
  answer: ServerResponse | undefined,
  origins: readonly string[],
): void {
  const isAnswering = answer?.headersSent === true && !answer.writableFinished;
  if (!socket.writable || error.code === "ECONNRESET" || isAnswering) return void socket.destroy();
  const { status, message } = refusals[error.code ?? ""] ?? malformed;
  const body = refusalBody({ status, message, code: "INVALID_INPUT" });
  const headers = {
    ...answerHeaders({ headers: { origin: originOf(error, answer) } }, origins),
    "content-type": "application/json; charset=utf-8",
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.write([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, "", body].join("\r\n"));
  linger(socket);
}

/** The origin of the broken request, as far as the last bytes contain it: node has not read the headers to their end. */
function originOf({ rawPacket }: BrokenRequest, answer: ServerResponse | undefined): string | undefined {
  if (answer && !answer.writableEnded) return answer.req.headers.origin;
  return /\r\norigin:[ \t]*([^\r\n]*?)[ \t]*\r\n/i.exec(rawPacket?.toString("latin1") ?? "")?.[1];
}
