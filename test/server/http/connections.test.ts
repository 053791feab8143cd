import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request as nodeRequest, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { type Listening, type ListenOptions, listen } from "../../../src/server/listen.ts";
import type { Handle } from "../../../src/server/state.ts";
import { patience } from "../../support/patience.ts";
import { exchange } from "./wire.ts";

let listening: Listening | undefined;
afterEach(async () => {
  await listening?.close(100);
  listening = undefined;
});

async function start(handle: Handle, options: Partial<ListenOptions> = {}): Promise<Listening> {
  listening = await listen(handle, { host: "127.0.0.1", port: 0, maxBodyBytes: 1_000, ...options });
  return listening;
}

const answerOk: Handle = (incoming, response) => void incoming.resume().once("end", () => response.end("ok"));

/** Opens a connection and waits until the server has it. */
async function open({ origin, connections }: Listening, bytes = ""): Promise<Socket> {
  const { evicted, refused, open: before } = connections();
  const socket = connect(Number(new URL(origin).port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {});
  await once(socket, "connect");
  if (bytes !== "") socket.write(bytes);
  await vi.waitFor(() => {
    const now = connections();
    expect(now.open + now.evicted + now.refused).toBeGreaterThan(before + evicted + refused);
  }, patience);
  return socket;
}

const get = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
const getOnce = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
const isGone = (socket: Socket): Promise<unknown> => once(socket.resume(), "close");

describe("where as many connections are open as may be", () => {
  it.each([
    ["that never sent anything", ""],
    ["that sends its headers slowly", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "],
    ["whose request is answered", get],
  ])("the longest idle one makes room for a new one: one %s", async (_, bytes) => {
    let full = 0;
    const server = await start(answerOk, { maxConnections: 3, onFull: () => (full += 1) });
    const sockets = [await open(server, bytes), await open(server, bytes), await open(server, bytes)];
    if (bytes === get) await Promise.all(sockets.map((socket) => once(socket, "data")));
    const first = isGone(sockets[0] as Socket);
    expect(await exchange(server, getOnce)).toContain("ok");
    await first;
    expect(full).toBe(1);
    // The other two were left alone.
    const [, second, third] = sockets;
    expect([second?.destroyed, third?.destroyed]).toEqual([false, false]);
    await vi.waitFor(() => expect(server.connections()).toEqual({ open: 2, evicted: 1, refused: 0 }), patience);
  });

  it("one that was in use is kept as long as there is one that never was", async () => {
    const server = await start(answerOk, { maxConnections: 3 });
    const used = await open(server, get);
    await once(used, "data");
    const others = [await open(server), await open(server)];
    // Those that have only just come may be about to send their first request.
    await pause(300);
    const first = isGone(others[0] as Socket);
    expect(await exchange(server, getOnce)).toContain("ok");
    await first;
    used.write(get);
    expect(String(await once(used, "data"))).toContain("ok");
  });

  it("a flood of them ends nobody's request, and everybody else is served", async () => {
    const waiting: ServerResponse[] = [];
    const handle: Handle = (incoming, response) => {
      if (incoming.url === "/late") waiting.push(response);
      else response.end("ok");
    };
    const server = await start(handle, { maxConnections: 8 });
    const late = exchange(server, "GET /late HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    await vi.waitFor(() => expect(waiting).toHaveLength(1), patience);
    for (let round = 0; round < 10; round += 1) {
      for (let count = 0; count < 5; count += 1) await open(server);
      expect(await exchange(server, getOnce)).toContain("ok");
    }
    expect(server.connections().open).toBeLessThanOrEqual(8);
    for (const response of waiting) response.end("in the end");
    expect(await late).toContain("in the end");
    expect(server.connections().refused).toBe(0);
  });

  it("a new one is refused only where requests are in flight on all, and is not taken for one of them", async () => {
    const waiting: ServerResponse[] = [];
    const server = await start((_incoming, response) => void waiting.push(response), { maxConnections: 2 });
    const sockets = [await open(server, get), await open(server, get)];
    await vi.waitFor(() => expect(waiting).toHaveLength(2), patience);
    await isGone(await open(server));
    expect(server.connections()).toEqual({ open: 2, evicted: 0, refused: 1 });
    for (const response of waiting) response.end("served");
    expect(String(await once(sockets[0] as Socket, "data"))).toContain("served");
  });

  it("a request whose body does not come makes room as well", async () => {
    let begun = 0;
    const handle: Handle = (incoming, response, state) => {
      begun += 1;
      return answerOk(incoming, response, state);
    };
    const server = await start(handle, { maxConnections: 2 });
    const half = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n12345";
    const oldest = isGone(await open(server, half));
    const other = await open(server, half);
    await vi.waitFor(() => expect(begun).toBe(2), patience);
    expect(await exchange(server, getOnce)).toContain("ok");
    await oldest;
    other.write("67890");
    expect(String(await once(other, "data"))).toContain("ok");
    expect(server.connections().refused).toBe(0);
  });

  it("an answer that nobody reads makes room as well", async () => {
    const server = await start(
      (incoming, response) => void response.end(incoming.url === "/much" ? Buffer.alloc(50_000_000) : "ok"),
      { maxConnections: 2 },
    );
    const unread = "GET /much HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    for (const socket of [await open(server, unread), await open(server, unread)]) socket.pause();
    await pause(100);
    expect(await exchange(server, getOnce)).toContain("ok");
    expect(server.connections().refused).toBe(0);
  });
});

/** Sends a body to its end, whatever the server says meanwhile, and returns the status of the answer or the code of what went wrong. */
function sendAll({ origin }: Listening, path: string, headers: Record<string, string | number>, bytes: number): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const sent: ClientRequest = nodeRequest(`${origin}${path}`, { method: "POST", headers, agent: false }, (response) => {
    response.resume().once("end", () => resolve(response.statusCode));
  });
  sent.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
  const piece = Buffer.alloc(200_000, "x");
  let left = bytes;
  const write = (): void => {
    while (left > 0) {
      left -= piece.length;
      if (!sent.write(piece)) return void sent.once("drain", write);
    }
    sent.end();
  };
  write();
  return promise;
}

describe("a sender that is refused in the middle of its body", () => {
  const bytes = 8_000_000;
  const refuse: Handle = (_incoming, response) =>
    void response.writeHead(415, { connection: "close", "content-length": 2 }).end("no");
  it.each([
    ["too long a body", {}, { "content-length": bytes }, 413],
    ["too long a body in chunks", {}, { "transfer-encoding": "chunked" }, 415],
    ["what the server does not take", { maxFileBytes: { runs: bytes } }, { "content-length": bytes }, 415],
    ["an expectation that is not supported", {}, { "content-length": bytes, expect: "a miracle" }, 417],
    ["too large a header", {}, { "content-length": bytes, "x-large": "x".repeat(100_000) }, 431],
  ])("reads the answer: %s", async (_, options, headers, status) => {
    const server = await start(refuse, options);
    const answers: unknown[] = [];
    for (let count = 0; count < 10; count += 1) answers.push(await sendAll(server, "/runs", headers, bytes));
    expect(answers).toEqual(Array.from({ length: 10 }, () => status));
  });

  it("sends no second request on that connection: it would be carried out, and its answer not be sent", async () => {
    const handled: (string | undefined)[] = [];
    const server = await start((incoming, response) => {
      handled.push(incoming.url);
      refuse(incoming, response, undefined as never);
    });
    const { port } = new URL(server.origin);
    const socket = connect({ port: Number(port), host: "127.0.0.1", allowHalfOpen: true });
    socket.on("error", () => {});
    socket.write("POST /first HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n12345");
    expect(String(await once(socket, "data"))).toContain("415");
    await once(socket, "end");
    socket.write("67890POST /second HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n");
    socket.end();
    await once(socket, "close");
    expect(handled).toEqual(["/first"]);
  });

  it("is cut off when it falls silent", async () => {
    const server = await start(refuse);
    const { port } = new URL(server.origin);
    const socket = connect({ port: Number(port), host: "127.0.0.1", allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    socket.on("error", () => {}).resume();
    socket.write("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n12345");
    await once(socket, "end");
    await vi.waitFor(() => expect(server.connections().open).toBe(0), patience);
  });

  it("delays no shutdown", async () => {
    // Nothing is cut off by itself.
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const server = await start(refuse);
    const { port } = new URL(server.origin);
    const socket = connect({ port: Number(port), host: "127.0.0.1", allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    socket.on("error", () => {}).resume();
    socket.write("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n12345");
    await once(socket, "end");
    await server.close(100_000);
    listening = undefined;
  });
});

describe("a sender that asks first whether its body is wanted", () => {
  const asking = (length: number): string =>
    `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`;

  it("is told to go on", async () => {
    const server = await start((incoming: IncomingMessage, response) => void answerOk(incoming, response, undefined as never));
    const socket = await open(server, asking(3));
    expect(String(await once(socket, "data"))).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    socket.write("123");
    expect(String(await once(socket, "data"))).toContain("200 OK");
  });

  it("is told at once that it is not, without a word of going on", async () => {
    const server = await start(answerOk);
    const received = await exchange(server, asking(1_001));
    expect(received).toMatch(/^HTTP\/1\.1 413 /);
  });
});
