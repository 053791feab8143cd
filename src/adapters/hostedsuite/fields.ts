import { z } from "zod";
import { memoised } from "../../billing/memoised.ts";
import { canonicalDecimal, decimalFromDouble, isDecimal, plainDecimal } from "../../billing/money.ts";

/**
 * Lenient readers of single fields: whatever a backend sends, they yield a value of the right type or null, never an error and
 * never a made-up value. Null members are left out by ServiceStack, so absent and null mean the same here.
 */

export type Row = Readonly<Record<string, unknown>>;

/** Text as sent, outer spaces kept (HostedSuite compares them); a number becomes its digits; null for empty text and the rest. */
export const text = z.transform(readText);

/** Quantities and costs are IEEE doubles: decimal text of 15 significant digits at most, without trailing zeros. */
export const decimal = z.transform(readDecimal);

/** A number that v3 leaves out when it is 0, because its member cannot be null (contract 7.4). */
export const decimalOrZero = z.transform((value: unknown) => (value === undefined ? "0" : readDecimal(value)));

/** JSON booleans, and the texts of other ServiceStack formats ("True"). */
export const flag = z.transform(readFlag);

/** The items that are understood; the rest, and anything that is no list, is left out. */
export function list<Item extends z.ZodType>(item: Item) {
  return z.transform((value: unknown): z.output<Item>[] =>
    Array.isArray(value) ? value.filter(isRow).map((entry) => item.parse(entry)) : [],
  );
}

/** A nested object; null for anything else. */
export function nested<Schema extends z.ZodType>(schema: Schema) {
  return z.transform((value: unknown): z.output<Schema> | null => (isRow(value) ? schema.parse(value) : null));
}

/**
 * An object whose member names are matched without regard to case, exact matches first: v2 writes PascalCase, v3 camelCase, and
 * one v3 answer was seen in PascalCase (contract 7.4).
 */
export function members<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = new Map(Object.keys(shape).map((name) => [name.toLowerCase(), name]));
  const nameOf = memoised((key) => names.get(key.toLowerCase()));
  const rename = (value: unknown): unknown => {
    if (!isRow(value)) return value;
    const renamed: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const name = nameOf(key);
      if (name !== undefined && (name === key || !Object.hasOwn(renamed, name))) renamed[name] = value[key];
    }
    return renamed;
  };
  return z.preprocess(rename, z.object(shape));
}

/** The member of that name, in whichever casing it was sent. */
export function memberOf(row: Row, name: string): unknown {
  if (Object.hasOwn(row, name)) return row[name];
  const wanted = folded(name);
  const key = Object.keys(row).find((key) => folded(key) === wanted);
  return key === undefined ? undefined : row[key];
}

const folded = memoised((name) => name.toLowerCase());

/** The text of one member: for telling rows apart before they are read. */
export function textOf(row: Row, name: string): string | null {
  return readText(memberOf(row, name));
}

/** A copy in which those members have the values given, and no other casing of them is left. */
export function withMembers(row: Row, changes: object): Row {
  const names = new Set(Object.keys(changes).map((name) => name.toLowerCase()));
  const others = Object.entries(row).filter(([key]) => !names.has(key.toLowerCase()));
  return { ...Object.fromEntries(others), ...changes };
}

/** The objects in the list of that name. */
export function rowsIn(row: Row, name: string): Row[] {
  const value = memberOf(row, name);
  return Array.isArray(value) ? value.filter(isRow) : [];
}

export function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readText(value: unknown): string | null {
  if (typeof value === "number" && Number.isFinite(value)) return plainDecimal(String(value));
  return typeof value === "string" && value.trim() !== "" ? value : null;
}

function readDecimal(value: unknown): string | null {
  const written = readText(value);
  return written !== null && isDecimal(written) ? canonicalDecimal(decimalFromDouble(written)) : null;
}

function readFlag(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  const written = typeof value === "string" ? value.trim().toLowerCase() : null;
  return written === "true" ? true : written === "false" ? false : null;
}
