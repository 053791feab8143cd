import { isDeepStrictEqual } from "node:util";
import type { Members } from "./looking.ts";
import { isRow } from "./reading.ts";
import { isStoredAmount, isStoredCode, isStoredDecimal, isStoredText } from "./stored.ts";

/**
 * Compares a record with what was sent, member by member: values are equal where a backend may store the one for the other. Looks recognise a
 * write by it, and warnings tell what was stored otherwise. Pure.
 */

/** Whether a backend may store `sent` as `shown`. */
export type Compare = (sent: unknown, shown: unknown) => boolean;

export interface Comparison {
  readonly isStored: (member: string, sent: unknown, shown: unknown) => boolean;
  /** The members of `sent` in which a record differs, in their order. */
  readonly differing: (sent: Members, shown: Members) => string[];
}

/** @param compareBy how to compare each member; `usual` is for all others */
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

/** Compares texts; an empty one equals none. */
export const asText: Compare = (sent, shown) => isStoredText(textIn(sent), textIn(shown));

/** Compares codes or e-mail addresses, in any case and perhaps cut. */
export const asCode: Compare = (sent, shown) => isStoredCode(textIn(sent), textIn(shown));

/** Compares texts ignoring case. */
export const asFoldedText: Compare = (sent, shown) =>
  asText(sent, shown) || textIn(sent).toLowerCase() === textIn(shown).toLowerCase();

/** Compares amounts, rounded or cut at the currency's minor unit or behind it. */
export function asAmount(currency: string): Compare {
  return (sent, shown) => isStoredAmount(textIn(sent), textOrNull(shown), currency);
}

/** Compares numbers without a currency, of which a backend keeps at least so many decimals. */
export function asDecimal(fewestPlaces: number): Compare {
  return (sent, shown) => isStoredDecimal(textIn(sent), textOrNull(shown), fewestPlaces);
}

/** Compares the sent parts of a record of texts, such as an address. */
export const asTexts: Compare = (sent, shown) => {
  if (!isRow(sent)) return false;
  const parts = isRow(shown) ? shown : {};
  return Object.entries(sent).every(([part, text]) => asText(text, parts[part]));
};

/** Compares two values in canonical form: a day and its midnight, "5.0" and 5. */
export function inForm<T>(form: (value: unknown) => T, compare: Compare = isDeepStrictEqual): Compare {
  return (sent, shown) => compare(form(sent), form(shown));
}

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** The path of the unified input's member behind each parameter of a request, for errors and differences. */
export type FieldPaths = Readonly<Record<string, readonly string[]>>;

/** The unified input's members behind parameters of a request, each once: "address.city" for a part. @param depth parts of a path to name */
export function membersBehind(parameters: readonly string[], fields: FieldPaths, depth = Number.POSITIVE_INFINITY): string[] {
  return [...new Set(parameters.map((name) => fields[name]?.slice(0, depth).join(".") || name))];
}
