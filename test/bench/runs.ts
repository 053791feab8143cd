import { setTimeout as pause } from "node:timers/promises";
import { Command, InvalidArgumentError } from "commander";
import { runSandbox } from "../e2e/sandbox.ts";
import { askData } from "./asking.ts";
import { megabytes, short, table } from "./figures.ts";
import { startDurablePostgres } from "./postgres.ts";
import type { WatchedProgram } from "./program.ts";
import { startGatewaySubject } from "./subjects.ts";

/**
 * `npm run bench -- runs`: a charge run over four simulated backends without latency: how long it takes to be prepared, how fast it is
 * carried out beside what createCharges does on the same gateway, and how much memory that takes; on SQLite and on PostgreSQL.
 */

const wholeNumber =
  (minimum: number, maximum: number) =>
  (given: string): number => {
    const value = Number(given);
    if (Number.isInteger(value) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${minimum} to ${maximum}.`);
  };

const command = new Command("bench runs")
  .description("Prepares and executes a charge run, and compares it with createCharges.")
  .option("--rows <count>", "rows of the run", wholeNumber(40, 50_000), 50_000)
  .option("--charges <count>", "charges of createCharges that its rate is measured with", wholeNumber(40, 50_000), 4_000)
  .option("--customers <count>", "companies of each simulated backend", wholeNumber(300, 10_000), 5_000)
  .option("--stores <names>", "SQLite, PostgreSQL", (names) => names.split(","), ["SQLite", "PostgreSQL"])
  .parse();
const { rows, charges, customers, stores } = command.opts<{
  rows: number;
  charges: number;
  customers: number;
  stores: readonly string[];
}>();

process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));

/** What is wanted of 50,000 rows. */
const most = { preparedSeconds: 60, megabytes: 350 };
const leastShare = 0.8;
/** Charges of one call, and calls at once: as many on their way as a run has. */
const atOnce = 100;
const callsAtOnce = 4;
const lookEveryMs = 200;
const keys = ["pbx", "suite", "offices", "recurring"] as const;

interface Figures {
  readonly store: string;
  readonly preparedSeconds: number;
  readonly rowsPerSecond: number;
  readonly chargesPerSecond: number;
  /** Of the gateway's own processor time, in milliseconds. */
  readonly perRow: number;
  readonly perCharge: number;
  readonly peak: number | null;
}

interface Page {
  readonly customers: {
    readonly nodes: readonly { readonly id: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

type Charge = Readonly<Record<string, unknown>>;

/** A charge of a customer, unlike all others. */
type MakeCharge = (index: number, what: string) => Charge & { readonly backend: string };

async function chargesOf(url: string): Promise<MakeCharge> {
  const known = await Promise.all(
    keys.map(async (key) => {
      const ids: string[] = [];
      for (let after: string | null = null; ; ) {
        const found: Page = await askData<Page>(
          url,
          "query Some($key: String!, $after: String) { customers(first: 200, after: $after, backends: [$key], filter: { status: ACTIVE }) { nodes { id } pageInfo { hasNextPage endCursor } } }",
          { key, after },
        );
        const page = found.customers;
        ids.push(...page.nodes.map(({ id }) => id));
        after = page.pageInfo.endCursor;
        if (!page.pageInfo.hasNextPage) break;
      }
      const { backend } = await askData<{ backend: { services: { nodes: { id: string }[] } | null } }>(
        url,
        "query Services($key: String!) { backend(key: $key) { services(first: 1) { nodes { id } } } }",
        { key },
      ).catch(() => ({ backend: { services: null } }));
      return { key, ids, service: backend.services?.nodes[0]?.id };
    }),
  );
  return (index, what) => {
    const { key, ids, service } = known[index % known.length] ?? { key: "", ids: [], service: undefined };
    const named = service === undefined ? { name: `${what} ${index}` } : { serviceId: service, notes: `${what} ${index}` };
    // No two alike: a customer's amounts differ, and rows are for another day than the charges of calls.
    const amount = `${(index % 90_000) + 1}.${String(index % 100).padStart(2, "0")}`;
    return {
      backend: key,
      customerId: ids[index % ids.length],
      ...named,
      amount,
      date: what === "Row" ? "2026-11-05" : "2026-10-05",
    };
  };
}

/** Makes charges by createCharges. */
async function makeByCalls(url: string, make: MakeCharge, from: number, to: number): Promise<void> {
  const calls = Array.from({ length: Math.ceil((to - from) / atOnce) }, (_, call) =>
    Array.from({ length: Math.min(atOnce, to - from - call * atOnce) }, (__, place) => {
      const { backend: _backend, ...charge } = make(from + call * atOnce + place, "Call");
      return charge;
    }),
  );
  const sender = async (): Promise<void> => {
    for (let call = calls.shift(); call; call = calls.shift()) {
      const { createCharges } = await askData<{ createCharges: { operation: { status: string } } }>(
        url,
        "mutation Charge($charges: [ChargeSpec!]!) { createCharges(input: { charges: $charges }) { operation { status } } }",
        { charges: call },
      );
      const { status } = createCharges.operation;
      if (status !== "SUCCEEDED") throw new Error(`createCharges ended ${status}.`);
    }
  };
  await Promise.all(Array.from({ length: callsAtOnce }, sender));
}

interface Effort {
  readonly seconds: number;
  /** Processor time of the gateway, in milliseconds. */
  readonly own: number;
}

async function effortOf(program: WatchedProgram, task: () => Promise<void>): Promise<Effort> {
  const own = await program.ask<number>("readProcessorTime");
  const started = performance.now();
  await task();
  const seconds = (performance.now() - started) / 1000;
  return { seconds, own: ((await program.ask<number>("readProcessorTime")) - own) / 1000 };
}

interface Run {
  readonly state: string;
  readonly planHash: string | null;
  readonly counts: readonly { readonly state: string; readonly rows: number }[];
}

async function untilStill(url: string, id: string): Promise<Run> {
  for (;;) {
    const { chargeRun } = await askData<{ chargeRun: Run }>(
      url,
      "query Run($id: ID!) { chargeRun(id: $id) { state planHash counts { state rows } } }",
      { id },
    );
    if (!["PREPARING", "RUNNING", "WAITING"].includes(chargeRun.state)) return chargeRun;
    await pause(lookEveryMs);
  }
}

function expectState({ state, counts }: Run, wanted: string): void {
  if (state !== wanted) throw new Error(`The run is ${state} instead of ${wanted}: ${JSON.stringify(counts)}`);
}

async function measure(store: string, storeUrl: string | undefined): Promise<Figures> {
  await using sandbox = await runSandbox(customers);
  await using subject = await startGatewaySubject(sandbox, store, { storeUrl });
  const { url, program } = subject;
  const make = await chargesOf(url);
  // Before and after the run: what else the machine has to do changes, and backends and journal have grown.
  const half = Math.floor(charges / 2);
  const before = await effortOf(program, () => makeByCalls(url, make, 0, half));
  const file = Array.from({ length: rows }, (_, index) => JSON.stringify(make(index, "Row"))).join("\n");
  program.resetPeak();
  const started = performance.now();
  const upload = await fetch(new URL("/runs?name=Bench", url), {
    method: "POST",
    headers: { "content-type": "application/x-ndjson" },
    body: file,
  });
  const { id, errors } = (await upload.json()) as { id?: string; errors?: unknown };
  if (id === undefined) throw new Error(`The file was not taken: ${JSON.stringify(errors)}`);
  const prepared = await untilStill(url, id);
  const preparedSeconds = (performance.now() - started) / 1000;
  expectState(prepared, "READY");
  const executed = await effortOf(program, async () => {
    await askData(url, "mutation Go($input: ExecuteChargeRunInput!) { executeChargeRun(input: $input) { errors { message } } }", {
      input: { id, planHash: prepared.planHash },
    });
    expectState(await untilStill(url, id), "DONE");
  });
  const peak = program.memory()?.peak ?? null;
  const after = await effortOf(program, () => makeByCalls(url, make, half, charges));
  return {
    store,
    preparedSeconds,
    rowsPerSecond: rows / executed.seconds,
    chargesPerSecond: charges / (before.seconds + after.seconds),
    perRow: executed.own / rows,
    perCharge: (before.own + after.own) / charges,
    peak,
  };
}

const measured: Figures[] = [];
for (const store of stores) {
  if (store === "SQLite") measured.push(await measure(store, undefined));
  else {
    await using postgres = await startDurablePostgres();
    measured.push(await measure(store, postgres.url));
  }
  console.error(`measured: ${store}`);
}

const titles = [
  `${rows} rows`,
  "prepared (s)",
  "executed (rows/s)",
  "createCharges (charges/s)",
  "share",
  "own CPU (ms a row)",
  "own CPU (ms a charge)",
  "most memory (MB)",
];
const lines = measured.map(({ store, preparedSeconds, rowsPerSecond, chargesPerSecond, perRow, perCharge, peak }) => [
  store,
  short(preparedSeconds),
  short(rowsPerSecond),
  short(chargesPerSecond),
  `${Math.round((100 * rowsPerSecond) / chargesPerSecond)} %`,
  short(perRow),
  short(perCharge),
  peak === null ? "?" : megabytes(peak),
]);
console.log(table(titles, lines).join("\n"));
const problems = measured.flatMap(({ store, preparedSeconds, rowsPerSecond, chargesPerSecond, peak }) => [
  ...(preparedSeconds > most.preparedSeconds ? [`${store}: prepared in more than ${most.preparedSeconds} s`] : []),
  ...(rowsPerSecond < leastShare * chargesPerSecond
    ? [`${store}: executed at less than ${leastShare * 100} % of createCharges`]
    : []),
  ...(peak !== null && peak > most.megabytes * 2 ** 20 ? [`${store}: more than ${most.megabytes} MB`] : []),
]);
for (const problem of problems) console.log(problem);
if (problems.length > 0) process.exitCode = 1;
