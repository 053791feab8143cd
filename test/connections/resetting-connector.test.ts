import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { Pool } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import { createAnswerRoom, exchange } from "../../src/connections/exchange.ts";
import { resettingConnector } from "../../src/connections/resetting-connector.ts";

/** A backend's machine sees a reset when a call is given up, after which it delivers nothing more of the call. */

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** For localhost, signed by itself, made for these tests. */
const own = (name: string): Buffer => readFileSync(new URL(`../support/tls/${name}.pem`, import.meta.url));

async function listen(protocol: "http" | "https", onSocket: (socket: Socket) => void): Promise<string> {
  const server =
    protocol === "https" ? createTlsServer({ key: own("key"), cert: own("certificate") }, onSocket) : createServer(onSocket);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `${protocol}://localhost:${(server.address() as AddressInfo).port}`;
}

const room = createAnswerRoom(1_000_000);
const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

describe.each(["http", "https"] as const)("over %s, a call", (protocol) => {
  const open = (origin: string) =>
    new Pool(origin, {
      connections: 1,
      connect: resettingConnector({ timeout: 5_000, tls: { ca: own("certificate").toString() } }),
    });
  const call = (dispatcher: Pool, timeoutMs: number, mayLeave = () => true) =>
    exchange({
      dispatcher,
      request: { method: "PUT", path: "/", body: "charge" },
      timeoutMs,
      signal: undefined,
      room,
      maxBytes: 1_000_000,
      mustBeHad: true,
      mayLeave,
    });

  it("that is given up resets its connection", async () => {
    const events: string[] = [];
    const origin = await listen(protocol, (socket) => {
      socket.on("data", () => events.push("data"));
      socket.on("end", () => events.push("end"));
      socket.on("error", (error: NodeJS.ErrnoException) => events.push(String(error.code)));
    });
    const pool = open(origin);
    await expect(call(pool, 500)).rejects.toMatchObject({ name: "TimeoutError" });
    await expect.poll(() => new Set(events)).toEqual(new Set(["data", "ECONNRESET"]));
    await pool.destroy();
  });

  // Under TLS it once ended the process, and so it would this one.
  it("that is given up as soon as it is connected ends alone", async () => {
    const origin = await listen(protocol, (socket) => socket.on("error", () => {}).resume());
    for (let round = 0; round < 20; round += 1) {
      const pool = open(origin);
      await expect(call(pool, 5_000, () => false)).rejects.toMatchObject({ name: "TooLateError" });
      await pool.destroy();
    }
  });

  it("that is answered keeps its connection for the next one", async () => {
    const events: string[] = [];
    const origin = await listen(protocol, (socket) => {
      events.push("connection");
      socket.on("data", () => socket.write(answer));
      socket.on("end", () => events.push("end"));
      socket.on("error", (error: NodeJS.ErrnoException) => events.push(String(error.code)));
    });
    const pool = open(origin);
    for (let times = 0; times < 3; times += 1)
      expect(await call(pool, 10_000)).toMatchObject({ status: 200, body: Buffer.from("ok") });
    expect(events).toEqual(["connection"]);
    await pool.close();
  });

  it("to a server that cannot be trusted or reached fails as a call that was not sent", async () => {
    const origin = await listen(protocol, () => {});
    const pool = new Pool(protocol === "https" ? origin : "http://localhost:1", {
      connect: resettingConnector({ timeout: 5_000 }),
    });
    let left = false;
    const calling = exchange({
      dispatcher: pool,
      request: { method: "PUT", path: "/", body: "charge" },
      timeoutMs: 10_000,
      signal: undefined,
      room,
      maxBytes: 1_000_000,
      mustBeHad: true,
      mayLeave: () => {
        left = true;
        return true;
      },
    });
    await expect(calling).rejects.toMatchObject({ code: expect.any(String) });
    expect(left).toBe(false);
    await pool.destroy();
  });
});
