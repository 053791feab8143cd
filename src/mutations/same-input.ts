import { isDeepStrictEqual } from "node:util";
import { canonicalDecimal, isDecimal } from "../model/money.ts";

/**
 * Whether two inputs of a mutation mean the same. Under one idempotency key, the second is then a repetition of the first;
 * otherwise it is another call and is refused. In doubt they differ, because then nothing is sent.
 *
 * A test takes all inputs of the schema, writes each in other ways, and changes each member. It finds what is missing here.
 */
export function sameInput(one: unknown, other: unknown, { nullClears }: Wording): boolean {
  return isDeepStrictEqual(meaningOf(one, nullClears), meaningOf(other, nullClears));
}

/** How the members of an input are read. */
export interface Wording {
  /** True: null clears a member, and an absent one stays as it is. False: both mean "not given". */
  readonly nullClears: boolean;
}

/** Options: null, absent and the default mean the same, also in changes. The schema names these defaults. */
const defaults: Readonly<Record<string, unknown>> = {
  validateOnly: false,
  onFailure: "KEEP",
  link: true,
  executeNow: false,
  allowDuplicate: false,
  compareWithBackend: false,
};

/**
 * Decimal numbers: 19.9, "19.90" and "19.9" are equal. Other members are no numbers, even if they look like one: a reference
 * "0019".
 */
const decimals: ReadonlySet<string> = new Set(["amount", "taxAmount", "cost", "quantity", "rate", "fixedAmount"]);

/** Codes in which case means nothing. */
const codes: ReadonlySet<string> = new Set(["currency"]);

/**
 * Lists whose order and repetitions mean nothing. In other lists they do: results come in the order of backends and charges, an
 * account is named after its first customer, and an address has ordered lines.
 */
const sets: ReadonlySet<string> = new Set(["taxIds", "appliesTo", "fields"]);

function meaningOf(value: unknown, keepsNull: boolean): unknown {
  // Canonically equivalent texts are the same text (Unicode, conformance clause C6), and transports may change their form.
  if (typeof value === "string") return value.normalize("NFC");
  if (Array.isArray(value)) return value.map((each) => meaningOf(each, keepsNull));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => {
      if (member === undefined || (member === null && !keepsNull)) return [];
      if (Object.hasOwn(defaults, name) && (member ?? defaults[name]) === defaults[name]) return [];
      return [[name, memberMeaning(name, meaningOf(member, keepsNull))]];
    }),
  );
}

function memberMeaning(name: string, member: unknown): unknown {
  if (sets.has(name) && Array.isArray(member)) return [...new Set(member)].sort();
  // Earlier versions recorded them as they were written.
  if (codes.has(name) && typeof member === "string") return member.toUpperCase();
  const isNumber = typeof member === "number" || (typeof member === "string" && isDecimal(member));
  return decimals.has(name) && isNumber ? canonicalDecimal(String(member)) : member;
}
