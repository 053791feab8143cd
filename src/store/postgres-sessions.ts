import { randomUUID } from "node:crypto";
import { Client, type ClientConfig, DatabaseError } from "pg";

/**
 * Fewer than a gateway uses, but more than the pooler processes that usually share one address (PgBouncer's so_reuseport): at least two
 * connections should reach the same process.
 */
const connections = 8;
/** Transactions are opened one by one, so that a pooler that hands out its sessions in turn gets out of step. */
const holders = 3;

/**
 * True if each connection has its own session on the server: there is no pooler, or one in session mode. In transaction or statement mode
 * sessions are shared. So each connection marks its session and reads the mark again. If it finds another mark or none, sessions are
 * shared. Open transactions occupy sessions meanwhile, so that the pooler has to hand out other ones. Only the mark is set: in a shared
 * session a setting would stay for its other users.
 */
export async function keepsSessions(settings: ClientConfig): Promise<boolean> {
  const marked = Array.from({ length: connections }, () => ({ client: new Client(settings), mark: randomUUID() }));
  const areKept = async (): Promise<boolean> => {
    const kept = await Promise.all(
      marked.map(async ({ client, mark }) => {
        const { rows } = await client.query("select current_setting('billing_gateway.session', true) as mark");
        return rows[0]?.mark === mark;
      }),
    );
    return kept.every(Boolean);
  };
  try {
    for (const { client } of marked) client.on("error", () => {});
    // One first: if it fails, the others would fail in the same way.
    await marked[0]?.client.connect();
    await Promise.all(marked.slice(1).map(({ client }) => client.connect()));
    for (const { client, mark } of marked) {
      await client.query(`set billing_gateway.session = '${mark}'`).catch(explainSilence);
    }
    // Before any transaction: in statement mode none can begin.
    if (!(await areKept())) return false;
    for (const { client } of marked.slice(0, holders)) {
      await client.query("begin");
      if (!(await areKept())) return false;
      await client.query("rollback");
    }
    return true;
  } finally {
    await Promise.allSettled(marked.map(({ client }) => client.end()));
  }
}

/** A pooler accepts any number of connections. Those for which it has no session have to wait. */
function explainSilence(cause: unknown): never {
  if (cause instanceof DatabaseError) throw cause;
  const problem = `one of ${connections} connections was accepted, but not answered`;
  throw new Error(`${problem}; a pooler in front of PostgreSQL must have room for all (PgBouncer: default_pool_size)`, { cause });
}
