import { isDeepStrictEqual } from "node:util";
import { invalidInput } from "../model/errors.ts";
import { canonicalDecimal, isDecimal } from "../model/money.ts";

/** The one place where an idempotency key is read, from input or header. */

interface GivenKey {
  /** The key as it is compared and recorded: in Unicode's composed form (NFC), without surrounding white space. */
  readonly key: string;
  /** The key as it was written. Earlier versions recorded it in this form. */
  readonly written: string;
}

/**
 * The key of a call, from the member `idempotencyKey` of its input or the request's Idempotency-Key header. Null if there is
 * neither. INVALID_INPUT for a key that is blank, too long or not printable, and for two different keys.
 */
export function keyOf(inputKey: string | null, header: string | null): GivenKey | null {
  const fromInput = inputKey === null ? null : comparable(inputKey, inputField);
  const fromHeader = header === null ? null : comparable(textOf(header), headerField);
  if (fromInput !== null && fromHeader !== null && fromInput !== fromHeader) {
    throw invalidInput(inputField, "differs from the Idempotency-Key header");
  }
  const key = fromInput ?? fromHeader;
  return key === null ? null : { key, written: inputKey ?? header ?? key };
}

const inputField = ["input", "idempotencyKey"] as const;
const headerField = ["Idempotency-Key"] as const;

function comparable(text: string, field: readonly string[]): string {
  const key = text.normalize("NFC").trim();
  if (/^[^\p{C}]{1,200}$/u.test(key)) return key;
  throw invalidInput(field, "must have between 1 and 200 printable characters, and not only white space");
}

/**
 * The text of a header: a quoted string, as in draft-ietf-httpapi-idempotency-key-header (a String of RFC 8941, 3.3.3), or the
 * key itself, as most clients send it.
 */
function textOf(header: string): string {
  const text = utf8In(header).trim();
  if (!text.startsWith('"')) return text;
  const [, quoted] = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text) ?? [];
  if (quoted === undefined) {
    throw invalidInput(
      headerField,
      'must be one key: a quoted string ends with its quote, and has \\ before each " and \\ inside',
    );
  }
  return quoted.replace(/\\(.)/g, "$1");
}

/** Node gives each byte of a header as one character (Latin-1). Most clients that send more than ASCII mean UTF-8. */
function utf8In(header: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(header, "latin1"));
  } catch {
    return header;
  }
}

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
interface Wording {
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
