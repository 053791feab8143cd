import { readFile } from "node:fs/promises";
import { Client } from "pg";

/** Counts the transactions that a journal has made durable so far. Only differences mean something. */
export interface CommitCounter extends AsyncDisposable {
  readonly count: () => Promise<number>;
}

const attempts = 5;

/**
 * Number of transactions that one mutation makes durable. Exact: other commits, such as a heartbeat's, can only add, so the
 * minimum of several attempts is the mutation's own.
 */
export async function commitsOf(mutate: () => Promise<void>, { count }: CommitCounter): Promise<number> {
  const commits: number[] = [];
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const before = await count();
    await mutate();
    commits.push((await count()) - before);
  }
  const least = Math.min(...commits);
  if (least < 1) throw new Error("The journal's commits cannot be counted: it recorded none, or began its log anew.");
  return least;
}

const walHeaderBytes = 32;
const frameHeaderBytes = 24;

/**
 * For a new database file with a write-ahead log, until the log begins anew, after its first 1000 pages. A frame whose second
 * number is not zero ends a transaction; frames with other salts are old (SQLite, "Database File Format", WAL File Format).
 */
export function sqliteCommits(file: string): CommitCounter {
  return {
    count: async () => {
      const log = await readFile(`${file}-wal`);
      const frameBytes = frameHeaderBytes + log.readUInt32BE(8);
      const salts = log.subarray(16, 24);
      let commits = 0;
      for (let frame = walHeaderBytes; frame + frameBytes <= log.length; frame += frameBytes) {
        if (!log.subarray(frame + 8, frame + 16).equals(salts)) break;
        if (log.readUInt32BE(frame + 4) !== 0) commits += 1;
      }
      return commits;
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/**
 * For a PostgreSQL server: every transaction that writes takes one number, and those that only read take none (PostgreSQL manual,
 * "Transactions and Identifiers"). pg_stat_database.xact_commit counts both, and with a delay.
 */
export async function postgresCommits(url: string): Promise<CommitCounter> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return {
    count: async () => {
      const { rows } = await client.query<{ next: string }>("select pg_snapshot_xmax(pg_current_snapshot())::text as next");
      return Number(rows[0]?.next);
    },
    [Symbol.asyncDispose]: () => client.end(),
  };
}
