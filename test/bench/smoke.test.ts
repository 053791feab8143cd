import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mark } from "../support/endings.ts";
import { programsVariable, startable } from "../support/program-files.ts";
import { depth, oneIn, randomFor } from "../support/sample.ts";
import { regressions } from "./baseline.ts";
import { median, regression } from "./figures.ts";
import { summaryOf } from "./profile.ts";
import type { Report, ScenarioReport } from "./report.ts";

/** The benches run to their end and count calls exactly; their speeds are not tested. */

const patienceMs = 600_000;
const directory = mkdtempSync(join(tmpdir(), "billing-gateway-bench-"));
const file = join(directory, "report.json");
afterAll(() => rmSync(directory, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const { script: gateway, environment } = startable("src/main.ts");
/** The fastest to start: a bench starts dozens of gateways. */
const bundled = { BENCH_PROGRAM: relative(root, gateway), [programsVariable]: process.env[programsVariable], ...environment };

function runBench(script: string, ...parameters: readonly string[]): Promise<Ended> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { promise, resolve } = Promise.withResolvers<Ended>();
  execFile(
    process.execPath,
    [path, ...parameters],
    { timeout: patienceMs, env: { ...bundled, ...mark() } },
    (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
  );
  return promise;
}

const scenarioIn = (report: Report, name: string) => report.scenarios.find((candidate) => candidate.name === name);

/** Those that are not installed are named as skipped. */
function subjectsOf({ rows, skipped }: Pick<ScenarioReport, "rows" | "skipped"> = { rows: [], skipped: [] }): readonly string[] {
  return [...rows, ...skipped].map(({ name }) => name);
}

function expectNoFailures({ scenarios }: Report): void {
  const rows = scenarios.flatMap((each) => each.rows);
  expect(rows.map(({ name, failed, failure }) => ({ name, failed, failure }))).toEqual(
    rows.map(({ name }) => ({ name, failed: 0, failure: null })),
  );
  for (const row of rows) {
    expect(row.requests).toBeGreaterThan(0);
    expect(row.statuses).toEqual({ 200: row.requests });
  }
}

/** One scenario of each group, with every kind of backend: the bench itself compares all answers. A usual run takes one of them. */
const groups = [
  "S1 other-variables suite",
  "S1 other-text pbx",
  "S7 page recurring",
  "S8 customer-later offices",
  "S9 node pbx",
  "S10 search",
  "S11 operations",
  "S4 recurring",
];
const distinct = depth > 1 ? groups : [randomFor("groups of the bench").pick(groups)];
const smallest = ["--seconds", "0.1", "--rounds", "1", "--connections", "2"];
/** Before it begins, a bench reads all customers and charges some of them: with more of them that takes most of the time. */
const few = ["--customers", "60"];

type Calls = readonly [scenario: string, calls: Readonly<Record<string, number>>];
/** The calls that each of them causes. A usual run takes one that reads. */
const reading: readonly Calls[] = [
  ["S1 recurring", { "recurring customers/~load": 10, "recurring transactions/~find": 10 }],
  // Short lists of v01 and Enswitch that are read completely: only a second call shows that they were not cut.
  ["S2 all", { "offices GET /clients": 1, "pbx customers/list": 2, "recurring customers/~find": 2, "suite clients": 1 }],
  ["S3 pbx", { "pbx charges/list": 1, "pbx customers/get": 1, "pbx taxes/list": 1 }],
];
// The second one proves the id in the answer to the first.
const writing: Calls = ["S4 recurring", { "recurring transactions/~create": 1, "recurring transactions/~load": 1 }];

describe("npm run bench, where everybody asks the same", () => {
  const read = oneIn(3, reading, "scenarios of the bench that read");
  const names = read.map(([name]) => name);
  const [first = ""] = names;
  let ended: Ended;
  let report: Report;
  beforeAll(async () => {
    const baseline = join(directory, "baseline.json");
    const before = { gatewayRatio: 0, name: "gateway", calls: { "pbx customers/get": 7 } };
    writeFileSync(baseline, JSON.stringify({ scenarios: [{ name: first, rows: [before] }] }));
    const files = ["--profile", directory, "--json", file, "--compare", baseline];
    // A peer is measured where everybody asks something else.
    const beside = ["--beside", "plain,floor,no journal,SQLite in memory,PostgreSQL"];
    // As many customers as usual: of few, the gateway reads a list instead, and not all backends have some of the name in S2.
    ended = await runBench("run.ts", ...smallest, "--only", [...names, writing[0]].join(","), ...beside, ...files);
    expect(ended.stdout, ended.stderr).toContain("Worse than the baseline");
    report = JSON.parse(readFileSync(file, "utf8")) as Report;
  }, patienceMs + 5_000);

  const scenario = (name: string) => scenarioIn(report, name);
  const namesIn = (name: string) => subjectsOf(scenario(name));

  it.each([...read, writing])("%s: the gateway causes exactly these calls, and so does the floor", (name, calls) => {
    const rows = scenario(name)?.rows.filter((row) => row.name === "gateway" || row.name === "floor");
    expect(rows?.map((row) => row.calls)).toEqual([calls, calls]);
  });

  it.each(names)("%s: is measured beside the floor and a plain server", (name) => {
    expect(namesIn(name)).toEqual(expect.arrayContaining(["gateway", "plain", "floor"]));
    expect(ended.stdout).toContain(`### ${name}: `);
  });

  it("reports where the time of each was spent", () => {
    expect(ended.stdout).toMatch(
      new RegExp(`### ${first}: where the time went\\n\\n\\| busy time in +\\| gateway \\| +plain \\|`),
    );
    expect(readFileSync(join(directory, `${first}.md`), "utf8")).toContain(`### ${first}, gateway`);
  });

  it("S4: is measured with every kind of journal", () => {
    // If PostgreSQL cannot start, it is named but not measured.
    const journals = ["PostgreSQL", "SQLite in memory", "gateway", "no journal"];
    expect(namesIn("S4 recurring")).toEqual(expect.arrayContaining(journals));
    expect(scenario("S4 recurring")?.rows.find((row) => row.name === "gateway")?.commits).toBe(2);
  });

  it("answers every request of every subject as expected", () => expectNoFailures(report));

  it("exits with 1 because one query causes other calls than in the baseline, and for no other reason", () => {
    expect(ended).toMatchObject({ code: 1 });
    expect(ended.stdout).toMatch(
      new RegExp(
        `Worse than the baseline:\\n- ${first}, gateway: one query caused \\{"pbx customers\\/get":7\\}, now [^\\n]+\\n$`,
      ),
    );
  });

  it("names the scenarios when asked for an unknown one", { timeout: patienceMs }, async () => {
    const { code, stderr } = await runBench("run.ts", "--only", "S99");
    expect(code).toBe(1);
    expect(stderr).toContain("S1 other-variables pbx, S1 other-text pbx, S1 other-variables suite");
  });
});

describe("npm run bench, where everybody asks something else", () => {
  let ended: Ended;
  let report: Report;
  beforeAll(async () => {
    const beside = ["--beside", "plain,mercurius"];
    ended = await runBench("run.ts", ...smallest, ...few, "--only", distinct.join(","), ...beside, "--json", file);
    expect(ended.code, ended.stderr).toBe(0);
    report = JSON.parse(readFileSync(file, "utf8")) as Report;
  }, patienceMs + 5_000);

  // Before and after the load, all give the gateway's answers, or the bench fails.
  it.each(distinct)("%s: is measured beside servers written by hand", (name) => {
    expect(subjectsOf(scenarioIn(report, name)).toSorted()).toEqual(["gateway", "mercurius", "plain"]);
    expect(scenarioIn(report, name)).toMatchObject({ isDistinct: true });
    expect(ended.stdout).toMatch(new RegExp(`^\\| ${name}: beside plain +\\| +≥ [\\d.]+ x \\| `, "m"));
  });

  it("answers every request of every subject as expected", () => expectNoFailures(report));
});

describe("a profile", () => {
  const node = (id: number, functionName: string, url: string) => ({
    id,
    callFrame: { functionName, url, scriptId: "0", lineNumber: 4, columnNumber: 0 },
  });
  const profile = {
    nodes: [
      node(1, "(idle)", ""),
      node(2, "(garbage collector)", ""),
      node(3, "a", "file:///app/dist/adapters/v01/map.js"),
      node(4, "b", "file:///app/src/adapters/v01/call.ts"),
      node(5, "", "file:///app/node_modules/@whatwg-node/server/esm/utils.js"),
      node(6, "c", "node:internal/streams/writable"),
      node(7, "parse", ""),
      node(8, "d", "file:///app/dist/main.js"),
      node(9, "e", "file:///app/node_modules/a/node_modules/b/index.js"),
    ],
    samples: [1, 2, 3, 4, 5, 6, 7, 8, 9, 1],
    timeDeltas: [0, 900, 30, 20, 10, 15, 5, 5, 5, 10],
    startTime: 0,
    endTime: 1000,
  };

  it("sums the busy time by package and by folder", () => {
    expect(summaryOf(profile).places).toEqual([
      { name: "(garbage collector)", share: 0.3 },
      { name: "src/adapters/v01", share: 0.3 },
      { name: "@whatwg-node/server", share: 0.15 },
      { name: "b", share: 0.1 },
      { name: "node:streams", share: 0.05 },
      { name: "built in", share: 0.05 },
      { name: "src/main", share: 0.05 },
    ]);
  });

  it("names functions by their files", () => {
    const names = summaryOf(profile).functions.map(({ name }) => name);
    expect(names).toContain("a adapters/v01/map.js:5");
    expect(names).toContain("(anonymous) @whatwg-node/server/esm/utils.js:5");
  });
});

describe("a baseline", () => {
  const row = { name: "plain", gatewayRatio: 2, calls: { a: 1 } };
  const reportWith = (...rows: readonly object[]) => ({ scenarios: [{ name: "S1", rows }] }) as unknown as Report;

  it("accepts a ratio within the tolerance, and what it does not know", () => {
    expect(regressions(reportWith(row), reportWith({ ...row, gatewayRatio: 1.75 }, { ...row, name: "new" }), 0.15)).toEqual([]);
  });

  it("reports a ratio below the tolerance", () => {
    expect(regressions(reportWith(row), reportWith({ ...row, gatewayRatio: 1.6 }), 0.15)).toEqual([
      { scenario: "S1", subject: "plain", problem: "the gateway was 2.00 x as fast, now 1.60 x" },
    ]);
  });

  it("reports fewer calls as well, so that the baseline is renewed", () => {
    const gateway = { ...row, name: "gateway", calls: { a: 2 } };
    expect(regressions(reportWith(gateway), reportWith({ ...gateway, calls: { a: 1 } }), 0.15)).toHaveLength(1);
  });
});

/** What is asked for, and the calls of 5 and of 10 of it. */
const growing: readonly (readonly [dimension: string, ofFive: number, ofTen: number])[] = [
  ["page size", 1, 1],
  // One list of charges for each customer, and one list of customers.
  ["customers of a page with 3 charges each", 6, 11],
];
it.each(oneIn(2, growing, "growth"))(
  "npm run bench -- growth shows how calls grow: %s",
  { timeout: patienceMs },
  async (dimension, ofFive, ofTen) => {
    const { stdout } = await runBench("growth.ts", "--steps", "2", "--repeats", "1", "--only", dimension);
    expect(stdout).toMatch(new RegExp(`### ${dimension}\\n\\n.*\\n.*\\n\\| 5 +\\| +${ofFive} \\|.*\\n\\| 10 +\\| +${ofTen} \\|`));
  },
);

it("npm run bench -- runs prepares and executes a run, and compares it with createCharges", { timeout: patienceMs }, async () => {
  const { stdout, stderr } = await runBench(
    "runs.ts",
    "--rows",
    "80",
    "--charges",
    "60",
    "--rounds",
    "1",
    "--customers",
    "300",
    "--stores",
    "SQLite",
  );
  expect(stderr).toContain("measured: SQLite\n");
  // Seconds, rows and charges a second, their ratio, processor time of a row and of a charge, memory: each is a number above zero.
  const positive = String.raw`\s*(?=[\d.]*[1-9])[\d.]+ (?:% )?\|`;
  const ofPostgres = String.raw`\s+– \|`;
  expect(stdout).toMatch(new RegExp(`^\\| SQLite +\\|(?:${positive}){6}(?:${ofPostgres}){4}(?:${positive}){2}$`, "m"));
});

it("npm run bench -- soak ends with a verdict", { timeout: patienceMs }, async () => {
  const { code, stdout } = await runBench("soak.ts", "--minutes", "0.02", "--ramp-seconds", "0.2", ...few);
  expect(stdout).toMatch(/^PASSED: no invariant failed\.$/m);
  expect(code).toBe(0);
});

it.each([
  [[], 0],
  [[7], 7],
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
])("the median of %j is %d", (values, expected) => {
  expect(median(values)).toBe(expected);
});

it("the line through points on a line is that line", () => {
  const points = [0, 1, 2, 3].map((x) => [x, 5 - 2 * x] as const);
  expect(regression(points)).toEqual({ slope: -2, intercept: 5 });
});
