import { type RawBuilder, sql } from "kysely";
import type { Ref } from "../model/model.ts";
import { type Engine, isPostgres } from "../store/engine.ts";
import type { DirectoryCustomer } from "./find.ts";
import { mostPerKey } from "./keys.ts";
import type { ComparableCustomer, PairScore } from "./model.ts";
import { type Pair, type SuggestionDatabase, suggestionDatabase, transactSuggestions } from "./tables.ts";

/** The reads and writes of finding suggestions. Each change is one short transaction, each read is bounded. */
export interface Pairs {
  /**
   * Replaces the keys of customers of one backend, and deletes the suggestions that they are in, in one transaction: a
   * comparison that sees the new keys must not lose its result again.
   */
  readonly putKeys: (backend: string, customers: readonly KeyedCustomer[]) => Promise<void>;
  /** Customers of other backends that share a key with some of one backend, each pair once. */
  readonly candidates: (backend: string, customers: readonly KeyedCustomer[]) => Promise<readonly PairCandidate[]>;
  /** The directory's records; unknown ones are left out. */
  readonly records: (refs: readonly Ref[]) => Promise<readonly DirectoryCustomer[]>;
  /** Stores the suggestions found for customers of one backend, and the version in which they were compared. */
  readonly keep: (
    backend: string,
    customers: readonly { readonly id: string; readonly compared: string }[],
    scored: readonly ScoredPair[],
  ) => Promise<void>;
  /** Forgets customers. */
  readonly drop: (customers: readonly Ref[]) => Promise<void>;
  /** Forgets customers that are no longer in the directory. */
  readonly dropGone: (signal?: AbortSignal) => Promise<void>;
  /** The backends that have customers in the directory. */
  readonly backends: () => Promise<readonly string[]>;
  /**
   * Those of the next records after a number that were not compared in this version; `last` is where to go on, null at the end.
   */
  readonly uncompared: (backend: string, version: string, after: number, limit: number) => Promise<UncomparedPage>;
}

export interface UncomparedPage {
  readonly records: readonly DirectoryCustomer[];
  readonly last: number | null;
}

interface KeyedCustomer {
  readonly id: string;
  readonly keys: readonly string[];
}

interface PairCandidate {
  readonly mine: Ref;
  readonly other: Ref;
}

export interface ScoredPair extends PairScore {
  readonly customers: readonly [ComparableCustomer, ComparableCustomer];
}

/** Rows in one statement. PostgreSQL takes 65,535 parameters, SQLite 32,766. */
const mostRows = 1_000;

/** An arbitrary number that no other advisory lock of the database uses. */
const pairsLock = 7_105_001;

export function createPairs(engine: Engine): Pairs {
  const database = suggestionDatabase(engine);

  const drop: Pairs["drop"] = async (customers) => {
    await transactSuggestions(engine, async (transaction) => {
      await inTurn(transaction);
      for (const [backend, ids] of idsByBackend(customers)) {
        await deletePairs(transaction, backend, ids);
        await deleteKeys(transaction, backend, ids);
        await transaction
          .deleteFrom("suggestion_customers")
          .where("backend", "=", backend)
          .where("customer_id", "in", ids)
          .execute();
      }
    });
  };

  return {
    drop,
    putKeys: (backend, customers) =>
      transactSuggestions(engine, async (transaction) => {
        const ids = customers.map(({ id }) => id);
        await inTurn(transaction);
        await deletePairs(transaction, backend, ids);
        await deleteKeys(transaction, backend, ids);
        const keys = customers.flatMap(({ id, keys }) => keys.map((key) => [key, id]));
        await sql`insert into suggestion_keys (key, backend, customer_id)
          select value ->> 0, ${backend}, value ->> 1 from ${jsonRows(transaction, keys)}`.execute(transaction);
        const known = customers.map(({ id, keys }) => [id, keys.join(" ")]);
        // Without "where true" SQLite reads "on conflict" as the condition of a join (SQLite, UPSERT, 2.2 Parsing Ambiguity).
        await sql`insert into suggestion_customers (backend, customer_id, keys, compared)
          select ${backend}, value ->> 0, value ->> 1, '' from ${jsonRows(transaction, known)} where true
          on conflict (backend, customer_id) do update set keys = excluded.keys, compared = ''`.execute(transaction);
      }),
    candidates: async (backend, customers) => {
      // Rare keys are found before any join: a key that m customers share with n others would give m × n rows.
      const rare = await rareKeys(database, new Set(customers.flatMap(({ keys }) => keys)));
      const keys = customers.flatMap(({ id, keys }) => keys.filter((key) => rare.has(key)).map((key) => [key, id]));
      const { rows } = await sql<{ id: string; other_backend: string; other_id: string }>`
        select distinct value ->> 1 as id, other.backend as other_backend, other.customer_id as other_id
        from ${jsonRows(database, keys)} join suggestion_keys as other on other.key = value ->> 0
        where other.backend <> ${backend}`.execute(database);
      return rows.map((row) => ({
        mine: { backend, id: row.id },
        other: { backend: row.other_backend, id: row.other_id },
      }));
    },
    records: async (refs) => {
      const found: DirectoryCustomer[] = [];
      for (const [backend, ids] of idsByBackend(refs)) {
        for (const some of inGroups([...new Set(ids)])) {
          const rows = database.selectFrom("directory_records").select(["backend", "id", "name", "data", "fingerprint"]);
          const ofBackend = rows.where("type", "=", "Customer").where("backend", "=", backend);
          found.push(...(await ofBackend.where("id", "in", some).execute()));
        }
      }
      return found;
    },
    keep: (backend, customers, scored) =>
      transactSuggestions(engine, async (transaction) => {
        await inTurn(transaction);
        for (const some of inGroups(scored.map(toRow))) {
          const pairs = transaction.insertInto("link_suggestions").values(some);
          // Two customers that are compared at the same time both find their pair.
          await pairs
            .onConflict((conflict) =>
              conflict
                .columns(["left_backend", "left_id", "right_backend", "right_id"])
                .doUpdateSet(({ ref }) => ({ score: ref("excluded.score"), reasons: ref("excluded.reasons") })),
            )
            .execute();
        }
        const compared = customers.map(({ id, compared }) => [id, compared]);
        await sql`insert into suggestion_customers (backend, customer_id, keys, compared)
          select ${backend}, value ->> 0, '', value ->> 1 from ${jsonRows(transaction, compared)} where true
          on conflict (backend, customer_id) do update set compared = excluded.compared`.execute(transaction);
      }),
    dropGone: async (signal) => {
      while (!signal?.aborted) {
        const gone = await database
          .selectFrom("suggestion_customers as known")
          .select(["known.backend", "known.customer_id as id"])
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom("directory_records as record")
                  .select("record.id")
                  .where("record.type", "=", "Customer")
                  .whereRef("record.backend", "=", "known.backend")
                  .whereRef("record.id", "=", "known.customer_id"),
              ),
            ),
          )
          .limit(mostRows)
          .execute();
        if (gone.length === 0) return;
        await drop(gone);
      }
    },
    backends: async () => {
      const rows = await database
        .selectFrom("directory_records")
        .select("backend")
        .distinct()
        .where("type", "=", "Customer")
        .execute();
      return rows.map(({ backend }) => backend);
    },
    uncompared: async (backend, version, after, limit) => {
      const rows = await database
        .selectFrom("directory_records as record")
        .leftJoin("suggestion_customers as known", (join) =>
          join.onRef("known.backend", "=", "record.backend").onRef("known.customer_id", "=", "record.id"),
        )
        .select(["record.number", "record.backend", "record.id", "record.name", "record.data", "record.fingerprint"])
        .select("known.compared")
        .where("record.type", "=", "Customer")
        .where("record.backend", "=", backend)
        .where("record.number", ">", after)
        .orderBy("record.number")
        .limit(limit)
        .execute();
      const last = rows.at(-1);
      return {
        records: rows
          .filter(({ compared, fingerprint }) => compared !== version + fingerprint)
          .map(({ backend, id, name, data, fingerprint }) => ({ backend, id, name, data, fingerprint })),
        last: last ? Number(last.number) : null,
      };
    },
  };
}

/**
 * Passes rows of texts as one JSON parameter, with columns `value ->> 0` and so on. A statement with thousands of parameters
 * takes longer to build than to run, and each number of rows would be another statement to prepare.
 */
function jsonRows(database: SuggestionDatabase, rows: readonly (readonly string[])[]): RawBuilder<unknown> {
  const json = JSON.stringify(rows);
  return isPostgres(database) ? sql`jsonb_array_elements(${json}::jsonb) as given (value)` : sql`json_each(${json}) as given`;
}

/** The keys that few enough customers share. It stops counting as soon as there are too many. */
async function rareKeys(database: SuggestionDatabase, keys: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const asked = [...keys].map((key) => [key]);
  const { rows } = await sql<{ key: string }>`
    select value ->> 0 as key from ${jsonRows(database, asked)}
    where (select count(*) from (select 1 from suggestion_keys as same where same.key = value ->> 0
      limit ${sql.lit(mostPerKey + 1)}) as counted) <= ${sql.lit(mostPerKey)}`.execute(database);
  return new Set(rows.map(({ key }) => key));
}

/** Takes a lock: batches share pairs, and without it two of them could deadlock. SQLite has only one writer at a time. */
async function inTurn(transaction: SuggestionDatabase): Promise<void> {
  if (isPostgres(transaction)) await sql`select pg_advisory_xact_lock(${pairsLock})`.execute(transaction);
}

async function deletePairs(transaction: SuggestionDatabase, backend: string, ids: readonly string[]): Promise<void> {
  const pairs = transaction.deleteFrom("link_suggestions");
  await pairs.where("left_backend", "=", backend).where("left_id", "in", ids).execute();
  await pairs.where("right_backend", "=", backend).where("right_id", "in", ids).execute();
}

/** Each customer's row holds its keys. An index of the keys by customer would be half of all that is written. */
async function deleteKeys(transaction: SuggestionDatabase, backend: string, ids: readonly string[]): Promise<void> {
  const customers = transaction.selectFrom("suggestion_customers").select(["customer_id", "keys"]);
  const known = await customers.where("backend", "=", backend).where("customer_id", "in", ids).execute();
  const keys = known.flatMap(({ customer_id, keys }) => keys.split(" ").map((key) => [key, customer_id]));
  if (keys.length === 0) return;
  await sql`delete from suggestion_keys where backend = ${backend} and (key, customer_id) in
    (select value ->> 0, value ->> 1 from ${jsonRows(transaction, keys)})`.execute(transaction);
}

/** The pair of two customers as tables store it: ordered by their backends. */
export function pairOf(one: Ref, other: Ref): Pair {
  const [left, right] = one.backend < other.backend ? [one, other] : [other, one];
  return { left_backend: left.backend, left_id: left.id, right_backend: right.backend, right_id: right.id };
}

function toRow({ customers: [one, other], score, reasons }: ScoredPair) {
  return { ...pairOf(one, other), score: Math.round(score * 1000), reasons: JSON.stringify(reasons) };
}

function idsByBackend(refs: readonly Ref[]): [backend: string, ids: string[]][] {
  const groups = Map.groupBy(refs, ({ backend }) => backend);
  return [...groups].map(([backend, members]) => [backend, members.map(({ id }) => id)]);
}

function* inGroups<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < rows.length; from += mostRows) yield rows.slice(from, from + mostRows);
}
