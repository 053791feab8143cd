import { sql } from "kysely";
import { Migrator } from "kysely/migration";
import type { Database } from "./engine.ts";
import { migrations } from "./migrations/index.ts";

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
