import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { parseExactJson } from "../connections/answers.ts";
import { type Delimiter, delimiterOf, separatorLine } from "../model/csv.ts";
import { BillingError } from "../model/errors.ts";
import { decoded, fileProblem, type Pieces } from "./decoding.ts";
import { createMapper, type Mapping, type MemberTexts, members, toRow } from "./mapping.ts";
import { mostRows, type ReadRow } from "./model.ts";

/**
 * Reads rows while the file arrives: only one piece of it is in memory. Rejects with INVALID_INPUT, naming the line, if the file
 * has the wrong format, is too long, or does not fit the mapping.
 */

export type FileType = "csv" | "jsonl";

/** Longest cell, or line of JSON. No row of a charge is longer. */
const longestRecord = 64 * 1024;
const mostMappers = 100;

export async function* readRows(pieces: Pieces, type: FileType, mapping: Mapping): AsyncGenerator<ReadRow> {
  let rows = 0;
  for await (const row of type === "csv" ? readCsv(pieces, mapping) : readLines(pieces, mapping)) {
    rows += 1;
    if (rows > mostRows) throw fileProblem(`it may have at most ${mostRows} rows`);
    yield row;
  }
  if (rows === 0) throw fileProblem("it has no rows");
}

async function* readCsv(pieces: Pieces, mapping: Mapping): AsyncGenerator<ReadRow> {
  const texts = decoded(pieces, mapping.encoding);
  const beginning = await beginningOf(texts);
  const { delimiter, rest } = delimited(beginning, mapping.delimiter);
  const parser = parse({
    bom: true,
    delimiter,
    // All of them: files that were put together may have several.
    record_delimiter: ["\r\n", "\n", "\r"],
    skip_empty_lines: true,
    // Counted here: a line of blanks, as at the end of many files, is no row.
    relax_column_count: true,
    max_record_size: longestRecord,
    info: true,
  });
  const source = async function* (): AsyncGenerator<string> {
    yield rest;
    yield* texts;
  };
  const feeding = pipeline(Readable.from(source()), parser);
  // The parser passes the error on to the loop below.
  feeding.catch(() => {});
  const lineOf = createLineCounter();
  let header: { readonly length: number; readonly mapper: ReturnType<typeof createMapper> } | null = null;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      const line = lineOf(record, info.lines);
      if (record.every((cell) => cell.trim() === "")) continue;
      if (header === null) header = { length: record.length, mapper: createMapper(record, mapping) };
      else if (record.length === header.length) yield toRow(line, header.mapper(record), mapping);
      else
        throw fileProblem(
          `line ${line} has ${record.length} ${record.length === 1 ? "cell" : "cells"}, and the header has ${header.length}`,
        );
    }
    await feeding;
  } catch (error) {
    throw asFileProblem(error);
  } finally {
    parser.destroy();
  }
}

/**
 * Gives the line on which a record begins. csv-parse gives the one on which it ends, and counts CR LF within quotes as two.
 * @param record the next one
 */
function createLineCounter(): (record: readonly string[], lastLine: number) => number {
  let counted = 0;
  return (record, lastLine) => {
    const signs = record.reduce((sum, cell) => sum + (cell.match(/[\r\n]/g)?.length ?? 0), 0);
    const line = lastLine - counted - signs;
    counted += record.reduce((sum, cell) => sum + (cell.match(/\r\n/g)?.length ?? 0), 0);
    return line;
  };
}

async function* readLines(pieces: Pieces, mapping: Mapping): AsyncGenerator<ReadRow> {
  let line = 0;
  const mappers = new Map<string, ReturnType<typeof createMapper>>();
  const missing = new Map(Object.entries(mapping.columns ?? {}).flatMap(([member, columns]) => neededColumns(member, columns)));
  for await (const text of linesOf(decoded(pieces, mapping.encoding))) {
    line += 1;
    if (text.trim() === "") continue;
    const parsed = parseExactJson(text);
    if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
      throw fileProblem(`line ${line} is not a JSON object`);
    }
    const repeated = repeatedName(text);
    if (repeated !== null) throw fileProblem(`line ${line} has "${repeated}" twice`);
    const entries = Object.entries(parsed).map(([name, value]): [string, string] => [name, textOf(value, name, line)]);
    for (const [name] of entries) missing.delete(name);
    const cells = mapping.columns === undefined ? entries.map(([, cell]) => cell) : cellsOf(entries, mapping);
    yield toRow(line, mapperOf(mappers, headerOf(entries, mapping), mapping, line)(cells), mapping);
  }
  for (const [name, member] of missing) throw fileProblem(`no line has "${name}", which the mapping names for ${member}`);
}

/** Members that a file may lack even if the mapping names columns for them. */
const remarks: ReadonlySet<string> = new Set(["description", "notes"]);

/**
 * The columns that the file must have because the mapping names them. A misspelt column name would otherwise leave the member out
 * of all rows.
 */
function neededColumns(member: string, columns: string | readonly string[]): readonly (readonly [string, string])[] {
  if (remarks.has(member)) return [];
  return [columns].flat().map((name) => [name, member] as const);
}

/** A token of a JSON line: a string, or a sign around strings. */
const jsonPart = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/**
 * The first member that an object has twice; null = none. JSON.parse silently takes the last one.
 *
 * @param text valid JSON
 */
function repeatedName(text: string): string | null {
  const names = new Set<string>();
  let depth = 0;
  let before = "";
  for (const [part] of text.matchAll(jsonPart)) {
    if (part === "{" || part === "[") depth += 1;
    else if (part === "}" || part === "]") depth -= 1;
    else if (part === ":" && depth === 1) {
      const name = JSON.parse(before) as string;
      if (names.has(name)) return name;
      names.add(name);
    }
    before = part;
  }
  return null;
}

/** Reuses mappers: most lines of a file have the same members. */
function mapperOf(
  known: Map<string, ReturnType<typeof createMapper>>,
  header: readonly string[],
  mapping: Mapping,
  line: number,
) {
  const name = JSON.stringify(header);
  try {
    const mapper = known.get(name) ?? createMapper(header, mapping);
    if (known.size < mostMappers) known.set(name, mapper);
    return mapper;
  } catch (error) {
    throw asFileProblem(error, line);
  }
}

/** A line of JSON may leave out members that the mapping names, so its header has all columns that are named. */
function headerOf(entries: readonly (readonly [string, string])[], { columns }: Mapping): readonly string[] {
  return columns === undefined ? entries.map(([name]) => name) : namedColumns(columns);
}

function cellsOf(entries: readonly (readonly [string, string])[], { columns = {} }: Mapping): readonly string[] {
  const byName = new Map(entries);
  return namedColumns(columns).map((name) => byName.get(name) ?? "");
}

function namedColumns(columns: NonNullable<Mapping["columns"]>): readonly string[] {
  return [...new Set(Object.values(columns).flat())];
}

function textOf(value: unknown, name: string, line: number): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string" || typeof value === "boolean") return String(value);
  // A double becomes the shortest text that reads back as the same number; an exponent comes only from 1e21 on (ECMAScript,
  // Number::toString).
  if (typeof value === "number" && Math.abs(value) < 1e21) return String(value);
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value.join(" ");
  throw fileProblem(`"${name}" in line ${line} is neither text nor a number`);
}

/** A row that arrives as members already, for example through GraphQL. */
export function rowOfMembers(line: number, given: Readonly<Record<string, unknown>>): ReadRow {
  const texts = Object.fromEntries(members.map((member) => [member, given[member] == null ? "" : String(given[member])]));
  return toRow(line, texts as MemberTexts, { decimals: "point", dates: "yyyy-MM-dd" });
}

/** Enough of the file to contain its header. */
async function beginningOf(texts: AsyncGenerator<string>): Promise<string> {
  let beginning = "";
  while (!/[\r\n]/.test(beginning) && beginning.length < longestRecord) {
    const { value, done } = await texts.next();
    if (done) break;
    beginning += value;
  }
  return beginning;
}

/** The delimiter, and the text without the line that names it. Refuses a file and a mapping that differ. */
function delimited(beginning: string, given: Mapping["delimiter"]): { readonly delimiter: Delimiter; readonly rest: string } {
  const named = separatorLine(beginning);
  if (!named) return { delimiter: given ?? delimiterOf(beginning), rest: beginning };
  const { known, rest } = named;
  if (known === null)
    throw fileProblem('its first line, "sep=", names a delimiter other than a comma, a semicolon, a tab or a bar');
  if (given !== undefined && given !== known)
    throw fileProblem(`its first line says "sep=${known}", and the mapping says delimiter: "${given}"`);
  return { delimiter: known, rest };
}

async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of texts) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
    if (rest.length > longestRecord) throw fileProblem(`a line may have at most ${longestRecord} characters`);
  }
  if (rest !== "") yield rest;
}

function asFileProblem(error: unknown, line?: number): unknown {
  if (error instanceof BillingError) return error;
  if (error instanceof RangeError) return fileProblem(line === undefined ? error.message : `line ${line}: ${error.message}`);
  if (!(error instanceof CsvError)) return error;
  const { lines } = error as { readonly lines?: unknown };
  const where = typeof lines === "number" ? `line ${lines}` : "a line";
  const what: Partial<Record<string, string>> = {
    CSV_QUOTE_NOT_CLOSED: "has a quote that is not closed",
    CSV_INVALID_CLOSING_QUOTE: "has text after a closing quote",
    INVALID_OPENING_QUOTE: "has a quote within a cell that does not begin with one",
    CSV_MAX_RECORD_SIZE: `is longer than ${longestRecord} characters`,
  };
  return fileProblem(`${where} ${what[error.code] ?? "is not CSV"}`);
}
