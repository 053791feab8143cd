import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { answerHeaders } from "./http/headers.ts";
import { dropRest, tooLongMessage } from "./http/parameters.ts";
import { answerBrokenRequest, type Refusal, sendRefusal } from "./http/refusal.ts";
import { createRequestState, type Handle, type RequestState, requestIdHeader } from "./state.ts";

export interface Listening {
  /** "http://127.0.0.1:4000" */
  readonly origin: string;
  /** Stops accepting, lets running requests end, cuts what is left after the grace time. */
  readonly close: (graceMs: number) => Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly maxBodyBytes: number;
  /** By the first part of the path: where files are sent, which may be longer. */
  readonly maxFileBytes?: Readonly<Record<string, number>> | undefined;
  /**
   * Milliseconds in which a request must have arrived completely; its headers, and the first byte of a connection, too. Who reads
   * nothing of an answer for as long is cut off.
   */
  readonly requestTimeoutMs?: number | undefined;
  /** How long a connection is kept open for another request (milliseconds). */
  readonly keepAliveMs?: number | undefined;
  /** Origins that browsers may call from, as of now. */
  readonly origins?: (() => readonly string[]) | undefined;
  /** Told first of every request, also of one that is refused here. */
  readonly onRequest?: ((state: RequestState, response: ServerResponse) => void) | undefined;
}

/**
 * Serves requests over HTTP; rejects when the address cannot be had. Whatever is not a request that `handle` could make sense of
 * is answered here. This is the one place that gives every answer its headers for browsers.
 */
export async function listen(
  handle: Handle,
  {
    host,
    port,
    maxBodyBytes: usualBodyBytes,
    maxFileBytes = {},
    requestTimeoutMs = 30_000,
    keepAliveMs = 75_000,
    origins = () => [],
    onRequest,
  }: ListenOptions,
): Promise<Listening> {
  const timeouts = {
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    // Node's 5 seconds are shorter than the pools of all that is in front: who sends a request in that moment loses it.
    keepAliveTimeout: keepAliveMs,
    // Node looks for late requests this often, by default every 30 seconds.
    connectionsCheckingInterval: Math.min(1_000, requestTimeoutMs),
  };
  // Node's own refusal of a request without Host has no body and none of the headers.
  const options = { ...timeouts, requireHostHeader: false };
  const answers = new WeakMap<Socket, ServerResponse>();
  const serve: RequestListener = (request, response) => {
    answers.set(request.socket, response);
    const state = createRequestState((name) => request.headers[name], request.url);
    response.setHeader(requestIdHeader, state.id);
    onRequest?.(state, response);
    // While the server closes, a connection ends with its last answer instead of being kept for another request.
    response.once("close", () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
    });
    for (const [name, value] of Object.entries(answerHeaders(request, origins()))) response.setHeader(name, value);
    const [, place = ""] = /^\/([^/?]+)/.exec(request.url ?? "") ?? [];
    const maxBodyBytes = (Object.hasOwn(maxFileBytes, place) ? maxFileBytes[place] : undefined) ?? usualBodyBytes;
    if (request.headers["transfer-encoding"] !== undefined) response.once("finish", () => dropRest(request, maxBodyBytes));
    const refusal = refuseTarget(request) ?? refuseExpectation(request) ?? refuseBody(request, maxBodyBytes);
    if (refusal) sendRefusal(refusal, response);
    else handle(request, response, state);
  };
  const server = createServer(options, serve);
  server.setTimeout(requestTimeoutMs, (socket) => endIdle(socket, answers.get(socket)));
  // Node answers these itself, and as barely, where nobody listens.
  server.on("checkExpectation", serve);
  server.on("clientError", (error, socket) => {
    answerBrokenRequest(error, socket as Socket, answers.get(socket as Socket), origins());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  return {
    origin: `http://${family === "IPv6" ? `[${address}]` : address}:${bound}`,
    close: (graceMs) => close(server, graceMs),
  };
}

/** Everybody behind reads the address as one: "http://HOST" and the path. Proxies' absolute addresses and "*" are none of those. */
function refuseTarget({ url = "", httpVersion, headersDistinct }: IncomingMessage): Refusal | null {
  // Only HTTP/1.0 knows requests without Host, and none knows several: node would take the first, what is in front maybe another one
  // (RFC 9112, 3.2).
  const [host = httpVersion === "1.0" ? "localhost" : "", ...more] = headersDistinct["host"] ?? [];
  if (more.length > 0) return { status: 400, code: "INVALID_INPUT", message: "The request has several Host headers." };
  if (url.startsWith("/") && /^[\w.:[\]-]+$/.test(host) && URL.canParse(`http://${host}${url}`)) return null;
  return { status: 400, code: "INVALID_INPUT", message: "The address or the Host header of the request is malformed." };
}

/** Of what a request may expect, only 100-continue is known (RFC 9110, 10.1.1), which node itself sees to. */
function refuseExpectation({ headers: { expect = "100-continue" } }: IncomingMessage): Refusal | null {
  if (expect.toLowerCase() === "100-continue") return null;
  return { status: 417, code: "INVALID_INPUT", message: "What the Expect header of the request asks for is not known here." };
}

/** A body that announces its length is refused before it is read where it is too long; others are while they are (http/parameters.ts). */
function refuseBody({ headers, httpVersion }: IncomingMessage, maxBodyBytes: number): Refusal | null {
  const coding = headers["transfer-encoding"];
  if (coding !== undefined && (coding.toLowerCase() !== "chunked" || httpVersion === "1.0")) {
    return { status: 400, code: "INVALID_INPUT", message: "A request body comes with its content-length, or in chunks." };
  }
  return Number(headers["content-length"] ?? 0) > maxBodyBytes
    ? { status: 413, code: "INVALID_INPUT", message: tooLongMessage(maxBodyBytes) }
    : null;
}

/**
 * Ends a connection on which nothing has come or gone for the time limit, or for the time that it is kept for another request: node
 * leaves that to whoever is told. Who does not read an answer is cut off, because it stays in memory until it is read; where somebody
 * waits for an answer, it takes as long as it takes.
 * @param answer of the last request on the connection, if there was one
 */
function endIdle(socket: Socket, answer: ServerResponse | undefined): void {
  if (socket.writableLength > 0 || answer?.writableFinished) socket.destroy();
}

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cut);
}
