import { parseJsv } from "./jsv.ts";

/**
 * The members of a request as ServiceStack binds them (contract 2.5). Names match case-insensitively, unknown ones are ignored,
 * null means absent, and a value that cannot be converted leaves the member at its default, which is null here.
 */
export interface Members {
  readonly text: (name: string) => string | null;
  readonly double: (name: string) => number | null;
  readonly boolean: (name: string) => boolean | null;
  /** One of `choices` by name (in any case) or by position, as .NET reads enums. */
  readonly choice: <Choice extends string>(name: string, choices: readonly Choice[]) => Choice | null;
  readonly texts: (name: string) => readonly string[] | null;
  readonly object: (name: string) => Members | null;
  readonly objects: (name: string) => readonly Members[] | null;
  /** A dictionary of strings, names as sent. */
  readonly dictionary: (name: string) => ReadonlyMap<string, string> | null;
}

const decimalForm = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;

/** Later entries win over earlier ones of the same name. */
export function createMembers(entries: Iterable<readonly [string, unknown]>): Members {
  const values = new Map<string, unknown>();
  for (const [name, value] of entries) {
    if (value !== null && value !== undefined) values.set(name.toLowerCase(), value);
  }
  const value = (name: string): unknown => values.get(name.toLowerCase());
  return {
    text: (name) => toText(value(name)),
    double: (name) => toDouble(value(name)),
    boolean: (name) => toBoolean(value(name)),
    choice: (name, choices) => toChoice(toText(value(name)), choices),
    texts: (name) => toList(value(name))?.flatMap((item) => toText(item) ?? []) ?? null,
    object: (name) => toMembers(value(name)),
    objects: (name) => toList(value(name))?.flatMap((item) => toMembers(item) ?? []) ?? null,
    dictionary: (name) => toDictionary(value(name)),
  };
}

/** Parameters of a query string or of a form; repeated ones are joined by commas, as .NET's collections do. */
export function queryEntries(query: string): readonly (readonly [string, string])[] {
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const earlier = parameters.get(name.toLowerCase());
    parameters.set(name.toLowerCase(), earlier === undefined ? value : `${earlier},${value}`);
  }
  return [...parameters];
}

/** The members of a JSON object; none for blank text, a request without a body; null for anything else. */
export function jsonEntries(text: string): readonly (readonly [string, unknown])[] | null {
  if (text.trim() === "") return [];
  const value = parseJson(text);
  return isObject(value) ? Object.entries(value) : null;
}

/** Undefined for malformed JSON, as no JSON can be undefined. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The members that were sent: null leaves a member unchanged on v2 and v3 (contract 4.5, 7.5). */
export function given<Fields extends object>(fields: { readonly [Name in keyof Fields]: Fields[Name] | null }): Partial<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Partial<Fields>;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Map);
}

function toText(value: unknown): string | null {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

function toDouble(value: unknown): number | null {
  const number = typeof value === "string" && decimalForm.test(value.trim()) ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

function toBoolean(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  const text = toText(value)?.toLowerCase();
  if (text === "true" || text === "1") return true;
  return text === "false" || text === "0" ? false : null;
}

function toChoice<Choice extends string>(text: string | null, choices: readonly Choice[]): Choice | null {
  if (text === null) return null;
  const named = choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
  return named ?? (/^\d{1,3}$/.test(text) ? (choices[Number(text)] ?? null) : null);
}

/** In query strings, lists are comma-separated, with or without brackets (contract 7.2). */
function toList(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value;
  if (typeof value !== "string" || value === "") return null;
  const list = parseJsv(value.startsWith("[") ? value : `[${value}]`);
  return Array.isArray(list) ? list : null;
}

function toEntries(value: unknown): Iterable<readonly [string, unknown]> | null {
  const complex = typeof value === "string" ? parseJsv(value) : value;
  if (complex instanceof Map) return complex;
  return isObject(complex) ? Object.entries(complex) : null;
}

function toMembers(value: unknown): Members | null {
  const entries = toEntries(value);
  return entries === null ? null : createMembers(entries);
}

function toDictionary(value: unknown): ReadonlyMap<string, string> | null {
  const entries = toEntries(value);
  return entries === null ? null : new Map([...entries].map(([name, item]) => [name, toText(item) ?? ""]));
}
