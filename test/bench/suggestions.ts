import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { backendSettings, registry } from "../../src/adapters/index.ts";
import { loadConfiguration } from "../../src/config.ts";
import { createRecords } from "../../src/directory/records.ts";
import { createSources } from "../../src/directory/sources.ts";
import { createWalk } from "../../src/directory/walk.ts";
import { openIdentities } from "../../src/gateway/identities.ts";
import { openStore } from "../../src/journal/store.ts";
import { anybody } from "../../src/model/caller.ts";
import { createFinder } from "../../src/suggestions/find.ts";
import { writeConfiguration } from "../e2e/configuration.ts";
import { runSandbox } from "../e2e/sandbox.ts";
import { accuracyOf, foundPairs, knownPairs } from "../suggestions/accuracy.ts";
import { noAccounts } from "../support/no-accounts.ts";
import { megabytes, short, table } from "./figures.ts";

/**
 * `npm run bench -- suggestions`: reads the customers of all backends of a large sandbox into the directory, and then compares them,
 * each part by itself; and how many of the pairs that the sandbox knows are found. The sandbox is a process of its own.
 */

const { customers } = new Command("bench suggestions")
  .description("Measures how long it takes to find the customers that several backends of the sandbox have in common.")
  .option("--customers <count>", "customers of each backend, 1 to 10000", Number, 10_000)
  .parse()
  .opts<{ customers: number }>();

process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));

interface Part {
  readonly name: string;
  readonly seconds: number;
  /** Of this process with its threads: other programs on the machine do not count. */
  readonly processorSeconds: number;
  /** The longest that anything else had to wait for this process, in milliseconds. */
  readonly longestTurn: number;
  /** Bytes of resident memory: the most so far. */
  readonly peak: number;
}

const parts: Part[] = [];

async function measure(name: string, work: () => Promise<void>): Promise<void> {
  let [last, longest] = [performance.now(), 0];
  const ticking = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last - 5);
    last = now;
  }, 5);
  const before = process.cpuUsage();
  const began = performance.now();
  await work();
  clearInterval(ticking);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(before);
  parts.push({ name, seconds, processorSeconds: (user + system) / 1e6, longestTurn: longest, peak: await peakMemory() });
}

/** proc_pid_status(5): VmHWM is the most resident memory so far, in units of 1024 bytes. */
async function peakMemory(): Promise<number> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) * 1024;
}

await using sandbox = await runSandbox(customers);
using written = writeConfiguration(sandbox);
Object.assign(process.env, written.environment);
const configuration = loadConfiguration({ file: written.file, backendSettings });
const identities = openIdentities({ registry, backends: configuration.backends, users: {}, kept: noAccounts, report: () => {} });
const store = await openStore(configuration.store.url);
const records = createRecords(store.engine);
const walk = createWalk({ records, sources: createSources(store.engine), onIndexed: () => {} });
const finder = createFinder(store.engine, (problem, details) => console.error(problem, details));
await measure("nothing yet", async () => {});
for (const { key, adapter } of identities.reachOf(anybody).backends.all) {
  await measure(`reading ${key} into the directory`, () =>
    walk(adapter, { backend: key, type: "Customer" }, { signal: new AbortController().signal }),
  );
}
await measure("finding suggestions", () => finder.catchUp());
await measure("looking again, nothing changed", () => finder.catchUp());
const { known, found, right } = accuracyOf(knownPairs(customers), await foundPairs(store.engine));
await identities.close();
await store.close();

const rows = parts.map(({ name, seconds, processorSeconds, longestTurn, peak }) => [
  name,
  short(seconds),
  short(processorSeconds),
  short(longestTurn),
  megabytes(peak),
]);
const columns = [`${customers} customers a backend`, "seconds", "processor (s)", "longest turn (ms)", "peak memory (MB)"];
console.log(
  [
    ...table(columns, rows),
    "",
    ...table(
      ["pairs", "count"],
      [
        ["known to the sandbox", String(known)],
        ["suggested", String(found)],
        ["suggested and known", String(right)],
        ["precision", (right / found).toFixed(3)],
        ["recall", (right / known).toFixed(3)],
      ],
    ),
  ].join("\n"),
);
