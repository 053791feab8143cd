import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Caller } from "../../src/model/caller.ts";
import { StoreFailedError } from "../../src/model/errors.ts";
import type { CallerRuns } from "../../src/runs/runs.ts";
import type { RateLimits } from "../../src/server/http/rate-limit.ts";
import { listen } from "../../src/server/listen.ts";
import { type RunFilesOptions, withRunFiles } from "../../src/server/run-files.ts";
import type { Handle } from "../../src/server/state.ts";
import { createLogger } from "../../src/server/telemetry/log.ts";
import { send } from "./http/wire.ts";

const caller: Caller = {
  actor: "clerk",
  name: "clerk",
  scopes: new Set(["read", "write"]),
  backends: "*",
  expiresAt: null,
};

/** Sends a file while what takes it fails so. */
async function failing(
  failure: unknown,
): Promise<{ response: Response; body: string; lines: readonly Record<string, unknown>[] }> {
  let log = "";
  const memory = new Writable({
    write: (chunk, _encoding, done) => {
      log += String(chunk);
      done();
    },
  });
  const runs = { create: () => Promise.reject(failure) } as unknown as CallerRuns;
  const rates = { ofCaller: async () => null, failed: async () => null } as unknown as RateLimits;
  const handle = withRunFiles(() => {}, {
    authenticate: async () => caller,
    rates,
    runsOf: () => runs,
    logger: createLogger("debug", memory),
  });
  const server = await listen(handle, { host: "127.0.0.1", port: 0, maxBodyBytes: 1_000 });
  try {
    const response = await fetch(`${server.origin}/runs?name=Copies`, {
      method: "POST",
      headers: { "content-type": "text/csv" },
      body: "name\na\n",
    });
    const body = await response.text();
    const lines = log.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Record<string, unknown>]));
    return { response, body, lines };
  } finally {
    await server.close(1_000);
  }
}

it.each(["//", "//[", "//a:99999999/", "///runs"])("the address %s is left to others", async (address) => {
  const others: Handle = (_, response) => void response.end("others");
  const handle = withRunFiles(others, { authenticate: async () => caller } as unknown as RunFilesOptions);
  const server = await listen(handle, { host: "127.0.0.1", port: 0, maxBodyBytes: 1_000 });
  expect(await send(server, { path: address })).toMatchObject({ status: 200, text: "others" });
  await server.close(0);
});

describe("a file that the gateway fails to take", () => {
  it("is refused without the reason, which the log has under the request's id", async () => {
    const { response, body, lines } = await failing(new TypeError("a secret"));
    expect(response.status).toBe(500);
    expect(JSON.parse(body)).toMatchObject({
      errors: [{ message: expect.stringMatching(/log/), extensions: { code: "INTERNAL" } }],
    });
    const requestId = response.headers.get("x-request-id");
    expect(lines).toMatchObject([{ level: "error", requestId, error: { name: "TypeError" }, msg: "unexpected failure" }]);
    expect(body + JSON.stringify(lines)).not.toContain("secret");
  });

  it("can be sent again where the store failed, and the log says how it failed", async () => {
    const cause = Object.assign(new Error("a secret"), { code: "ECONNREFUSED" });
    const { response, body, lines } = await failing(new StoreFailedError(cause));
    expect(response.status).toBe(503);
    expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: "UNAVAILABLE", retryable: true } }] });
    const requestId = response.headers.get("x-request-id");
    expect(lines).toMatchObject([{ level: "error", requestId, error: { code: "ECONNREFUSED" }, msg: "the store failed" }]);
  });
});
