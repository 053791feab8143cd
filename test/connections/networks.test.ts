import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createSecureServer } from "node:http2";
import { createServer as createHttpsServer, type ServerOptions } from "node:https";
import { type AddressInfo, connect as connectSocket, createServer, type Socket } from "node:net";
import { type TLSSocket, Server as TlsServer } from "node:tls";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { connect } from "../../src/connections/http.ts";

/** Networks as operators have them: compressing servers, interim answers, proxies, their own authorities and certificates. */

const own = (name: string): string => readFileSync(new URL(`../support/tls/${name}.pem`, import.meta.url), "utf8");
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listen(server: Server | ReturnType<typeof createServer>, address = "127.0.0.1"): Promise<number> {
  const sockets = new Set<Socket>();
  // For a TLS server, the secured connections: to destroy those below them would crash the process.
  const event = server instanceof TlsServer ? "secureConnection" : "connection";
  server.on(event, (socket: Socket) => sockets.add(socket.on("error", () => {})));
  server.listen(0, address);
  await once(server, "listening");
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function open(url: string, options: Partial<Parameters<typeof connect>[0]> = {}) {
  const circuit = { failures: 100, openMs: 1_000 };
  const settings = { backend: "pbx", url, timeoutMs: 5_000, concurrency: 2, maxAnswerBytes: 100_000, retries: 0, circuit };
  const connection = connect({ ...settings, ...options });
  closing.push(connection.close);
  return connection;
}

const write = {
  function: "charges/create",
  effect: "write",
  method: "PUT",
  path: "charges",
  body: { json: { amount: "1.00" } },
} as const;
const send = (connection: ReturnType<typeof open>) => connection.call({ ...write, decode: ({ json }) => json }, {});

describe("an unrequested compressed answer", () => {
  const text = JSON.stringify({ id: "12345678901234567890", text: "é".repeat(100) });
  const answering =
    (coding: string, body: Buffer): RequestListener =>
    (request, response) => {
      expect(request.headers["accept-encoding"]).toBe("identity");
      response.writeHead(200, { "content-encoding": coding }).end(body);
    };

  it.each([
    ["gzip", gzipSync(text)],
    ["x-gzip", gzipSync(text)],
    ["deflate", deflateSync(text)],
    ["br", brotliCompressSync(text)],
    ["zstd", zstdCompressSync(text)],
    ["gzip, br", brotliCompressSync(gzipSync(text))],
    ["identity", Buffer.from(text)],
  ])("is understood: %s", async (coding, body) => {
    const port = await listen(createHttpServer(answering(coding, body)));
    expect(await send(open(`http://127.0.0.1:${port}/`))).toEqual(JSON.parse(text));
  });

  it.each([
    [200, "gzip"],
    [204, "gzip"],
    [200, "br"],
  ])("without a body is an empty answer: %s, %s", async (status, coding) => {
    const port = await listen(
      createHttpServer((_request, response) => response.writeHead(status, { "content-encoding": coding }).end()),
    );
    const decode = ({ status: told, empty }: { readonly status: number; readonly empty: boolean }) => ({ told, empty });
    expect(await open(`http://127.0.0.1:${port}/`).call({ ...write, decode }, {})).toEqual({ told: status, empty: true });
  });

  it("is unpacked only up to maxAnswerBytes", async () => {
    const port = await listen(createHttpServer(answering("gzip", gzipSync("x".repeat(10_000_000)))));
    const connection = open(`http://127.0.0.1:${port}/`);
    await expect(send(connection)).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    const read = { ...write, effect: "read", method: "GET", body: undefined, decode: () => null } as const;
    await expect(connection.call(read, {})).rejects.toMatchObject({
      code: "BAD_RESPONSE",
      message: expect.stringContaining("maxAnswerBytes"),
    });
  });

  it.each([
    ["gzip", Buffer.from("not gzip")],
    ["rot13", Buffer.from(text)],
  ])("with a wrong content-encoding is BAD_RESPONSE: %s", async (coding, body) => {
    const port = await listen(createHttpServer(answering(coding, body)));
    await expect(send(open(`http://127.0.0.1:${port}/`))).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
  });
});

describe("unrequested interim answers", () => {
  const final = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"id":"12"}';
  const interims = [
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 102 Processing\r\nX-Progress: 50\r\n\r\n",
    "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
    "",
  ];

  async function answeringWith(bytes: string, size: number): Promise<string> {
    const port = await listen(
      createServer((socket) => {
        socket.setNoDelay(true);
        socket.on("data", async (data) => {
          if (!data.includes("\r\n\r\n")) return;
          for (let at = 0; at < bytes.length; at += size) {
            socket.write(bytes.slice(at, at + size));
            await new Promise((resolve) => setImmediate(resolve));
          }
        });
      }),
    );
    return `http://127.0.0.1:${port}/`;
  }

  it.each(interims.flatMap((interim) => [1, 7, 10_000].map((size) => [interim, size] as const)))(
    "are passed over: %j in parts of %i",
    async (interim, size) => {
      const connection = open(await answeringWith(`${interim}${final}`, size), { concurrency: 1 });
      // The connection is kept, and the next answer understood as well.
      for (let call = 0; call < 3; call += 1) expect(await send(connection)).toEqual({ id: "12" });
    },
  );

  it("are not looked for inside of an answer", async () => {
    const text = JSON.stringify({ text: `HTTP/1.1 100 Continue\r\n\r\n${"x".repeat(50)}` });
    const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
    expect(await send(open(await answeringWith(answer, 20)))).toEqual(JSON.parse(text));
  });
});

interface Proxied {
  readonly url: string;
  readonly asked: string[];
}

async function startProxy(status = 200, address = "127.0.0.1"): Promise<Proxied> {
  const asked: string[] = [];
  const server = createHttpServer((_, response) => response.writeHead(400).end());
  server.on("connect", ({ url = "", headers }, socket: Socket) => {
    asked.push(`${url} ${headers["proxy-authorization"] ?? ""}`.trim());
    if (status !== 200) return socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
    const port = Number(url.split(":").at(-1));
    const onwards = connectSocket(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      socket.pipe(onwards).pipe(socket);
    });
    onwards.on("error", () => socket.destroy());
    socket.on("error", () => onwards.destroy());
    socket.on("close", () => onwards.destroy());
    return undefined;
  });
  return { url: `http://${address.includes(":") ? `[${address}]` : address}:${await listen(server, address)}`, asked };
}

const ok: RequestListener = (_, response) => response.end('{"id":"12"}');
const tls = (options: ServerOptions = {}) => ({ key: own("key"), cert: own("certificate"), ...options });

describe("a proxy", () => {
  it.each(["http", "https"] as const)("carries calls to an %s backend, over a kept connection", async (protocol) => {
    const port = await listen(protocol === "https" ? createHttpsServer(tls(), ok) : createHttpServer(ok));
    const proxy = await startProxy();
    const address = new URL(proxy.url);
    address.username = "gate%40way";
    address.password = "s3cret";
    const connection = open(`${protocol}://localhost:${port}/`, {
      proxy: address.href,
      concurrency: 1,
      tls: { ca: own("certificate") },
    });
    for (let call = 0; call < 3; call += 1) expect(await send(connection)).toEqual({ id: "12" });
    expect(proxy.asked).toEqual([`localhost:${port} Basic ${Buffer.from("gate@way:s3cret").toString("base64")}`]);
  });

  it.each(["127.0.0.1", "::1"])("at %s is asked for an IPv6 address in brackets", async (address) => {
    const port = await listen(createHttpServer(ok));
    const proxy = await startProxy(200, address);
    expect(await send(open(`http://[::1]:${port}/`, { proxy: proxy.url }))).toEqual({ id: "12" });
    expect(proxy.asked).toEqual([`[::1]:${port}`]);
  });

  it.each([403, 407, 502])("that answers %i means that the write was not sent", async (status) => {
    const proxy = await startProxy(status);
    const failure = await send(open("https://localhost:1/", { proxy: proxy.url })).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "UNAVAILABLE", retryable: true });
    expect(String((failure as Error).message)).toMatch(/The proxy on the way to pbx.*Nothing was sent\./);
  });

  it("that cannot be reached means the same", async () => {
    const failure = await send(open("https://localhost:1/", { proxy: "http://127.0.0.1:1" })).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "UNAVAILABLE", retryable: true });
  });

  it.each(["http", "https"] as const)(
    "is reset when an %s call is given up, and the permit is checked at the write",
    async (protocol) => {
      const silent: RequestListener = () => {};
      const port = await listen(protocol === "https" ? createHttpsServer(tls(), silent) : createHttpServer(silent));
      const events: string[] = [];
      const proxyServer = createServer((socket) => {
        socket.on("error", (error: NodeJS.ErrnoException) => events.push(String(error.code)));
        socket.once("data", () => {
          const onwards = connectSocket(port, "127.0.0.1", () => {
            socket.write("HTTP/1.1 200 OK\r\n\r\n");
            socket.pipe(onwards).pipe(socket);
          });
          onwards.on("error", () => {});
        });
      });
      const proxy = `http://127.0.0.1:${await listen(proxyServer)}`;
      const connection = open(`${protocol}://localhost:${port}/`, { proxy, timeoutMs: 1_000, tls: { ca: own("certificate") } });
      let permits = 0;
      const permit = {
        take: () => {
          permits += 1;
          return true;
        },
      };
      await expect(connection.call({ ...write, decode: () => null }, { permit })).rejects.toMatchObject({
        code: "OUTCOME_UNKNOWN",
      });
      expect(permits).toBe(1);
      await expect.poll(() => events).toContain("ECONNRESET");
      const refused = connection.call({ ...write, decode: () => null }, { permit: { take: () => false } });
      await expect(refused).rejects.toMatchObject({ code: "UNAVAILABLE", retryable: true });
    },
  );
});

describe("a backend that offers HTTP/2", () => {
  it("gets HTTP/1.1: giving up a call does not end others", async () => {
    const versions: string[] = [];
    const givenUp = Promise.withResolvers<void>();
    const server = createSecureServer({ ...tls(), allowHTTP1: true }, (request, response) => {
      versions.push(request.httpVersion);
      if (request.method === "PUT") request.socket.once("close", givenUp.resolve);
      else givenUp.promise.then(() => response.writeHead(200, { "content-type": "application/json" }).end('{"id":"1"}'));
    });
    const sockets: Socket[] = [];
    server.on("secureConnection", (socket: Socket) => sockets.push(socket.on("error", () => {})));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    closing.push(async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
    const connection = open(url, { tls: { ca: own("certificate") }, timeoutMs: 20_000 });
    const impatient = new AbortController();
    const read = (signal?: AbortSignal, method: "GET" | "PUT" = "GET") =>
      connection.call({ ...write, effect: "read", method, body: undefined, decode: ({ json }) => json }, { signal });
    const kept = read();
    const left = read(impatient.signal, "PUT").catch((error: unknown) => error);
    while (versions.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    impatient.abort();
    expect(await left).toMatchObject({ code: "CONFLICT" });
    expect(await kept).toEqual({ id: "1" });
    expect(versions).toEqual(["1.1", "1.1"]);
  });
});

describe("a private authority and a client certificate", () => {
  it("are used if the backend needs them", async () => {
    const subjects: unknown[] = [];
    const server = createHttpsServer(
      tls({ requestCert: true, rejectUnauthorized: true, ca: own("certificate") }),
      (request, response) => {
        subjects.push((request.socket as TLSSocket).getPeerCertificate().subject?.CN);
        ok(request, response);
      },
    );
    const url = `https://localhost:${await listen(server)}/`;
    const identity = { cert: own("certificate"), key: own("key") };
    await expect(send(open(url, { tls: identity }))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(await send(open(url, { tls: { ca: own("certificate"), ...identity } }))).toEqual({ id: "12" });
    expect(subjects).toEqual(["localhost"]);
    // Under TLS 1.3 the server refuses a missing certificate only after the request may have left.
    await expect(send(open(url, { tls: { ca: own("certificate") } }))).rejects.toMatchObject({
      code: expect.stringMatching(/^(UNAVAILABLE|OUTCOME_UNKNOWN)$/),
    });
    expect(subjects).toHaveLength(1);
  });
});
