import type { Raw } from "../../model/model.ts";
import { decimalFromDouble, isDecimal, plainDecimal } from "../../model/money.ts";

/**
 * Readers of what a backend sent under one name, see record.ts. They are lenient: numbers, texts and flags come in more than one form,
 * often within one installation, and what is absent or of another form is null, never an error and never a made-up value. Only ids
 * are not: a record whose id is there and cannot be understood is no record to leave out. Adapters add what is their vendor's own.
 */

/** A record as sent: what `raw` is made from. */
export type Row = Raw;

export function isRow(sent: unknown): sent is Row {
  return typeof sent === "object" && sent !== null && !Array.isArray(sent);
}

/** The record. Throws for what is none, which a connection takes for an answer that is not understood; so do all that throw here. */
export function rowIn(sent: unknown): Row {
  if (!isRow(sent)) throw new TypeError("a record was expected");
  return sent;
}

/** The records of a list, all of them; throws for what is no list, and for a list with something else in it. */
export function rowsIn(sent: unknown): readonly Row[] {
  if (!Array.isArray(sent) || !sent.every(isRow)) throw new TypeError("a list of records was expected");
  return sent;
}

/** Text without outer space, never empty; a number becomes its digits. */
export function text(sent: unknown): string | null {
  if (typeof sent === "string") return sent.trim() || null;
  return typeof sent === "number" && Number.isFinite(sent) ? String(sent) : null;
}

/** An exact decimal in plain notation; of a double, as many digits as it certainly holds. */
export function decimal(sent: unknown): string | null {
  if (typeof sent === "number") return Number.isFinite(sent) ? decimalFromDouble(String(sent)) : null;
  return typeof sent === "string" && isDecimal(sent) ? plainDecimal(sent) : null;
}

/** A whole number from 0 up to what a double holds. */
export function count(sent: unknown): number | null {
  const number = typeof sent === "string" && /^\d+$/.test(sent.trim()) ? Number(sent) : sent;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : null;
}

/** true, 1, and their texts in any case. */
export function flag(sent: unknown): boolean | null {
  const word = typeof sent === "string" ? sent.trim().toLowerCase() : sent;
  if (word === true || word === 1 || word === "true" || word === "1") return true;
  return word === false || word === 0 || word === "false" || word === "0" ? false : null;
}

/** An upper-case code of three letters (ISO 4217); undefined = none is named, null = one is named that is not understood. */
export function currency(sent: unknown): string | null | undefined {
  if (sent === undefined || sent === null || sent === "") return undefined;
  return typeof sent === "string" && /^[A-Za-z]{3}$/.test(sent.trim()) ? sent.trim().toUpperCase() : null;
}

/** The id of this or another record as text: a positive whole number, however large and however it was sent; "0" is none. */
export function numericId(sent: unknown): string | null {
  if (typeof sent === "number") return Number.isSafeInteger(sent) && sent > 0 ? String(sent) : null;
  return typeof sent === "string" && /^\s*0*[1-9]\d{0,18}\s*$/.test(sent) ? sent.trim().replace(/^0+/, "") : null;
}
