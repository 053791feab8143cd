import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import type { ConditionsInForce } from "./conditions.ts";
import { control } from "./control.ts";
import { createFaultInjector } from "./faults.ts";
import type { Fault, LoggedCall, SandboxAnswer, SandboxRequest, SimulatedBackend } from "./simulated.ts";
import { createRandom } from "./variations.ts";
import { answerUnder } from "./wire-conditions.ts";

export interface ServeOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Delays every answer. Default 0. */
  readonly latencyMs?: number;
  readonly faults?: readonly Fault[];
  /** The seed of the generator that draws probabilities of faults. */
  readonly seed?: number;
}

export interface RunningBackend {
  readonly kind: string;
  /** The address for a client's configuration: origin and base path, e.g. "http://127.0.0.1:4101/api/json/". */
  readonly url: string;
  readonly origin: string;
  /** The last 100,000 requests, oldest first, including those with faults. */
  readonly calls: readonly LoggedCall[];
  readonly clearCalls: () => void;
  readonly setFaults: (faults: readonly Fault[]) => void;
  /** Replaces the conditions in force. Throws if the backend has no conditions. */
  readonly setConditions: (conditions: ConditionsInForce) => void;
  /** Changes a record as a person at the backend's own screens would. Throws if there is none. */
  readonly editByHand: (kind: string, id: string, members: object) => void;
  /** Closes the port and the open connections. */
  readonly close: () => Promise<void>;
}

const maximumCalls = 100_000;

/**
 * Serves a simulated backend over HTTP/1.1 on 127.0.0.1, with latency, faults and a call log, which are controlled under
 * /_sandbox/ on the same port. Rejects if the port is taken.
 */
export const serveSimulated = async (backend: SimulatedBackend, options: ServeOptions = {}): Promise<RunningBackend> => {
  const { port = 0, latencyMs = 0, seed = 1 } = options;
  const calls: LoggedCall[] = [];
  const faults = createFaultInjector(createRandom(seed));
  faults.set(options.faults ?? []);
  const clearCalls = (): void => {
    calls.length = 0;
  };

  const { conditions = null, byHand = {} } = backend;
  const controlled = { calls, clearCalls, faults, conditions, byHand };
  const send = (outgoing: ServerResponse, reply: Reply): void => write(outgoing, reply, conditions?.now() ?? new Date());

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming);
    if (request.path.startsWith("/_sandbox/")) {
      const openApi = backend.describe?.(`${origin}${backend.basePath}`) ?? null;
      const { status, body } = control(request.method, request.path, request.body, { ...controlled, openApi });
      send(outgoing, { status, body: `${JSON.stringify(body)}\n` });
      return;
    }
    const { delayMs, fault } = faults.draw(functionOf(backend, request));
    const outcome = respond(backend, request, fault);
    calls.push({ function: outcome.function, method: request.method, status: outcome.reply?.status ?? 0 });
    if (calls.length > maximumCalls) calls.shift();
    // Unreferenced: an answer that nobody can receive any more must not keep a closing process alive.
    if (latencyMs + delayMs > 0) await wait(latencyMs + delayMs, undefined, { ref: false });
    if (outcome.reply === undefined) outgoing.destroy();
    else send(outgoing, outcome.reply);
  };

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => {
      // If the client did not go away while sending, the simulator is broken, which must not look like a dropped call.
      if (incoming.destroyed && !incoming.complete) outgoing.destroy();
      else send(outgoing, { status: 500, body: JSON.stringify({ error: `The simulator failed: ${String(error)}` }) });
    });
  });
  // Longer than any client keeps an idle connection, so that no call hits a connection that is closing.
  server.keepAliveTimeout = 90_000;
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    kind: backend.kind,
    url: `${origin}${backend.basePath}`,
    origin,
    calls,
    clearCalls,
    setFaults: faults.set,
    setConditions: (next) => {
      if (conditions === null) throw new Error(`${backend.kind} has no conditions`);
      conditions.set(next);
    },
    editByHand: (kind, id, members) => {
      if (byHand[kind]?.edit(id, members) !== true) throw new Error(`${backend.kind} has no ${id} among its ${kind}`);
    },
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

const readRequest = async (incoming: IncomingMessage): Promise<SandboxRequest> => {
  const url = incoming.url ?? "/";
  const mark = url.indexOf("?");
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    method: incoming.method ?? "GET",
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? "" : url.slice(mark + 1),
    headers: Object.fromEntries(headers),
    body: await text(incoming),
  };
};

const functionOf = (backend: SimulatedBackend, request: SandboxRequest): string => {
  if (backend.functionOf !== undefined) return backend.functionOf(request);
  const { path } = request;
  const below = path.startsWith(backend.basePath) ? path.slice(backend.basePath.length - 1) : path;
  return `${request.method} ${below.replace(/\/[^/]*\d[^/]*/g, "/*")}`;
};

type Reply = Omit<SandboxAnswer, "function">;

interface Outcome {
  readonly function: string;
  /** Undefined = the connection is dropped. */
  readonly reply: Reply | undefined;
}

const badGateway: Reply = {
  status: 502,
  headers: { "content-type": "text/html" },
  body: "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n",
};

const respond = (backend: SimulatedBackend, request: SandboxRequest, fault: Fault | undefined): Outcome => {
  const unprocessed = (reply: Reply | undefined): Outcome => ({ function: functionOf(backend, request), reply });
  const processed = (change: (reply: Reply) => Reply | undefined): Outcome => {
    const { function: functionName, ...reply } = answerUnder(backend, request, backend.conditions?.inForce() ?? {});
    return { function: functionName, reply: change(reply) };
  };
  switch (fault?.kind) {
    case "dropBefore":
      return unprocessed(undefined);
    case "html502":
      return unprocessed(badGateway);
    case "rateLimit":
      return unprocessed(tooManyRequests(fault.retryAfterSeconds ?? 1));
    case "echo":
      return unprocessed(echo(backend, request));
    case "dropAfter":
      return processed(() => undefined);
    case "html502After":
      return processed(() => badGateway);
    case "blockedAfter":
      return processed(() => blocked(fault.status ?? 403, fault.json ?? false));
    case "truncate":
      return processed((reply) => ({ ...reply, body: reply.body.slice(0, Math.floor(reply.body.length / 2)) }));
    case "emptyEnvelope":
      return processed(() => ({ status: 200, body: backend.emptyEnvelope ?? "{}" }));
    default:
      return processed((reply) => reply);
  }
};

const blocked = (status: number, json: boolean): Reply =>
  json
    ? { status, body: JSON.stringify({ message: "Forbidden" }) }
    : { status, headers: { "content-type": "text/html" }, body: `<html><body><h1>${status} Forbidden</h1></body></html>` };

const tooManyRequests = (seconds: number): Reply => ({
  status: 429,
  headers: { "content-type": "text/plain", "retry-after": String(seconds) },
  body: "Too Many Requests\n",
});

/** An error that contains the whole request, credentials included, as servers in debug mode send it. */
const echo = (backend: SimulatedBackend, request: SandboxRequest): Reply => {
  const message = `Internal error while processing ${JSON.stringify(request)}`;
  return backend.failure?.(message) ?? { status: 500, body: JSON.stringify({ error: message }) };
};

/** @param now by the backend's own clock */
const write = (outgoing: ServerResponse, reply: Reply, now: Date): void => {
  const date = now.toUTCString();
  const headers = { "content-type": "application/json", date, ...reply.headers };
  // RFC 9110, 8.6: no content-length with 204.
  if (reply.status === 204) outgoing.writeHead(204, { date, ...reply.headers }).end();
  else {
    const body = Buffer.from(reply.body, reply.encoding ?? "utf8");
    outgoing.writeHead(reply.status, { ...headers, "content-length": body.length }).end(body);
  }
};
