import { once } from "node:events";
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";

/** Sends requests exactly as they are: no client adds or corrects a header. */

export interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Undefined if it is not JSON. */
  readonly json: unknown;
}

export async function send({ origin }: { readonly origin: string }, { method, path, headers, body }: Sent): Promise<Reply> {
  const { hostname, port } = new URL(origin);
  const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
  const options = { hostname, port, method: method ?? "GET", path: path ?? "/graphql", headers: { ...length, ...headers } };
  const sent = request({ ...options, agent: false }).end(body);
  const [response] = (await once(sent, "response")) as [import("node:http").IncomingMessage];
  const received = await text(response);
  const isJson = response.headers["content-type"]?.includes("json") === true && received !== "";
  const json: unknown = isJson ? JSON.parse(received) : undefined;
  return { status: response.statusCode ?? 0, headers: response.headers, text: received, json };
}

/** Opens a connection, writes `bytes`, and returns everything that arrives until the server closes it. */
export async function exchange({ origin }: { readonly origin: string }, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write(bytes);
  const received: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => received.push(chunk));
  await once(socket, "close");
  return Buffer.concat(received).toString();
}
