import { isDeepStrictEqual } from "node:util";
import { named } from "../../model/errors.ts";
import { compareDecimals, isDecimal } from "../../model/money.ts";
import type { Warning } from "../../model/warnings.ts";
import type { Agreement, Members } from "./looking.ts";
import { isRow } from "./reading.ts";
import { isStoredAmount, isStoredCode, isStoredDecimal, isStoredText } from "./stored.ts";

/**
 * Compares a record with what was sent, member by member: values are equal where a backend may store the one for the other. Looks recognise a
 * write by it, and warnings tell what was stored otherwise. Pure.
 */

/** Whether a backend may store `sent` as `shown`. */
export type Compare = (sent: unknown, shown: unknown) => boolean;

export interface Comparison extends Agreement {
  /** The members of `sent` in which a record differs, in their order. */
  readonly differing: (sent: Members, shown: Members) => string[];
}

/** @param compareBy how to compare each member; `usual` is for all others */
export function createComparison(compareBy: Readonly<Record<string, Compare>>, usual: Compare = isDeepStrictEqual): Comparison {
  return comparisonBy((member, sent, shown) =>
    (Object.hasOwn(compareBy, member) ? (compareBy[member] ?? usual) : usual)(sent, shown),
  );
}

export function comparisonBy(isStored: Comparison["isStored"], isSame: Comparison["isSame"] = isSameValue): Comparison {
  return {
    isStored,
    isSame,
    differing: (sent, shown) => Object.keys(sent).filter((member) => !isStored(member, sent[member], shown[member])),
  };
}

/** Whether two values are the same in any notation: decimals by their value, an empty text as none, of a record the sent parts. */
function isSameValue(_member: string, sent: unknown, shown: unknown): boolean {
  if (isRow(sent))
    return Object.entries(sent).every(([part, value]) => isSameValue(part, value, isRow(shown) ? shown[part] : null));
  if (typeof sent === "string" && typeof shown === "string" && isDecimal(sent) && isDecimal(shown))
    return compareDecimals(sent, shown) === 0;
  return isDeepStrictEqual(noneOrValue(sent), noneOrValue(shown));
}

function noneOrValue(value: unknown): unknown {
  return value === undefined || value === "" ? null : value;
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

/** Warns about a record that differs from what was sent. Pure. */

/** The facts that warnings need. */
export interface WarningContext {
  readonly backend: string;
  readonly comparison: Comparison;
  /**
   * The unified input's member behind each name, "address.city" for a part; default: the name itself. An empty path: not a member of an
   * input.
   */
  readonly fields?: FieldPaths;
  /** A value as people read it; null for no value. Default: as it is. */
  readonly text?: (name: string, value: unknown) => string | null;
}

/**
 * One warning for each member of the unified input in which a record differs from what was sent. Where a backend stores a member under several
 * names (lines of an address, the flags of a tax's scopes), its texts stand on lines of their own.
 */
export function warningsOf(
  { backend, comparison, fields = {}, text = plainValue }: WarningContext,
  sent: Members,
  shown: Members,
): Warning[] {
  const wanted = apart(sent);
  const there = apart(shown);
  const pathOf = (name: string): readonly string[] => fields[name] ?? name.split(".");
  const keyOf = (name: string): string => pathOf(name).join(".") || name;
  const differing = comparison.differing(sent, shown).flatMap((name) => differingParts(name, sent, shown));
  return [...new Set(differing.map(keyOf))].flatMap((key): Warning[] => {
    const names = Object.keys(wanted).filter((name) => keyOf(name) === key);
    const lines = (members: Members): string | null => {
      const texts = names.flatMap((name) => text(name, members[name]) ?? []);
      return texts.length === 0 ? null : texts.join("\n");
    };
    const [written, stored] = [lines(wanted), lines(there)];
    // A value that means "none" may be missing in the record.
    if (written === null && stored === null) return [];
    const code = stored === null ? "NOT_STORED" : "STORED_DIFFERENTLY";
    const problem = stored === null ? "does not show it" : "has another value than the one that was sent";
    const path = pathOf(names[0] ?? key);
    const field = path.length === 0 ? null : path;
    return [{ code, message: `${key}: ${named(backend)} ${problem}.`, field, sent: written, stored }];
  });
}

/** Splits records of texts, such as addresses, into members of their own. */
function apart(members: Members): Members {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) =>
      isRow(value) ? Object.entries(value).map(([part, text]) => [`${name}.${part}`, text]) : [[name, value]],
    ),
  );
}

/** The names of the differing parts of a record of texts. */
function differingParts(name: string, sent: Members, shown: Members): readonly string[] {
  const wanted = sent[name];
  const there = shown[name];
  if (!isRow(wanted)) return [name];
  return Object.keys(wanted)
    .filter((part) => !asText(wanted[part], isRow(there) ? there[part] : undefined))
    .map((part) => `${name}.${part}`);
}

export function plainValue(_name: string, value: unknown): string | null {
  if (value === undefined || value === null || value === "") return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
