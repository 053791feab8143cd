import { type Kysely, PostgresAdapter, type RawBuilder, sql } from "kysely";

/** Where the two dialects differ. */

export function isPostgres(database: Kysely<unknown>): boolean {
  return database.getExecutor().adapter instanceof PostgresAdapter;
}

/** Text that is compared byte by byte, as SQLite does: times and ids are sorted, and a database's locale must not change the order. */
export function textType(database: Kysely<unknown>): RawBuilder<unknown> {
  return isPostgres(database) ? sql`text collate "C"` : sql`text`;
}
