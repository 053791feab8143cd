import { readdirSync, readFileSync } from "node:fs";
import { Client } from "pg";
import { launchPostgres } from "../support/postgres-server.ts";

export interface DurablePostgres extends AsyncDisposable {
  /** URL of an empty database: "postgres://…". */
  readonly url: string;
  /** Milliseconds that its processes have used so far; null where the system does not tell (no /proc). */
  readonly processorTime: () => number | null;
  /** Duration of its statements since the last call; none unless they are watched. */
  readonly statements: () => Promise<readonly StatementTime[]>;
}

export interface StatementTime {
  readonly text: string;
  readonly calls: number;
  /** The total, and the planning time within it. */
  readonly milliseconds: number;
  readonly planning: number;
}

/**
 * A PostgreSQL server of the benchmark's own, as durable as its defaults: the tests' server does not write to the disk. Rejects
 * if it cannot start, e.g. on a platform without its binaries.
 */
export async function startDurablePostgres({ watchesStatements = false } = {}): Promise<DurablePostgres> {
  const watching = ["-c", "shared_preload_libraries=pg_stat_statements", "-c", "pg_stat_statements.track_planning=on"];
  const server = await launchPostgres(watchesStatements ? { postgresFlags: watching } : {});
  const url = await server.createDatabase();
  const client = new Client({ connectionString: url });
  await client.connect();
  if (watchesStatements) await client.query("create extension pg_stat_statements");
  // The first line of the file that the server keeps beside its data (PostgreSQL manual, "Database File Layout").
  const { rows } = await client.query<{ file: string }>("select pg_read_file('postmaster.pid') as file");
  const pid = Number.parseInt(rows[0]?.file ?? "", 10);
  return {
    url,
    processorTime: () => processorTimeOf(pid),
    statements: async () => {
      if (!watchesStatements) return [];
      const taken = await client.query<StatementTime>(
        "select query as text, calls::integer, total_plan_time + total_exec_time as milliseconds, total_plan_time as planning from pg_stat_statements",
      );
      await client.query("select pg_stat_statements_reset()");
      return taken.rows;
    },
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await server.stop();
    },
  };
}

/** Linux counts in hundredths of a second there, on all platforms that Node runs on (proc_pid_stat(5), sysconf(3) _SC_CLK_TCK). */
const msPerTick = 10;

/** A process and those that it started, including ended ones. */
function processorTimeOf(pid: number): number | null {
  try {
    const ticks = readdirSync("/proc").map((name) => {
      if (!/^\d+$/.test(name)) return 0;
      const { parent, own, ended } = statOf(name) ?? { parent: 0, own: 0, ended: 0 };
      if (Number(name) === pid) return own + ended;
      return parent === pid ? own : 0;
    });
    return ticks.reduce((total, each) => total + each, 0) * msPerTick;
  } catch {
    return null;
  }
}

function statOf(pid: string): { readonly parent: number; readonly own: number; readonly ended: number } | null {
  try {
    // After the name, which may contain anything: state, parent, and from the twelfth field on the times.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(Number);
    return { parent: Number(fields[1]), own: (user ?? 0) + (system ?? 0), ended: (endedUser ?? 0) + (endedSystem ?? 0) };
  } catch {
    // It has ended meanwhile.
    return null;
  }
}
