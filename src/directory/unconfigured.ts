import { setImmediate as nextTurn } from "node:timers/promises";
import type { Engine } from "../store/engine.ts";
import { directoryTypes } from "./model.ts";
import { type DirectoryDatabase, directoryDatabase, transactDirectory } from "./tables.ts";

/** How long what is known of a backend outlives its last walk: replicas on one store may be configured differently for a while. */
const keptMs = 24 * 3_600_000;

/** The journal waits while a batch is deleted. */
const batchSize = 200;

/**
 * Deletes the records of backends that are not configured, a day after they were read last: nobody can see them any more, and they
 * are personal data. What was recorded of their changes goes with its retention time.
 *
 * @param configured keys of the backends that stay
 * @param now milliseconds since 1970
 * @param signal ends it between two batches; the next call goes on from there
 */
export async function forgetUnconfigured(
  engine: Engine,
  configured: readonly string[],
  now: number,
  signal: AbortSignal,
): Promise<void> {
  const readBefore = new Date(now - keptMs).toISOString();
  const known = await directoryDatabase(engine).selectFrom("directory_sources").select("backend").distinct().execute();
  for (const { backend } of known.filter(({ backend }) => !configured.includes(backend))) {
    for (let isMore = true; isMore; ) {
      if (signal.aborted) return;
      isMore = await transactDirectory(engine, (transaction) => deleteSome(transaction, backend, readBefore));
      // Whoever waits for the journal, or for this process, comes first.
      await nextTurn();
    }
  }
}

/** True while there may be more. What tells of the backend goes last: until then, the next call finds it. */
async function deleteSome(transaction: DirectoryDatabase, backend: string, readBefore: string): Promise<boolean> {
  // At every batch: it may be configured again, and being read.
  if (await isRead(transaction, backend, readBefore)) return false;
  for (const type of directoryTypes) {
    const { numDeletedRows } = await transaction
      .deleteFrom("directory_records")
      .where("number", "in", (records) =>
        records
          .selectFrom("directory_records")
          .select("number")
          .where("type", "=", type)
          .where("backend", "=", backend)
          .orderBy("number")
          .limit(batchSize),
      )
      .executeTakeFirstOrThrow();
    if (numDeletedRows > 0n) return true;
  }
  await transaction.deleteFrom("directory_sources").where("backend", "=", backend).execute();
  await transaction.deleteFrom("directory_leases").where("backend", "=", backend).execute();
  return false;
}

/** Whether a walk through one of its sources has begun or ended since then. */
async function isRead(transaction: DirectoryDatabase, backend: string, since: string): Promise<boolean> {
  const found = await transaction
    .selectFrom("directory_sources")
    .select("type")
    .where("backend", "=", backend)
    .where(({ eb, or }) => or([eb("started_at", ">=", since), eb("refreshed_at", ">=", since)]))
    .executeTakeFirst();
  return found !== undefined;
}
