import { once } from "node:events";
import { createServer, type Server } from "node:net";

/**
 * Ports for servers that must be told theirs: below the range that systems give out by themselves, so that no server of another
 * test is given one between the look and its use, and drawn by chance, so that several runs on one machine do not meet.
 */
const lowest = 20_000;
const highest = 30_000;

/** A port that is free, and so are the `count` after it. */
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
