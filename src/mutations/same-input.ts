import { isDeepStrictEqual } from "node:util";
import { canonicalDecimal, isDecimal } from "../model/money.ts";

/**
 * Whether two inputs of a mutation say the same: under one idempotency key the second is then a repetition of the first, and
 * otherwise another call, which is refused. So what is not surely the same is different: that sends nothing.
 *
 * A test walks the schema's inputs, writes each in other ways, and changes each member: what is missing here fails there.
 */
export function sameInput(one: unknown, other: unknown, { nullClears }: Wording): boolean {
  return isDeepStrictEqual(meaningOf(one, nullClears), meaningOf(other, nullClears));
}

/** What an input's words mean. */
export interface Wording {
  /** Whether null clears a member, and absent leaves it as it is. Otherwise both mean "not given". */
  readonly nullClears: boolean;
}

/** Options: null, absent and this are the same, in changes as well. The schema names these defaults. */
const defaults: Readonly<Record<string, unknown>> = {
  validateOnly: false,
  onFailure: "KEEP",
  link: true,
  executeNow: false,
  allowDuplicate: false,
  compareWithBackend: false,
};

/** Decimal numbers: 19.9, "19.90" and "19.9". No other text is a number, however much it looks like one: a reference "0019". */
const decimals: ReadonlySet<string> = new Set(["amount", "taxAmount", "cost", "quantity", "rate", "fixedAmount"]);

/**
 * Lists whose order and repetitions mean nothing. Not the others: results come in the order of backends and charges, an account is
 * named after the first of its customers, and an address is read line by line.
 */
const sets: ReadonlySet<string> = new Set(["taxIds", "appliesTo", "fields"]);

function meaningOf(value: unknown, keepsNull: boolean): unknown {
  // Canonically equivalent texts are one text (Unicode, conformance clause C6), and what carries them may change their form.
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
  const isNumber = typeof member === "number" || (typeof member === "string" && isDecimal(member));
  return decimals.has(name) && isNumber ? canonicalDecimal(String(member)) : member;
}
