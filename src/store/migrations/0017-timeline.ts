import { type Kysely, sql } from "kysely";
import { isPostgres, textType } from "../engine.ts";

/**
 * The timeline of PostgreSQL's write-ahead log, if the server confirms commits before a standby has them; null if it waits for one
 * (`synchronous_standby_names`), or does not tell, as some providers' servers. A promotion and a restore begin a new timeline
 * (PostgreSQL manual, "Timelines"), which is what the first eight digits of a file's name say.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable("continuity").addColumn("timeline", textType(database)).execute();
  if (!isPostgres(database)) return;
  await sql`
    create function unconfirmed_timeline() returns text language plpgsql volatile as $$
    begin
      if current_setting('synchronous_standby_names') <> '' and current_setting('synchronous_commit') not in ('local', 'off') then
        return null;
      end if;
      return substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8);
    exception when others then
      return null;
    end
    $$`.execute(database);
}
