import { type RawBuilder, sql } from "kysely";
import { invalidInput } from "../model/errors.ts";
import type { Engine } from "../store/engine.ts";
import { isPostgres } from "../store/migrations/columns.ts";
import { reporting } from "../store/reporting.ts";
import type { DirectoryRecord, Source } from "./model.ts";
import { type DirectoryDatabase, directoryDatabase, recordColumns, toRecord } from "./tables.ts";

/**
 * Looks for words in the directory. What is found comes in three stages: names that begin with the words, in the order of
 * names; names that have words which begin with them; and whatever else has such words. Within the last two, in the order in which
 * records were first seen: so a page is read off an index, however many records there are behind it.
 */
export interface Found {
  readonly record: DirectoryRecord;
  /** The place right behind it. */
  readonly position: string;
}

/**
 * At most `limit` records of the sources behind a position. INVALID_INPUT at "after" for a position that is none, UNAVAILABLE
 * while the store is down.
 */
export type Find = (
  words: readonly string[],
  sources: readonly Source[],
  after: string | null,
  limit: number,
) => Promise<readonly Found[]>;

export function createFind(engine: Engine): Find {
  const database = directoryDatabase(engine);
  const stages = isPostgres(database as never) ? postgresStages(database) : sqliteStages(database);

  return reporting(async (words, sources, after, limit) => {
    const start = after === null ? fromTheStart : await placeOf(database, sources, readPosition(after));
    const found: Found[] = [];
    for (const [index, stage] of stages.entries()) {
      if (index < start.stage || sources.length === 0 || words.length === 0) continue;
      const { name, number } = index === start.stage ? start : { name: "", number: 0 };
      const records = await stage({ words, sources, name, number, limit: limit - found.length });
      found.push(...records.map((record) => ({ record, position: writePosition(index, record) })));
      if (found.length >= limit) break;
    }
    return found;
  });
}

interface Position {
  readonly stage: number;
  readonly number: number;
}

interface Place extends Position {
  readonly name: string;
}

const fromTheStart: Place = { stage: 0, name: "", number: 0 };

/**
 * A position goes to callers, who can read it: the name that the first stage goes on behind is not in it. It is looked for among
 * the sources asked for only, as a forged position could be put beside the names of others. Where the record has gone, its stage
 * begins anew: better something twice than something left out.
 */
async function placeOf(database: DirectoryDatabase, sources: readonly Source[], position: Position): Promise<Place> {
  if (position.stage !== 0 || sources.length === 0) return { ...position, name: "" };
  const row = await database
    .selectFrom("directory_records")
    .select("name_words")
    .where("number", "=", position.number)
    .where(ofSources(sources))
    .executeTakeFirst();
  return row ? { ...position, name: row.name_words } : fromTheStart;
}

interface IndexQuestion {
  readonly words: readonly string[];
  readonly sources: readonly Source[];
  /** Behind this name, and of the same ones behind this number. */
  readonly name: string;
  readonly number: number;
  readonly limit: number;
}

type Stage = (asked: IndexQuestion) => Promise<readonly DirectoryRecord[]>;

/** Behind every text that begins with the one it is put behind: no character is greater. */
const greatest = "\u{10ffff}";

type FoundRow = Parameters<typeof toRecord>[0];

const columns = sql.join(recordColumns.map((column) => sql.ref(`directory_records.${column}`)));

/** As an expression, which no index is on: the few sources must not keep the database from the index that orders or finds. */
function ofSources(sources: readonly Source[]): RawBuilder<boolean> {
  const names = sources.map(({ type, backend }) => sql`${`${type}:${backend}`}`);
  return sql<boolean>`directory_records.type || ':' || directory_records.backend in (${sql.join(names)})`;
}

/** The names that begin with the words: from the first one, up to the second. */
function rangeOf(words: readonly string[]): readonly [from: string, to: string] {
  const from = words.join(" ");
  return [from, `${from}${greatest}`];
}

function stagesOf(database: DirectoryDatabase, inName: Stage, elsewhere: Stage): readonly Stage[] {
  return [
    async ({ words, sources, name, number, limit }) => {
      const [from, to] = rangeOf(words);
      const rows = await database
        .selectFrom("directory_records")
        .select(recordColumns)
        .where("name_words", ">=", name > from ? name : from)
        .where("name_words", "<", to)
        .where(({ eb, or }) => or([eb("name_words", ">", name), eb("number", ">", number)]))
        .where(ofSources(sources))
        .orderBy("name_words")
        .orderBy("number")
        .limit(limit)
        .execute();
      return rows.map(toRecord);
    },
    inName,
    elsewhere,
  ];
}

type Matching = (words: readonly string[]) => string;

/**
 * SQLite, FTS5, 3: words are letters and digits, and stand in quotes. FTS5 gives rows in the order of their numbers from any one
 * on; a cross join is made from left to right (SQLite, "The Query Planner", 6.2), so it ends with the page.
 */
function sqliteStages(database: DirectoryDatabase): readonly Stage[] {
  const all: Matching = (words) => `(${words.map((word) => `"${word}" *`).join(" AND ")})`;
  const stage =
    (matching: Matching): Stage =>
    async ({ words, sources, number, limit }) => {
      const [from, to] = rangeOf(words);
      const { rows } = await sql<FoundRow>`
        select ${columns} from directory_words cross join directory_records on directory_records.number = directory_words.rowid
        where directory_words match ${matching(words)} and directory_words.rowid > ${number} and ${ofSources(sources)}
          and (directory_records.name_words < ${from} or directory_records.name_words >= ${to})
        order by directory_words.rowid limit ${limit}`.execute(database);
      return rows.map(toRecord);
    };
  return stagesOf(
    database,
    stage((words) => `name_words : ${all(words)}`),
    stage((words) => `${all(words)} NOT name_words : ${all(words)}`),
  );
}

/** PostgreSQL manual, 8.11.2: words are letters and digits, and stand in quotes; the cast, unlike to_tsquery, does not parse them. */
function postgresStages(database: DirectoryDatabase): readonly Stage[] {
  const all: Matching = (words) => words.map((word) => `'${word}':*`).join(" & ");
  const stage =
    (matching: (query: string) => RawBuilder<boolean>): Stage =>
    async ({ words, sources, number, limit }) => {
      const [from, to] = rangeOf(words);
      const { rows } = await sql<FoundRow>`
        select ${columns} from directory_records
        where ${matching(all(words))} and number > ${number} and ${ofSources(sources)}
          and (name_words < ${from} or name_words >= ${to})
        order by number limit ${limit}`.execute(database);
      return rows.map(toRecord);
    };
  return stagesOf(
    database,
    stage((query) => sql<boolean>`name_vector @@ ${query}::tsquery`),
    stage((query) => sql<boolean>`vector @@ ${query}::tsquery and not name_vector @@ ${query}::tsquery`),
  );
}

function writePosition(stage: number, { number }: DirectoryRecord): string {
  return JSON.stringify([stage, number]);
}

function readPosition(position: string): Position {
  const [, stage, number] = /^\[([012]),(\d{1,15})\]$/.exec(position) ?? [];
  if (stage === undefined || number === undefined) throw invalidInput("after", "is not a cursor of this list");
  return { stage: Number(stage), number: Number(number) };
}
