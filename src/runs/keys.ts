import { hash } from "node:crypto";
import { canonicalDecimal, isDecimal } from "../model/money.ts";
import type { GivenRow } from "./model.ts";

/** Keys that identify a row within a file, in another file, and on another day. Pure. */

const decimals: ReadonlySet<string> = new Set(["amount", "taxAmount", "cost", "quantity"]);

/**
 * The meaning of a row: absent and empty members are equal, 19.9 and 19.90 too, and texts are compared in Unicode's composed
 * form and with one kind of line break. Leaves out members that only say how to handle the row.
 */
function contentOf({ charge, customerReference }: GivenRow): string {
  return JSON.stringify(meaningOf({ ...charge, customerReference }));
}

function meaningOf(value: unknown, name = ""): unknown {
  if (typeof value === "string") {
    const text = value.normalize("NFC").replace(/\r\n?/g, "\n").trim();
    return decimals.has(name) && isDecimal(text) ? canonicalDecimal(text) : text;
  }
  if (Array.isArray(value)) return value.map((each) => meaningOf(each));
  if (value === null || typeof value !== "object") return value;
  const members = Object.entries(value)
    .map(([key, member]): [string, unknown] => [key, meaningOf(member, key)])
    .filter(([, member]) => member !== undefined && member !== null && member !== "" && member !== false);
  return Object.fromEntries(members.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Hash of everything in a row. A row with the same hash need not be checked again. */
export function givenHash(row: GivenRow): string {
  return hashOf(JSON.stringify([contentOf(row), row.key, row.allowDuplicate, row.problems])).slice(0, 32);
}

export function hashOf(text: string): string {
  return hash("sha256", text);
}

/**
 * Gives the rows of one file their keys, in order. A row without a key gets one from its content and the number of equal rows
 * before it. If it has no date either, the run's name is added: otherwise next month's row would have the same key.
 */
export function createKeys(runName: string): (row: GivenRow) => string {
  const seen = new Map<string, number>();
  return (row) => {
    if (row.key !== null) return row.key;
    const content = contentOf(row);
    const digest = hashOf(row.charge.date == null ? `${folded(runName)}\n${content}` : content).slice(0, 32);
    const occurrence = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, occurrence);
    return `${digest}:${occurrence}`;
  };
}

/** The row's once key: see `Once` in journal/model.ts. A series is one in whatever case and spaces people write its name. */
export function onceKeyOf(series: string, key: string): string {
  return hashOf(JSON.stringify([folded(series), key.normalize("NFC")]));
}

/** A name without what people do not mean by it: case, and the width and number of spaces. */
export function folded(name: string): string {
  return name.normalize("NFKC").toLowerCase().trim().replace(/\s+/g, " ");
}

const fullMonths = "january|february|march|april|may|june|july|august|september|october|november|december";
const months = `${fullMonths}|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec`;
const month = "(?:0[1-9]|1[0-2])";
const day = "(?:0[1-9]|[12]\\d|3[01])";
const dayOrMonth = "(?:0?[1-9]|[12]\\d|3[01])";
/** 26 of 2026 only behind a month's name. */
const year = "(?:\\d{4}|['’]?\\d{2})";
const forms = [
  // 2026-11, 2026-11-30, 202611, 20261130
  `\\d{4}[-/. ]?${month}(?:[-/.]?${day})?`,
  // 11/2026, 30.11.2026, 11/30/2026
  `(?:${dayOrMonth}[-/.]${dayOrMonth}|0?[1-9]|1[0-2])[-/.]\\d{4}`,
  // November 2026, Nov. 26, Nov '26, 30 November 2026, November 30, 2026
  `(?:${dayOrMonth}\\.?[- ])?(?:${months})\\.?[-_ ,]*(?:${dayOrMonth},? )?${year}`,
  // 2026 Nov
  `\\d{4}[-_ ]*(?:${months})`,
].join("|");
const dateInName = new RegExp(`(?<![\\p{L}\\p{N}])(?:${forms})(?![\\p{L}\\p{N}])`, "giu");
/** Not elsewhere: "March" and "May" are words and names as well. */
const monthAtEnd = new RegExp(`(?<=\\S[\\s\\-–—_/,.:(]+)(?:${fullMonths})\\)?$`, "iu");

/** A run's name without its month or day: "Mail room 2026-11" and "Mail room November" belong to the series "Mail room". */
export function seriesOf(name: string): string {
  const rest = name
    .trim()
    .replace(dateInName, " ")
    .replace(monthAtEnd, " ")
    .replace(/\s+/g, " ")
    .replace(/^[\s\-–—_/,.:()]+|[\s\-–—_/,.:()]+$/g, "");
  return rest === "" ? name : rest;
}
