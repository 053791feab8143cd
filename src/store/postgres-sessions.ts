import { randomUUID } from "node:crypto";
import { Client, type ClientConfig, DatabaseError } from "pg";

/**
 * Fewer than a gateway uses. More than the processes among which an address usually spreads its connections (PgBouncer's so_reuseport):
 * at least two are to meet in one of them.
 */
const connections = 8;
/** One by one, so that a pooler that hands its sessions out in turn gets out of step. */
const holders = 3;

/**
 * True where each connection has a session of its own on the server, as without a pooler or with one in session mode. In transaction
 * or statement mode, sessions are shared: each connection marks its session, and then finds the mark of another, or none, at the
 * latest while a third one's transaction occupies the session that the pooler would have given it. Nothing else is set meanwhile: in a
 * shared session it would stay for its other users.
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
    // One first: what it meets, the others would meet as well.
    await marked[0]?.client.connect();
    await Promise.all(marked.slice(1).map(({ client }) => client.connect()));
    for (const { client, mark } of marked) {
      await client.query(`set billing_gateway.session = '${mark}'`).catch(explainSilence);
    }
    // Before any transaction: in statement mode, none can begin.
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

/** A pooler accepts any number of connections, and lets those wait for which it has no session. */
function explainSilence(cause: unknown): never {
  if (cause instanceof DatabaseError) throw cause;
  const problem = `one of ${connections} connections was accepted, but not answered`;
  throw new Error(`${problem}; a pooler in front of PostgreSQL must have room for all (PgBouncer: default_pool_size)`, { cause });
}
