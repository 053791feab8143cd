import { sql } from "kysely";
import type { RecordRef } from "../reads/loaders.ts";
import { type Engine, isPostgres, reporting, storable } from "../store/engine.ts";
import type { ChangeKind, Description, DirectoryRecord, IndexedBatch, Source } from "./model.ts";
import { type DirectoryDatabase, directoryDatabase, recordColumns, toRecord, transactDirectory } from "./tables.ts";

/** The directory's records, and the record of their changes. Each batch is one short transaction. */
export interface Records {
  /**
   * Stores what a backend answered, at most `batchSize` records. The batch names those that are new or different; with
   * `put.record` they are recorded as changes as well.
   */
  readonly put: (source: Source, descriptions: readonly Description[], put: Put) => Promise<IndexedBatch>;
  readonly remove: (source: Source, ids: readonly string[], record: boolean) => Promise<IndexedBatch>;
  /** The records of a finished walk that it did not see, after a number, in the order of their numbers. */
  readonly unseen: (source: Source, generation: number, after: number, limit: number) => Promise<readonly DirectoryRecord[]>;
  /** Records after a number, in the order of their numbers: pages of a pass over all of them. */
  readonly behind: (source: Source, number: number, limit: number) => Promise<readonly DirectoryRecord[]>;
  readonly idsBehind: (
    source: Source,
    number: number,
    limit: number,
  ) => Promise<readonly { readonly id: string; readonly number: number }[]>;
  /** UNAVAILABLE while the store is down. */
  readonly byRefs: (source: Source, ids: readonly string[]) => Promise<readonly DirectoryRecord[]>;
  /** The number of records of each source. UNAVAILABLE while the store is down. */
  readonly count: () => Promise<readonly (Source & { readonly records: number })[]>;
}

export interface Put {
  /** The walk that has seen them. */
  readonly generation: number;
  /** Whether changes are recorded. False during the first walk of a source. */
  readonly record: boolean;
  /**
   * The kind of change recorded for a record that is new here. It is UPDATED for our own write to a record that no walk has
   * read yet.
   */
  readonly newAs?: ChangeKind;
  /**
   * True: record them as changed even if the stored ones are equal, because the first walk, which records nothing, may have
   * just read them.
   */
  readonly haveChanged?: boolean;
}

/** Bounds the parameters of a statement (PostgreSQL takes 65,535, SQLite 32,766) and how long the journal waits. */
export const batchSize = 200;

/** An arbitrary number that no other advisory lock of the database uses. */
const changesLock = 7_103_001;

export function createRecords(engine: Engine): Records {
  const database = directoryDatabase(engine);

  async function put(
    source: Source,
    descriptions: readonly Description[],
    { generation, record, newAs = "CREATED", haveChanged = false }: Put,
  ) {
    // One fixed order, so that two processes writing the same rows cannot deadlock.
    const wanted = [...new Map(descriptions.map((each) => [each.id, each])).values()].sort(byId);
    if (wanted.length === 0) return { ...source, written: [], removed: [] };
    return transactDirectory(engine, async (transaction) => {
      const ids = wanted.map(({ id }) => id);
      const known = await ofSource(transaction.selectFrom("directory_records"), source)
        .select(["id", "fingerprint", "changed_at", "name_words", "other_words"])
        .where("id", "in", ids)
        .orderBy("id")
        .$if(isPostgres(transaction as never), (query) => query.forUpdate())
        .execute();
      const knownById = new Map(known.map((row) => [row.id, row]));
      const written = wanted.filter(({ id, fingerprint }) => haveChanged || knownById.get(id)?.fingerprint !== fingerprint);
      const writtenIds = new Set(written.map(({ id }) => id));
      // The record is the same, but a newer version of the gateway finds it by other words.
      const reworded = wanted.filter((each) => !writtenIds.has(each.id) && hasOtherWords(each, knownById.get(each.id)));
      const rewordedIds = new Set(reworded.map(({ id }) => id));
      const same = ids.filter((id) => !writtenIds.has(id) && !rewordedIds.has(id));
      if (same.length > 0) {
        await transaction
          .updateTable("directory_records")
          .set({ generation })
          .where("type", "=", source.type)
          .where("backend", "=", source.backend)
          .where("id", "in", same)
          .where("generation", "<>", generation)
          .execute();
      }
      const now = new Date().toISOString();
      const changes = written.map((description) => {
        const before = knownById.get(description.id);
        const kind: ChangeKind = before && !haveChanged ? "UPDATED" : newAs;
        return { description, kind, at: changeTime(description, before?.changed_at ?? null, now) };
      });
      const told = reworded.map((description) => ({ description, at: knownById.get(description.id)?.changed_at ?? now }));
      await upsert(transaction, [...changes, ...told], generation, now);
      if (record)
        await recordChanges(
          transaction,
          changes.map(({ description, ...rest }) => ({ ...refOf(description), ...rest })),
          now,
        );
      return { ...source, written: written.map(refOf), removed: [] };
    });
  }

  async function remove(source: Source, ids: readonly string[], record: boolean): Promise<IndexedBatch> {
    if (ids.length === 0) return { ...source, written: [], removed: [] };
    return transactDirectory(engine, async (transaction) => {
      const gone = await transaction
        .deleteFrom("directory_records")
        .where("type", "=", source.type)
        .where("backend", "=", source.backend)
        .where("id", "in", ids)
        .returning("id")
        .execute();
      const removed = gone.map(({ id }) => ({ ...source, id }));
      const now = new Date().toISOString();
      if (record)
        await recordChanges(
          transaction,
          removed.map((ref) => ({ ...ref, kind: "REMOVED" as const, at: now })),
          now,
        );
      return { ...source, written: [], removed };
    });
  }

  const selected = () => database.selectFrom("directory_records").select(recordColumns);

  return {
    put,
    remove,
    unseen: async (source, generation, after, limit) => {
      const unseen = ofSource(selected(), source).where("generation", "<>", generation).where("number", ">", after);
      return (await unseen.orderBy("number").limit(limit).execute()).map(toRecord);
    },
    behind: async (source, number, limit) =>
      (await ofSource(selected(), source).where("number", ">", number).orderBy("number").limit(limit).execute()).map(toRecord),
    idsBehind: async (source, number, limit) => {
      const ids = ofSource(database.selectFrom("directory_records"), source).select(["id", "number"]);
      const rows = await ids.where("number", ">", number).orderBy("number").limit(limit).execute();
      return rows.map((row) => ({ id: row.id, number: Number(row.number) }));
    },
    byRefs: reporting(async (source, ids) =>
      ids.length === 0 ? [] : (await ofSource(selected(), source).where("id", "in", ids).execute()).map(toRecord),
    ),
    count: reporting(async () => {
      const rows = await database
        .selectFrom("directory_records")
        .select(["backend", "type", (expression) => expression.fn.countAll<number | string>().as("records")])
        .groupBy(["backend", "type"])
        .execute();
      return rows.map(({ records, ...source }) => ({ ...source, records: Number(records) }));
    }),
  };
}

interface Restrictable {
  readonly where: (column: "type" | "backend", operator: "=", value: string) => this;
}

function ofSource<Query extends Restrictable>(query: Query, { type, backend }: Source): Query {
  return query.where("type", "=", type).where("backend", "=", backend);
}

function refOf({ type, backend, id }: RecordRef): RecordRef {
  return { type, backend, id };
}

/**
 * The backend's own time if the record is new or that time has moved on; otherwise now, when the comparison noticed the change.
 */
function changeTime({ createdAt, updatedAt }: Description, before: string | null, now: string): string {
  if (before === null) return createdAt ?? updatedAt ?? now;
  return updatedAt !== null && updatedAt > before ? updatedAt : now;
}

interface Written {
  readonly description: Description;
  readonly at: string;
}

async function upsert(database: DirectoryDatabase, written: readonly Written[], generation: number, now: string): Promise<void> {
  if (written.length === 0) return;
  const rows = written.map(({ description, at }) => ({
    ...refOf(description),
    name: storable(description.name),
    ...indexable(description),
    data: JSON.stringify(description.data),
    fingerprint: description.fingerprint,
    changed_at: description.updatedAt ?? at,
    indexed_at: now,
    generation,
  }));
  await database
    .insertInto("directory_records")
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(["type", "backend", "id"]).doUpdateSet(({ ref }) => ({
        name: ref("excluded.name"),
        name_words: ref("excluded.name_words"),
        other_words: ref("excluded.other_words"),
        data: ref("excluded.data"),
        fingerprint: ref("excluded.fingerprint"),
        changed_at: ref("excluded.changed_at"),
        indexed_at: ref("excluded.indexed_at"),
        generation: ref("excluded.generation"),
      })),
    )
    .execute();
}

/** Characters of at most four bytes: PostgreSQL's index takes no row of more than a third of a page, 2,704 bytes. */
const longestNameWords = 500;

/** Moves words that a long name's index cannot take to the other words, so that every word still finds the record. */
function indexable({ nameWords, otherWords }: Description) {
  const characters = [...nameWords];
  if (characters.length <= longestNameWords) return { name_words: nameWords, other_words: otherWords };
  const end = characters.lastIndexOf(" ", longestNameWords);
  const [name, rest] = [characters.slice(0, end), characters.slice(end + 1)].map((part) => part.join(""));
  return { name_words: name ?? "", other_words: `${rest} ${otherWords}` };
}

function hasOtherWords(
  description: Description,
  known: { readonly name_words: string; readonly other_words: string } | undefined,
) {
  const { name_words, other_words } = indexable(description);
  return known !== undefined && (known.name_words !== name_words || known.other_words !== other_words);
}

function byId(left: RecordRef, right: RecordRef): number {
  return left.id === right.id ? 0 : left.id < right.id ? -1 : 1;
}

type NewChange = RecordRef & { readonly kind: ChangeKind; readonly at: string };

async function recordChanges(database: DirectoryDatabase, changes: readonly NewChange[], now: string): Promise<void> {
  if (changes.length === 0) return;
  // PostgreSQL assigns numbers before it commits. The lock keeps a smaller number from appearing after a reader has passed it.
  if (isPostgres(database as never)) await sql`select pg_advisory_xact_lock(${changesLock})`.execute(database);
  await database
    .insertInto("directory_changes")
    .values(changes.map((change) => ({ ...change, noticed_at: now })))
    .execute();
}
