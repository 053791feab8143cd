import { type Kysely, sql } from "kysely";
import { isPostgres } from "./columns.ts";

/**
 * Whether nobody else records a charge of this likeness at this moment, and no step has it: then it is locked until the transaction ends.
 * Waits for nobody. It must be volatile: then its look begins after the lock is had, with a snapshot of its own, and sees what was
 * committed before (PostgreSQL manual, "Function Volatility Categories"). So that a statement that calls it needs no transaction around it.
 *
 * The plan of its look is kept by a connection that may have made it while the table was empty: it must not read the table through.
 */
export async function up(database: Kysely<unknown>): Promise<void> {
  if (!isPostgres(database)) return;
  await sql`
    create function lock_unused_likeness(wanted text, its_lock bigint) returns boolean language plpgsql volatile
    set enable_seqscan = off as $$
    begin
      if not pg_try_advisory_xact_lock(its_lock) then
        return false;
      end if;
      return not exists (select from steps where likeness = wanted collate "C");
    end
    $$`.execute(database);
}
