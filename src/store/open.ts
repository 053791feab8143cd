import { sql } from "kysely";
import { Migrator } from "kysely/migration";
import { type Database, type Engine, reasonOf, StoreError } from "./engine.ts";
import { migrations } from "./migrations/index.ts";
import { openSqlite } from "./sqlite.ts";

/**
 * Brings the schema up to date; several processes may do so at once. Rejects if it fails.
 *
 * @returns applied migrations that this code does not know; if there are any, nothing was changed
 */
export async function migrate(database: Database): Promise<readonly string[]> {
  const applied = await appliedMigrations(database);
  // Most starts find nothing to do. The migrator would ask the catalogue of the database for all its tables first.
  if (new Set(Object.keys(migrations)).symmetricDifference(new Set(applied)).size === 0) return [];
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return [];
  // The migrator refuses such a database itself, but its message does not say what to do.
  const unknown = (await appliedMigrations(database)).filter((name) => !Object.hasOwn(migrations, name));
  if (unknown.length === 0) throw error;
  return unknown;
}

async function appliedMigrations(database: Database): Promise<readonly string[]> {
  try {
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(database);
    return rows.map(({ name }) => name);
  } catch {
    return [];
  }
}

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
