import { z } from "zod";
import { delimiters } from "../model/csv.ts";
import { longestDecimal, longestText } from "../model/limits.ts";
import { chargeIntervals, chargeKinds } from "../model/model.ts";
import { isCurrencyCode, plainDecimal } from "../model/money.ts";
import { unfitLetters } from "../model/text.ts";
import { isCalendarDate } from "../model/zones.ts";
import type { GivenRow, ReadRow, RowProblem } from "./model.ts";

/** Turns the cells of a file into rows. Pure. */

/** The members of a row, as files name them. */
export const members = [
  "key",
  "backend",
  "customerId",
  "customerReference",
  "accountId",
  "planId",
  "name",
  "description",
  "notes",
  "kind",
  "serviceId",
  "amount",
  "currency",
  "taxAmount",
  "cost",
  "quantity",
  "date",
  "reference",
  "taxIds",
  "executeNow",
  "interval",
  "occurrences",
  "startsOn",
  "endsOn",
  "allowDuplicate",
] as const;
type RowMember = (typeof members)[number];

const dateForms = {
  "yyyy-MM-dd": /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})$/,
  "dd.MM.yyyy": /^(?<day>\d{1,2})\.(?<month>\d{1,2})\.(?<year>\d{4})$/,
  "dd/MM/yyyy": /^(?<day>\d{1,2})\/(?<month>\d{1,2})\/(?<year>\d{4})$/,
  "MM/dd/yyyy": /^(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4})$/,
  yyyyMMdd: /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})$/,
} as const;

/**
 * How to read a file. By default the header has the members' own names, and the file has UTF-8, decimal points, and dates like
 * 2026-11-30.
 */
export const mappingSchema = z.strictObject({
  /** By member: its column, or several columns whose texts are joined with spaces. */
  columns: z.partialRecord(z.enum(members), z.union([z.string().min(1), z.array(z.string().min(1)).min(1)])).optional(),
  /** By member: the same text for every row. */
  values: z.partialRecord(z.enum(members), z.string()).default({}),
  /** Absent: the one that occurs most often in the header. */
  delimiter: z.enum(delimiters).optional(),
  encoding: z.enum(["utf-8", "latin1"]).default("utf-8"),
  decimals: z.enum(["point", "comma"]).default("point"),
  dates: z.enum(Object.keys(dateForms) as [keyof typeof dateForms]).default("yyyy-MM-dd"),
});
export type Mapping = z.output<typeof mappingSchema>;

/** The text of each member that a row has. */
export type MemberTexts = Partial<Readonly<Record<RowMember, string>>>;

/**
 * Returns a function that turns the cells of a row into texts of members. Throws a RangeError with a sentence for people if the
 * header does not fit the mapping.
 */
export function createMapper(header: readonly string[], { columns, values }: Mapping): (cells: readonly string[]) => MemberTexts {
  const names = header.map(columnName);
  const wanted = columns ?? Object.fromEntries(members.filter((member) => names.includes(member)).map((name) => [name, name]));
  if (columns === undefined) {
    const unknown = names.filter((name) => name !== "" && !(members as readonly string[]).includes(name));
    if (unknown.length > 0) {
      throw new RangeError(
        `there is no member "${unknown[0]}". For other column names, use a mapping. Members: ${members.join(", ")}`,
      );
    }
  }
  const places = Object.entries(wanted).map(([member, given]) => {
    const indexes = (typeof given === "string" ? [given] : given).map((column) => {
      const name = columnName(column);
      const index = names.indexOf(name);
      if (index === -1) throw new RangeError(`there is no column "${column}", which the mapping names for ${member}`);
      if (names.includes(name, index + 1)) throw new RangeError(`the header has two columns "${name}"`);
      return index;
    });
    return [member as RowMember, indexes] as const;
  });
  return (cells) => {
    const texts: Partial<Record<RowMember, string>> = { ...values };
    for (const [member, indexes] of places) {
      const text = indexes
        .map((index) => (cells[index] ?? "").trim())
        .filter((cell) => cell !== "")
        .join(" ");
      if (text !== "") texts[member] = text;
    }
    return texts;
  };
}

function columnName(text: string): string {
  return text.normalize("NFC").trim();
}

/** Makes a row from the texts of its members. A text that is not understood becomes a problem of the row; nothing is guessed. */
export function toRow(line: number, texts: MemberTexts, mapping: Pick<Mapping, "decimals" | "dates">): ReadRow {
  const problems: RowProblem[] = [];
  const refuse = (member: RowMember, problem: string): null => {
    problems.push({ code: "INVALID_INPUT", message: `${member}: ${problem}`, field: [member], retryable: false, candidates: [] });
    return null;
  };
  const storable = (member: RowMember): string | null => {
    const given = texts[member]?.trim() || null;
    // Before it is stored: PostgreSQL keeps no NUL. Keys have a rule of their own.
    const unfit = given === null || member === "key" ? null : unfitLetters(given);
    return unfit === null ? given : refuse(member, unfit);
  };
  const list = (member: RowMember): string[] | null => storable(member)?.split(/[\s,;|]+/) ?? null;
  const text = (member: RowMember): string | null => {
    const given = storable(member);
    if (given === null) return null;
    const longest = longestText(member);
    return given.length <= longest ? given : refuse(member, `may have at most ${longest} characters`);
  };
  const decimal = (member: RowMember): string | null => {
    const given = text(member);
    if (given === null) return null;
    const read = readDecimal(given, mapping.decimals);
    const number = read === null ? null : plainDecimal(read);
    if (number !== null && number.length > longestDecimal) return refuse(member, `may have at most ${longestDecimal} characters`);
    return number ?? refuse(member, `"${given}" is not a plain number with a decimal ${mapping.decimals}`);
  };
  const date = (member: RowMember): string | null => {
    const given = text(member);
    if (given === null) return null;
    return readDate(given, mapping.dates) ?? refuse(member, `"${given}" is not a day written as ${mapping.dates}`);
  };
  const oneOf = <Choice extends string>(member: RowMember, choices: readonly Choice[]): Choice | null => {
    const given = text(member)?.toUpperCase();
    if (given === undefined) return null;
    return choices.find((choice) => choice === given) ?? refuse(member, `must be one of ${choices.join(", ")}`);
  };
  const truth = (member: RowMember): boolean => {
    const given = text(member)?.toLowerCase();
    if (given === undefined || ["false", "no", "0"].includes(given)) return false;
    if (["true", "yes", "1"].includes(given)) return true;
    refuse(member, "must be true or false");
    return false;
  };
  const count = (member: RowMember): number | null => {
    const given = text(member);
    if (given === null) return null;
    return /^\d{1,9}$/.test(given) ? Number(given) : refuse(member, "must be a whole number");
  };
  const interval = oneOf("interval", chargeIntervals);
  const recurrence = { occurrences: count("occurrences"), startsOn: date("startsOn"), endsOn: date("endsOn") };
  if (interval === null && Object.values(recurrence).some((value) => value !== null))
    refuse("interval", "is needed with a recurrence");
  /** Normalized, so that file, store and journal see the same key. */
  const key = (): string | null => {
    const given = text("key")?.normalize("NFC") ?? null;
    if (given === null || /^[^\p{C}]{1,200}$/u.test(given)) return given;
    return refuse("key", "must have at most 200 characters, all of them printable");
  };
  // A list has no limit of its own; the limit of a row's length applies.
  const taxIds = list("taxIds");
  const row: GivenRow = {
    key: key(),
    customerReference: text("customerReference"),
    allowDuplicate: truth("allowDuplicate"),
    problems,
    charge: {
      ...present({
        backend: text("backend"),
        customerId: text("customerId"),
        accountId: text("accountId"),
        planId: text("planId"),
        name: text("name"),
        description: text("description"),
        notes: text("notes"),
        kind: oneOf("kind", chargeKinds),
        serviceId: text("serviceId"),
        amount: decimal("amount"),
        currency: text("currency")?.toUpperCase(),
        taxAmount: decimal("taxAmount"),
        cost: decimal("cost"),
        quantity: decimal("quantity"),
        date: date("date"),
        reference: text("reference"),
        taxIds,
        recurrence: interval === null ? null : { interval, ...present(recurrence) },
      }),
      ...(truth("executeNow") && { executeNow: true }),
    },
  };
  if (row.charge.currency != null && !isCurrencyCode(row.charge.currency))
    refuse("currency", "must be an ISO 4217 code such as EUR");
  return { line, row };
}

type Present<T> = { [Key in keyof T]?: NonNullable<T[Key]> };

function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value != null)) as Present<T>;
}

/** Null for a text that may mean several numbers: "1.500" may be 1.5 or 1500. */
export function readDecimal(text: string, decimals: "point" | "comma"): string | null {
  const plain = text.replace(/^(-?)\s+/, "$1");
  if (decimals === "point") return /^-?\d+(?:\.\d+)?$/.test(plain) ? plain : null;
  if (/^-?\d+(?:,\d+)?$/.test(plain)) return plain.replace(",", ".");
  return /^-?\d{1,3}(?:\.\d{3})+,\d+$/.test(plain) ? plain.replaceAll(".", "").replace(",", ".") : null;
}

/** "yyyy-MM-dd"; null if it is not a day of the calendar. */
export function readDate(text: string, form: keyof typeof dateForms): string | null {
  const { year = "", month = "", day = "" } = dateForms[form].exec(text)?.groups ?? {};
  const written = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  return isCalendarDate(written) ? written : null;
}
