import { isRow, type Row } from "../../adapter/kit/reading.ts";
import { memoisedByPlace } from "../../model/memoised.ts";

/**
 * Reads lists whose JSON shape is not documented: the shapes of frameworks, and of mappers from XML. These are an array; a lone record; either
 * inside objects, such as {customers: […]}, {customers: {customer: […]}} and [{customer: {…}}]; and nothing, as {}, "", null, {customers: ""}
 * or {count: 0}. XML attributes may be marked ("@id") or stand in an object of their own ("$"). Pure.
 */
export interface ListedRecords {
  readonly rows: readonly Row[];
  /** "none": no list and no record, which need not be an empty list. "one": a lone record, or one inside its own name. */
  readonly shape: "none" | "one" | "list";
}

/**
 * Throws TypeError for any other shape: an answer that is not understood is no empty list.
 *
 * @param isRecord tells a record from the objects around it
 * @param offset of the page that was asked for
 */
export function recordsIn(json: unknown, isRecord: (row: Row) => boolean, offset = 0): ListedRecords {
  const found = look(json, isRecord, deepest, offset);
  if (found === null) throw new TypeError("neither a record nor a list of records");
  return found;
}

/** The deepest nesting: an envelope, the list's name, the record's name. */
const deepest = 3;
const none: ListedRecords = { rows: [], shape: "none" };
const emptyList: ListedRecords = { rows: [], shape: "list" };

/** Null for a shape that is not understood. */
function look(value: unknown, isRecord: (row: Row) => boolean, depth: number, offset: number): ListedRecords | null {
  if (isNothing(value)) return none;
  if (Array.isArray(value)) {
    const rows = value.map((item) => recordOf(item, isRecord) ?? namedRecord(item, isRecord));
    return rows.every((row) => row !== null) ? { rows, shape: "list" } : null;
  }
  const record = recordOf(value, isRecord);
  if (record) return { rows: [record], shape: "one" };
  const named = namedRecord(value, isRecord);
  // Inside a list's name as well, it is a list of one.
  if (named) return { rows: [named], shape: depth === deepest ? "one" : "list" };
  if (!isRow(value)) return null;
  const members = Object.entries(value);
  if (members.length === 0) return none;
  if (depth === 0) return null;
  const within = members.filter(([, member]) => typeof member === "object" && member !== null);
  const looked = within.map(([, member]) => ({ member, found: look(member, isRecord, depth - 1, offset) }));
  const strange = looked.filter(({ found }) => found === null);
  const [list, ...others] = looked.flatMap(({ found }) => (found && found.rows.length > 0 ? found : []));
  if (!list) return strange.length > 0 ? null : emptyIn(members, offset);
  // With two lists, it is unknown which one was asked for. Members without records, such as links to other pages, may accompany a
  // list.
  return others.length > 0 || strange.some(({ member }) => hasRecord(member, isRecord)) ? null : list;
}

function hasRecord(value: unknown, isRecord: (row: Row) => boolean): boolean {
  if (typeof value !== "object" || value === null) return false;
  return recordOf(value, isRecord) !== null || Object.values(value).some((member) => hasRecord(member, isRecord));
}

/** Reads an object without a record: its members are empty lists or scalars. */
function emptyIn(members: readonly (readonly [string, unknown])[], offset: number): ListedRecords | null {
  const counts = members.filter(([name]) => countName.test(name)).map(([, count]) => Number(count));
  if (counts.some((count) => !(count <= offset))) return null;
  const others = members.filter(([name]) => !countName.test(name) && !pagingName.test(name));
  if (others.some(([, value]) => typeof value !== "object" && !isNothing(value))) return null;
  const lists = others.filter(([name]) => !remarkName.test(name)).map(([, value]) => value);
  if (counts.length > 0 || lists.some((value) => value !== null && value !== undefined)) return emptyList;
  // A list that is null may be one that the backend did not read.
  return lists.length > 0 ? none : null;
}

const countName = /^(?:count|total|(?:total|record|result|row|item)s?_?(?:count|records|results|rows|items))$/i;
const pagingName = /^(?:offset|limit|page|start|first|max|size|page_?(?:size|number|count)|per_?page)$/i;
const remarkName = /error|message|fail|status|code|warning|type/i;

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

function recordOf(item: unknown, isRecord: (row: Row) => boolean): Row | null {
  const plain = isRow(item) ? withPlainNames(item) : null;
  return plain && isRecord(plain) ? plain : null;
}

/** A record inside its own name: {customer: {…}}. */
function namedRecord(item: unknown, isRecord: (row: Row) => boolean): Row | null {
  if (!isRow(item)) return null;
  const [inner, ...others] = Object.values(item);
  return others.length === 0 ? recordOf(inner, isRecord) : null;
}

const attributes = ["$", "@", "_attributes", "attributes", "_attr"];

/** The record with its XML attributes as plain members. */
export function withPlainNames(row: Row): Row {
  if (!hasMarked(row)) return row;
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]): [string, unknown][] =>
      attributes.includes(name) && isRow(value) ? Object.entries(value) : [[name.replace(/^(?:@_?|-)/, ""), value]],
    ),
  );
}

const isMarked = memoisedByPlace((name) => /^[@$_-]/.test(name) || name === "attributes");

/** Makes no list of the names: every record goes through it, and nearly none has any. */
function hasMarked(row: Row): boolean {
  let place = 0;
  for (const name in row) {
    if (isMarked(name, place)) return true;
    place += 1;
  }
  return false;
}
