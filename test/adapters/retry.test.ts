import { describe, expect, it } from "vitest";
import type { CallRecord } from "../../src/billing/adapter.ts";
import { failureOf, html, json, open, read, serve, silence, write } from "./backend-server.ts";

/** As the server aborts when its client closes the connection. */
function abortAfter(milliseconds: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), milliseconds);
  return controller.signal;
}

describe("retries of reads", () => {
  const run = async (server: { url: string }, retries: number) => {
    const records: CallRecord[] = [];
    const value = await open(server.url, { retries }).call(read, { record: (record) => records.push(record) });
    return { value, records };
  };

  it("go on until an answer comes", async () => {
    const server = await serve(html(502), ({ socket }) => socket.resetAndDestroy(), json([1, 2]));
    const { value, records } = await run(server, 2);
    expect(value).toEqual([1, 2]);
    expect(records).toMatchObject([{ outcome: "ok", rows: 2, attempts: 3 }]);
  });

  it("end with the last failure", async () => {
    const server = await serve(html(502));
    const { error, records } = await failureOf(open(server.url, { retries: 2 }), read);
    expect(error.code).toBe("UNAVAILABLE");
    expect(server.requests).toHaveLength(3);
    expect(records).toMatchObject([{ outcome: "UNAVAILABLE", attempts: 3 }]);
  });

  it("wait as long as the backend asks", async () => {
    const server = await serve(json(null, 429, { "retry-after": "1" }), json([]));
    const started = performance.now();
    const { records } = await run(server, 1);
    expect(performance.now() - started).toBeGreaterThanOrEqual(1_000);
    expect(records).toMatchObject([{ outcome: "ok", attempts: 2 }]);
  });

  it("are not made when the backend asks to wait past the deadline", async () => {
    const server = await serve(json(null, 429, { "retry-after": "2" }));
    const { error, records, milliseconds } = await failureOf(open(server.url, { retries: 3 }), read);
    expect(error).toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 2_000 });
    expect(records).toMatchObject([{ attempts: 1 }]);
    expect(milliseconds).toBeLessThan(1_000);
  });

  it("that would start after the deadline are not made: the failure stays what it was", async () => {
    const server = await serve(html(502));
    const { error, records } = await failureOf(open(server.url, { retries: 10, timeoutMs: 400 }), read);
    expect(error.code).toBe("UNAVAILABLE");
    expect(records[0]?.attempts).toBe(server.requests.length);
  });
});

describe("a client that goes away", () => {
  it("ends a read at once", async () => {
    const server = await serve(silence);
    const { error, milliseconds } = await failureOf(open(server.url, { retries: 3 }), read, abortAfter(50));
    expect(error).toMatchObject({ code: "CONFLICT", backend: "pbx", retryable: true });
    expect(milliseconds).toBeLessThan(1_000);
    expect(server.requests).toHaveLength(1);
  });

  it("ends a read that waits for its retry", async () => {
    const server = await serve(json(null, 429, { "retry-after": "1" }));
    const { milliseconds } = await failureOf(open(server.url, { retries: 3 }), read, abortAfter(50));
    expect(milliseconds).toBeLessThan(600);
    expect(server.requests).toHaveLength(1);
  });

  it("keeps a read from being sent at all when it has gone before", async () => {
    const server = await serve(json([]));
    const { error } = await failureOf(open(server.url), read, AbortSignal.abort());
    expect(error.code).toBe("CONFLICT");
    expect(server.requests).toEqual([]);
  });

  it("ends a read that waits for its turn", async () => {
    const server = await serve(silence);
    const connection = open(server.url, { concurrency: 1, timeoutMs: 1_000 });
    const running = failureOf(connection, write);
    const { error, milliseconds } = await failureOf(connection, read, abortAfter(50));
    expect(error.code).toBe("CONFLICT");
    expect(milliseconds).toBeLessThan(600);
    await running;
    expect(server.requests).toEqual(["POST /api/charges/create"]);
  });

  it("costs those who wait behind it no connection", async () => {
    const sockets = new Set<unknown>();
    const server = await serve((request, response) => {
      sockets.add(request.socket);
      setTimeout(() => response.end("[1]"), 50);
    });
    const connection = open(server.url, { concurrency: 1 });
    const first = connection.call(read, {});
    const gone = failureOf(connection, read, abortAfter(10));
    const behind = connection.call(read, {});
    expect((await gone).error.code).toBe("CONFLICT");
    expect(await Promise.all([first, behind])).toEqual([[1], [1]]);
    expect(server.requests).toHaveLength(2);
    expect(sockets.size).toBe(1);
  });

  it("ends all reads of its request at once, and no others", async () => {
    const server = await serve((_request, response) => void setTimeout(() => response.end("[1]"), 200));
    const connection = open(server.url, { concurrency: 4 });
    const signal = abortAfter(50);
    const done = connection.call({ ...read, path: "first" }, { signal: AbortSignal.any([signal]) }).catch(() => "ended");
    const others = connection.call(read, { signal: new AbortController().signal });
    const ended = await Promise.all(Array.from({ length: 5 }, () => failureOf(connection, read, signal)));
    expect(ended.map(({ error }) => error.code)).toEqual(Array.from({ length: 5 }, () => "CONFLICT"));
    expect(await done).toBe("ended");
    expect(await others).toEqual([1]);
  });

  it("does not end a write that has left", async () => {
    const server = await serve((_request, response) => void setTimeout(() => response.end("[1]"), 150));
    expect(await open(server.url).call(write, { signal: abortAfter(20) })).toEqual([1]);
  });

  it("does not make the outcome of a write known", async () => {
    const server = await serve(({ socket }) => void setTimeout(() => socket.resetAndDestroy(), 150));
    const { error } = await failureOf(open(server.url), write, abortAfter(20));
    expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN", retryable: false });
  });

  it("says nothing about the backend's health", async () => {
    const connection = open((await serve(json([]), silence)).url, { circuit: { failures: 1, openMs: 60_000 } });
    await connection.call(read, {});
    await failureOf(connection, read, abortAfter(20));
    expect(connection.health()).toMatchObject({ status: "UP", circuit: "CLOSED" });
  });
});
