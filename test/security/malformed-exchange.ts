import { once } from "node:events";
import { Agent, type IncomingMessage, request as open } from "node:http";
import { connect } from "node:net";
import { answersIn, type ReceivedAnswer } from "./malformed-answers.ts";
import { bodyBytes, type Damage, type MalformedRequest } from "./malformed-requests.ts";

/** Sends requests over real sockets: valid ones on connections that stay open, and each broken one on its own. */
export interface Exchange extends Disposable {
  /**
   * The answers: one, or none or several for a broken request. Rejects if none arrives in time, or if a connection breaks off
   * during a valid request.
   */
  readonly send: (request: MalformedRequest) => Promise<readonly ReceivedAnswer[]>;
}

/** This long after the last byte, nothing more is expected on a connection. */
const silenceMs = 60;

/** @param patienceMs how long an answer may take altogether */
export function exchangeWith(origin: string, connections: number, patienceMs: number): Exchange {
  const { hostname, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });

  async function sendValid(request: MalformedRequest): Promise<readonly ReceivedAnswer[]> {
    const { method, target, headers } = request;
    const body = bodyBytes(request);
    const length = ["content-length", String(body.length)];
    const sent = open({
      agent,
      hostname,
      port,
      method,
      path: target,
      // Pairs, so that names are sent as they stand; node adds Host only to an object of headers.
      headers: [["host", `${hostname}:${port}`], length, ...headers]
        .filter(([name], index, all) => isLast(name, index, all))
        .flat() as string[],
      signal: AbortSignal.timeout(patienceMs),
    });
    sent.end(body);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    return [{ status: response.statusCode ?? 0, headers: joined(response), body: await read(response) }];
  }

  async function sendBroken(request: MalformedRequest, damage: Damage): Promise<readonly ReceivedAnswer[]> {
    const socket = connect({ host: hostname, port: Number(port) });
    const timer = setTimeout(() => socket.destroy(new Error(`No end within ${patienceMs} ms`)), patienceMs);
    const received: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => {
      received.push(chunk);
      // A stream has no end.
      if (chunk.includes("text/event-stream")) socket.destroy();
    });
    const closed = new Promise<void>((resolve, reject) => {
      socket.on("close", () => resolve());
      // The server may close a connection while a broken request is still being written.
      socket.on("error", (error: NodeJS.ErrnoException) => (isReset(error) ? resolve() : reject(error)));
    });
    // If the server waits for the rest of a request, the connection is ended. Earlier, node would drop what it works on.
    socket.setTimeout(silenceMs, () => socket.end());
    socket.write(Buffer.concat([damaged(headOf(request, `${hostname}:${port}`), damage), bodyBytes(request)]));
    await closed.finally(() => clearTimeout(timer));
    return answersIn(Buffer.concat(received));
  }

  return {
    send: (request) => (request.damage ? sendBroken(request, request.damage) : sendValid(request)),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** The beginning of a stream, or of a page of megabytes, is enough. */
async function read(response: IncomingMessage): Promise<string> {
  const isLong = /^text\/(event-stream|html)/.test(response.headers["content-type"] ?? "");
  const chunks: Buffer[] = [];
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    if (isLong) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}

function joined({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function isLast(name: string | undefined, index: number, all: readonly (readonly string[])[]): boolean {
  return all.findLastIndex(([other]) => other === name) === index;
}

function isReset({ code }: NodeJS.ErrnoException): boolean {
  return code === "ECONNRESET" || code === "EPIPE";
}

function headOf(request: MalformedRequest, host: string): Buffer {
  const { method, target, headers } = request;
  const all = [["host", host], ["connection", "close"], ["content-length", String(bodyBytes(request).length)], ...headers];
  const lines = all.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines}\r\n`, "latin1");
}

function damaged(head: Buffer, { at, removed, inserted }: Damage): Buffer {
  const place = Math.floor((at / 1_000) * head.length);
  return Buffer.concat([head.subarray(0, place), Buffer.from(inserted, "latin1"), head.subarray(place + removed)]);
}
