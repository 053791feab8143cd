import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from "graphql";
import { createYoga } from "graphql-yoga";
import { request } from "undici";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { type Listening, type ListenOptions, listen } from "../../src/server/listen.ts";
import type { Handle } from "../../src/server/state.ts";
import { patience } from "../support/patience.ts";
import { exchange, send } from "./http/wire.ts";

let listening: Listening | undefined;
afterEach(async () => {
  await listening?.close(100);
  listening = undefined;
});

const answerOk = (incoming: IncomingMessage, response: ServerResponse): void =>
  void incoming.resume().once("end", () => response.end("ok"));

async function start(handle: Handle, options: Partial<ListenOptions> = {}): Promise<Listening> {
  listening = await listen(handle, { host: "127.0.0.1", port: 0, maxBodyBytes: 10, ...options });
  return listening;
}

describe("the HTTP server", () => {
  it("refuses a body that is too long, before reading it", async () => {
    let handled = 0;
    const { origin } = await start((incoming, response) => {
      handled += 1;
      answerOk(incoming, response);
    });
    const tooLong = await request(origin, { method: "POST", body: "x".repeat(11) });
    expect([tooLong.statusCode, await tooLong.body.json()]).toMatchObject([
      413,
      { errors: [{ extensions: { code: "INVALID_INPUT" } }] },
    ]);
    expect(handled).toBe(0);
    const right = await request(origin, { method: "POST", body: "x".repeat(10) });
    expect(await right.body.text()).toBe("ok");
  });

  it("lets requests in flight finish when it closes, and cuts those that outlast the grace time", async () => {
    const arrived = Promise.withResolvers<void>();
    const answerLate: Handle = (_request, response) => {
      arrived.resolve();
      setTimeout(80).then(() => response.end("late"));
    };
    const { origin, close } = await start(answerLate);
    const running = request(origin);
    await arrived.promise;
    const closed = close(5_000);
    expect(await (await running).body.text()).toBe("late");
    await closed;
    const hung = Promise.withResolvers<void>();
    const hangingServer = await start(() => hung.resolve());
    const hanging = request(hangingServer.origin).catch(() => "cut");
    await hung.promise;
    await hangingServer.close(50);
    expect(await hanging).toBe("cut");
    listening = undefined;
  });

  it("reports every request, including those that it refuses itself", async () => {
    const seen: (string | undefined)[] = [];
    const server = await start(answerOk, { onRequest: (_, { req }) => seen.push(req.url) });
    await send(server, { path: "/one" });
    await send(server, { method: "POST", path: "/two", body: "x".repeat(11) });
    expect(seen).toEqual(["/one", "/two"]);
  });
});

describe("a handler that fails", () => {
  it.each([
    [
      "throws",
      () => {
        throw new Error("a secret");
      },
    ],
    ["rejects", () => Promise.reject(new Error("a secret"))],
  ])("because it %s is answered INTERNAL and reported, and the next request is served", async (_, fail) => {
    const failures: unknown[] = [];
    const handle: Handle = (incoming, response) => (incoming.url === "/bad" ? fail() : void response.end("ok"));
    const server = await start(handle, { onFailure: (error, { id }) => failures.push([id, error]) });
    const reply = await send(server, { path: "/bad", headers: { "x-request-id": "r1" } });
    expect(reply.status).toBe(500);
    expect(reply.json).toEqual({
      errors: [{ message: expect.stringMatching(/log/), extensions: { code: "INTERNAL", retryable: false } }],
    });
    expect(failures).toEqual([["r1", new Error("a secret")]]);
    expect(await send(server, { path: "/good" })).toMatchObject({ status: 200, text: "ok" });
  });

  it("after its answer has begun ends the connection, so that nobody takes half an answer for a whole one", async () => {
    const server = await start(async (_, response) => {
      response.writeHead(200).write("half");
      throw new Error("too late");
    });
    await expect(send(server, {})).rejects.toThrow(/aborted|hang up/);
    await expect(send(server, {})).rejects.toThrow(/aborted|hang up/);
  });
});

/** Status, header names and error code of an answer on the wire. */
function read(received: string): { status: number; headers: string; code: unknown; body: string } {
  const [head = "", body = ""] = received.split("\r\n\r\n");
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Buffer.byteLength(body));
  expect(Buffer.byteLength(body)).toBe(length);
  const { errors } = JSON.parse(body) as { errors: [{ extensions: { code: string } }] };
  return { status: Number(head.split(" ")[1]), headers: head.toLowerCase(), code: errors[0].extensions.code, body };
}

describe("an idle connection", () => {
  /** Sends two requests on one connection with a pause in between. Returns the number of answers. */
  async function answersAfter(pauseMs: number, options: Partial<ListenOptions>): Promise<number> {
    const server = await start(answerOk, options);
    const { port } = new URL(server.origin);
    const socket = connect(Number(port), "127.0.0.1");
    let received = "";
    socket
      .on("error", () => undefined)
      .on("data", (chunk) => {
        received += chunk;
      });
    const closed = once(socket, "close");
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await setTimeout(pauseMs);
    socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    await closed;
    return received.split("HTTP/1.1 200 OK").length - 1;
  }

  it("stays open longer than the balancers in front keep it, and says so", async () => {
    const server = await start(answerOk);
    const { headers } = await request(server.origin);
    expect(headers["keep-alive"]).toBe("timeout=75");
    await server.close(0);
    expect(await answersAfter(7_000, {})).toBe(2);
  });

  it("is closed afterwards", async () => expect(await answersAfter(3_000, { keepAliveMs: 100 })).toBe(1));

  it("is not one that sends its request slowly", async () => {
    expect(await answersAfter(1_500, { requestTimeoutMs: 300 })).toBe(2);
  });
});

describe("a malformed HTTP request", () => {
  const host = "Host: 127.0.0.1\r\n";
  const long = "x".repeat(20_000);
  it.each([
    ["noise", "\x00\x01\x02 nonsense\r\n\r\n", 400],
    ["a TLS handshake", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],
    ["a header without a name", `GET / HTTP/1.1\r\n${host}: x\r\n\r\n`, 400],
    ["two lengths", `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`, 400],
    ["a length and chunks", `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ["a body in a coding that nobody knows", `POST / HTTP/1.1\r\n${host}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 400],
    ["a length that is none", `POST / HTTP/1.1\r\n${host}Content-Length: -5\r\n\r\n`, 400],
    ["an address of 20,000 characters", `GET /graphql?query=${long} HTTP/1.1\r\n${host}\r\n`, 431],
    ["headers of 20,000 characters", `GET / HTTP/1.1\r\n${host}X-Long: ${long}\r\n\r\n`, 431],
    ["the address of another server", `GET http://evil.example.com/graphql HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, 400],
    ["no address", `GET * HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, 400],
    ["a name that is none", "GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n", 400],
    ["a name with an address behind it", "GET / HTTP/1.1\r\nHost: a/graphql?\r\nConnection: close\r\n\r\n", 400],
    ["two names", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", 400],
    ["one name twice", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\nConnection: close\r\n\r\n", 400],
    ["two names, one of them without authentication's", "GET / HTTP/1.0\r\nHost: 127.0.0.1\r\nHost: evil\r\n\r\n", 400],
    ["a path through another one", `POST /runs/../graphql HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, 400],
    ["a path with an encoded dot", `GET /runs/%2E./graphql HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, 400],
    ["a path with a dot of its own", `GET /./graphql HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, 400],
    ["a path with a backslash", `GET /runs\\..\\graphql HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, 400],
    ["a path with a fragment", `GET /graphql#there HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, 400],
    ["a port that is none", "GET / HTTP/1.1\r\nHost: a:99999\r\nConnection: close\r\n\r\n", 400],
  ])("%s", async (_, bytes, status) => {
    const server = await start(answerOk);
    const answer = read(await exchange(server, bytes));
    expect([answer.status, answer.code]).toEqual([status, "INVALID_INPUT"]);
    expect(answer.headers).toContain("x-content-type-options: nosniff");
    expect(answer.headers).toContain("cache-control: no-store");
    expect(answer.body).not.toContain("evil");
  });
});

describe("a slow client", () => {
  const late = { requestTimeoutMs: 300 };
  /** For requests that must arrive in time, on a busy machine as well. */
  const inTime = { requestTimeoutMs: 1_500 };

  it.each([
    ["with the headers", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "],
    ["with the body", "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n12345"],
    ["with the first byte", ""],
  ])("that sends %s gets an error, and is cut off", async (_, bytes) => {
    const server = await start(answerOk, late);
    const answer = read(await exchange(server, bytes));
    expect([answer.status, answer.code]).toEqual([408, "INVALID_INPUT"]);
  });

  it("that sends byte by byte is cut off too", async () => {
    const server = await start(answerOk, late);
    const { port } = new URL(server.origin);
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => undefined).resume();
    await once(socket, "connect");
    socket.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ");
    const dripping = setInterval(() => socket.write("x"), 50);
    onTestFinished(() => clearInterval(dripping));
    await once(socket, "close");
  });

  it("is not one that waits for a slow answer", async () => {
    const server = await start((_incoming, response) => void setTimeout(5_000).then(() => response.end("slow")), inTime);
    const answer = await send(server, { path: "/" });
    expect(answer.text).toBe("slow");
  });

  it("does not corrupt an answer that has begun", async () => {
    const server = await start((_incoming, response) => void response.writeHead(200).write("begun"), inTime);
    const received = await exchange(server, "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n12345");
    expect(received).toContain("begun");
    expect(received).not.toContain("408");
  });

  it("that stops reading an answer is cut off", async () => {
    const ended = Promise.withResolvers<boolean>();
    const server = await start((_incoming, response) => {
      response.once("close", () => ended.resolve(response.writableFinished));
      response.end("x".repeat(50_000_000));
    }, inTime);
    const { port } = new URL(server.origin);
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => undefined).pause();
    socket.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    expect(await ended.promise).toBe(false);
    socket.destroy();
  });

  it("that stops reading an event stream is cut off", async () => {
    const ended = Promise.withResolvers<void>();
    const server = await start((_incoming, response) => {
      response.once("close", ended.resolve);
      const write = (): void => void (response.write("x".repeat(1_000_000)) && setImmediate(write));
      response.on("drain", write);
      write();
    }, inTime);
    const { port } = new URL(server.origin);
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => undefined).pause();
    socket.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    await ended.promise;
    socket.destroy();
  });

  it("that stops reading the events of a subscription is cut off, one that waits for them is not", async () => {
    const beginnings: string[] = [];
    const endings: string[] = [];
    const events = async function* (name: string): AsyncGenerator<{ tick: string }> {
      try {
        beginnings.push(name);
        if (name === "waits") await never;
        while (true) yield { tick: "x".repeat(1_000_000) };
      } finally {
        endings.push(name);
      }
    };
    const { promise: never, resolve: release } = Promise.withResolvers<void>();
    const tick = {
      type: GraphQLString,
      args: { name: { type: GraphQLString } },
      subscribe: (_: unknown, { name }: { name: string }) => events(name),
    };
    const query = new GraphQLObjectType({ name: "Query", fields: { a: { type: GraphQLString } } });
    const subscription = new GraphQLObjectType({ name: "Subscription", fields: { tick } });
    const yoga = createYoga({ schema: new GraphQLSchema({ query, subscription }), logging: false });
    const server = await start((incoming, response) => void yoga(incoming, response), { ...inTime, maxBodyBytes: 1_000 });
    const subscribe = (name: string) => {
      const { port } = new URL(server.origin);
      const socket = connect(Number(port), "127.0.0.1");
      socket.on("error", () => undefined).pause();
      const body = JSON.stringify({ query: `subscription { tick(name: "${name}") }` });
      const head = "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\nContent-Type: application/json";
      socket.write(`${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      return socket;
    };
    // One after the other: another would wait too long while the first one loads and compiles.
    const waits = subscribe("waits");
    await vi.waitFor(() => expect(beginnings).toEqual(["waits"]), patience);
    const sockets = [waits, subscribe("stops")];
    await vi.waitFor(() => expect(endings).toEqual(["stops"]), patience);
    release();
    await vi.waitFor(() => expect(endings).toEqual(["stops", "waits"]), patience);
    for (const socket of sockets) socket.destroy();
  });

  it("that reads nothing is cut off sooner where much waits for many: the one that has waited longest first", async () => {
    const server = await start((_incoming, response) => void response.end("x".repeat(20_000_000)));
    const { port } = new URL(server.origin);
    const open: string[] = [];
    for (const name of ["first", "second", "third", "fourth", "fifth"]) {
      const socket = connect(Number(port), "127.0.0.1");
      onTestFinished(() => void socket.destroy());
      socket.on("error", () => undefined).once("close", () => open.splice(open.indexOf(name), 1));
      socket.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
      open.push(name);
      // It takes the beginning, and no more.
      await once(socket, "data");
      socket.pause();
    }
    await vi.waitFor(() => expect(server.connections().open).toBeLessThanOrEqual(3), patience);
    expect(server.connections().open).toBeGreaterThan(0);
  });

  it("that reads slowly is served", async () => {
    const server = await start((_incoming, response) => void response.end("x".repeat(16_000_000)), { requestTimeoutMs: 1_500 });
    const { port } = new URL(server.origin);
    const socket = connect(Number(port), "127.0.0.1");
    let received = 0;
    socket.on("data", (chunk) => {
      received += chunk.length;
      socket.pause();
      setTimeout(20).then(() => socket.resume());
    });
    socket.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    await once(socket, "close");
    expect(received).toBeGreaterThan(16_000_000);
  });
});
