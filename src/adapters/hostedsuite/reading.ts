import { isRow, type RecordReader, type Row, rowsIn as readRows, recordReader, rowIn } from "../../adapter/kit/reading.ts";
import { BillingError } from "../../model/errors.ts";
import { memoised, memoisedByPlace } from "../../model/memoised.ts";
import { canonicalDecimal, decimalFromDouble, isDecimal, plainDecimal } from "../../model/money.ts";

/**
 * Decodes single fields, leniently: to a value of the right type or null, never an error and never an invented value. ServiceStack omits null
 * members, so absent and null mean the same.
 */

/** A text as sent, with outer spaces (HostedSuite compares them); a number becomes its digits; null for blank text and anything else. */
export function text(value: unknown): string | null {
  if (typeof value === "string") return value.trim() === "" ? null : value;
  return typeof value === "number" && Number.isFinite(value) ? plainDecimal(String(value)) : null;
}

/** A date as sent; a value of another type becomes a text that is not understood, so that it does not count as absent. */
export function dateText(value: unknown): string | null {
  const isNothing = value === undefined || value === null || value === "";
  return isNothing ? null : (text(value) ?? (typeof value === "string" ? null : `a value of type ${typeof value}`));
}

/** A quantity or cost, which are IEEE doubles: a decimal of at most 15 significant digits, without trailing zeros. */
export function decimal(value: unknown): string | null {
  if (typeof value === "number") return decimalOfNumber(value);
  const written = text(value);
  return written === null ? null : decimalAsWritten(written);
}

const decimalOfNumber = memoised<string | null, number>((value) => decimalAsWritten(String(value)));

const decimalAsWritten = memoised((written) => (isDecimal(written) ? canonicalDecimal(decimalFromDouble(written)) : null));

/** A number that v3 omits where it is 0, as its member cannot be null (contract 7.4). */
export function decimalOrZero(value: unknown): string | null {
  return value === undefined ? "0" : decimal(value);
}

interface Reader<T> {
  readonly parse: (value: unknown) => T;
}

/** The records of a list; other items, and anything that is not a list, are omitted (kit/reading.ts marks the member then). */
export function list<T>(item: Reader<T>) {
  return (value: unknown): T[] => (Array.isArray(value) ? value.filter(isRow).map((entry) => item.parse(entry)) : []);
}

/** A nested object; null for anything else. */
export function nested<T>(object: Reader<T>) {
  return (value: unknown): T | null => (isRow(value) ? object.parse(value) : null);
}

/**
 * Decodes an object by its member names in any case, exact matches first: v2 writes PascalCase, v3 camelCase, and one v3 answer was seen in
 * PascalCase (contract 7.4). Throws TypeError for anything but an object.
 */
export function members<Shape extends Readonly<Record<string, (value: unknown) => unknown>>>(
  shape: Shape,
): RecordReader<unknown, Shape> {
  const names = Object.keys(shape);
  const byFoldedName = new Map(names.map((name) => [name.toLowerCase(), name]));
  const nameOf = memoisedByPlace(memoised((key) => byFoldedName.get(key.toLowerCase())));
  return recordReader(shape, (value: unknown, found) => {
    const row = rowIn(value);
    let place = 0;
    for (const key in row) {
      const name = nameOf(key, place);
      place += 1;
      if (name !== undefined && (found[name] === undefined || name === key)) found[name] = row[key];
    }
  });
}

/** The member of that name, in any case. */
export function memberOf(row: Row, name: string): unknown {
  if (Object.hasOwn(row, name)) return row[name];
  const wanted = folded(name);
  const key = Object.keys(row).find((key) => folded(key) === wanted);
  return key === undefined ? undefined : row[key];
}

const folded = memoised((name) => name.toLowerCase());

/** The text of one member, to tell rows apart before they are decoded. */
export function textOf(row: Row, name: string): string | null {
  return text(memberOf(row, name));
}

/** A copy with these members, in place of the same names in any case. */
export function withMembers(row: Row, changes: object): Row {
  const names = new Set(Object.keys(changes).map((name) => name.toLowerCase()));
  const others = Object.entries(row).filter(([key]) => !names.has(key.toLowerCase()));
  return { ...Object.fromEntries(others), ...changes };
}

/** The records in the list of that name. */
export function rowsIn(row: Row, name: string): Row[] {
  const value = memberOf(row, name);
  return Array.isArray(value) ? value.filter(isRow) : [];
}

/**
 * The records of a list. Throws where an item is not a record, or has an id that is not understood: it would be silently missing. Some records
 * have no id (contract 5.3): nobody can refer to those.
 */
function recordsIn(sent: unknown): Row[] {
  const rows = readRows(sent);
  for (const row of rows) {
    const id = memberOf(row, "id");
    if (id != null && typeof id !== "string" && typeof id !== "number") throw new TypeError("an id was expected");
  }
  return [...rows];
}

/** The same; throws BAD_RESPONSE too where no record has a member that all need: then the records are not understood. */
export function recordsWith(needed: string) {
  return (sent: unknown): Row[] => withNeeded(needed, recordsIn(sent));
}

/** Throws BAD_RESPONSE where there are records, but none has that member. */
export function withNeeded<Rows extends readonly Row[]>(needed: string, rows: Rows): Rows {
  if (rows.length === 0 || rows.some((row) => textOf(row, needed) !== null)) return rows;
  const problem = `The backend sent a list of ${rows.length} records, none of which has the member ${needed}.`;
  throw new BillingError("BAD_RESPONSE", problem, { retryable: false });
}
