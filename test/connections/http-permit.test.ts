import type { RequestListener } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { CallScope } from "../../src/adapter/adapter.ts";
import { BillingError, settle } from "../../src/model/errors.ts";
import { json, open, read, refusingUrl, serve, write } from "./backend-server.ts";

const slowly =
  (milliseconds: number): RequestListener =>
  async (_request, response) => {
    await pause(milliseconds);
    response.end("[]");
  };

/** A permit until a time of performance.now. It counts how often it was requested. */
function permitUntil(deadline: number): CallScope & { readonly asked: () => number } {
  let asked = 0;
  const take = (): boolean => {
    asked += 1;
    return performance.now() < deadline;
  };
  return { permit: { take }, asked: () => asked };
}

async function endOf(call: Promise<unknown>): Promise<BillingError> {
  const settled = await settle(call);
  if (settled instanceof BillingError) return settled;
  throw new Error("the call succeeded");
}

describe("a permit", () => {
  it("that expired while the write waited for its connection keeps it from being sent", async () => {
    const server = await serve(slowly(300), json([]));
    const connection = open(server.url, { concurrency: 1 });
    const first = connection.call(read, {});
    const permit = permitUntil(performance.now() + 100);
    const error = await endOf(connection.call({ ...write, path: "charges/late" }, permit));
    expect(error).toMatchObject({ code: "UNAVAILABLE", retryable: true, backend: "pbx" });
    expect(error.message).toContain("Nothing was sent");
    expect(permit.asked()).toBe(1);
    expect(await first).toEqual([]);

    // The connection still works, and the same request does not arrive later.
    expect(await connection.call(read, {})).toEqual([]);
    expect(await connection.call(write, permitUntil(performance.now() + 1000))).toEqual([]);
    await pause(50);
    expect(server.requests).toEqual(["GET /api/charges/list", "GET /api/charges/list", "POST /api/charges/create"]);
  });

  it("is checked when the request is handed over, not before", async () => {
    const server = await serve(slowly(600), json([]));
    const connection = open(server.url, { concurrency: 1 });
    const first = connection.call(read, {});
    const permit = permitUntil(performance.now() + 2000);
    const second = connection.call(write, permit);
    await pause(50);
    expect(permit.asked()).toBe(0);
    await Promise.all([first, second]);
    expect(permit.asked()).toBe(1);
  });

  it("keeps all writes that wait too long from being sent, and lets the others through", async () => {
    const server = await serve(slowly(120));
    const connection = open(server.url, { concurrency: 1, timeoutMs: 5000 });
    const from = performance.now();
    const calls = Array.from({ length: 6 }, (_, index) =>
      settle(connection.call({ ...write, path: `charges/${index}` }, permitUntil(from + (index % 2 === 0 ? 5000 : 60)))),
    );
    const ended = await Promise.all(calls);
    expect(ended.map((each) => (each instanceof BillingError ? each.code : "sent"))).toEqual([
      "sent",
      ...["UNAVAILABLE", "sent", "UNAVAILABLE", "sent", "UNAVAILABLE"],
    ]);
    expect(server.requests).toEqual(["POST /api/charges/0", "POST /api/charges/2", "POST /api/charges/4"]);
  });

  it("that expired before the connection failed is the only reason reported", async () => {
    const error = await endOf(open(await refusingUrl()).call(write, permitUntil(0)));
    expect(error).toMatchObject({ code: "UNAVAILABLE", retryable: true });
  });

  it("does not concern reads", async () => {
    const server = await serve(json([1]));
    const permit = permitUntil(0);
    expect(await open(server.url).call(read, permit)).toEqual([1]);
    expect(permit.asked()).toBe(0);
  });

  it("that expires after the request was sent changes nothing", async () => {
    const server = await serve(slowly(100));
    let asked = 0;
    const take = (): boolean => {
      asked += 1;
      return asked === 1;
    };
    expect(await open(server.url).call(write, { permit: { take } })).toEqual([]);
    expect(asked).toBe(1);
  });
});

describe("the clock of a backend", () => {
  const at =
    (offsetMs: number): RequestListener =>
    (_request, response) =>
      response.writeHead(200, { date: new Date(Date.now() + offsetMs).toUTCString() }).end("[]");

  it.each([0, 180_000, -180_000, 12 * 3_600_000])("is known within bounds where it is wrong by %i ms", async (offsetMs) => {
    const connection = open((await serve(at(offsetMs))).url);
    expect(connection.clock()).toBeNull();
    const started = performance.now();
    await connection.call(read, {});
    const bounds = connection.clock();
    const [now, took] = [Date.now() + offsetMs, performance.now() - started];
    expect(bounds?.earliest).toBeLessThanOrEqual(now);
    // performance.now and Date.now are read one after the other.
    expect(bounds?.latest).toBeGreaterThanOrEqual(now - 5);
    expect((bounds?.latest ?? 0) - (bounds?.earliest ?? 0)).toBeLessThanOrEqual(1000 + took + 5);
  });

  it("is told by writes as well, and by answers that refuse", async () => {
    const refuse: RequestListener = (_request, response) =>
      response.writeHead(500, { date: new Date(Date.now() - 180_000).toUTCString() }).end("{}");
    const connection = open((await serve(refuse)).url);
    await endOf(connection.call(write, {}));
    expect(connection.clock()?.latest).toBeLessThan(Date.now() - 170_000);
  });

  it("is unknown where no answer tells it, or only one out of a cache", async () => {
    const silent: RequestListener = (_request, response) => {
      response.sendDate = false;
      response.end("[]");
    };
    const cached: RequestListener = (_request, response) =>
      response.writeHead(200, { age: "0", date: new Date(Date.now() - 600_000).toUTCString() }).end("[]");
    for (const answer of [silent, cached]) {
      const connection = open((await serve(answer)).url);
      await connection.call(read, {});
      expect(connection.clock()).toBeNull();
    }
  });
});
