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
    const digest = hashOf(row.charge.date == null ? `${runName}\n${content}` : content).slice(0, 32);
    const occurrence = (seen.get(digest) ?? 0) + 1;
    seen.set(digest, occurrence);
    return `${digest}:${occurrence}`;
  };
}

/** The row's once key: see `Once` in journal/model.ts. */
export function onceKeyOf(series: string, key: string): string {
  return hashOf(JSON.stringify([series.normalize("NFC"), key.normalize("NFC")]));
}

const months = [
  ...["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"],
  ...["jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec"],
].join("|");
const monthInName = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:\\d{4}[-/. ]?(?:0[1-9]|1[0-2])|(?:0?[1-9]|1[0-2])[-/.]\\d{4}|(?:${months})\\.?[-_ ,]*\\d{4}|\\d{4}[-_ ]*(?:${months}))(?![\\p{L}\\p{N}])`,
  "giu",
);

/** A run's name without its month: "Mail room 2026-11" and "Mail room November 2026" belong to the series "Mail room". */
export function seriesOf(name: string): string {
  const rest = name
    .replace(monthInName, " ")
    .replace(/\s+/g, " ")
    .replace(/^[\s\-–—_/,.:()]+|[\s\-–—_/,.:()]+$/g, "");
  return rest === "" ? name : rest;
}
