import { type RawBuilder, sql } from "kysely";
import { invalidInput } from "../model/errors.ts";
import type { Engine } from "../store/engine.ts";
import { isPostgres } from "../store/migrations/columns.ts";
import { reporting } from "../store/reporting.ts";
import type { DirectoryRecord, Source } from "./model.ts";
import { type DirectoryDatabase, directoryDatabase, recordColumns, toRecord } from "./tables.ts";
import type { Question } from "./words.ts";

/**
 * Looks for what a question asks for in the directory. What is found comes in stages: what is exactly that (a reference, an e-mail
 * address); names that begin with the words, in the order of names; names that have words which begin with them; and whatever else
 * has such words. But for the names, in the order in which records were first seen: so a page is read off an index, however many
 * records there are behind it.
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
  question: Question,
  sources: readonly Source[],
  after: string | null,
  limit: number,
) => Promise<readonly Found[]>;

/** Which of these records of a source a search would find, sooner or later. UNAVAILABLE while the store is down. */
export type FindAmong = (question: Question, source: Source, ids: readonly string[]) => Promise<ReadonlySet<string>>;

export interface Finding {
  readonly find: Find;
  readonly findAmong: FindAmong;
}

export function createFinding(engine: Engine): Finding {
  const database = directoryDatabase(engine);
  const { stages, among } = isPostgres(database as never) ? inPostgres(database) : inSqlite(database);

  return {
    find: reporting(async (question, sources, after, limit) => {
      const start = after === null ? fromTheStart : await placeOf(database, sources, readPosition(after));
      const found: Found[] = [];
      for (const stage of stageOrder.slice(stageOrder.indexOf(start.stage))) {
        if (sources.length === 0) break;
        const { name, number } = stage === start.stage ? start : { name: "", number: 0 };
        const records = await stages[stage]({ question, sources, name, number, limit: limit - found.length });
        found.push(...records.map((record) => ({ record, position: writePosition(stage, record) })));
        if (found.length >= limit) break;
      }
      return found;
    }),
    findAmong: reporting(async (question, source, ids) => new Set(ids.length === 0 ? [] : await among(question, source, ids))),
  };
}

/** As positions name them, which outlive an update of the gateway. */
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
  return row ? { ...position, name: row.name_words } : { ...position, name: "", number: 0 };
}

interface IndexQuestion {
  readonly question: Question;
  readonly sources: readonly Source[];
  /** Behind this name, and of the same ones behind this number. */
  readonly name: string;
  readonly number: number;
  readonly limit: number;
}

type Stage = (asked: IndexQuestion) => Promise<readonly DirectoryRecord[]>;
type Stages = Readonly<Record<StageName, Stage>>;
type Among = (question: Question, source: Source, ids: readonly string[]) => Promise<readonly string[]>;

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

/** @param isExact whether a record has one of the question's keys: the stages behind the first leave those out */
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
 * SQLite, FTS5, 3: words are letters and digits, and stand in quotes, as keys do. FTS5 gives rows in the order of their numbers from
 * any one on; a cross join is made from left to right (SQLite, "The Query Planner", 6.2), so it ends with the page.
 */
function inSqlite(database: DirectoryDatabase): { readonly stages: Stages; readonly among: Among } {
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
  };
}

/**
 * PostgreSQL manual, 8.11.2: words are letters and digits, and stand in quotes, as keys do; the cast, unlike to_tsquery, does not
 * parse them.
 */
function inPostgres(database: DirectoryDatabase): { readonly stages: Stages; readonly among: Among } {
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
