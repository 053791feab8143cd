import { badResponse } from "../../model/errors.ts";
import type { Charge, ChargeKind, Money, Raw } from "../../model/model.ts";
import { decimalFromDouble, isBelowZero, isDecimal, plainDecimal } from "../../model/money.ts";

/**
 * Decodes single fields and records. Leniently: numbers, texts and flags come in several forms, often within one installation. A field that
 * is absent or of another form is null, never an error and never an invented value. Ids are the exception: a record whose id is not understood
 * must not be dropped. Adapters add readers for their vendor's own forms.
 */

/** A record as sent; `raw` is made from it. */
export type Row = Raw;

export function isRow(sent: unknown): sent is Row {
  return typeof sent === "object" && sent !== null && !Array.isArray(sent);
}

/** The value as a record. Throws TypeError for any other value; a connection takes that for an answer that is not understood. */
export function rowIn(sent: unknown): Row {
  if (!isRow(sent)) throw new TypeError("a record was expected");
  return sent;
}

/** The value as a list of records. Throws TypeError for any other value. */
export function rowsIn(sent: unknown): readonly Row[] {
  if (!Array.isArray(sent) || !sent.every(isRow)) throw new TypeError("a list of records was expected");
  return sent;
}

/** A trimmed text, never empty; a number becomes its digits. */
export function text(sent: unknown): string | null {
  if (typeof sent === "string") return sent.trim() || null;
  return typeof sent === "number" && Number.isFinite(sent) ? String(sent) : null;
}

/** An exact decimal in plain notation; a double gives as many digits as it certainly holds. */
export function decimal(sent: unknown): string | null {
  if (typeof sent === "number") return Number.isFinite(sent) ? decimalFromDouble(String(sent)) : null;
  return typeof sent === "string" && isDecimal(sent) ? plainDecimal(sent) : null;
}

/** A whole number from 0 to the largest safe integer of a double. */
export function count(sent: unknown): number | null {
  const number = typeof sent === "string" && /^\d+$/.test(sent.trim()) ? Number(sent) : sent;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** A flag: true, false, 1, 0, or their texts in any case. */
export function flag(sent: unknown): boolean | null {
  const word = typeof sent === "string" ? sent.trim().toLowerCase() : sent;
  if (word === true || word === 1 || word === "true" || word === "1") return true;
  return word === false || word === 0 || word === "false" || word === "0" ? false : null;
}

/** An ISO 4217 code in upper case; undefined where none is named, null where one is not understood. */
export function currency(sent: unknown): string | null | undefined {
  if (sent === undefined || sent === null || sent === "") return undefined;
  return typeof sent === "string" && /^[A-Za-z]{3}$/.test(sent.trim()) ? sent.trim().toUpperCase() : null;
}

/** The id of a record as text: a positive whole number, however large, sent as number or text; "0" is none. */
export function numericId(sent: unknown): string | null {
  if (typeof sent === "number") return Number.isSafeInteger(sent) && sent > 0 ? String(sent) : null;
  return typeof sent === "string" && /^\s*0*[1-9]\d{0,18}\s*$/.test(sent) ? sent.trim().replace(/^0+/, "") : null;
}

/**
 * Whether a sent value means "none": absent, empty, or one of the marks that backends use for it. Such marks are an id of 0, a
 * time of 0, 0000-00-00, false, and the empty objects and lists that mappers make of empty XML elements. A reader for which 0 is
 * a value reads it first.
 */
export function isNothing(sent: unknown): boolean {
  return saysNothing(sent, deepest);
}

/** An address is an object of texts; deeper objects never mean "none". */
const deepest = 2;

function saysNothing(sent: unknown, depth: number): boolean {
  if (sent === undefined || sent === null || sent === false) return true;
  if (typeof sent === "string") return /^(?:0[0\s:.,TZ/-]*|[\s-]*)$/.test(sent);
  if (typeof sent === "object") return depth > 0 && Object.values(sent).every((part) => saysNothing(part, depth - 1));
  return sent === 0;
}

/** Decodes one field, which may be absent or of any form. */
export type ReadField<T> = (sent: unknown) => T;

type Shape = Readonly<Record<string, ReadField<unknown>>>;
/** The members that were sent and are not understood; absent where there are none. A symbol, as it is not a member of the record. */
const unread = Symbol("not understood");
export interface Marked {
  readonly [unread]?: readonly string[];
}
type Fields<Readers extends Shape> = { readonly [Name in keyof Readers]: ReturnType<Readers[Name]> } & Marked;

export interface RecordReader<Row, Readers extends Shape> {
  /** The reader of each member. */
  readonly shape: Readers;
  readonly parse: (row: Row) => Fields<Readers>;
}

/**
 * Decodes records member by member. `gather` writes the record's values into `found`, under the shape's names; default: the members of exactly
 * these names. A member that is there and decodes to null is marked, see `notUnderstoodIn`.
 *
 * A query decodes hundreds of records. zod, which checks the settings, makes an object for every member and takes several times as long. Results
 * are copies of one blank record, so that all have the same hidden class.
 */
export function recordReader<Readers extends Shape, Row = Readonly<Record<string, unknown>>>(
  shape: Readers,
  gather?: (row: Row, found: Record<string, unknown>) => void,
): RecordReader<Row, Readers> {
  const members = Object.entries(shape);
  const blank = Object.fromEntries(members.map(([name]) => [name, undefined as unknown]));
  return {
    shape,
    parse: (row) => {
      const fields: Record<string, unknown> & { [unread]?: readonly string[] } = { ...blank };
      gather?.(row, fields);
      const sent = gather ? fields : (row as Readonly<Record<string, unknown>>);
      let strange: string[] | null = null;
      for (const [name, read] of members) {
        const given = sent[name];
        const value = read(given);
        fields[name] = value;
        if (value === null ? !isNothing(given) : typeof value === "object" && isPartly(given, value)) {
          strange ??= [];
          strange.push(name);
        }
      }
      if (strange) fields[unread] = strange;
      return fields as Fields<Readers>;
    },
  };
}

/** Whether a part of the sent value is missing in the decoded one, or not understood. */
function isPartly(sent: unknown, value: object): boolean {
  if (value instanceof Date) return false;
  // An object without any known member is not understood.
  if (!Array.isArray(value))
    return hasStrange(value) || (Object.values(value).every((each) => each === null) && !isNothing(sent));
  const sentItems = Array.isArray(sent) ? sent.filter((item) => !isNothing(item)).length : isNothing(sent) ? 0 : 1;
  return value.length < sentItems || value.some(hasStrange);
}

const hasStrange = (value: unknown): boolean => typeof value === "object" && value !== null && unread in value;

/**
 * `notUnderstood` for a record of the model: the members of the backend's record that are there but not understood, so that the model has null
 * or a default. Readers of the record see them, and operators get a report (adapter/contained.ts).
 *
 * @param others further members by name, and whether each is understood
 */
export function notUnderstoodIn(
  fields: Marked,
  others: Readonly<Record<string, boolean>> = {},
): { readonly notUnderstood?: readonly string[] } {
  const marked = fields[unread];
  let notUnderstood: string[] | null = marked === undefined ? null : [...marked];
  for (const name in others) {
    if (others[name] !== false || notUnderstood?.includes(name)) continue;
    notUnderstood ??= [];
    notUnderstood.push(name);
  }
  return notUnderstood === null ? allUnderstood : { notUnderstood };
}

const allUnderstood = Object.freeze({});

/** The kind of a charge: CREDIT where its amount is below zero, whatever the backend calls it; RECURRING stays. */
export function chargeKind(kind: ChargeKind, amount: Money | null): ChargeKind {
  return amount !== null && isBelowZero(amount.amount) && kind !== "RECURRING" ? "CREDIT" : kind;
}

/**
 * Checks the date of a charge in a list. Throws BAD_RESPONSE where it is there but not understood: the charge would be filtered and sorted as if
 * it had no date, and could be silently missing.
 *
 * @param dates the members of the backend's record from which the date comes
 * @param problem why it is not understood, as the end of a sentence
 */
export function requireDate(charge: Charge, dates: readonly string[], problem: () => string | null = () => null): Charge {
  if (!charge.notUnderstood?.some((member) => dates.includes(member))) return charge;
  const { backend } = charge;
  throw badResponse(backend, `has a charge whose date ${problem() ?? "is not understood"}`);
}

/**
 * Rows of answers that come again byte for byte are the same objects each time (connections/repeated-answers.ts). So what was made of one
 * of them can be given again, to several callers at the same time.
 */

const kept = new WeakSet<object>();

/** Records stand no deeper in an answer: `{ data: { customers: [row] } }`. */
const deepestRow = 4;

/** From now on what is made of the records in this answer is remembered, as long as the answer itself is. */
export function keepRows(json: unknown, depth = deepestRow): void {
  if (typeof json !== "object" || json === null || depth === 0) return;
  if (Array.isArray(json)) for (const item of json) keepRows(item, depth - 1);
  else {
    kept.add(json);
    for (const name in json) keepRows((json as Readonly<Record<string, unknown>>)[name], depth - 1);
  }
}

/**
 * The same pure function of a row, which gives again what it made of a row that is kept, with the same `basis`. Other rows cost it one
 * look-up: most are seen once.
 */
export function oncePerRow<Row extends object, Basis extends readonly unknown[], T>(
  make: (row: Row, ...basis: Basis) => T,
): (row: Row, ...basis: Basis) => T {
  const made = new WeakMap<Row, { readonly basis: Basis; readonly value: T }>();
  return (row, ...basis) => {
    if (!kept.has(row)) return make(row, ...basis);
    const known = made.get(row);
    if (known && basis.every((each, index) => each === known.basis[index])) return known.value;
    const value = make(row, ...basis);
    made.set(row, { basis, value });
    // A record that was read may be what another function makes something of.
    if (typeof value === "object" && value !== null) kept.add(value);
    return value;
  };
}
