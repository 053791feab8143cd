import { once } from "node:events";
import { createServer, type Server } from "node:net";

/**
 * Ports for servers that need a given port. They are below the range that systems assign, so that no other server gets one
 * between the check and its use. They are drawn at random, so that several runs on one machine do not collide.
 */
const lowest = 20_000;
const highest = 30_000;

/** A free port, followed by `count` free ones. */
export async function freePortBase(count: number): Promise<number> {
  for (;;) {
    const base = lowest + Math.floor(Math.random() * (highest - lowest - count));
    const servers = await Promise.allSettled(Array.from({ length: count + 1 }, (_, offset) => occupy(base + offset)));
    for (const server of servers) if (server.status === "fulfilled") await release(server.value);
    if (servers.every(({ status }) => status === "fulfilled")) return base;
  }
}

export const freePort = (): Promise<number> => freePortBase(0);

/** Holds a port of 127.0.0.1 until it is closed; 0 = any free port. Rejects when it is taken. */
export function occupy(port: number): Promise<Server> {
  const { promise, resolve, reject } = Promise.withResolvers<Server>();
  const server = createServer();
  server.once("error", reject).listen(port, "127.0.0.1", () => resolve(server));
  return promise;
}

async function release(server: Server): Promise<void> {
  server.close();
  await once(server, "close");
}
