import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError } from "commander";
import { runSandbox } from "../e2e/sandbox.ts";
import { formatRegressions, regressions } from "./baseline.ts";
import { anybody, findCustomers } from "./found.ts";
import { measureIsolation } from "./isolation.ts";
import { measure, profileFile } from "./measure.ts";
import { formatFunctions, formatPlaces, readSummary } from "./profile.ts";
import { startProgram } from "./program.ts";
import { formatReport, type IsolationRow, machine, type Report, type ScenarioReport, scenarioReport } from "./report.ts";
import { type Scenario, scenariosOf } from "./scenarios.ts";
import { startGatewaySubject } from "./subjects.ts";

/** `npm run bench`: the gateway beside the floor, a plain server and its peers, in turns, over the same simulated backends. */

const between =
  (minimum: number, maximum: number) =>
  (given: string): number => {
    const value = Number(given);
    if (given.trim() !== "" && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`It must be a number from ${minimum} to ${maximum}.`);
  };

const split = (names: string): readonly string[] => names.split(",");

const committed = fileURLToPath(new URL("baseline.json", import.meta.url));
const freshAnswers = { NODE_OPTIONS: `--import=${new URL("fresh-answers.ts", import.meta.url)}` };
const isolationName = "S5 isolation";

const command = new Command("bench")
  .description(
    "Measures the gateway against the sandbox, beside the same backend calls with undici alone, a plain server and peers.",
  )
  .option("--only <names>", 'scenarios or groups of them, with commas between: "S1 other-text,S4"; default: all', split)
  .option("--beside <names>", 'only these beside the gateway, with commas between: "plain,mercurius"; default: all', split)
  .option("--seen", "backends may answer with a text that they have sent before; default: it always differs, in white space")
  .option("--seconds <seconds>", "length of a round", between(0.1, 600), 3)
  .option("--rounds <count>", "rounds of all that is compared, alternating", between(1, 100), 3)
  .option("--connections <count>", "requests under way at the same time", between(1, 1000), 100)
  .option("--customers <count>", "companies of each simulated backend", between(60, 10_000), 300)
  .option(
    "--profile <folder>",
    "write a processor profile of each subject's last round there, which slows that round down, and print what took its time",
  )
  .option("--json <file>", "write the result to this file as well; as the new baseline to test/bench/baseline.json")
  .option("--compare [file]", "compare with a result file, default the committed baseline; exit code 1 when something is worse")
  .option("--tolerance <share>", "how much worse a ratio may be than in the baseline", between(0, 1), 0.15)
  .parse();

const {
  only,
  seen = false,
  json,
  compare,
  tolerance,
  ...options
} = command.opts<{
  only?: readonly string[];
  beside?: readonly string[];
  seen?: true;
  seconds: number;
  rounds: number;
  connections: number;
  customers: number;
  profile?: string;
  json?: string;
  compare?: string | true;
  tolerance: number;
}>();

// Without this a signal ends the process without its "exit" event, in which the processes and files that it made are removed.
process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));

if (options.profile !== undefined) mkdirSync(options.profile, { recursive: true });
complainOfUnknown();
const baseline = compare === undefined ? null : readReport(compare === true ? committed : compare);
await using sandbox = await runSandbox(options.customers, seen ? {} : freshAnswers);
await using load = await startProgram({ file: "test/bench/load-process.ts" });
const scenarios = await prepareScenarios();
const chosen = scenarios.filter(({ name }) => isChosen(name));

const measured: ScenarioReport[] = [];
for (const scenario of chosen) {
  const report = scenarioReport(await measure(scenario, { sandbox, load }, options));
  measured.push(report);
  console.error(`measured: ${scenario.name}`);
}
const report: Report = {
  machine: machine(),
  options: { ...options, seen },
  scenarios: measured,
  isolation: isChosen(isolationName) ? await isolate() : [],
};
console.log(formatReport(report));
if (options.profile !== undefined) for (const scenario of measured) showProfiles(options.profile, scenario);
for (const problem of failures(report)) complain(problem);
if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
if (baseline !== null) {
  const found = regressions(baseline, report, tolerance);
  console.log(`\n${formatRegressions(found, tolerance)}`);
  if (found.length > 0) process.exitCode = 1;
}

async function prepareScenarios(): Promise<readonly Scenario[]> {
  await using gateway = await startGatewaySubject(sandbox, "gateway", { storeUrl: "sqlite::memory:" });
  return scenariosOf(await findCustomers(gateway.url));
}

/** Before anything is started. */
function complainOfUnknown(): void {
  const names = [...scenariosOf(anybody).map(({ name }) => name), isolationName];
  if (!names.some(isChosen)) command.error(`There is no such scenario. There are: ${names.join(", ")}`);
}

function isChosen(name: string): boolean {
  return only === undefined || only.some((wanted) => `${name} `.startsWith(`${wanted} `));
}

function isolate(): Promise<readonly IsolationRow[]> {
  const named = (wanted: string): Scenario => {
    const scenario = scenarios.find(({ name }) => name === wanted);
    if (scenario === undefined) throw new Error(`There is no scenario ${wanted}.`);
    return scenario;
  };
  const queries = { well: named("S1 recurring"), troubled: named("S1 pbx"), troubledKey: "pbx" };
  return measureIsolation(queries, { sandbox, load }, options);
}

/** Prints where the time went; the profiles themselves show the functions. */
function showProfiles(folder: string, { name: scenario, rows }: ScenarioReport): void {
  const summaries = rows.map(({ name }) => ({ name, summary: readSummary(profileFile(folder, scenario, name)) }));
  console.log(`\n### ${scenario}: where the time went\n\n${formatPlaces(summaries)}`);
  const tables = summaries.map(({ name, summary }) => `### ${scenario}, ${name}\n\n${formatFunctions(summary)}\n`);
  writeFileSync(join(folder, `${scenario}.md`), tables.join("\n"));
}

/** Figures mean nothing if answers were wrong. */
function failures({ scenarios: reports, isolation }: Report): readonly string[] {
  const rows = reports.flatMap(({ name, rows: all }) => all.map((row) => ({ ...row, name: `${name}, ${row.name}` })));
  return [
    ...rows
      .filter(({ failed }) => failed > 0)
      .map((row) => `${row.name}: ${row.failed} answers were wrong. The first: ${row.failure}`),
    ...isolation
      .filter(({ failed }) => failed > 0)
      .map(({ state, failed }) => `${isolationName}, ${state}: ${failed} answers of the backend that is well were wrong`),
  ];
}

function complain(problem: string): void {
  console.error(problem);
  process.exitCode = 1;
}

function readReport(file: string): Report {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch (error) {
    return command.error(`There is nothing to compare with in ${file}: ${String(error)}`);
  }
}
