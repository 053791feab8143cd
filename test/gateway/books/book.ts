import type { Asked, Given } from "../worlds/serving.ts";

/**
 * What independent simulators of the backends keep of writes, and how they alter it. Values have the names and forms of the unified input, as
 * texts. Written from the contracts alone, without a look at src/sandbox.
 */

export type EntryKind = "customer" | "charge" | "credit" | "tax";
export type Values = Readonly<Record<string, string | null>>;

export interface Entry {
  readonly kind: EntryKind;
  readonly id: string;
  /** The customer of a charge. */
  readonly owner: string | null;
  values: Values;
  /** A backend's own: a start in seconds, a code. */
  readonly mark: string;
  archived: boolean;
  /** Milliseconds since 1970, by the backend's clock. */
  readonly made: number;
  touched: number;
}

/** A write that the backend has done. */
export interface Effect {
  readonly what: "create" | "change" | "archive" | "restore" | "execute";
  readonly entry: Entry;
  /** As the backend understood the request. */
  readonly sent: Values;
  /** The record's values before it. */
  readonly before: Values;
  /** Members that it stored in another way than as sent. */
  readonly altered: ReadonlyMap<string, Alike>;
}

/** "same": a difference that docs/warnings.md tolerates; "other": one that a caller must be told of; "open": either. */
export type Alike = "same" | "other" | "open";

export interface Alteration {
  readonly member: string;
  readonly how: keyof typeof alterations;
}

const isDecimal = (value: string): boolean => /^-?\d+(\.\d+)?$/.test(value);
const isDay = (value: string): boolean => /^\d{4}-\d\d-\d\d$/.test(value);

/** What a backend may make of a value; null for what it does not do to such a value. */
export const alterations = {
  trims: { alike: "same", store: (value: string) => value.trim() },
  decomposes: { alike: "same", store: (value: string) => value.normalize("NFD") },
  "encodes as HTML": { alike: "same", store: (value: string) => value.replaceAll("&", "&amp;").replaceAll("<", "&lt;") },
  "rounds to cents": { alike: "same", store: (value: string) => (/^\d+\.\d{3,}$/.test(value) ? inCents(value, "round") : value) },
  "cuts at cents": { alike: "same", store: (value: string) => (/^\d+\.\d{3,}$/.test(value) ? inCents(value, "cut") : value) },
  "cuts at 25 characters": { alike: "open", store: (value: string) => [...value].slice(0, 25).join("") },
  "in capitals": { alike: "open", store: (value: string) => (isDay(value) ? value : value.toUpperCase()) },
  "leaves out": { alike: "other", store: () => null },
  "takes another": {
    alike: "other",
    store: (value: string) =>
      isDay(value)
        ? Temporal.PlainDate.from(value).add({ days: 1 }).toString()
        : isDecimal(value)
          ? plusOne(value)
          : "Another one",
  },
} as const satisfies Record<string, { readonly alike: Alike; readonly store: (value: string) => string | null }>;

function plusOne(value: string): string {
  const [whole = "0", places] = value.split(".");
  return places === undefined ? String(BigInt(whole) + 1n) : `${BigInt(whole) + 1n}.${places}`;
}

function inCents(value: string, how: "round" | "cut"): string {
  const [whole = "0", places = ""] = value.split(".");
  const cents = BigInt(whole + places.slice(0, 2)) + (how === "round" && (places[2] ?? "0") >= "5" ? 1n : 0n);
  const digits = String(cents).padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

const decimalMembers: ReadonlySet<string> = new Set(["amount", "taxAmount", "cost", "quantity", "rate", "fixedAmount"]);

/** Whether two values of a member mean the same: decimals by their value, and no text is an empty one. */
export function means(member: string, one: string | null | undefined, other: string | null | undefined): boolean {
  const [left, right] = [one ?? "", other ?? ""];
  if (left === right) return true;
  return decimalMembers.has(member) && left !== "" && right !== "" && canonical(left) === canonical(right);
}

/** A decimal in any notation, without an exponent, a plus and needless zeros. */
export function canonical(value: string): string {
  const [, sign, whole = "", places = "", exponent = "0"] = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(value) ?? [];
  if (sign === undefined) return value;
  const digits = `${whole}${places}`;
  const point = whole.length + Number(exponent);
  const padded = point <= 0 ? `${"0".repeat(1 - point)}${digits}` : digits.padEnd(point, "0");
  const at = Math.max(point, 1);
  const number = padded.slice(0, at).replace(/^0+(?=\d)/, "");
  const kept = padded.slice(at).replace(/0+$/, "");
  const plain = kept === "" ? number : `${number}.${kept}`;
  return sign === "-" && plain !== "0" ? `-${plain}` : plain;
}

export interface Book {
  readonly entries: Entry[];
  readonly effects: Effect[];
  /** What it makes of the next values. */
  alteration: Alteration | null;
  /** An empty text changes nothing, as if it were not sent: no contract says that it clears a member. */
  ignoresEmpty: boolean;
  readonly now: () => number;
  readonly find: (kind: EntryKind, id: string | null) => Entry | undefined;
  readonly of: (kind: EntryKind, owner?: string | null) => Entry[];
  readonly add: (kind: EntryKind, owner: string | null, sent: Values, mark?: string, ageMs?: number) => Entry;
  readonly change: (entry: Entry, sent: Values) => Entry;
  readonly archive: (entry: Entry, archived: boolean) => Entry;
  readonly execute: (entry: Entry) => Entry;
}

/** @param nextId makes ids in the backend's form */
export function createBook(nextId: (kind: EntryKind) => string, now: () => number): Book {
  const entries: Entry[] = [];
  const effects: Effect[] = [];

  function stored(sent: Values): Pick<Effect, "altered"> & { readonly values: Values } {
    const { alteration } = book;
    const value = alteration && sent[alteration.member];
    if (!alteration || typeof value !== "string" || value === "" || canonical(value) === "0")
      return { values: sent, altered: new Map() };
    const { alike, store } = alterations[alteration.how];
    const kept = store(value);
    if (kept === value) return { values: sent, altered: new Map() };
    return { values: { ...sent, [alteration.member]: kept }, altered: new Map([[alteration.member, alike]]) };
  }

  const record = (
    what: Effect["what"],
    entry: Entry,
    sent: Values,
    altered: Effect["altered"] = new Map(),
    before: Values = {},
  ): Entry => {
    entry.touched = now();
    effects.push({ what, entry, sent, before, altered });
    return entry;
  };

  const book: Book = {
    entries,
    effects,
    alteration: null,
    ignoresEmpty: false,
    now,
    find: (kind, id) => entries.find((entry) => entry.kind === kind && entry.id === id),
    of: (kind, owner) => entries.filter((entry) => entry.kind === kind && (owner === undefined || entry.owner === owner)),
    add: (kind, owner, sent, mark = "", ageMs = 0) => {
      const { values, altered } = stored(sent);
      const entry: Entry = { kind, id: nextId(kind), owner, values, mark, archived: false, made: now() - ageMs, touched: now() };
      entries.push(entry);
      return record("create", entry, sent, altered);
    },
    change: (entry, sent) => {
      const { values, altered } = stored(sent);
      const isIgnored = ([name, value]: [string, string | null]): boolean =>
        book.ignoresEmpty && value === "" && (entry.values[name] ?? "") !== "";
      const [ignored, kept] = [
        Object.entries(values).filter(isIgnored),
        Object.entries(values).filter((each) => !isIgnored(each)),
      ];
      const before = entry.values;
      entry.values = { ...before, ...Object.fromEntries(kept) };
      return record("change", entry, sent, new Map([...altered, ...ignored.map(([name]) => [name, "other"] as const)]), before);
    },
    archive: (entry, archived) => {
      entry.archived = archived;
      return record(archived ? "archive" : "restore", entry, {});
    },
    execute: (entry) => record("execute", entry, {}),
  };
  return book;
}

/** A backend that writes, on its book. */
export interface Writer {
  readonly section: Readonly<Record<string, unknown>>;
  readonly book: Book;
  /** What its contract hides, so that an oracle cannot expect it. */
  readonly hides: ReadonlySet<"owner of a charge" | "zone" | "emptiness">;
  /** Its own report that it does not do this. */
  readonly refusal: () => Given;
  /** Its own report of a breakdown, which does not tell what was done. */
  readonly breakdown: () => Given;
  readonly isWrite: (asked: Asked) => boolean;
  /** The answer to a write of this record. */
  readonly shows: (entry: Entry) => Given;
  readonly answer: (asked: Asked) => Given;
}

/** A local time of a zone, "yyyy-MM-dd HH:mm:ss". */
export function localTime(milliseconds: number, timeZone: string): string {
  const { year, month, day, hour, minute, second } =
    Temporal.Instant.fromEpochMilliseconds(milliseconds).toZonedDateTimeISO(timeZone);
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}
