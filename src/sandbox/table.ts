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
  /** The order in which the records came. */
  readonly #places = new Map<Id, number>();
  #nextPlace = 0;
  /** By member: the records with each of its values, in their order. Made when they are first asked for. */
  readonly #indexes = new Map<keyof Row, Map<unknown, [Id, Row][]>>();

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
    super.set(id, this.#conditions.stored(record, this.#columns, existing));
    if (existing === undefined) this.#added(id);
    else this.#indexes.clear();
    return this;
  }

  override delete(id: Id): boolean {
    this.#hiddenUntil.delete(id);
    this.#indexes.clear();
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

  /** Those of them with this value in a member. They are found by an index, as a backend's database finds them. */
  listedWith<Member extends keyof Row>(member: Member, value: Row[Member]): Row[] {
    const index = this.#indexes.get(member) ?? Map.groupBy<unknown, [Id, Row]>(this, ([, row]) => row[member]);
    this.#indexes.set(member, index);
    return (index.get(value) ?? []).flatMap(([id, row]) => (this.isListed(id) ? row : []));
  }

  /** Those of them with these ids. */
  listedOf(ids: ReadonlySet<Id>): Row[] {
    const place = (id: Id): number => this.#places.get(id) ?? 0;
    const inOrder = [...ids].sort((left, right) => place(left) - place(right));
    return inOrder.flatMap((id) => (this.isListed(id) ? (this.get(id) ?? []) : []));
  }

  #added(id: Id): void {
    this.#places.set(id, this.#nextPlace);
    this.#nextPlace += 1;
    const row = this.get(id);
    if (row === undefined) return;
    for (const [member, index] of this.#indexes) {
      const rows = index.get(row[member]);
      if (rows) rows.push([id, row]);
      else index.set(row[member], [[id, row]]);
    }
  }

  isListed(id: Id): boolean {
    return performance.now() >= (this.#hiddenUntil.get(id) ?? 0);
  }

  /** Stores members as they are given, past the conditions. False = there is no such record. */
  edit(id: Id, members: Partial<Row>): boolean {
    const record = this.get(id);
    if (record !== undefined) super.set(id, { ...record, ...members });
    this.#indexes.clear();
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
