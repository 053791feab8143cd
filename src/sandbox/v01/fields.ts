import { Failure } from "./action.ts";
import { isDay } from "./dates.ts";

/** A request's fields by name: a JSON object's members or a query's parameters. */
export type Fields = Readonly<Record<string, unknown>>;

/** Integer is 32-bit in the vendor's database (section 2.6). */
const maximumInteger = 2_147_483_647;
const maximumLong = 2n ** 63n - 1n;

/**
 * The vendor's named patterns (section 2.6). Their regular expressions are unknown. These accept anything that a client may
 * reasonably send, and refuse what no vendor would accept: control characters, letters in a phone number (section 3.1), and a
 * code that begins with the asterisk that marks references by code (section 2.8).
 */
export const patterns = {
  code: /^(?!\*)[\x21-\x7e]+$/,
  name: /^\P{Cc}+$/u,
  text: /^[\P{Cc}\n\r\t]+$/u,
  email: /^[^\s@]+@[^\s@]+$/u,
  phone: /^[+\d ().-]+$/,
  country: /^[A-Za-z]{2}$/,
  alphanumeric: /^[A-Za-z0-9]+$/,
  token: /^[\x21-\x7e]+$/,
};

/**
 * A field as text, whether it came as a string, a number or a boolean. Undefined if it is absent, null or empty: the vendor's
 * query samples show unused parameters as `name=` (section 2.4). Fails with F01 for anything else.
 */
const scalar = (fields: Fields, name: string): string | undefined => {
  const value = fields[name];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new Failure("F01", `${name} must be a single value.`);
};

/** The value, or F01 when it is undefined. */
export const required = <Value>(value: Value | undefined, name: string): Value => {
  if (value === undefined) throw new Failure("F01", `${name} is required.`);
  return value;
};

/** A String(maximum) field. Fails with F01 when it is too long or does not match the pattern. */
export const readText = (fields: Fields, name: string, maximum: number, pattern = patterns.text): string | undefined => {
  const value = scalar(fields, name);
  if (value === undefined) return undefined;
  if ([...value].length > maximum) throw new Failure("F01", `${name} is longer than ${maximum} characters.`);
  if (!pattern.test(value)) throw new Failure("F01", `${name} is ill-formed.`);
  return value;
};

/** An Integer field of at least `minimum`. Fails with F01 for anything that is not a 32-bit whole number. */
export const readInteger = (fields: Fields, name: string, minimum: number): number | undefined => {
  const value = scalar(fields, name);
  if (value === undefined) return undefined;
  const integer = /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(integer >= minimum && integer <= maximumInteger)) {
    throw new Failure("F01", `${name} must be an integer from ${minimum} to ${maximumInteger}.`);
  }
  return integer;
};

/** A Long from a URL or a field. Fails with F01 for anything but a 64-bit unsigned whole number. */
export const parseLong = (text: string, name: string): bigint => {
  const long = /^\d{1,19}$/.test(text) ? BigInt(text) : -1n;
  if (long < 0n || long > maximumLong) throw new Failure("F01", `${name} must be a Long.`);
  return long;
};

/** A Long field, as a number or as text. Fails with F01. */
export const readLong = (fields: Fields, name: string): bigint | undefined => {
  const value = scalar(fields, name);
  return value === undefined ? undefined : parseLong(value, name);
};

/** A reference to another object: its id, or its code behind an asterisk (section 2.8). Fails with F01. */
export const readReference = (fields: Fields, name: string): bigint | { readonly code: string } | undefined => {
  const value = scalar(fields, name);
  if (value === undefined) return undefined;
  return value.startsWith("*") ? { code: value.slice(1) } : parseLong(value, name);
};

/** A Date field, yyyy-MM-dd. Fails with F01 for another form or a day that does not exist. */
export const readDay = (fields: Fields, name: string): string | undefined => {
  const value = scalar(fields, name);
  if (value !== undefined && !isDay(value)) throw new Failure("F01", `${name} must be a date, yyyy-MM-dd.`);
  return value;
};

/** A Boolean field: true or false, in any case, since the reference itself prints the default as TRUE (section 9.2). */
export const readBoolean = (fields: Fields, name: string): boolean | undefined => {
  const value = scalar(fields, name)?.toLowerCase();
  if (value === undefined) return undefined;
  if (value !== "true" && value !== "false") throw new Failure("F01", `${name} must be true or false.`);
  return value === "true";
};

/** An Enum field. Fails with V03 for a value outside the list: well-formed but wrong (section 3.1, V). */
export const readChoice = <Choice extends string>(
  fields: Fields,
  name: string,
  choices: readonly Choice[],
): Choice | undefined => {
  const value = scalar(fields, name);
  if (value === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) throw new Failure("V03", `${name} must be one of ${choices.join(", ")}.`);
  return choice;
};
