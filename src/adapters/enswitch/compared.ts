import {
  asDecimal,
  asText,
  type Compare,
  type Comparison,
  comparisonBy,
  createComparison,
  type FieldPaths,
  inForm,
  membersBehind,
} from "../../adapter/kit/comparing.ts";
import { count, currency, decimal, numericId } from "../../adapter/kit/reading.ts";
import { asWritten, type Told } from "../../adapter/kit/warnings.ts";
import type { Raw } from "../../model/model.ts";
import { canonicalDecimal, currencyPlaces } from "../../model/money.ts";
import type { Parameters, Session } from "./call.ts";
import { dateOf } from "./encode.ts";
import { intervalOf } from "./map-charge.ts";
import { flagByScope, liabilities } from "./map-tax.ts";
import { flag, instant } from "./wire.ts";

/**
 * Whether a row is as a request would have left it. A create's or update's parameter mirrors the column of the same name, but the
 * manual prints no column list: so a column may be missing.
 */

/** What decides how a value is kept. */
interface Kept {
  readonly fewestPlaces: number;
  readonly timeZone: string;
}

interface Column {
  /** The same text for equal values however they are written, null for what does not tell a value. */
  readonly form: (value: unknown) => string | null;
  /** Whether Enswitch may have made the one of the other; default: they are equal. Both are in the column's form. */
  readonly isStored?: (kept: Kept) => Compare;
}

/** Enswitch's "none" is an empty text or 0 (guide 4.4, conventions). */
const isNone = (value: unknown): boolean => value === "" || value === "0" || value === 0;

const reference: Column = { form: (value) => (isNone(value) ? "0" : numericId(value)) };

const integer: Column = { form: (value) => (isNone(value) ? "0" : (count(value)?.toString() ?? null)) };

const bit: Column = { form: (value) => flag(value)?.toString() ?? null };

/** Guide 4.4, taxes/create: it only has an effect if the system owner sets it, and then comes back as 0. */
const bitOfOwner: Column = { ...bit, isStored: () => (sent, shown) => shown === sent || shown === "false" };

const amount: Column = {
  form: (value) => {
    const written = decimal(value);
    return written === null ? null : canonicalDecimal(written);
  },
  isStored: ({ fewestPlaces }) => asDecimal(fewestPlaces),
};

/** So many places are kept of whatever is no amount of a currency. */
const usualPlaces = 2;

const rate: Column = { ...amount, isStored: () => asDecimal(usualPlaces) };

const code: Column = { form: (value) => currency(value) ?? null };

const secondsOf = (value: unknown): string | null => {
  const at = instant(value);
  return at && String(at.getTime() / 1000);
};

/** Seconds on the wire, but the caller gave a day. */
const day: Column = {
  form: (value) => (isNone(value) ? "0" : secondsOf(value)),
  isStored: ({ timeZone }) => inForm((seconds) => dateOf(instant(seconds), timeZone)),
};

const words: Column = {
  form: (value) => (typeof value === "string" || typeof value === "number" ? String(value).trim() : null),
  isStored: () => asText,
};

/** Compared without regard to case, as everywhere in this adapter. */
const folded: Column = { ...words, form: (value) => words.form(value)?.toLowerCase() ?? null };

/** The columns that are not plain texts. */
const columns: Readonly<Record<string, Column>> = {
  customer: reference,
  plan: reference,
  parent: reference,
  amount,
  buy: amount,
  rate,
  email: folded,
  period: folded,
  currency: code,
  start: day,
  end: day,
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
  shared: bitOfOwner,
};

const columnOf = (name: string): Column => columns[name] ?? words;

/** What a row shows of the columns that a request names, in a form that is the same for equal values; null: it does not show it. */
export function shownColumns(sent: Parameters, row: Raw): Readonly<Record<string, string | null>> {
  return Object.fromEntries(Object.keys(sent).map((name) => [name, columnOf(name).form(row[name])]));
}

/** Whether a column that `shownColumns` shows is as a parameter of the request would have left it. */
export function isStoredColumn(name: string, sent: Parameters, shown: string, timeZone: string): boolean {
  return comparisonOf(sent, timeZone).isStored(name, sent[name], shown);
}

const isSame: Compare = (sent, shown) => sent === shown;

function comparisonOf(sent: Parameters, timeZone: string): Comparison {
  // Two places are what was seen of all currencies; of one that has fewer, fewer may be kept.
  const fewestPlaces = Math.min(currencyPlaces(sent["currency"] ?? ""), usualPlaces);
  return createComparison(
    Object.fromEntries(
      Object.keys(sent).map((name) => {
        const { form, isStored } = columnOf(name);
        const compare = isStored?.({ fewestPlaces, timeZone }) ?? isSame;
        return [name, (value: unknown, shown: unknown) => form(value) !== null && compare(form(value), shown)];
      }),
    ),
  );
}

/** How the values of a column read in the unified input, where that is not how they are written. */
const texts: Readonly<Record<string, (value: unknown, timeZone: string) => string | null>> = {
  ...Object.fromEntries(["customer", "plan", "parent"].map((name) => [name, unlessNone(reference)])),
  number: unlessNone(integer),
  start: dayIn,
  end: dayIn,
  period: (value) => (typeof value === "string" ? (intervalOf(value.trim().toLowerCase()) ?? value) : null),
  liable: (value) => liabilities[count(value) ?? -1] ?? null,
  shared: bit.form,
  ...Object.fromEntries(
    Object.entries(flagByScope).map(([scope, name]) => [name, (value: unknown) => (flag(value) === true ? scope : null)]),
  ),
};

function dayIn(seconds: unknown, timeZone: string): string | null {
  return dateOf(instant(seconds), timeZone);
}

function unlessNone({ form }: Column): (value: unknown) => string | null {
  return (value) => {
    const shown = form(value);
    return shown === "0" ? null : shown;
  };
}

/** In what a row is not as a request has said it: also where Enswitch may have changed it for a reason of its own. */
export function toldOf({ backend, timeZone }: Pick<Session, "backend" | "timeZone">, sent: Parameters, fields: FieldPaths): Told {
  const recognised = comparisonOf(sent, timeZone);
  const isStored: Comparison["isStored"] = (name, value, shown) => {
    const { form } = columnOf(name);
    if (name === "shared") return form(value) === form(shown);
    // An empty period says something: charge at once.
    if (name === "period" && form(shown) === null) return false;
    // A flag that is not shown is not set.
    if (form === bit.form) return (form(value) === "true") === (form(shown) === "true");
    return recognised.isStored(name, value, form(shown));
  };
  const text = (name: string, value: unknown) => {
    const read = texts[name];
    return read ? read(value, timeZone) : asWritten(name, value);
  };
  return { backend, comparison: comparisonBy(isStored), fields, text };
}

/** A row that does not show these may be anybody's: without them nothing tells that it is what was sent. */
const telling: ReadonlySet<string> = new Set(["name", "amount", "buy", "rate", "currency"]);

/** The members of the unified input in which a row is not as a create would have left it. Days are those of the zone. */
export function differences(sent: Parameters, row: Raw, fields: FieldPaths, timeZone: string): string[] {
  const shown = shownColumns(sent, row);
  const different = comparisonOf(sent, timeZone).differing(sent, shown);
  const told = different.filter((name) => (shown[name] ?? null) !== null || telling.has(name));
  return membersBehind(told, fields, 1);
}
