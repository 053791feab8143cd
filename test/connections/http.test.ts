import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { CallRecord } from "../../src/adapter/adapter.ts";
import { invalidInput } from "../../src/model/errors.ts";
import { failureOf, html, json, open, read, refusingUrl, serve, serveSockets, silence, write } from "./backend-server.ts";

/** For a backend that does not answer: long enough for a call to leave on a busy machine. */
const untilSilence = 1_000;

describe("what is sent", () => {
  it("goes below the base path, encoded", async () => {
    const server = await serve(json([]));
    const connection = open(server.url);
    await connection.call({ ...read, path: "customers/a%2Fb", query: { search: "a&b=ü" } }, {});
    expect(server.requests).toEqual(["GET /api/customers/a%2Fb?search=a%26b%3D%C3%BC"]);
  });

  it("keeps the caller's text intact, whatever it is", async () => {
    const seen: (string | null)[] = [];
    const server = await serve((request, response) => {
      seen.push(new URL(request.url ?? "", "http://backend").searchParams.get("search"));
      response.end("[]");
    });
    const connection = open(server.url);
    for (const search of ["a b+c", "100 % (net)!", "'*~", "\ud83d\ude00", "\ud83d"])
      await connection.call({ ...read, query: { search } }, {});
    // Half a surrogate pair is no character: it is sent as the replacement character.
    expect(seen).toEqual(["a b+c", "100 % (net)!", "'*~", "\ud83d\ude00", "\ufffd"]);
  });

  it.each([
    [{ json: { name: "Ö", amount: "1.00" } }, "application/json", '{"name":"Ö","amount":"1.00"}'],
    [{ form: { name: "a b&c", amount: "1.00" } }, "application/x-www-form-urlencoded", "name=a+b%26c&amount=1.00"],
    [undefined, undefined, ""],
  ])("has the body %j", async (body, contentType, expected) => {
    const server = await serve(async (request, response) => {
      const chunks = await request.toArray();
      response.end(
        JSON.stringify([request.headers["content-type"] ?? null, Buffer.concat(chunks).toString(), request.headers["x-token"]]),
      );
    });
    const answer = await open(server.url).call({ ...write, body, headers: { "x-token": "t" } }, {});
    expect(answer).toEqual([contentType ?? null, expected, "t"]);
  });

  it("is never more at a time than `concurrency`", async () => {
    let inFlight = 0;
    let most = 0;
    const server = await serve(async (_request, response) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await pause(20);
      inFlight -= 1;
      response.end("[]");
    });
    const connection = open(server.url, { concurrency: 3 });
    await Promise.all(Array.from({ length: 12 }, (_, index) => connection.call(index % 2 ? read : write, {})));
    expect(server.requests).toHaveLength(12);
    expect(most).toBe(3);
  });
});

describe("an answer", () => {
  it("keeps numbers that a double cannot hold", async () => {
    const server = await serve((_request, response) => response.end("[9007199254740993, 1.5]"));
    expect(await open(server.url).call(read, {})).toEqual(["9007199254740993", 1.5]);
  });

  it("may come in parts that cut characters in two, and with a byte order mark", async () => {
    const bytes = Buffer.from('\ufeff["Ö€😀"]');
    const server = await serve(async (_request, response) => {
      for (const byte of bytes) await new Promise((written) => response.write(Buffer.of(byte), written));
      response.end();
    });
    expect(await open(server.url).call(read, {})).toEqual(["Ö€😀"]);
  });

  it("that never ends is cut off before it fills the memory", async () => {
    const endless = async (_request: unknown, response: ServerResponse): Promise<void> => {
      const part = Buffer.alloc(4 * 1024 * 1024, " ");
      for (let sent = 0; sent < 32 && !response.destroyed; sent += 1) {
        if (!response.write(part)) await Promise.race([once(response, "drain"), once(response, "close")]);
      }
      response.end();
    };
    const server = await serve((request, response) => void endless(request, response));
    const { error } = await failureOf(open(server.url, { timeoutMs: 10_000, retries: 0 }), read);
    expect(error).toMatchObject({ code: "BAD_RESPONSE", message: "pbx gave an answer that is larger than its maxAnswerBytes." });
  });

  it("that is larger than maxAnswerBytes is refused, and not asked for again", async () => {
    const server = await serve(json(["x".repeat(5_000)]));
    const { error } = await failureOf(open(server.url, { retries: 2, maxAnswerBytes: 4_096 }), read);
    expect(error).toMatchObject({ code: "BAD_RESPONSE", retryable: false });
    expect(server.requests).toHaveLength(1);
    expect(await open(server.url, { maxAnswerBytes: 8_192 }).call(read, {})).toEqual(["x".repeat(5_000)]);
  });

  it("waits while too many large answers of the backend are being read", async () => {
    const megabyte = "x".repeat(1024 * 1024);
    const waiting: ServerResponse[] = [];
    const server = await serve((_request, response) => {
      response.write("[");
      for (let part = 0; part < 12; part += 1) response.write(`"${megabyte}",`);
      waiting.push(response);
    });
    const connection = open(server.url, { timeoutMs: 20_000, concurrency: 4 });
    const calls = Array.from({ length: 4 }, () =>
      connection.call(read, {}).then(
        () => "read",
        (error) => error,
      ),
    );
    const first = await Promise.race(calls);
    expect(first).toMatchObject({
      code: "RATE_LIMITED",
      retryable: true,
      message: expect.stringMatching(/^Too many large answers/),
    });
    for (const response of waiting) response.end("1]");
    const ends = await Promise.all(calls);
    expect(ends.filter((each) => each === "read").length).toBeGreaterThanOrEqual(2);
    const again = connection.call(read, {});
    while (waiting.length < 5) await new Promise((resolve) => setTimeout(resolve, 10));
    waiting[4]?.end("1]");
    expect(await again).toHaveLength(13);
  });

  it.each([read, write])("that is a refusal is returned as it is, without a retry ($effect)", async (call) => {
    const server = await serve(json({ refused: true }, 500));
    const { error, records } = await failureOf(open(server.url, { retries: 3 }), call);
    expect(error).toMatchObject({ code: "CONFLICT", backend: "pbx", backendCode: "L04", retryable: false });
    expect(server.requests).toHaveLength(1);
    expect(records).toMatchObject([{ outcome: "CONFLICT", attempts: 1, rows: null }]);
  });

  it.each([read, write])("that asks for fewer calls is RATE_LIMITED: nothing happened ($effect)", async (call) => {
    const server = await serve(html(429, { "retry-after": "7" }));
    const { error } = await failureOf(open(server.url), call);
    expect(error).toMatchObject({ code: "RATE_LIMITED", retryable: true, retryAfterMs: 7_000, backendCode: "429" });
  });

  it("may say with a date when to come back", async () => {
    const server = await serve(html(503, { "retry-after": new Date(Date.now() + 60_000).toUTCString() }));
    const { error } = await failureOf(open(server.url), read);
    expect(error.retryAfterMs).toBeGreaterThan(57_000);
    expect(error.retryAfterMs).toBeLessThanOrEqual(60_000);
  });
});

describe("a call that was not sent", () => {
  it.each([read, write])("because the connection is refused is UNAVAILABLE ($effect)", async (call) => {
    const { error } = await failureOf(open(await refusingUrl()), call);
    expect(error).toMatchObject({ code: "UNAVAILABLE", backend: "pbx", retryable: true });
    expect(error.message).toContain("cannot be reached");
    if (call === write) expect(error.message).toContain("Nothing was sent");
  });

  it.each([read, write])("because TLS fails is UNAVAILABLE ($effect)", async (call) => {
    const server = await serve(json([]));
    const { error } = await failureOf(open(server.url.replace("http:", "https:")), call);
    expect(error).toMatchObject({ code: "UNAVAILABLE", retryable: true });
    expect(error.message).toContain("cannot be reached");
    expect(server.requests).toEqual([]);
  });

  it.each([read, write])("because the circuit is open is UNAVAILABLE ($effect)", async (call) => {
    const server = await serve(html(502));
    const connection = open(server.url, { retries: 3, circuit: { failures: 1, openMs: 60_000 } });
    await failureOf(connection, write);
    const { error, records } = await failureOf(connection, call);
    expect(error).toMatchObject({ code: "UNAVAILABLE", backend: "pbx", retryable: true });
    expect(error.message).toContain("nothing was sent");
    expect(server.requests).toHaveLength(1);
    expect(records).toMatchObject([{ outcome: "UNAVAILABLE", attempts: 1 }]);
  });

  it.each([
    [read, "TIMEOUT"],
    [write, "UNAVAILABLE"],
  ] as const)("because its turn did not come in time: $1", async (call, code) => {
    // A turn comes as soon as the call before has ended, which can be a moment before the waiting call's own time is up. So the
    // process is held up until the time of both is up.
    const server = await serve(() => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, untilSilence + 10));
    const connection = open(server.url, { concurrency: 1, timeoutMs: untilSilence });
    const [first, queued] = await Promise.all([failureOf(connection, write), failureOf(connection, call)]);
    expect(first.error.code).toBe("OUTCOME_UNKNOWN");
    expect(queued.error).toMatchObject({ code, retryable: true });
    expect(server.requests).toHaveLength(1);
  });

  it("because its turn came when there was hardly time for an answer: the caller of a write may simply repeat it", async () => {
    const server = await serve(silence);
    const connection = open(server.url, { concurrency: 1, timeoutMs: untilSilence });
    const first = failureOf(connection, write);
    await pause(0.03 * untilSilence);
    const { error, records } = await failureOf(connection, write);
    expect((await first).error.code).toBe("OUTCOME_UNKNOWN");
    expect(error).toMatchObject({ code: "UNAVAILABLE", retryable: true });
    expect(error.message).toContain("waited too long");
    expect(records).toMatchObject([{ outcome: "UNAVAILABLE", attempts: 1 }]);
    expect(server.requests).toHaveLength(1);
  });

  it("because the operation may cause no more calls is neither sent nor recorded", async () => {
    const server = await serve(json([]));
    const records: CallRecord[] = [];
    const admit = () => {
      throw invalidInput("query", "causes too many calls");
    };
    const call = open(server.url).call(read, { admit, record: (record) => records.push(record) });
    await expect(call).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect(server.requests).toEqual([]);
    expect(records).toEqual([]);
  });
});

describe("a call that was sent and had no understandable answer", () => {
  const endings = [
    ["a reset connection", "UNAVAILABLE", ({ socket }) => socket.resetAndDestroy()],
    ["a closed connection", "UNAVAILABLE", ({ socket }) => socket.end()],
    [
      "a body cut off",
      "UNAVAILABLE",
      (_, response) => response.writeHead(200, { "content-length": 99 }).write("[", () => response.destroy()),
    ],
    ["something that is not HTTP", "BAD_RESPONSE", ({ socket }) => socket.end("hello\r\n")],
    ["truncated JSON", "BAD_RESPONSE", (_, response) => response.end('[{"id": 1')],
    ["a page instead of JSON", "BAD_RESPONSE", html(200)],
    ["a page saying 502", "UNAVAILABLE", html(502)],
    ["an empty 503", "UNAVAILABLE", (_, response) => response.writeHead(503).end()],
    // A server in front of the backend did not wait for its answer.
    ["a page saying 408", "UNAVAILABLE", html(408)],
    ["JSON saying 460", "UNAVAILABLE", (_, response) => response.writeHead(460).end("{}")],
    ["an empty 499", "UNAVAILABLE", (_, response) => response.writeHead(499).end()],
    // Firewalls block answers with these.
    ["a page saying 403", "BAD_RESPONSE", html(403)],
    ["an empty 404", "BAD_RESPONSE", (_, response) => response.writeHead(404).end()],
    ["silence", "TIMEOUT", silence],
    ["a body that never ends", "TIMEOUT", (_, response) => response.writeHead(200).write("[")],
  ] as const satisfies readonly (readonly [string, string, Parameters<typeof serve>[0]])[];

  /** Only a caller without an answer waits for it. */
  const inTime = (code: string) => (code === "TIMEOUT" ? untilSilence : 20_000);

  it.each(endings)("but with %s is %s to a read", async (_ending, code, answer) => {
    const { error, records } = await failureOf(open((await serve(answer)).url, { timeoutMs: inTime(code) }), read);
    expect(error).toMatchObject({ code, backend: "pbx", retryable: true });
    expect(records).toMatchObject([{ outcome: code, attempts: 1 }]);
  });

  it.each(endings)("but with %s is OUTCOME_UNKNOWN to a write, which is sent once", async (_ending, code, answer) => {
    const server = await serve(answer);
    const { error, records } = await failureOf(open(server.url, { timeoutMs: inTime(code), retries: 3 }), write);
    expect(error).toMatchObject({ code: "OUTCOME_UNKNOWN", backend: "pbx", retryable: false });
    expect(server.requests).toHaveLength(1);
    expect(records).toMatchObject([{ backend: "pbx", function: "charges/create", outcome: "OUTCOME_UNKNOWN", attempts: 1 }]);
  });

  it("ends when its time is up", async () => {
    const server = await serve(silence);
    const { error, milliseconds } = await failureOf(open(server.url, { timeoutMs: untilSilence, retries: 3 }), read);
    expect(error.code).toBe("TIMEOUT");
    expect(milliseconds).toBeGreaterThan(0.9 * untilSilence);
    // There is no time for another attempt.
    expect(server.requests).toHaveLength(1);
  });
});

describe("records", () => {
  it("exist for every call, with the number of rows of a list", async () => {
    const records: CallRecord[] = [];
    const connection = open((await serve(json([1, 2, 3]))).url);
    const scope = { record: (record: CallRecord) => records.push(record) };
    await connection.call(read, scope);
    await connection.call({ ...write, decode: () => ({ id: "1" }) }, scope);
    expect(records).toEqual([
      { backend: "pbx", function: "charges/list", milliseconds: expect.any(Number), rows: 3, outcome: "ok", attempts: 1 },
      { backend: "pbx", function: "charges/create", milliseconds: expect.any(Number), rows: null, outcome: "ok", attempts: 1 },
    ]);
  });
});

describe("health", () => {
  it("is unknown before the first call", async () => {
    expect(open(await refusingUrl()).health()).toEqual({
      status: "UNKNOWN",
      circuit: "CLOSED",
      latencyMs: null,
      checkedAt: null,
      message: null,
    });
  });

  it("goes down with failures, opens the circuit, and recovers step by step", async () => {
    const server = await serve(json([]), html(502), html(502), json([]), json([]), json([]));
    const connection = open(server.url, { circuit: { failures: 2, openMs: 100 } });
    const statusAfterCall = async () => {
      await connection.call(read, {}).catch(() => {});
      const { status, circuit } = connection.health();
      return `${status} ${circuit}`;
    };
    expect(await statusAfterCall()).toBe("UP CLOSED");
    expect(connection.health()).toMatchObject({
      message: null,
      latencyMs: expect.any(Number),
      checkedAt: expect.stringMatching(/Z$/),
    });
    expect(await statusAfterCall()).toBe("DOWN CLOSED");
    expect(await statusAfterCall()).toBe("DOWN OPEN");
    expect(await statusAfterCall()).toBe("DOWN OPEN");
    expect(server.requests).toHaveLength(3);
    await pause(120);
    expect(await statusAfterCall()).toBe("DEGRADED CLOSED");
    expect(await statusAfterCall()).toBe("UP CLOSED");
  });

  it.each([-3_600_000, 3_600_000])(
    "opens its circuit for as long as it says, even if the clock is set by %i ms",
    async (setBy) => {
      const server = await serve(html(502), json([]));
      const connection = open(server.url, { circuit: { failures: 1, openMs: 400 } });
      await connection.call(read, {}).catch(() => {});
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + setBy });
      onTestFinished(() => void vi.useRealTimers());
      await expect(connection.call(read, {})).rejects.toMatchObject({ code: "UNAVAILABLE" });
      expect(server.requests).toHaveLength(1);
      await pause(450);
      await connection.call(read, {});
      expect(server.requests).toHaveLength(2);
    },
  );

  it("counts a refusal as an answer: only failures in a row open the circuit", async () => {
    const refusal = json({ refused: true }, 404);
    const connection = open((await serve(html(502), refusal, html(502), refusal)).url, {
      circuit: { failures: 2, openMs: 60_000 },
    });
    for (let call = 0; call < 4; call += 1) await failureOf(connection, read);
    expect(connection.health().circuit).toBe("CLOSED");
  });
});

describe("credentials and addresses", () => {
  it("never appear in messages, records or health", async () => {
    const canary = "canary-7f3a";
    const servers = await Promise.all([
      serve(html(502)).then(({ url }) => url),
      serve((_request, response) => response.writeHead(500).end(`"${canary}"`)).then(({ url }) => url),
      serve(({ socket }) => socket.resetAndDestroy()).then(({ url }) => url),
      serve(json(null, 429)).then(({ url }) => url),
      serve(silence).then(({ url }) => url),
      serveSockets((socket) => socket.end(canary)),
      refusingUrl(),
    ]);
    const secrets = { query: { password: canary }, headers: { authorization: canary }, path: canary };
    for (const url of servers) {
      const connection = open(url.replace("//", `//user:${canary}@`), { timeoutMs: 150 });
      for (const call of [read, write]) {
        const { error, records } = await failureOf(connection, { ...call, ...secrets });
        const told = JSON.stringify([error.message, error.backendCode, records, connection.health()]);
        expect(told).not.toContain(canary);
        expect(told).not.toContain("127.0.0.1");
      }
    }
  });
});
