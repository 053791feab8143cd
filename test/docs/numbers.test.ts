import { readFileSync } from "node:fs";
import { maxHeaderSize } from "node:http";
import { expect, it } from "vitest";
import { defaultPageSize } from "../../src/reads/pages.ts";
import { mostBytes, mostLines, mostRows } from "../../src/runs/model.ts";
import { weights } from "../../src/server/document/cost.ts";
import { maximumErrors } from "../../src/server/errors.ts";
import { parse } from "../config/fixture.ts";
import { readPage } from "./pages.ts";

/** Numbers in the prose of the pages, each with the constant of the code that it tells. */

const source = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

/** The value of `name = 24 * 3_600_000` or `name: 200` in a file of src. */
function constant(file: string, name: string): number {
  const [, written] =
    new RegExp(`\\b${name}\\b\\s*[=:]\\s*([\\d_.]+(?:\\s*[*/]\\s*[\\d_.]+)*)\\s*[;,\\n}]`).exec(source(file)) ?? [];
  if (written === undefined) throw new Error(`${file} has no number ${name}.`);
  const [first = "", ...others] = written.replaceAll("_", "").split(/\s*([*/])\s*/);
  let value = Number(first);
  for (let at = 0; at < others.length; at += 2)
    value = others[at] === "*" ? value * Number(others[at + 1]) : value / Number(others[at + 1]);
  return value;
}

const defaults = parse({
  backends: { pbx: { kind: "enswitch", url: "http://127.0.0.1:1/", username: "u", password: "p", currency: "EUR" } },
});
const pbx = defaults.backends["pbx"] as unknown as {
  readonly retries: number;
  readonly concurrency: number;
  readonly circuit: { readonly failures: number; readonly openMs: number };
};

const words = "no one two three four five six seven eight nine ten eleven twelve".split(" ");
const seconds = (milliseconds: number): number => milliseconds / 1000;
const minutes = (milliseconds: number): number => milliseconds / 60_000;
const hours = (milliseconds: number): number => milliseconds / 3_600_000;
const limit = (name: string): number => constant("src/model/limits.ts", name);
const scans = (name: string): number => constant("src/directory/streams.ts", name);
const tenth = (part: string): number =>
  Number(new RegExp(`"${part}", Math.ceil\\(requestsPerMinute / (\\d+)\\)`).exec(source("src/server/http/rate-limit.ts"))?.[1]);
const patience = (name: string): number => constant("src/commands/run-waiting.ts", name);

/** "{}" in a sentence stands for the next number, as digits or as a word. */
const stated: readonly (readonly [page: string, sentence: string, ...numbers: readonly number[]])[] = [
  [
    "docs/api.md",
    "have at most {} characters (`search` {}, `description` {}, `notes` {}",
    limit("usual"),
    limit("search"),
    limit("description"),
    limit("notes"),
  ],
  ["docs/api.md", "a cursor {}", limit("after")],
  ["docs/api.md", "Lists have at most {} items", constant("src/schema/scalars.ts", "mostItems")],
  [
    "docs/api.md",
    "A document has at most {} operations, a list of errors at most {}",
    constant("src/server/document/documents.ts", "maximumOperations"),
    maximumErrors + 1,
  ],
  ["docs/api.md", "an object of the answer, e.g. a customer or an amount of money | {} |", weights.object],
  ["docs/api.md", "a customer's account | {} more |", weights.lookup],
  ["docs/api.md", "isLiable, a mutation | {} more |", weights.call],
  ["docs/api.md", "`__schema`, `__type` | {} |", weights.introspection],
  ["docs/api.md", "({} without a size", defaultPageSize],
  ["docs/api.md", "other lists as {} items", constant("src/server/document/cost.ts", "usualListLength")],
  ["docs/api.md", "the limit of {} stands for the {} calls", defaults.limits.maxComplexity, defaults.limits.maxBackendCalls],
  ["docs/api.md", "its address and headers are larger than {} KiB", maxHeaderSize / 1024],
  ["docs/api.md", "another one of the last {} hours", defaults.duplicates.windowHours],
  ["docs/search.md", "at most {} pages of {} rows", scans("mostScans"), scans("scanPage")],
  [
    "docs/search.md",
    "The directory keeps the newest {} charges of a customer",
    constant("src/directory/pages.ts", "chargesOfCustomer"),
  ],
  [
    "docs/search.md",
    "its part is deleted {} hours after it was last read",
    hours(constant("src/directory/sources.ts", "keptMs")),
  ],
  ["docs/warnings.md", "is cut after {} characters", constant("src/adapter/contained.ts", "longestStored")],
  [
    "docs/tour.md",
    "After {} failures in a row the circuit breaker opens, and the gateway sends the backend nothing for {} seconds",
    pbx.circuit.failures,
    seconds(pbx.circuit.openMs),
  ],
  ["docs/runs.md", "at most {} rows, {} lines and {} MB", mostRows, mostLines, mostBytes / 1024 / 1024],
  ["docs/runs.md", "(0.001 to {})", constant("src/runs/refusals.ts", "fastest")],
  [
    "docs/runs.md",
    "for {} minutes. It stops after {} minutes without any change",
    minutes(patience("absenceMs")),
    minutes(patience("outcomesMs")),
  ],
  ["docs/operating.md", "`server.keepAliveSeconds` ({})", defaults.server.keepAliveSeconds],
  ["docs/operating.md", "`server.maxConnections` ({})", defaults.server.maxConnections],
  ["docs/operating.md", "it is asked again after {} seconds", seconds(constant("src/server/auth/tokens.ts", "pauseMs"))],
  ["docs/operating.md", "{} connections for each process", constant("src/store/postgres.ts", "mostConnections") + 2],
  ["docs/operating.md", "`operations.leaseSeconds` ({}) and a quarter more", defaults.operations.leaseSeconds],
  ["docs/operating.md", "within {} ms on SQLite", constant("src/store/sqlite.ts", "pollMs")],
];

it.each(stated.map(([page, sentence, ...numbers]) => ({ page, sentence, numbers })))(
  "$page: $sentence",
  ({ page, sentence, numbers }) => {
    const text = readPage(page).replaceAll(/\s+/g, " ");
    const forms = [
      String,
      (number: number) => number.toLocaleString("en-US"),
      (number: number) => words[number] ?? String(number),
    ];
    const isSaid = forms.some((form) => {
      const left = [...numbers];
      return text.includes(sentence.replaceAll("{}", () => form(left.shift() ?? Number.NaN)));
    });
    expect(isSaid, numbers.join(", ")).toBe(true);
  },
);

it("docs/operating.md says which share of requestsPerMinute wrong credentials have", () => {
  expect([tenth("failures"), tenth("claims")]).toEqual([10, 100]);
  expect(readPage("docs/operating.md").replaceAll(/\s+/g, " ")).toContain(
    "a tenth of `requestsPerMinute` for an address and a hundredth for a claim",
  );
});
