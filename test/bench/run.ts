import { writeFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { compareAll } from "./compare.ts";
import { journalRowsOf } from "./journal-report.ts";
import { compareJournals, isMeasured, type MeasuredComparison } from "./journals.ts";
import type { Sample } from "./load.ts";
import { startProcesses } from "./processes.ts";
import { formatReport, type Row, reportOf, rowOf } from "./report.ts";

/** `npm run bench`: typical queries through the gateway, beside the same backend calls made with undici alone, and a mutation with every kind of journal. */

const between =
  (minimum: number, maximum: number, step: number) =>
  (given: string): number => {
    const value = Number(given);
    const isStep = Math.abs(value / step - Math.round(value / step)) < 1e-9;
    if (given.trim() !== "" && isStep && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`It must be a number from ${minimum} to ${maximum} in steps of ${step}.`);
  };

const command = new Command("bench")
  .description("Measures typical queries against the sandbox, beside the same backend calls made with undici alone.")
  .option("--seconds <seconds>", "length of a round", between(0.1, 600, 0.1), 3)
  .option("--rounds <count>", "rounds of all that is compared, alternating", between(1, 100, 1), 3)
  .option("--connections <count>", "queries under way at the same time", between(1, 1000, 1), 10)
  .option("--customers <count>", "companies of each simulated backend", between(300, 10_000, 1), 300)
  .option("--json <file>", "write the figures to this file as well")
  .parse();

const { json, ...options } = command.opts<{
  seconds: number;
  rounds: number;
  connections: number;
  customers: number;
  json?: string;
}>();

// Without this a signal ends the process without its "exit" event, in which the processes and files that it made are removed.
process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));

await using processes = await startProcesses(options.customers);
const rows: Row[] = [];
for await (const comparison of compareAll(processes, options)) {
  rows.push(rowOf(comparison));
  console.error(`measured: ${comparison.name}`);
  complain(`${comparison.name}, gateway`, comparison.gateway);
  complain(`${comparison.name}, floor`, comparison.floor);
}
const journals = await compareJournals(processes, options);
console.error("measured: journals");
for (const { name, samples } of journals.filter(isMeasured<MeasuredComparison>)) complain(`createCharge, ${name}`, samples);

const report = reportOf({ rows, journals: journalRowsOf(journals), options });
console.log(formatReport(report));
if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);

/** Figures with failed requests in them mean nothing. */
function complain(name: string, samples: readonly Sample[]): void {
  const failed = samples.reduce((sum, sample) => sum + sample.failed, 0);
  if (failed === 0) return;
  const reason = samples.find(({ failure }) => failure !== null)?.failure;
  console.error(`${name}: ${failed} requests failed. The first: ${reason}`);
  process.exitCode = 1;
}
