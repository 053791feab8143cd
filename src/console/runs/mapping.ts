import { parse } from "csv-parse/browser/esm/sync";
import { type Delimiter, delimiterOf, otherFile, separatorLine, signatureLength } from "../../model/csv.ts";

/**
 * Suggests what a file's columns mean, from its first lines. A person confirms the mapping before anything is sent. The gateway
 * reads the file by that mapping alone, and guesses nothing.
 */

/** Possible meanings of a column, by the gateway's name. */
export const meanings = {
  customerReference: "Customer: your own number",
  customerId: "Customer: the backend ID",
  backend: "Backend",
  name: "Name of the charge",
  amount: "Amount",
  currency: "Currency",
  date: "Date",
  quantity: "Quantity",
  serviceId: "Service",
  description: "Description",
  notes: "Notes",
  taxAmount: "Tax amount",
  cost: "Cost",
  reference: "Reference of the charge",
  key: "Key of the row",
  allowDuplicate: "Duplicate allowed",
} as const;
export type Meaning = keyof typeof meanings;

export interface Sample {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly delimiter: Delimiter;
  readonly encoding: "utf-8" | "latin1";
}

export interface ChosenMapping {
  /** Meaning of each column, in the order of the columns; null = the column is not read. */
  readonly columns: readonly (Meaning | null)[];
  /** Values that hold for all rows. */
  readonly values: Partial<Readonly<Record<Meaning, string>>>;
  readonly decimals: "point" | "comma";
  readonly dates: DateForm;
}

export const dateForms = ["yyyy-MM-dd", "dd.MM.yyyy", "dd/MM/yyyy", "MM/dd/yyyy", "yyyyMMdd"] as const;
type DateForm = (typeof dateForms)[number];

const sampleRows = 20;
/** Characters that hold the header and the sample. */
const sampleLength = 64 * 1024;

/**
 * Reads the start of a file, and its encoding, which may show at its end only.
 * @param bytes the whole file
 * @throws an Error with a sentence for people, if it is no text or has no header
 */
export function sampleOf(bytes: ArrayBuffer): Sample {
  const other = otherFile(new Uint8Array(bytes, 0, Math.min(bytes.byteLength, signatureLength)));
  if (other !== null) throw new Error(`The file is ${other}.`);
  const { text: whole, encoding } = decode(bytes);
  const named = separatorLine(whole);
  if (named?.known === null) throw new Error("The file's first line names a delimiter that the gateway does not read.");
  const text = named?.rest ?? whole;
  const delimiter = named?.known ?? delimiterOf(text.slice(0, sampleLength));
  const isWhole = text.length <= sampleLength;
  const lines: string[][] = parse(isWhole ? text : text.slice(0, text.lastIndexOf("\n", sampleLength) + 1), {
    delimiter,
    record_delimiter: ["\r\n", "\n", "\r"],
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    to: sampleRows + 1,
  });
  const [header, ...rows] = lines;
  if (!header || header.every((name) => name.trim() === ""))
    throw new Error("The file has no header: its first line must name the columns.");
  return { header: header.map((name) => name.trim()), rows, delimiter, encoding };
}

const mostBytes = 20 * 1024 * 1024;

/** Reads a sample of a file. Rejects with an Error with a sentence for people. */
export async function readSample(file: Blob): Promise<Sample> {
  if (file.size > mostBytes) throw new Error("The file is larger than 20 MB: split it, and make a run of each part.");
  return sampleOf(await file.arrayBuffer());
}

function decode(bytes: ArrayBuffer): { readonly text: string; readonly encoding: Sample["encoding"] } {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), encoding: "utf-8" };
  } catch {
    return { text: new TextDecoder("latin1").decode(bytes), encoding: "latin1" };
  }
}

/** Usual names of columns. The first match wins. */
const usualNames: readonly (readonly [Meaning, RegExp])[] = [
  ["customerReference", /^(customer|client|account|cust)[ ._-]*(no|nr|number|ref|reference|code)?\.?$|^kunden(nr|nummer)/i],
  ["customerId", /^(customer|client)[ ._-]*id$/i],
  ["backend", /^(backend|system|billing system)$/i],
  ["serviceId", /^(service|product|article|item)[ ._-]*(id|no|code)?$/i],
  ["currency", /^(currency|curr|währung)$/i],
  ["quantity", /^(quantity|qty|count|units|anzahl|menge)$/i],
  ["taxAmount", /^(tax|vat)([ ._-]*amount)?$/i],
  ["cost", /^costs?$/i],
  ["amount", /^(amount|total|net|price|sum|value|betrag|summe)\b/i],
  ["date", /^(date|posting date|posted|day|datum|buchungsdatum)$/i],
  ["notes", /^(notes?|remarks?|comments?|bemerkung)$/i],
  ["description", /^(description|details?)$/i],
  ["name", /^(name|text|charge|what|title)$/i],
  ["key", /^(key|row[ ._-]*(id|key))$/i],
  ["reference", /^(reference|ref)$/i],
];

/** Suggests a mapping. A column whose name says nothing stays unmapped. */
export function guessed({ header, rows }: Sample): ChosenMapping {
  const exact = Object.keys(meanings) as Meaning[];
  const taken = new Set<Meaning>();
  const columns = header.map((name): Meaning | null => {
    const meaning = exact.find((each) => each === name) ?? usualNames.find(([, pattern]) => pattern.test(name))?.[0] ?? null;
    if (meaning === null || taken.has(meaning)) return null;
    taken.add(meaning);
    return meaning;
  });
  const cellsOf = (meaning: Meaning): string[] => {
    const place = columns.indexOf(meaning);
    return place === -1 ? [] : rows.map((row) => (row[place] ?? "").trim()).filter((cell) => cell !== "");
  };
  return { columns, values: {}, decimals: decimalsOf(cellsOf("amount")), dates: datesOf(cellsOf("date")) };
}

function decimalsOf(cells: readonly string[]): "point" | "comma" {
  return cells.some((cell) => /,\d{1,2}$/.test(cell)) && !cells.some((cell) => /\.\d{1,2}$/.test(cell)) ? "comma" : "point";
}

const dateShapes: Readonly<Record<DateForm, RegExp>> = {
  "yyyy-MM-dd": /^\d{4}-\d{2}-\d{2}$/,
  "dd.MM.yyyy": /^\d{1,2}\.\d{1,2}\.\d{4}$/,
  "dd/MM/yyyy": /^\d{1,2}\/(0?\d|1[0-2])\/\d{4}$/,
  "MM/dd/yyyy": /^(0?\d|1[0-2])\/\d{1,2}\/\d{4}$/,
  yyyyMMdd: /^\d{8}$/,
};

function datesOf(cells: readonly string[]): DateForm {
  return dateForms.find((form) => cells.length > 0 && cells.every((cell) => dateShapes[form].test(cell))) ?? "yyyy-MM-dd";
}

/** The mapping for POST /runs: see docs/runs.md. */
export function mappingOf({ header, delimiter, encoding }: Sample, { columns, values, decimals, dates }: ChosenMapping) {
  const named: Partial<Record<Meaning, string[]>> = {};
  for (const [place, meaning] of columns.entries()) {
    const name = header[place];
    if (meaning !== null && name !== undefined) named[meaning] = [...(named[meaning] ?? []), name];
  }
  const given = Object.entries(values).filter(([meaning, value]) => value !== "" && named[meaning as Meaning] === undefined);
  return { columns: named, values: Object.fromEntries(given), delimiter, encoding, decimals, dates };
}

/** Says what is missing before the file can be sent; null when nothing is. */
export function gapIn({ columns, values }: ChosenMapping): string | null {
  const says = (meaning: Meaning): boolean => columns.includes(meaning) || Boolean(values[meaning]);
  if (!says("customerReference") && !says("customerId")) return "Say which column holds the customer.";
  if (!says("backend")) return "Say in which backend the customers are: a column, or one backend for all rows.";
  return null;
}

/** Storage key of the mapping for files with these columns. */
export function mappingKey({ header }: Pick<Sample, "header">): string {
  return `billing-console:mapping:${JSON.stringify(header)}`;
}

/** Reads the mapping that was used for these columns; null if there is none, or it is not valid. */
export function remembered(text: string | null, { header }: Pick<Sample, "header">): ChosenMapping | null {
  if (text === null) return null;
  try {
    const { columns, values, decimals, dates } = JSON.parse(text) as ChosenMapping;
    const isKnown = (each: unknown): boolean => each === null || (typeof each === "string" && Object.hasOwn(meanings, each));
    if (!Array.isArray(columns) || columns.length !== header.length || !columns.every(isKnown)) return null;
    if (!dateForms.includes(dates) || (decimals !== "point" && decimals !== "comma") || typeof values !== "object") return null;
    return { columns, values, decimals, dates };
  } catch {
    return null;
  }
}

/** Replaces the gateway's name of a member at the start of a message by the label shown here. */
export function inWords(message: string): string {
  const [member = ""] = message.split(": ", 1);
  return Object.hasOwn(meanings, member) ? `${meanings[member as Meaning]}${message.slice(member.length)}` : message;
}
