import type { Raw } from "../../billing/model.ts";
import { canonicalDecimal } from "../../billing/money.ts";
import { unreliable } from "./error.ts";
import type { Parameters } from "./session.ts";
import { count, currency, decimal, flag, rowId } from "./wire.ts";

/**
 * Whether a row is as a request would have left it. A create's or update's parameter mirrors the column of the same name, but the
 * manual prints no column list: so a column may be missing, and then nothing follows from the row.
 */

/** What is compared: the same text for equal values however they were written, null for what does not tell a value. */
type NormalForm = (value: unknown) => string | null;

/** Enswitch's "none" is an empty text or 0 (guide 4.4, conventions). */
const isNone = (value: unknown): boolean => value === "" || value === "0" || value === 0;

const reference: NormalForm = (value) => (isNone(value) ? "0" : rowId(value));

const integer: NormalForm = (value) => (isNone(value) ? "0" : (count(value)?.toString() ?? null));

const bit: NormalForm = (value) => flag(value)?.toString() ?? null;

const exact: NormalForm = (value) => {
  const written = decimal(value);
  return written === null ? null : canonicalDecimal(written);
};

const code: NormalForm = (value) => currency(value) ?? null;

/** Outer space is not compared: whether Enswitch keeps it is unknown. */
const words: NormalForm = (value) => (typeof value === "string" || typeof value === "number" ? String(value).trim() : null);

/** Compared without regard to case, as everywhere in this adapter. */
const folded: NormalForm = (value) => words(value)?.toLowerCase() ?? null;

/** The columns that are not plain texts. */
const normalForms: Readonly<Record<string, NormalForm>> = {
  customer: reference,
  plan: reference,
  parent: reference,
  amount: exact,
  buy: exact,
  rate: exact,
  email: folded,
  period: folded,
  currency: code,
  start: integer,
  end: integer,
  number: integer,
  liable: integer,
  accounts: bit,
  calls: bit,
  cardgroups: bit,
  charges: bit,
  features: bit,
  messages: bit,
  numbers: bit,
  products: bit,
  shared: bit,
};

/**
 * True when a row shows every parameter that was sent, false when it shows another value for one. Throws BAD_RESPONSE when it
 * contradicts nothing but does not show everything: then it can neither be taken for the request's work nor be passed over.
 */
export function agrees(sent: Parameters, row: Raw, backend: string): boolean {
  const columns = Object.entries(sent).map(([name, value]) => {
    const normalForm = normalForms[name] ?? words;
    return { name, wanted: normalForm(value), shown: normalForm(row[name]) };
  });
  if (columns.some(({ wanted, shown }) => shown !== null && shown !== wanted)) return false;
  const hidden = columns.find(({ shown }) => shown === null);
  if (hidden === undefined) return true;
  throw unreliable(backend, `shows no ${hidden.name} in a record that may be what the gateway left there`);
}
