import type { RequestListener } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { CallRecord } from "../../src/adapter/adapter.ts";
import { failureOf, html, json, open, read, serve, silence, write } from "./backend-server.ts";

/** Longer than any test runs: a test that waits for it fails. */
const far = { timeoutMs: 3_600_000, retryAfterSeconds: "1800" } as const;

/** The server aborts once the backend has the request, as when its client closes the connection. */
function abortOnArrival(answer: RequestListener = silence): { readonly signal: AbortSignal; readonly answer: RequestListener } {
  const controller = new AbortController();
  return {
    signal: controller.signal,
    answer: (request, response) => {
      controller.abort();
      answer(request, response);
    },
  };
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
    const server = await serve(json(null, 429, { "retry-after": "1801" }));
    const { error, records } = await failureOf(open(server.url, { retries: 3, timeoutMs: 1_800_000 }), read);
    expect(error).toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 1_801_000 });
    expect(records).toMatchObject([{ attempts: 1 }]);
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
    const { signal, answer } = abortOnArrival();
    const server = await serve(answer);
    const { error } = await failureOf(open(server.url, { retries: 3, timeoutMs: far.timeoutMs }), read, signal);
    expect(error).toMatchObject({ code: "CONFLICT", backend: "pbx", retryable: true });
    expect(server.requests).toHaveLength(1);
  });

  it("ends a read that waits for its retry", async () => {
    const controller = new AbortController();
    // Some time after the answer, while the read waits.
    const refuse = json(null, 429, { "retry-after": far.retryAfterSeconds });
    const server = await serve((request, response) => {
      response.once("close", () => setTimeout(() => controller.abort(), 50));
      refuse(request, response);
    });
    const connection = open(server.url, { retries: 3, timeoutMs: far.timeoutMs });
    expect((await failureOf(connection, read, controller.signal)).error.code).toBe("RATE_LIMITED");
    expect(server.requests).toHaveLength(1);
  });

  it("keeps a read from being sent if it left before", async () => {
    const server = await serve(json([]));
    const { error } = await failureOf(open(server.url), read, AbortSignal.abort());
    expect(error.code).toBe("CONFLICT");
    expect(server.requests).toEqual([]);
  });

  it("ends a read that waits for a place", async () => {
    const controller = new AbortController();
    const arrived = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const server = await serve((_request, response) => {
      arrived.resolve();
      void written.promise.then(() => response.end("[1]"));
    });
    const connection = open(server.url, { concurrency: 1, timeoutMs: far.timeoutMs });
    const running = connection.call(write, {});
    await arrived.promise;
    const waiting = failureOf(connection, read, controller.signal);
    controller.abort();
    expect((await waiting).error.code).toBe("CONFLICT");
    written.resolve();
    expect(await running).toEqual([1]);
    expect(server.requests).toEqual(["POST /api/charges/create"]);
  });

  it("costs the calls behind it no connection", async () => {
    const sockets = new Set<unknown>();
    const left = Promise.withResolvers<void>();
    const server = await serve((request, response) => {
      sockets.add(request.socket);
      void left.promise.then(() => response.end("[1]"));
    });
    const connection = open(server.url, { concurrency: 1, timeoutMs: far.timeoutMs });
    const controller = new AbortController();
    const first = connection.call(read, {});
    const gone = failureOf(connection, read, controller.signal);
    const behind = connection.call(read, {});
    controller.abort();
    expect((await gone).error.code).toBe("CONFLICT");
    left.resolve();
    expect(await Promise.all([first, behind])).toEqual([[1], [1]]);
    expect(server.requests).toHaveLength(2);
    expect(sockets.size).toBe(1);
  });

  it("ends all reads of its request at once, and no others", async () => {
    const gone = Promise.withResolvers<void>();
    const server = await serve((_request, response) => void gone.promise.then(() => response.end("[1]")));
    const connection = open(server.url, { concurrency: 4, timeoutMs: far.timeoutMs });
    const controller = new AbortController();
    const { signal } = controller;
    const done = connection.call({ ...read, path: "first" }, { signal: AbortSignal.any([signal]) }).catch(() => "ended");
    const others = connection.call(read, { signal: new AbortController().signal });
    const reads = Array.from({ length: 5 }, () => failureOf(connection, read, signal));
    // Some of them have left by now, the others wait for their turn.
    while (server.requests.length < 4) await pause(5);
    controller.abort();
    const ended = await Promise.all(reads);
    expect(ended.map(({ error }) => error.code)).toEqual(Array.from({ length: 5 }, () => "CONFLICT"));
    expect(await done).toBe("ended");
    gone.resolve();
    expect(await others).toEqual([1]);
  });

  it("does not end a write that was sent", async () => {
    const { signal, answer } = abortOnArrival((_request, response) => void setTimeout(() => response.end("[1]"), 50));
    expect(await open((await serve(answer)).url).call(write, { signal })).toEqual([1]);
  });

  it("does not make the outcome of a write known", async () => {
    const { signal, answer } = abortOnArrival(({ socket }) => void setTimeout(() => socket.resetAndDestroy(), 50));
    const { error } = await failureOf(open((await serve(answer)).url), write, signal);
    expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN", retryable: false });
  });

  it("says nothing about the backend's health", async () => {
    const { signal, answer } = abortOnArrival();
    const { url } = await serve(json([]), answer);
    const connection = open(url, { circuit: { failures: 1, openMs: 60_000 }, timeoutMs: far.timeoutMs });
    await connection.call(read, {});
    await failureOf(connection, read, signal);
    expect(connection.health()).toMatchObject({ status: "UP", circuit: "CLOSED" });
  });
});
