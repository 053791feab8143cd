import type { Compilable, CompiledQuery, Kysely } from "kysely";
import { isPostgres } from "./engine.ts";

/** Shapes of one query that are kept: each length of a list is another one. */
const mostShapes = 50;
/** A query with more texts is built each time: it takes much memory to keep, and longer to execute than to build. */
const mostTexts = 200;

/** Stands for a text while a query is built. */
class Place {
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }
}

/**
 * A query that many requests ask. Kysely takes longer to build a statement than SQLite to execute it, so each statement is built once, and
 * later executions only put their texts into it.
 *
 * @param build makes the query. It passes texts on as they are: it must neither look into them nor change them. What else is given may
 * decide how the statement looks: numbers, flags, null, and the length of lists.
 * @returns the query's rows. Rejects with the database's error.
 */
export function keptQuery<Tables, Given, Row>(
  build: (database: Kysely<Tables>, given: Given) => Compilable<Row>,
): (database: Kysely<Tables>, given: Given) => Promise<Row[]> {
  const kept = new Map<string, CompiledQuery<Row>>();

  function statementOf(database: Kysely<Tables>, given: Given, shape: string): CompiledQuery<Row> {
    const known = kept.get(shape);
    if (known) return known;
    let places = 0;
    const statement = build(database, withPlaces(given, () => new Place(places++)) as Given).compile();
    if (kept.size >= mostShapes) kept.clear();
    kept.set(shape, statement);
    return statement;
  }

  return async (database, given) => {
    const texts: string[] = [];
    const shape = shapeOf(given, texts);
    if (texts.length > mostTexts) return (await database.executeQuery<Row>(build(database, given).compile())).rows;
    const statement = statementOf(database, given, `${isPostgres(database)} ${shape}`);
    const parameters = statement.parameters.map((parameter) => filled(parameter, texts));
    return (await database.executeQuery<Row>({ ...statement, parameters })).rows;
  };
}

/** Describes a value without its texts, which are added to `texts`. */
function shapeOf(value: unknown, texts: string[]): string {
  if (typeof value === "string") {
    texts.push(value);
    return "?";
  }
  if (typeof value !== "object" || value === null) return String(value);
  const parts = Object.entries(value).map(([name, part]) => `${name}:${shapeOf(part, texts)}`);
  return Array.isArray(value) ? `[${parts}]` : `{${parts}}`;
}

/** The same value with a place for each text, in the order of `shapeOf`. */
function withPlaces(value: unknown, next: () => Place): unknown {
  if (typeof value === "string") return next();
  if (Array.isArray(value)) return value.map((item) => withPlaces(item, next));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withPlaces(part, next)]));
}

function filled(parameter: unknown, texts: readonly string[]): unknown {
  if (parameter instanceof Place) return texts[parameter.index];
  return Array.isArray(parameter) ? parameter.map((part) => filled(part, texts)) : parameter;
}
