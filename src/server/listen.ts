import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { unexpectedMessage } from "./errors.ts";
import { type ConnectionCounts, watchConnections } from "./http/connections.ts";
import { dropRest, tooLongMessage } from "./http/parameters.ts";
import { answerBrokenRequest, answerHeaders, type Refusal, sendRefusal } from "./http/responses.ts";
import { createRequestState, type Handle, type RequestState, requestIdHeader } from "./state.ts";

export interface Listening {
  /** "http://127.0.0.1:4000" */
  readonly origin: string;
  readonly connections: () => ConnectionCounts;
  /** Stops accepting, lets running requests end, and after the grace time cuts the rest. */
  readonly close: (graceMs: number) => Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly maxBodyBytes: number;
  /** Limits for routes that take files, by the first part of the path. */
  readonly maxFileBytes?: Readonly<Record<string, number>> | undefined;
  /**
   * The time in which a request must arrive completely, in milliseconds; also for its headers, and for the first byte of a connection.
   * A client that reads nothing of its answer for as long is cut off, and so is one that reads it byte by byte.
   */
  readonly requestTimeoutMs?: number | undefined;
  /** How many connections may be open at once. */
  readonly maxConnections?: number | undefined;
  /** Called for each connection that is closed because too many are open. */
  readonly onFull?: (() => void) | undefined;
  /** How long a connection is kept open for another request (milliseconds). */
  readonly keepAliveMs?: number | undefined;
  /** Returns the origins that browsers may call from now. */
  readonly origins?: (() => readonly string[]) | undefined;
  /** Called first with every request, even one that is refused here. */
  readonly onRequest?: ((state: RequestState, response: ServerResponse) => void) | undefined;
  /** Called with what `handle` throws. The caller gets INTERNAL. */
  readonly onFailure?: ((error: unknown, state: RequestState) => void) | undefined;
}

const mostListeners = 30;

const unexpected: Refusal = { status: 500, code: "INTERNAL", message: unexpectedMessage };

/**
 * Serves requests over HTTP; rejects if it cannot bind the address. Requests that `handle` cannot work with are answered here. This is
 * the only place that gives every answer its headers for browsers.
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
    maxConnections = Number.POSITIVE_INFINITY,
    onFull = () => {},
    origins = () => [],
    onRequest,
    onFailure,
  }: ListenOptions,
): Promise<Listening> {
  const timeouts = {
    requestTimeout: requestTimeoutMs,
    headersTimeout: requestTimeoutMs,
    // Node's default of 5 seconds is shorter than that of proxies and pools in front: they would send requests into a closing connection.
    keepAliveTimeout: keepAliveMs,
    // How often Node looks for late requests; its default is 30 seconds.
    connectionsCheckingInterval: Math.min(1_000, requestTimeoutMs),
  };
  // Node's own refusal of a request without Host has no body and no headers of ours.
  const options = { ...timeouts, requireHostHeader: false };
  // Never rejects: a rejection that nobody handles would end the process, and with it everybody's requests.
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    connections.began(request.socket, response);
    // Log, metrics and traces listen for the end of an answer, and a stream that is piped into it several times over: Node would take
    // more than ten for a leak, and say so on stderr with every answer.
    response.setMaxListeners(mostListeners);
    const state = createRequestState((name) => request.headers[name], request.url);
    response.setHeader(requestIdHeader, state.id);
    onRequest?.(state, response);
    // While the server closes, a connection ends with its last answer instead of waiting for another request.
    response.once("close", () => {
      if (!server.listening) setImmediate(() => server.closeIdleConnections());
    });
    for (const [name, value] of Object.entries(answerHeaders(request, origins()))) response.setHeader(name, value);
    const [, place = ""] = /^\/([^/?]+)/.exec(request.url ?? "") ?? [];
    const maxBodyBytes = (Object.hasOwn(maxFileBytes, place) ? maxFileBytes[place] : undefined) ?? usualBodyBytes;
    if (request.headers["transfer-encoding"] !== undefined) response.once("finish", () => dropRest(request, maxBodyBytes));
    const refusal = refuseTarget(request) ?? refuseExpectation(request) ?? refuseBody(request, maxBodyBytes);
    if (refusal) return sendRefusal(refusal, response);
    // HTTP/1.0 has no interim answers: its clients would take one for the answer (RFC 9110, 10.1.1).
    if (request.headers.expect !== undefined && request.httpVersion !== "1.0") response.writeContinue();
    try {
      await handle(request, response, state);
    } catch (error) {
      state.errorCodes.add(unexpected.code);
      onFailure?.(error, state);
      if (response.headersSent) response.destroy();
      else sendRefusal(unexpected, response);
    }
  };
  const server = createServer(options, serve);
  const connections = watchConnections(server, maxConnections, onFull, requestTimeoutMs);
  server.setTimeout(requestTimeoutMs, (socket) => endIdle(socket, connections.lastAnswer(socket)));
  // Yoga switches it off for every stream (@whatwg-node/server, configureSocket): a client that reads nothing would keep its stream.
  server.on("connection", (socket) => {
    const setSocketTimeout = socket.setTimeout.bind(socket);
    socket.setTimeout = (milliseconds, listener) => setSocketTimeout(milliseconds || requestTimeoutMs, listener);
  });
  // Without a listener, node answers these itself, without body and headers.
  server.on("checkExpectation", serve);
  // Without a listener, node asks for the body before it is known whether it is wanted.
  server.on("checkContinue", serve);
  server.on("clientError", (error, socket) => {
    answerBrokenRequest(error, socket as Socket, connections.lastAnswer(socket as Socket), origins());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  return {
    origin: `http://${family === "IPv6" ? `[${address}]` : address}:${bound}`,
    connections: connections.counts,
    close: (graceMs) => {
      const closed = close(server, graceMs);
      connections.stopLingering();
      return closed;
    },
  };
}

/**
 * All later code reads the address as "http://HOST" and the path. Absolute addresses and "*" do not fit that, so they are refused. So
 * are paths that the URL standard would write otherwise (dot segments, "\\", "#", characters to encode): some code and proxies would
 * read "/runs/../graphql" as one place, some as another.
 */
function refuseTarget({ url = "", httpVersion, headersDistinct }: IncomingMessage): Refusal | null {
  // Only HTTP/1.0 allows a request without Host, and no version allows several: node would take the first, a proxy in front perhaps
  // another one (RFC 9112, 3.2).
  const [host = httpVersion === "1.0" ? "localhost" : "", ...more] = headersDistinct["host"] ?? [];
  if (more.length > 0) return { status: 400, code: "INVALID_INPUT", message: "The request has several Host headers." };
  const [path = ""] = url.split("?", 1);
  if (path.startsWith("/") && /^[\w.:[\]-]+$/.test(host) && URL.parse(`http://${host}${url}`)?.pathname === path) return null;
  return { status: 400, code: "INVALID_INPUT", message: "The address or the Host header of the request is malformed." };
}

/** Only 100-continue is supported (RFC 9110, 10.1.1); node handles that itself. */
function refuseExpectation({ headers: { expect = "100-continue" } }: IncomingMessage): Refusal | null {
  if (expect.toLowerCase() === "100-continue") return null;
  return { status: 417, code: "INVALID_INPUT", message: "The Expect header of the request is not supported." };
}

/** Refuses a body that announces too great a length before it is read. Other bodies are limited while they are read (http/parameters.ts). */
function refuseBody({ headers, httpVersion }: IncomingMessage, maxBodyBytes: number): Refusal | null {
  const coding = headers["transfer-encoding"];
  if (coding !== undefined && (coding.toLowerCase() !== "chunked" || httpVersion === "1.0")) {
    return { status: 400, code: "INVALID_INPUT", message: "A request body needs a Content-Length header or chunked encoding." };
  }
  return Number(headers["content-length"] ?? 0) > maxBodyBytes
    ? { status: 413, code: "INVALID_INPUT", message: tooLongMessage(maxBodyBytes) }
    : null;
}

/**
 * Ends an idle connection. Node calls this when nothing has come or gone for the time limit, or for the keep-alive time, and leaves the
 * decision to the listener. A client that does not read its answer is cut off, because the answer stays in memory until it is read. A
 * client that waits for an answer may wait on.
 * @param answer the last answer on the connection, if there was one
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
