import type { Conditions } from "./conditions.ts";

/** Access to records of one kind as a person at the backend's own screens has it: past the API and its rules. */
export interface RecordsByHand {
  /** The record as stored; undefined = there is none. */
  readonly get: (id: string) => object | undefined;
  /** False = there is no such record. */
  readonly edit: (id: string, members: object) => boolean;
  readonly remove: (id: string) => boolean;
}

export const byHand = <Id, Row extends object>(table: Table<Id, Row>, readId: (text: string) => Id): RecordsByHand => ({
  get: (id) => table.get(readId(id)),
  edit: (id, members) => table.edit(readId(id), members),
  remove: (id) => table.delete(readId(id)),
});

/** Records by id. The backend's conditions decide how they are stored and when they are listed. */
export class Table<Id, Row extends object> extends Map<Id, Row> {
  readonly #conditions: Conditions;
  readonly #columns: Columns;
  readonly #hiddenUntil = new Map<Id, number>();

  constructor(conditions: Conditions, columns: Columns = {}) {
    super();
    this.#conditions = conditions;
    this.#columns = columns;
  }

  /** The conditions of the backend that has these records. */
  get conditions(): Conditions {
    return this.#conditions;
  }

  override set(id: Id, record: Row): this {
    const existing = this.get(id);
    const until = existing === undefined ? this.#conditions.hiddenUntil() : null;
    if (until !== null) this.#hiddenUntil.set(id, until);
    return super.set(id, this.#conditions.stored(record, this.#columns, existing));
  }

  override delete(id: Id): boolean {
    this.#hiddenUntil.delete(id);
    return super.delete(id);
  }

  /** Some members of a new record as the backend would store them. */
  asStored<Part extends Partial<Row>>(members: Part): Part {
    return this.#conditions.stored(members, this.#columns);
  }

  /** The records that lists show by now. */
  listed(): Row[] {
    return this.#hiddenUntil.size === 0
      ? [...this.values()]
      : [...this].flatMap(([id, record]) => (this.isListed(id) ? record : []));
  }

  isListed(id: Id): boolean {
    return performance.now() >= (this.#hiddenUntil.get(id) ?? 0);
  }

  /** Stores members as they are given, past the conditions. False = there is no such record. */
  edit(id: Id, members: Partial<Row>): boolean {
    const record = this.get(id);
    if (record !== undefined) super.set(id, { ...record, ...members });
    return record !== undefined;
  }
}

/** How real databases, and the programs in front of them, alter values. Pure. */

/** The kind of each column's values. Other columns are stored as sent. */
export type Columns = Readonly<Record<string, "text" | "code" | "amount" | undefined>>;

/** Columns by kind; the names are separated by spaces. */
export const columnsOf = (names: Readonly<Partial<Record<"text" | "code" | "amount", string>>>): Columns =>
  Object.fromEntries(Object.entries(names).flatMap(([kind, each]) => each.split(" ").map((name) => [name, kind as "text"])));

export const textHabits = [
  "encodeHtml",
  "encodeAllAsHtml",
  "trim",
  "collapseSpace",
  "nfc",
  "nfd",
  "nfkc",
  "dropEmoji",
  "latin1",
  "crlf",
  "lf",
  "straightQuotes",
] as const;

type TextHabit = (typeof textHabits)[number];

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#039;" };

const encodeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

const habits: Readonly<Record<TextHabit, (text: string) => string>> = {
  encodeHtml,
  encodeAllAsHtml: (text) => encodeHtml(text).replace(/[^\p{ASCII}]/gu, (character) => `&#${character.codePointAt(0)};`),
  trim: (text) => text.trim(),
  collapseSpace: (text) => text.replace(/\s+/g, " "),
  nfc: (text) => text.normalize("NFC"),
  nfd: (text) => text.normalize("NFD"),
  nfkc: (text) => text.normalize("NFKC"),
  dropEmoji: (text) => text.replace(/[\u{10000}-\u{10FFFF}]/gu, ""),
  latin1: (text) => text.replace(/[\u0100-\u{10FFFF}]/gu, "?"),
  crlf: (text) => text.replace(/\r?\n/g, "\r\n"),
  lf: (text) => text.replace(/\r\n/g, "\n"),
  straightQuotes: (text) => text.replace(/[‘’]/g, "'").replace(/[“”]/g, '"'),
};

export const storeText = (text: string, done: readonly TextHabit[], width?: number): string => {
  const stored = done.reduce((current, habit) => habits[habit](current), text);
  return width === undefined ? stored : [...stored].slice(0, width).join("");
};

/** Keeps two decimals; a decimal text is handled digit by digit. Whole numbers stay as they are. */
export const storeNumber = (value: unknown, how: "round" | "cut"): unknown => {
  if (typeof value === "number") return how === "round" ? Math.round(value * 100) / 100 : Math.trunc(value * 100) / 100;
  if (typeof value !== "string") return value;
  const [, sign = "", whole = "", kept = "", next = ""] = /^(-?)(\d+)\.(\d\d)(\d)\d*$/.exec(value) ?? [];
  if (whole === "") return value;
  const cents = BigInt(whole + kept) + (how === "round" && next >= "5" ? 1n : 0n);
  const digits = String(cents).padStart(3, "0");
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};
