import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from "node:net";
import { afterEach } from "vitest";
import type { CallRecord } from "../../src/adapter/adapter.ts";
import { type BackendCall, type BackendConnection, type ConnectionSettings, connect } from "../../src/connections/http.ts";
import { BillingError } from "../../src/model/errors.ts";

/** Small servers on free ports of the loopback interface, and connections to them, closed after each test. */
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) =>
    sockets.add(socket.on("close", () => sockets.delete(socket)).on("error", () => {})),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

export interface TestServer {
  readonly url: string;
  /** "METHOD /path" of each request. */
  readonly requests: string[];
}

/** Uses `answers` one after the other, and then repeats the last one. */
export async function serve(...answers: RequestListener[]): Promise<TestServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    requests.push(`${request.method} ${request.url}`);
    answer?.(request, response);
  });
  return { url: `http://127.0.0.1:${await listening(server)}/api/`, requests };
}

/** A server that accepts connections and handles them as given. */
export async function serveSockets(onSocket: (socket: Socket) => void): Promise<string> {
  return `http://127.0.0.1:${await listening(createSocketServer(onSocket))}/api/`;
}

/** The address of a port that refuses connections. */
export async function refusingUrl(): Promise<string> {
  const server = createSocketServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/api/`;
}

/** A connection without retries whose circuit stays closed, unless the test says otherwise. */
export function open(url: string, settings: Partial<ConnectionSettings> = {}): BackendConnection {
  const defaults = {
    backend: "pbx",
    timeoutMs: 2_000,
    concurrency: 4,
    maxAnswerBytes: 16 * 1024 * 1024,
    retries: 0,
    circuit: { failures: 100, openMs: 60_000 },
  };
  const connection = connect({ ...defaults, url, ...settings });
  closing.push(connection.close);
  return connection;
}

export const json =
  (value: unknown, status = 200, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
  };

export const html =
  (status: number, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "text/html", ...headers }).end("<html><body>Upstream trouble</body></html>");
  };

export const silence: RequestListener = () => {};

/** Decodes an answer as an adapter might: a list is a value, an object is a refusal. */
function decodeList({ json: value }: { readonly json: unknown }): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "object" && value !== null) throw new BillingError("CONFLICT", "It is archived.", { backendCode: "L04" });
  throw new TypeError("not a list");
}

export const read: BackendCall<readonly unknown[]> = {
  function: "charges/list",
  effect: "read",
  method: "GET",
  path: "charges/list",
  decode: decodeList,
};

export const write: BackendCall<readonly unknown[]> = {
  function: "charges/create",
  effect: "write",
  method: "POST",
  path: "charges/create",
  body: { json: { amount: "1.00" } },
  decode: decodeList,
};

/** How a call ended: its failure, its records, and its duration. */
export async function failureOf(
  connection: BackendConnection,
  call: BackendCall<unknown>,
  signal?: AbortSignal,
): Promise<{ error: BillingError; records: CallRecord[]; milliseconds: number }> {
  const records: CallRecord[] = [];
  const started = performance.now();
  try {
    await connection.call(call, { signal, record: (record) => records.push(record) });
  } catch (error) {
    if (error instanceof BillingError) return { error, records, milliseconds: performance.now() - started };
    throw error;
  }
  throw new Error("the call succeeded");
}
