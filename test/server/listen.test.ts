import type { RequestListener } from "node:http";
import { request } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import { type Listening, listen } from "../../src/server/listen.ts";

let listening: Listening | undefined;
afterEach(async () => listening?.close(100));

describe("the HTTP server", () => {
  it("refuses a body that is too long or does not announce its length, before reading it", async () => {
    let handled = 0;
    const handle: RequestListener = (_request, response) => {
      handled += 1;
      response.end("ok");
    };
    listening = await listen(handle, { host: "127.0.0.1", port: 0, maxBodyBytes: 10 });
    const { origin } = listening;
    const tooLong = await request(origin, { method: "POST", body: "x".repeat(11) });
    expect([tooLong.statusCode, await tooLong.body.json()]).toMatchObject([
      413,
      { errors: [{ extensions: { code: "INVALID_INPUT" } }] },
    ]);
    const chunked = await request(origin, {
      method: "POST",
      body: (async function* () {
        yield "x";
      })() as never,
    });
    expect(chunked.statusCode).toBe(411);
    await chunked.body.dump();
    expect(handled).toBe(0);
    const right = await request(origin, { method: "POST", body: "x".repeat(10) });
    expect(await right.body.text()).toBe("ok");
  });

  it("lets a running request end when it closes, and cuts what outlasts the grace time", async () => {
    const arrived = Promise.withResolvers<void>();
    const answerLate: RequestListener = (_request, response) => {
      arrived.resolve();
      setTimeout(() => response.end("late"), 80);
    };
    listening = await listen(answerLate, { host: "127.0.0.1", port: 0, maxBodyBytes: 10 });
    const running = request(listening.origin);
    await arrived.promise;
    const closed = listening.close(5_000);
    expect(await (await running).body.text()).toBe("late");
    await closed;
    const hung = Promise.withResolvers<void>();
    listening = await listen(() => hung.resolve(), { host: "127.0.0.1", port: 0, maxBodyBytes: 10 });
    const hanging = request(listening.origin).catch(() => "cut");
    await hung.promise;
    await listening.close(50);
    expect(await hanging).toBe("cut");
    listening = undefined;
  });
});
