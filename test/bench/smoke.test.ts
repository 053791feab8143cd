import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { percentile } from "./figures.ts";
import type { Report } from "./report.ts";

/** The benchmark runs to its end and counts calls exactly; how fast anything is, is not looked at. */

const patienceMs = 120_000;
const directory = mkdtempSync(join(tmpdir(), "billing-gateway-bench-"));
const file = join(directory, "report.json");
let table: string;
let report: Report;

beforeAll(async () => {
  const script = fileURLToPath(new URL("run.ts", import.meta.url));
  const parameters = [script, "--seconds", "0.3", "--rounds", "1", "--json", file];
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { timeout: patienceMs, env: {} });
  table = stdout;
  report = JSON.parse(readFileSync(file, "utf8")) as Report;
}, patienceMs + 5_000);
afterAll(() => rmSync(directory, { recursive: true }));

const queries = [
  {
    name: "20 customers by name, all backends",
    calls: { "pbx customers/list": 1, "suite clients": 1, "offices GET /clients": 1, "recurring customers/~find": 4 },
    waves: [1, 1, 1, 1, 1, 1, 1],
  },
  { name: "100 charges with customer names, suite", calls: { "suite charges/all": 1 }, waves: [1] },
  {
    name: "1 customer with charges and taxes, pbx",
    calls: { "pbx customers/get": 1, "pbx charges/list": 1, "pbx taxes/list": 1 },
    waves: [1, 2],
  },
  {
    name: "20 customers with 3 charges each, recurring",
    calls: { "recurring customers/~find": 1, "recurring transactions/~find": 20 },
    waves: [1, 20],
  },
  { name: "createCharge, recurring", calls: { "recurring transactions/~create": 1 }, waves: [1] },
];

it("has a row for each query", () => {
  expect(report.rows.map(({ name }) => name)).toEqual(queries.map(({ name }) => name));
  for (const { name } of queries) expect(table).toContain(`\n${name} `);
});

describe.each(queries)("$name", ({ name, calls, waves }) => {
  const row = () => report.rows.find((candidate) => candidate.name === name);

  it("causes exactly these calls", () => {
    expect(row()?.calls).toEqual(calls);
    expect(row()?.callsPerQuery).toBe(Object.values(calls).reduce((sum, count) => sum + count, 0));
  });

  it("makes those at the same time that do not need each other's answers", () => {
    expect(row()?.waves).toEqual(waves);
  });

  it.each(["gateway", "floor"] as const)("is answered by the %s without a failure", (side) => {
    expect(row()?.[side]).toMatchObject({ failed: 0 });
    expect(row()?.[side].requests).toBeGreaterThan(0);
  });
});

describe("createCharge with every kind of journal", () => {
  const row = (name: string) => report.journals.find((candidate) => candidate.name === name);

  it("has a row for each", () => {
    expect(report.journals.map(({ name }) => name)).toEqual([
      "no journal",
      "SQLite in memory",
      "SQLite file, synchronous=FULL",
      "PostgreSQL",
    ]);
    for (const { name } of report.journals) expect(table).toContain(`\n${name}`);
  });

  it.each([
    ["no journal", 0],
    ["SQLite in memory", 0],
    ["SQLite file, synchronous=FULL", 2],
    ["PostgreSQL", 2],
  ])("%s: every mutation succeeds, with %d durable commits", (name, commits) => {
    const found = row(name);
    // Where PostgreSQL cannot start; what else is skipped is missing from the table above.
    if (found && "skipped" in found) return expect(name).toBe("PostgreSQL");
    expect(found).toMatchObject({ commits, figures: { failed: 0 } });
    expect(found?.figures.requests).toBeGreaterThan(0);
  });
});

it.each([
  [[], 50, 0],
  [[7], 99, 7],
  [[1, 2, 3, 4], 50, 2],
  [Array.from({ length: 200 }, (_, index) => index + 1), 99, 198],
])("percentile of %j at %d is %d", (values, percent, expected) => {
  expect(percentile(Float64Array.from(values), percent)).toBe(expected);
});
