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
  plainValue,
  type WarningContext,
} from "../../adapter/kit/comparing.ts";
import { count, currency, decimal, numericId } from "../../adapter/kit/reading.ts";
import type { Raw } from "../../model/model.ts";
import { canonicalDecimal, currencyPlaces } from "../../model/money.ts";
import type { FunctionParameters, Session } from "./call.ts";
import { dateOf } from "./encode.ts";
import { intervalOf } from "./map-charge.ts";
import { flagByScope, liabilities } from "./map-tax.ts";
import { flag, instant } from "./wire.ts";

/**
 * Compares a row with a request. A parameter of a create or update mirrors the column of the same name, but the manual prints no
 * column list, so a column may be missing.
 */

/** The facts that decide how a value is stored. */
interface ColumnStorage {
  readonly fewestPlaces: number;
  readonly timeZone: string;
}

interface Column {
  /** The canonical text of a value: the same for equal values. Null for no value, or one that is not understood. */
  readonly form: (value: unknown) => string | null;
  /** Whether Enswitch may store the one as the other, both in canonical form; default: equality. */
  readonly isStored?: (storage: ColumnStorage) => Compare;
}

/** Enswitch's "none" is an empty text or 0 (guide 4.4, conventions). */
const isNone = (value: unknown): boolean => value === "" || value === "0" || value === 0;

const reference: Column = { form: (value) => (isNone(value) ? "0" : numericId(value)) };

const integer: Column = { form: (value) => (isNone(value) ? "0" : (count(value)?.toString() ?? null)) };

const bit: Column = { form: (value) => flag(value)?.toString() ?? null };

/** Guide 4.4, taxes/create: `shared` only has an effect if the system owner sets it; otherwise it comes back as 0. */
const bitOfOwner: Column = { ...bit, isStored: () => (sent, shown) => shown === sent || shown === "false" };

const amount: Column = {
  form: (value) => {
    const written = decimal(value);
    return written === null ? null : canonicalDecimal(written);
  },
  isStored: ({ fewestPlaces }) => asDecimal(fewestPlaces),
};

/** Decimals that are kept at least of numbers without a currency. */
const usualPlaces = 2;

const rate: Column = { ...amount, isStored: () => asDecimal(usualPlaces) };

const code: Column = { form: (value) => currency(value) ?? null };

const secondsOf = (value: unknown): string | null => {
  const at = instant(value);
  return at && String(at.getTime() / 1000);
};

/** Seconds on the wire, of which the day counts: the caller gave a day. */
const day: Column = {
  form: (value) => (isNone(value) ? "0" : secondsOf(value)),
  isStored: ({ timeZone }) => inForm((seconds) => dateOf(instant(seconds), timeZone)),
};

const words: Column = {
  form: (value) => (typeof value === "string" || typeof value === "number" ? String(value).trim() : null),
  isStored: () => asText,
};

/** Compared ignoring case, as everywhere in this adapter. */
const folded: Column = { ...words, form: (value) => words.form(value)?.toLowerCase() ?? null };

/** Columns that are not plain text. */
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

/** The columns of a row that a request names, in canonical form; null where the row does not show one. */
export function shownColumns(sent: FunctionParameters, row: Raw): Readonly<Record<string, string | null>> {
  return Object.fromEntries(Object.keys(sent).map((name) => [name, columnOf(name).form(row[name])]));
}

/** Whether a column, as `shownColumns` gives it, is what Enswitch may store of the request's parameter. */
export function isStoredColumn(name: string, sent: FunctionParameters, shown: string, timeZone: string): boolean {
  return comparisonOf(sent, timeZone).isStored(name, sent[name], shown);
}

const isSame: Compare = (sent, shown) => sent === shown;

function comparisonOf(sent: FunctionParameters, timeZone: string): Comparison {
  // Two decimals were seen for all currencies; a currency with fewer may keep fewer.
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

/** The values of a column in the unified input's terms, where these differ from the wire's. */
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

/** How to warn about a row that differs from its request: stricter than recognition, as Enswitch may have had a reason to change it. */
export function warningContext(
  { backend, timeZone }: Pick<Session, "backend" | "timeZone">,
  sent: FunctionParameters,
  fields: FieldPaths,
): WarningContext {
  const recognised = comparisonOf(sent, timeZone);
  const isStored: Comparison["isStored"] = (name, value, shown) => {
    const { form } = columnOf(name);
    if (name === "shared") return form(value) === form(shown);
    // An empty period has a meaning: charge immediately.
    if (name === "period" && form(shown) === null) return false;
    // A flag that the row does not show is not set.
    if (form === bit.form) return (form(value) === "true") === (form(shown) === "true");
    return recognised.isStored(name, value, form(shown));
  };
  const text = (name: string, value: unknown) => {
    const read = texts[name];
    return read ? read(value, timeZone) : plainValue(name, value);
  };
  return { backend, comparison: comparisonBy(isStored), fields, text };
}

/** Without these columns nothing tells whose row it is: a missing one counts as a difference. */
const telling: ReadonlySet<string> = new Set(["name", "amount", "buy", "rate", "currency"]);

/** The members of the unified input in which a row differs from a create. Days are those of the zone. */
export function differences(sent: FunctionParameters, row: Raw, fields: FieldPaths, timeZone: string): string[] {
  const shown = shownColumns(sent, row);
  const different = comparisonOf(sent, timeZone).differing(sent, shown);
  const told = different.filter((name) => (shown[name] ?? null) !== null || telling.has(name));
  return membersBehind(told, fields, 1);
}
