import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { patience } from "../../support/patience.ts";
import { type ServedGateway, serveGateway } from "./serve.ts";
import { exchange } from "./wire.ts";

const key = "sender";
const maxBodyBytes = 1_000;
let gateway: ServedGateway;
beforeAll(async () => {
  gateway = await serveGateway({ keys: [key], limits: { maxBodyBytes } });
});
afterAll(async () => gateway?.[Symbol.asyncDispose]());

const head = (authorization = `Bearer ${key}`) =>
  [
    "POST /graphql HTTP/1.1",
    "host: 127.0.0.1",
    `authorization: ${authorization}`,
    "content-type: application/json",
    "transfer-encoding: chunked",
    "connection: close",
  ].join("\r\n");

/** A body in chunks of this many bytes; incomplete if the last chunk is left out. */
function chunked(body: string, size: number, end = "0\r\n\r\n"): string {
  const chunks = Array.from({ length: Math.ceil(body.length / size) }, (_, index) =>
    body.slice(index * size, (index + 1) * size),
  );
  return `\r\n\r\n${chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("")}${end}`;
}

const query = (length: number): string => JSON.stringify({ query: "{ __typename }" }).padEnd(length);
const ask = (text: string): Promise<string> => exchange(gateway, text);

describe("a body in chunks", () => {
  it.each([1, 7, maxBodyBytes])("is read like any other: %i bytes in each", async (size) => {
    const answer = await ask(head() + chunked(query(100), size));
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toContain('{"data":{"__typename":"Query"}}');
  });

  it("may be as long as any other body, and no longer", async () => {
    expect(await ask(head() + chunked(query(maxBodyBytes), 100))).toMatch(/^HTTP\/1\.1 200 /);
    const answer = await ask(head() + chunked(query(maxBodyBytes + 1), 100));
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain("A request body may have at most 1000 bytes.");
    expect(answer).toMatch(/^x-content-type-options: nosniff\r$/im);
  });

  it("is not awaited without end if it stays incomplete", async () => {
    expect(await ask(head() + chunked("x".repeat(maxBodyBytes + 500), 500, ""))).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("is not read at all without a credential", async () => {
    expect(await ask(head("Bearer wrong") + chunked(query(100), 10))).toMatch(/^HTTP\/1\.1 401 /);
    expect(await ask(head("Bearer wrong") + chunked("x".repeat(100_000), 5_000, ""))).toMatch(/^HTTP\/1\.1 401 |^$/);
  });

  it("that is cut off ends with its connection", async () => {
    const { port } = new URL(gateway.origin);
    const { connect } = await import("node:net");
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => undefined);
    socket.write(`${head()}\r\n\r\n5\r\n{"que`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.destroy();
    expect((await gateway.post({ query: "{ __typename }" }, { authorization: `Bearer ${key}` })).status).toBe(200);
  });

  it("leaves the connection usable for the next request", async () => {
    const first = head().replace("connection: close", "connection: keep-alive");
    const answers = await ask(first + chunked(query(100), 10) + head() + chunked(query(100), 10));
    expect(answers.split("HTTP/1.1 200 ")).toHaveLength(3);
  });

  it("is accepted from fetch, which sends chunks if it does not know the length", async () => {
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('{"query":'));
        controller.enqueue(new TextEncoder().encode('"{ __typename }"}'));
        controller.close();
      },
    });
    const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
    const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
    expect((await fetch(gateway.url, init)).status).toBe(200);
  });
});

describe("bodies that never end", () => {
  it("wait for each other once they hold as much as one caller may, and for nobody else's", async () => {
    await using served = await serveGateway({ keys: ["slow", "other"], limits: { requestTimeoutMs: 60_000 } });
    const { connect } = await import("node:net");
    const { port } = new URL(served.origin);
    const length = 2 ** 20;
    const piece = Buffer.alloc(length - 1, " ");
    const before = process.memoryUsage().arrayBuffers;
    const sockets = Array.from({ length: 100 }, () => connect(Number(port), "127.0.0.1").on("error", () => undefined));
    for (const [index, socket] of sockets.entries()) {
      const framing =
        index % 2 === 0 ? `content-length: ${length}\r\n\r\n` : `transfer-encoding: chunked\r\n\r\n${length.toString(16)}\r\n`;
      socket.write(
        `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer slow\r\ncontent-type: application/json\r\n${framing}`,
      );
      socket.write(piece);
    }
    const post = (name: string) => served.post({ query: "{ __typename }" }, { authorization: `Bearer ${name}` });
    await expect.poll(() => process.memoryUsage().arrayBuffers - before, patience).toBeGreaterThan(30 * length);
    let isAnswered = false;
    const late = post("slow").then(({ status }) => {
      isAnswered = true;
      return status;
    });
    for (let turn = 0; turn < 5; turn += 1) expect((await post("other")).status).toBe(200);
    // What a connection brings before its body is read is little.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(60 * length);
    expect(isAnswered).toBe(false);
    for (const socket of sockets) socket.destroy();
    expect(await late).toBe(200);
    expect((await post("slow")).status).toBe(200);
  });

  it("are not those of event streams, which have come whole: the same caller's further requests are answered", async () => {
    await using served = await serveGateway({ keys: ["feed"], limits: { maxStreams: 100 } });
    const url = `${served.origin}/graphql`;
    const closing = new AbortController();
    const headers = { authorization: "Bearer feed", "content-type": "application/json", accept: "text/event-stream" };
    const text = JSON.stringify({ query: "subscription { operationUpdated { id } }" });
    // A stream as a body has no length that is known before: it is sent in chunks.
    const open = () => {
      const request = { method: "POST", headers, body: new Blob([text]).stream(), duplex: "half", signal: closing.signal };
      return fetch(url, request);
    };
    const streams = await Promise.all(Array.from({ length: 50 }, open));
    expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200));
    const { status } = await served.post({ query: "{ __typename }" }, { authorization: "Bearer feed" });
    expect(status).toBe(200);
    closing.abort();
  });
});
