import { sql } from "kysely";
import type { Engine } from "./engine.ts";
import { migrate } from "./migrate.ts";
import { openSqlite } from "./sqlite.ts";
import { reasonOf, StoreError } from "./store-error.ts";

/**
 * Opens a store and brings its schema up to date. Rejects with StoreError if it cannot be reached, or a newer version of the gateway has
 * written it.
 *
 * @param url "sqlite:<path>", "sqlite::memory:" or "postgres://…"
 */
export async function openEngine(url: string): Promise<Engine> {
  const place = placeOf(url);
  const cannotOpen = (cause: unknown): never => {
    throw new StoreError(`The store of operations (${place}) cannot be opened: ${reasonOf(cause)}.`, { cause });
  };
  const engine = await openDialect(url).catch(cannotOpen);
  try {
    const problem = await engine.unfit().catch(cannotOpen);
    if (problem !== null) throw new StoreError(`The store of operations (${place}) cannot be used: ${problem}.`);
    const unknown = await engine.patiently(migrate).catch(cannotOpen);
    if (unknown.length > 0) {
      throw new StoreError(
        `The store of operations (${place}) belongs to a newer version of the gateway: this one does not know ${unknown.join(", ")}.`,
      );
    }
  } catch (error) {
    await engine.close();
    throw error;
  }
  return engine;
}

/** Rejects while the store does not answer, and after a failure until a write succeeds again. */
export async function ping({ database, writeHealth }: Pick<Engine, "database" | "writeHealth">): Promise<void> {
  await sql`select 1`.execute(database);
  await writeHealth.confirm();
}

async function openDialect(url: string): Promise<Engine> {
  if (url.startsWith("sqlite:")) return openSqlite(url.slice("sqlite:".length));
  // The driver of PostgreSQL is loaded only if it is used.
  const { openPostgres } = await import("./postgres.ts");
  return openPostgres(url);
}

/** An address without its user, password and parameters. */
function placeOf(url: string): string {
  if (url.startsWith("sqlite:")) return `SQLite, ${url.slice("sqlite:".length)}`;
  if (!URL.canParse(url)) return "PostgreSQL";
  const { host, pathname } = new URL(url);
  return `PostgreSQL, ${host}${pathname}`;
}
