import type { Raw } from "../../model/model.ts";
import { decimalFromDouble, isDecimal, plainDecimal } from "../../model/money.ts";

/**
 * Decodes single fields, see record.ts. Leniently: numbers, texts and flags come in several forms, often within one installation. A field that
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
