import { isDeepStrictEqual } from "node:util";
import type { Members } from "./looking.ts";
import { isRow } from "./reading.ts";
import { isStoredAmount, isStoredDecimal } from "./stored-amount.ts";
import { isStoredCode, isStoredText } from "./stored-text.ts";

/**
 * A record beside what was sent, member by member: equal is what a backend may have made of it when it stored it. By this a write is
 * recognised afterwards, and by this it is told what of it was not stored as it was sent. Pure.
 */

/** Whether a value that is shown is what a backend may have made of the one that was sent. */
export type Compare = (sent: unknown, shown: unknown) => boolean;

export interface Comparison {
  readonly isStored: (member: string, sent: unknown, shown: unknown) => boolean;
  /** The members of `sent` in which a record is not as it was sent, in their order. */
  readonly differing: (sent: Members, shown: Members) => string[];
}

/** @param compareBy how each member is compared; `usual` for those that are not named */
export function createComparison(compareBy: Readonly<Record<string, Compare>>, usual: Compare = isDeepStrictEqual): Comparison {
  return comparisonBy((member, sent, shown) =>
    (Object.hasOwn(compareBy, member) ? (compareBy[member] ?? usual) : usual)(sent, shown),
  );
}

export function comparisonBy(isStored: Comparison["isStored"]): Comparison {
  return {
    isStored,
    differing: (sent, shown) => Object.keys(sent).filter((member) => !isStored(member, sent[member], shown[member])),
  };
}

/** A text; one that was sent empty is shown as none. */
export const asText: Compare = (sent, shown) => isStoredText(textIn(sent), textIn(shown));

/** A code or an address of e-mail, which is kept in any case, and may be cut. */
export const asCode: Compare = (sent, shown) => isStoredCode(textIn(sent), textIn(shown));

/** A text of which upper and lower case are the same. */
export const asFoldedText: Compare = (sent, shown) =>
  asText(sent, shown) || textIn(sent).toLowerCase() === textIn(shown).toLowerCase();

/** An amount, rounded or cut at the currency's minor unit or behind it. */
export function asAmount(currency: string): Compare {
  return (sent, shown) => isStoredAmount(textIn(sent), textOrNull(shown), currency);
}

/** A number without a currency, of which at least so many decimals are kept. */
export function asDecimal(fewestPlaces: number): Compare {
  return (sent, shown) => isStoredDecimal(textIn(sent), textOrNull(shown), fewestPlaces);
}

/** A record of texts, such as an address: the parts that were sent. */
export const asTexts: Compare = (sent, shown) => {
  if (!isRow(sent)) return false;
  const parts = isRow(shown) ? shown : {};
  return Object.entries(sent).every(([part, text]) => asText(text, parts[part]));
};

/** The same after both have been brought into one form: a day and its midnight, "5.0" and 5. */
export function inForm<T>(form: (value: unknown) => T, compare: Compare = isDeepStrictEqual): Compare {
  return (sent, shown) => compare(form(sent), form(shown));
}

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** The path of the unified input's member that each parameter of a request carries: the way back, for errors and differences. */
export type FieldPaths = Readonly<Record<string, readonly string[]>>;

/** The unified input's members behind the names of a request's parameters, each once: "address.city" for a part of one. */
export function membersBehind(parameters: readonly string[], fields: FieldPaths, depth = Number.POSITIVE_INFINITY): string[] {
  return [...new Set(parameters.map((name) => fields[name]?.slice(0, depth).join(".") || name))];
}
