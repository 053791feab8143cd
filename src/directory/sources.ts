import { setImmediate as nextTurn } from "node:timers/promises";
import { once } from "../model/memoised.ts";
import { type Engine, reporting } from "../store/engine.ts";
import { directoryTypes, type Source, type SourceState } from "./model.ts";
import { type DirectoryDatabase, type DirectoryTables, directoryDatabase, transactDirectory } from "./tables.ts";

/** The freshness of each source, and the lease of the process that refreshes it. */
export interface Sources {
  /** UNAVAILABLE while the store is down. */
  readonly all: () => Promise<readonly SourceState[]>;
  /** The current state; generation 0 before the first walk. */
  readonly of: (source: Source) => Promise<SourceState>;
  /** Begins a walk of a new generation, or resumes an interrupted one of the same origin. */
  readonly begin: (source: Source) => Promise<SourceState>;
  readonly note: (source: Source, position: string) => Promise<void>;
  /** Forgets where a walk was interrupted. */
  readonly restart: (source: Source) => Promise<void>;
  /** @param error why a part could not be read; null = all was read */
  readonly complete: (source: Source, error?: string | null) => Promise<void>;
  readonly fail: (source: Source, error: string) => Promise<void>;
  /** Takes or renews the lease to refresh a backend. False while another owner holds it. */
  readonly lease: (backend: string, owner: string, forMs: number) => Promise<boolean>;
  readonly release: (backend: string, owner: string) => Promise<void>;
}

const unknown = { generation: 0, started_at: null, refreshed_at: null, position: null, error: null, origin: null };

/**
 * Identifies where a backend is read: equal as long as its records and positions mean the same. It is stored, so it must not
 * hold secrets.
 */
export type OriginOf = (backend: string) => string;

export function createSources(engine: Engine, originOf: OriginOf = () => ""): Sources {
  const database = directoryDatabase(engine);
  // Built once: every search asks.
  const everySource = once(() => database.selectFrom("directory_sources").selectAll().compile());

  async function of({ backend, type }: Source): Promise<SourceState> {
    const row = await database
      .selectFrom("directory_sources")
      .selectAll()
      .where("backend", "=", backend)
      .where("type", "=", type)
      .executeTakeFirst();
    return toState(row ?? { backend, type, ...unknown, origin: originOf(backend) });
  }

  async function set({ backend, type }: Source, changes: Partial<DirectoryTables["directory_sources"]>): Promise<void> {
    await transactDirectory(engine, (transaction) =>
      transaction
        .insertInto("directory_sources")
        .values({ backend, type, ...unknown, ...changes })
        .onConflict((conflict) => conflict.columns(["backend", "type"]).doUpdateSet(changes))
        .execute(),
    );
  }

  function toState(row: DirectoryTables["directory_sources"]): SourceState {
    return {
      backend: row.backend,
      type: row.type,
      generation: row.generation,
      startedAt: row.started_at,
      refreshedAt: row.refreshed_at,
      position: row.position,
      error: row.error,
      isMoved: row.origin !== originOf(row.backend),
    };
  }

  return {
    of,
    all: reporting(async () => (await database.executeQuery(everySource())).rows.map(toState)),
    begin: async (source) => {
      const known = await of(source);
      // A walk of another origin saw other records, and its position is a place in another list.
      if (known.startedAt !== null && !known.isMoved) return known;
      const startedAt = new Date().toISOString();
      const generation = known.generation + 1;
      await set(source, { generation, started_at: startedAt, position: null, origin: originOf(source.backend) });
      return { ...known, generation, startedAt, position: null, isMoved: false };
    },
    restart: (source) => set(source, { position: null }),
    note: (source, position) => set(source, { position }),
    complete: (source, error = null) =>
      set(source, { started_at: null, position: null, error, refreshed_at: new Date().toISOString() }),
    fail: (source, error) => set(source, { error }),
    lease: (backend, owner, forMs) =>
      transactDirectory(engine, async (transaction) => {
        const now = Date.now();
        const until = new Date(now + forMs).toISOString();
        const { numInsertedOrUpdatedRows } = await transaction
          .insertInto("directory_leases")
          .values({ backend, owner, until })
          .onConflict((conflict) =>
            conflict
              .column("backend")
              .doUpdateSet({ owner, until })
              .where(({ eb, or, ref }) =>
                or([
                  eb(ref("directory_leases.owner"), "=", owner),
                  eb(ref("directory_leases.until"), "<", new Date(now).toISOString()),
                ]),
              ),
          )
          .executeTakeFirstOrThrow();
        return numInsertedOrUpdatedRows === 1n;
      }),
    release: async (backend, owner) => {
      await transactDirectory(engine, (transaction) =>
        transaction.deleteFrom("directory_leases").where("backend", "=", backend).where("owner", "=", owner).execute(),
      );
    },
  };
}

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
