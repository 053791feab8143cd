import { type RawBuilder, sql } from "kysely";
import { invalidInput } from "../model/errors.ts";
import { once } from "../model/memoised.ts";
import { type Engine, isPostgres, reporting } from "../store/engine.ts";
import { type FewRow, fewAtMost, fewQuery, inStages } from "./find-few.ts";
import type { DirectoryRecord, Source } from "./model.ts";
import { type DirectoryDatabase, directoryDatabase, recordColumns, toRecord } from "./tables.ts";
import type { Question } from "./words.ts";

/**
 * A search in the directory. It finds in four stages: exact matches (a reference, an e-mail address); names that begin with the
 * words, in the order of the names; records whose name has words that begin with them; records that have such words elsewhere.
 * All stages but the names are in the order in which records were first seen. So each page is read off an index, however many
 * records follow.
 */
export interface SearchHit {
  readonly record: DirectoryRecord;
  /** The position right behind it. */
  readonly position: string;
}

/** One search in the index. It may keep what it has read, so it is not used for longer. */
export interface IndexSearch {
  /**
   * At most `limit` records of the sources behind a position. INVALID_INPUT at "after" for an invalid position, UNAVAILABLE
   * while the store is down.
   */
  readonly find: (sources: readonly Source[], after: string | null, limit: number) => Promise<readonly SearchHit[]>;
  /** Those of the ids whose records the search finds on any of its pages. UNAVAILABLE while the store is down. */
  readonly findAmong: (source: Source, ids: readonly string[]) => Promise<ReadonlySet<string>>;
}

/** @param wanted all sources of the search: `find` and `findAmong` are asked for these only */
export type OpenSearch = (question: Question, wanted: readonly Source[]) => IndexSearch;

/** @param mostAtOnce how many found records are read at once: see find-few.ts */
export function createSearch(engine: Engine, mostAtOnce = fewAtMost): OpenSearch {
  const database = directoryDatabase(engine);
  const { stages, among, few } = isPostgres(database as never) ? inPostgres(database) : inSqlite(database);

  return (question, wanted) => {
    const readFew = once(async () => (wanted.length === 0 ? [] : await few?.(question, wanted, mostAtOnce)));
    return {
      find: reporting(async (sources, after, limit) => {
        const start = after === null ? fromTheStart : await placeOf(database, sources, readPosition(after));
        const allFound = await readFew();
        if (allFound) {
          const names = new Set(sources.map(nameOf));
          const ofSources = allFound.filter((row) => names.has(nameOf(row)));
          return inStages(ofSources, question, { order: stageOrder, start })
            .slice(0, limit)
            .map(({ row, stage }) => hitOf(toRecord(row), stage));
        }
        const found: SearchHit[] = [];
        for (const stage of stageOrder.slice(stageOrder.indexOf(start.stage))) {
          if (sources.length === 0) break;
          const { name, number } = stage === start.stage ? start : { name: "", number: 0 };
          const records = await stages[stage]({ question, sources, name, number, limit: limit - found.length });
          found.push(...records.map((record) => hitOf(record, stage)));
          if (found.length >= limit) break;
        }
        return found;
      }),
      findAmong: reporting(async (source, ids) => {
        if (ids.length === 0) return new Set<string>();
        const allFound = await readFew();
        if (!allFound) return new Set(await among(question, source, ids));
        const known = new Set(allFound.filter((row) => nameOf(row) === nameOf(source)).map(({ id }) => id));
        return new Set(ids.filter((id) => known.has(id)));
      }),
    };
  };
}

function hitOf(record: DirectoryRecord, stage: StageName): SearchHit {
  return { record, position: writePosition(stage, record) };
}

const nameOf = ({ type, backend }: Source): string => `${type}:${backend}`;

/** The numbers stand in positions, which outlive an update of the gateway: they keep their meaning. */
type StageName = 0 | 1 | 2 | 3;
const stageOrder: readonly StageName[] = [3, 0, 1, 2];

interface Position {
  readonly stage: StageName;
  readonly number: number;
}

interface Place extends Position {
  readonly name: string;
}

const fromTheStart: Place = { stage: 3, name: "", number: 0 };

/**
 * Looks up the name behind which the stage of names goes on. A position does not contain the name, because callers can read
 * positions. The lookup covers only the sources asked for: a forged position could reveal where the name of another record
 * sorts. If the record is gone, its stage begins again: showing a record twice is better than leaving one out.
 */
async function placeOf(database: DirectoryDatabase, sources: readonly Source[], position: Position): Promise<Place> {
  if (position.stage !== 0 || sources.length === 0) return { ...position, name: "" };
  const row = await database
    .selectFrom("directory_records")
    .select("name_words")
    .where("number", "=", position.number)
    .where(ofSources(sources))
    .executeTakeFirst();
  return row ? { ...position, name: row.name_words } : { ...position, name: "", number: 0 };
}

interface IndexQuestion {
  readonly question: Question;
  readonly sources: readonly Source[];
  /** Only names after this one; of equal names, only numbers after `number`. */
  readonly name: string;
  readonly number: number;
  readonly limit: number;
}

type Stage = (asked: IndexQuestion) => Promise<readonly DirectoryRecord[]>;
type Stages = Readonly<Record<StageName, Stage>>;
type Among = (question: Question, source: Source, ids: readonly string[]) => Promise<readonly string[]>;

/** Sorts after every other character: the end of a range of texts with the same beginning. */
const greatest = "\u{10ffff}";

type FoundRow = Parameters<typeof toRecord>[0];

/** All records that a search finds; null if they are many. Only SQLite has it: PostgreSQL may be slow to find that they are many. */
type Few = (question: Question, sources: readonly Source[], atMost: number) => Promise<readonly (FoundRow & FewRow)[] | null>;

interface Dialect {
  readonly stages: Stages;
  readonly among: Among;
  readonly few?: Few;
}

const columns = sql.join(recordColumns.map((column) => sql.ref(`directory_records.${column}`)));

/** An expression that no index covers: the database must not prefer these few sources to the index that orders or finds. */
function ofSources(sources: readonly Source[]): RawBuilder<boolean> {
  const names = sources.map((source) => sql`${nameOf(source)}`);
  return sql<boolean>`directory_records.type || ':' || directory_records.backend in (${sql.join(names)})`;
}

/** The range of names that begin with the words: `from` is included, `to` is not. */
function rangeOf(words: readonly string[]): readonly [from: string, to: string] {
  const from = words.join(" ");
  return [from, `${from}${greatest}`];
}

/** @param isExact whether a record has one of the question's keys: the first stage has found those */
function namesThatBegin(database: DirectoryDatabase, isExact: (question: Question) => RawBuilder<boolean>): Stage {
  return async ({ question, sources, name, number, limit }) => {
    const [from, to] = rangeOf(question.words);
    const rows = await database
      .selectFrom("directory_records")
      .select(recordColumns)
      .where("name_words", ">=", name > from ? name : from)
      .where("name_words", "<", to)
      .where(({ eb, or }) => or([eb("name_words", ">", name), eb("number", ">", number)]))
      .where(({ not }) => not(isExact(question)))
      .where(ofSources(sources))
      .orderBy("name_words")
      .orderBy("number")
      .limit(limit)
      .execute();
    return rows.map(toRecord);
  };
}

/**
 * Words and keys hold only letters, digits and the sign of keys, and stand in quotes (SQLite, FTS5, 3). FTS5 returns rows in
 * the order of their numbers, from any number on. A cross join runs from left to right (SQLite, "The Query Planner", 6.2), so
 * it stops with the page.
 */
function inSqlite(database: DirectoryDatabase): Dialect {
  const words = ({ alternatives }: Question): string =>
    `(${alternatives.map((each) => `(${each.map((word) => `"${word}" *`).join(" AND ")})`).join(" OR ")})`;
  const keys = ({ keys: all }: Question): string => `(${all.map((key) => `"${key}"`).join(" OR ")})`;
  const isMatching = (matching: string): RawBuilder<boolean> =>
    sql<boolean>`directory_records.number in (select rowid from directory_words where directory_words match ${matching})`;
  const stage =
    (matching: (question: Question) => string, isAnyName = false): Stage =>
    async ({ question, sources, number, limit }) => {
      const [from, to] = rangeOf(question.words);
      const isInStage = isAnyName
        ? sql<boolean>`true`
        : sql<boolean>`(directory_records.name_words < ${from} or directory_records.name_words >= ${to})`;
      const { rows } = await sql<FoundRow>`
        select ${columns} from directory_words cross join directory_records on directory_records.number = directory_words.rowid
        where directory_words match ${matching(question)} and directory_words.rowid > ${number} and ${ofSources(sources)}
          and ${isInStage}
        order by directory_words.rowid limit ${limit}`.execute(database);
      return rows.map(toRecord);
    };
  return {
    stages: {
      3: stage(keys, true),
      0: namesThatBegin(database, (question) => isMatching(keys(question))),
      1: stage((question) => `(name_words : ${words(question)}) NOT ${keys(question)}`),
      2: stage((question) => `(${words(question)} NOT name_words : ${words(question)}) NOT ${keys(question)}`),
    },
    among: async (question, { type, backend }, ids) => {
      const rows = await database
        .selectFrom("directory_records")
        .select("id")
        .where("type", "=", type)
        .where("backend", "=", backend)
        .where("id", "in", ids)
        .where(isMatching(`${words(question)} OR ${keys(question)}`))
        .execute();
      return rows.map(({ id }) => id);
    },
    few: async (question, sources, atMost) => {
      const matching = `${words(question)} OR ${keys(question)}`;
      const { rows } = await database.executeQuery<FoundRow & FewRow>(fewQuery(recordColumns, matching, sources, atMost + 1));
      return rows.length > atMost ? null : rows;
    },
  };
}

/**
 * Words and keys hold only letters, digits and the sign of keys, and stand in quotes (PostgreSQL manual, 8.11.2). The cast to
 * tsquery does not parse them, as to_tsquery would.
 */
function inPostgres(database: DirectoryDatabase): Dialect {
  const words = ({ alternatives }: Question): string =>
    alternatives.map((each) => `(${each.map((word) => `'${word}':*`).join(" & ")})`).join(" | ");
  const keys = ({ keys: all }: Question): string => all.map((key) => `'${key}'`).join(" | ");
  const isExact = (question: Question): RawBuilder<boolean> => sql<boolean>`vector @@ ${keys(question)}::tsquery`;
  const stage =
    (isInStage: (question: Question) => RawBuilder<boolean>): Stage =>
    async ({ question, sources, number, limit }) => {
      const { rows } = await sql<FoundRow>`
        select ${columns} from directory_records
        where ${isInStage(question)} and number > ${number} and ${ofSources(sources)}
        order by number limit ${limit}`.execute(database);
      return rows.map(toRecord);
    };
  const isBehindNames = (question: Question): RawBuilder<boolean> => {
    const [from, to] = rangeOf(question.words);
    return sql<boolean>`(name_words < ${from} or name_words >= ${to}) and not ${isExact(question)}`;
  };
  return {
    stages: {
      3: stage(isExact),
      0: namesThatBegin(database, isExact),
      1: stage((question) => sql<boolean>`name_vector @@ ${words(question)}::tsquery and ${isBehindNames(question)}`),
      2: stage(
        (question) =>
          sql<boolean>`vector @@ ${words(question)}::tsquery and not name_vector @@ ${words(question)}::tsquery and ${isBehindNames(question)}`,
      ),
    },
    among: async (question, { type, backend }, ids) => {
      const rows = await database
        .selectFrom("directory_records")
        .select("id")
        .where("type", "=", type)
        .where("backend", "=", backend)
        .where("id", "in", ids)
        .where(sql<boolean>`vector @@ ${`${words(question)} | ${keys(question)}`}::tsquery`)
        .execute();
      return rows.map(({ id }) => id);
    },
  };
}

function writePosition(stage: StageName, { number }: DirectoryRecord): string {
  return JSON.stringify([stage, number]);
}

function readPosition(position: string): Position {
  const [, stage, number] = /^\[([0-3]),(\d{1,15})\]$/.exec(position) ?? [];
  if (stage === undefined || number === undefined) throw invalidInput("after", "is not a cursor of this list");
  return { stage: Number(stage) as StageName, number: Number(number) };
}
