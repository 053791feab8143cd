import { type Kysely, PostgresAdapter, type RawBuilder, sql } from "kysely";

/** What the two dialects do not share. */

export function isPostgres(database: Kysely<unknown>): boolean {
  return database.getExecutor().adapter instanceof PostgresAdapter;
}

/** Text that is compared byte by byte, as SQLite does it: times and ids are sorted, and a database's own locale must not decide how. */
export function textType(database: Kysely<unknown>): RawBuilder<unknown> {
  return isPostgres(database) ? sql`text collate "C"` : sql`text`;
}
