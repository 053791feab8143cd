import { type Kysely, sql } from "kysely";
import { isPostgres } from "../engine.ts";

/**
 * Locks a likeness until the transaction ends. False if another transaction has the lock, or if a step has the likeness. Never waits.
 * The function must be volatile: then its query has a snapshot of its own, taken after the lock, and sees what was committed before
 * (PostgreSQL manual, "Function Volatility Categories"). So one statement without a transaction around it is enough.
 *
 * A connection keeps the query's plan. If it was made while the table was empty, it would be a sequential scan: that is switched off.
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
