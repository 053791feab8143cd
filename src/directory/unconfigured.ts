import { setImmediate as nextTurn } from "node:timers/promises";
import type { Engine } from "../store/engine.ts";
import { directoryTypes } from "./model.ts";
import { type DirectoryDatabase, directoryDatabase, transactDirectory } from "./tables.ts";

/**
 * How long records outlive the last walk of their backend: for a while, replicas on one store may be configured differently.
 */
const keptMs = 24 * 3_600_000;

/** The journal waits while a batch is deleted. */
const batchSize = 200;

/**
 * Deletes the records of backends that are no longer configured, a day after the last walk: nobody can see them any more, and
 * they are personal data. Their recorded changes are deleted after the retention time.
 *
 * @param configured keys of the backends that stay
 * @param now milliseconds since 1970
 * @param signal stops it between two batches; the next call continues
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
      // Other work that waits for the journal or this process goes first.
      await nextTurn();
    }
  }
}

/** True while there may be more. The backend's sources are deleted last, so that the next call still finds the backend. */
async function deleteSome(transaction: DirectoryDatabase, backend: string, readBefore: string): Promise<boolean> {
  // Checked for every batch: the backend may be configured again and being read.
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

/** Whether a walk of one of the backend's sources has begun or ended since then. */
async function isRead(transaction: DirectoryDatabase, backend: string, since: string): Promise<boolean> {
  const found = await transaction
    .selectFrom("directory_sources")
    .select("type")
    .where("backend", "=", backend)
    .where(({ eb, or }) => or([eb("started_at", ">=", since), eb("refreshed_at", ">=", since)]))
    .executeTakeFirst();
  return found !== undefined;
}
