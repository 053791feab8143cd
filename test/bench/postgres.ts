import { launchPostgres } from "../support/postgres-server.ts";

export interface DurablePostgres extends AsyncDisposable {
  /** Of an empty database: "postgres://…". */
  readonly url: string;
}

/**
 * A PostgreSQL server of the benchmark's own, as durable as its defaults make it: that of the tests does without the disk. Rejects
 * where it cannot start, e.g. on a platform without its binaries.
 */
export async function startDurablePostgres(): Promise<DurablePostgres> {
  const server = await launchPostgres();
  return { url: await server.createDatabase(), [Symbol.asyncDispose]: server.stop };
}
