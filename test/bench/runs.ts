import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Command, InvalidArgumentError } from "commander";
import { runSandbox } from "../e2e/sandbox.ts";
import { askData } from "./asking.ts";
import { median, megabytes, short, sum, table } from "./figures.ts";
import { type DurablePostgres, type StatementTime, startDurablePostgres } from "./postgres.ts";
import { formatFunctions, formatPlaces, readSummary } from "./profile.ts";
import type { WatchedProgram } from "./program.ts";
import { startGatewaySubject } from "./subjects.ts";

/**
 * `npm run bench -- runs`: a charge run over four simulated backends without latency. Measures how long preparing takes, how fast
 * it is executed compared with createCharges on the same gateway, and how much memory that takes; on SQLite and on PostgreSQL. On
 * a busy machine only the ratio over many rounds means something: `--rounds 10 --rows 20000` executes ten runs of 2,000 rows,
 * each between two halves of a tenth of the charges.
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
  .option("--rounds <count>", "runs that the rows are divided among", wholeNumber(1, 50), 1)
  .option("--statements <count>", "says what PostgreSQL spent the most time on", wholeNumber(0, 100), 0)
  .option(
    "--profile <folder>",
    "writes processor profiles of the charges, of preparing and of the rows, and says where the time went",
  )
  .option("--customers <count>", "companies of each simulated backend", wholeNumber(300, 10_000), 5_000)
  .option("--stores <names>", "SQLite, PostgreSQL", (names) => names.split(","), ["SQLite", "PostgreSQL"])
  .parse();
const { rows, charges, rounds, statements, profile, customers, stores } = command.opts<{
  rows: number;
  charges: number;
  rounds: number;
  statements: number;
  profile?: string;
  customers: number;
  stores: readonly string[];
}>();

process.once("SIGINT", () => process.exit(130)).once("SIGTERM", () => process.exit(143));

/** Goals for 50,000 rows. */
const most = { preparedSeconds: 60, megabytes: 350 };
const leastShare = 0.8;
/** Charges per call, and calls at once: as many in flight as in a run. */
const atOnce = 100;
const callsAtOnce = 4;
const lookEveryMs = 200;
const keys = ["pbx", "suite", "offices", "recurring"] as const;

interface Figures {
  readonly store: string;
  /** Of the slowest round. */
  readonly preparedSeconds: number;
  readonly rowsPerSecond: number;
  readonly chargesPerSecond: number;
  /** Rows per second divided by charges per second: of the median round. */
  readonly share: number;
  readonly ofRow: PerPiece;
  readonly ofCharge: PerPiece;
  /** Most bytes of memory while preparing, and while executing. */
  readonly preparing: number | null;
  readonly executing: number | null;
}

/** Cost of one row or charge. */
interface PerPiece {
  /** Milliseconds of processor time: of the gateway, and of PostgreSQL if there is one and /proc shows it. */
  readonly own: number;
  readonly store: number | null;
  /** Transactions that write; null = the store does not count them. */
  readonly commits: number | null;
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
    // No two are similar: a customer's amounts differ, and rows have another day than the charges of calls.
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
  readonly pieces: number;
  readonly seconds: number;
  /** In milliseconds. */
  readonly own: number;
  readonly store: number | null;
  readonly commits: number | null;
}

/** Counters besides the gateway's own time. */
interface Counters {
  readonly own: () => Promise<number>;
  readonly store: () => Promise<number | null>;
  readonly commits: () => Promise<number | null>;
}

async function effortOf(pieces: number, counters: Counters, task: () => Promise<void>): Promise<Effort> {
  const read = () => Promise.all([counters.own(), counters.store(), counters.commits()]);
  const [own, store, commits] = await read();
  const started = performance.now();
  await task();
  const seconds = (performance.now() - started) / 1000;
  const [ownAfter, storeAfter, commitsAfter] = await read();
  const less = (after: number | null, before: number | null): number | null =>
    after === null || before === null ? null : after - before;
  return { pieces, seconds, own: ownAfter - own, store: less(storeAfter, store), commits: less(commitsAfter, commits) };
}

function perPiece(efforts: readonly Effort[]): PerPiece {
  const pieces = sum(efforts.map((each) => each.pieces));
  const each = (of: (effort: Effort) => number | null): number | null => {
    const values = efforts.map(of);
    return values.includes(null) ? null : sum(values.map((value) => value ?? 0)) / pieces;
  };
  return { own: each(({ own }) => own) ?? 0, store: each(({ store }) => store), commits: each(({ commits }) => commits) };
}

const rateOf = (efforts: readonly Effort[]): number =>
  sum(efforts.map(({ pieces }) => pieces)) / sum(efforts.map(({ seconds }) => seconds));

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

async function measure(store: string, postgres: DurablePostgres | undefined): Promise<Figures> {
  await using sandbox = await runSandbox(customers);
  await using subject = await startGatewaySubject(sandbox, store, { storeUrl: postgres?.url });
  const { url, program, counter } = subject;
  const make = await chargesOf(url);
  const counters: Counters = {
    own: async () => (await program.ask<number>("readProcessorTime")) / 1000,
    store: async () => (postgres ? postgres.processorTime() : null),
    // SQLite's log begins anew after its first pages, so counting works for a while only.
    commits: async () => (postgres && counter ? counter.count() : null),
  };
  const measuredRounds: { readonly preparedSeconds: number; readonly row: Effort; readonly charges: readonly Effort[] }[] = [];
  const byCharges = new Map<string, StatementTime>();
  const byRows = new Map<string, StatementTime>();
  const peaks: Peaks[] = [];
  const profiled = createProfiling(program, store);
  for (let round = 0; round < rounds; round += 1) {
    const [first, last] = [placeOf(charges, round), placeOf(charges, round + 1)];
    // Before and after the run: other work on the machine changes, and backends and journal have grown.
    const middle = Math.floor((first + last) / 2);
    await postgres?.statements();
    const before = await effortOf(middle - first, counters, () =>
      profiled("charges", () => makeByCalls(url, make, first, middle)),
    );
    add(byCharges, await postgres?.statements());
    const { preparedSeconds, row } = await executeRound(url, make, counters, round, { program, peaks, profiled });
    add(byRows, await postgres?.statements());
    const after = await effortOf(last - middle, counters, () => makeByCalls(url, make, middle, last));
    add(byCharges, await postgres?.statements());
    measuredRounds.push({ preparedSeconds, row, charges: [before, after] });
  }
  tellStatements(`${charges} charges`, byCharges);
  tellStatements(`${rows} rows`, byRows);
  const efforts = measuredRounds.map(({ row }) => row);
  const ofCharges = measuredRounds.flatMap((each) => each.charges);
  return {
    store,
    preparedSeconds: Math.max(...measuredRounds.map((each) => each.preparedSeconds)),
    rowsPerSecond: rateOf(efforts),
    chargesPerSecond: rateOf(ofCharges),
    share: median(measuredRounds.map((each) => rateOf([each.row]) / rateOf(each.charges))),
    ofRow: perPiece(efforts),
    ofCharge: perPiece(ofCharges),
    preparing: mostOf(peaks.map(({ preparing }) => preparing)),
    executing: mostOf(peaks.map(({ executing }) => executing)),
  };
}

function add(to: Map<string, StatementTime>, some: readonly StatementTime[] = []): void {
  for (const { text, calls, milliseconds, planning } of some) {
    const before = to.get(text) ?? { calls: 0, milliseconds: 0, planning: 0 };
    to.set(text, {
      text,
      calls: calls + before.calls,
      milliseconds: milliseconds + before.milliseconds,
      planning: planning + before.planning,
    });
  }
}

function tellStatements(of: string, times: ReadonlyMap<string, StatementTime>): void {
  if (statements === 0 || times.size === 0) return;
  const most = [...times.values()].sort((left, right) => right.milliseconds - left.milliseconds).slice(0, statements);
  const rowsOfTable = most.map(({ text, calls, milliseconds, planning }) => [
    text.replaceAll(/\s+/g, " ").slice(0, 120),
    String(calls),
    short(milliseconds),
    short(planning),
  ]);
  console.log(table([`${of}: PostgreSQL's statements`, "calls", "ms", "of that planning"], rowsOfTable).join("\n"));
}

/** Where a round begins, of so many pieces. */
const placeOf = (pieces: number, round: number): number => Math.floor((pieces * round) / rounds);

/** Null where the system does not tell. */
const mostOf = (peaks: readonly (number | null)[]): number | null =>
  peaks.reduce((most, peak) => (most === null || peak === null ? null : Math.max(most, peak)), 0);

type Profiled = <T>(phase: string, task: () => Promise<T>) => Promise<T>;

/** Profiles each phase of the first round, if profiles are wanted: they make the program slower. */
function createProfiling(program: WatchedProgram, store: string): Profiled {
  const done = new Set<string>();
  return async (phase, task) => {
    if (profile === undefined || done.has(phase)) return task();
    done.add(phase);
    mkdirSync(profile, { recursive: true });
    const file = resolve(profile, `${store} ${phase}.cpuprofile`);
    await program.ask("startProfile");
    const result = await task();
    await program.ask("stopProfile", file);
    const summary = readSummary(file);
    console.log(`\n### ${store}, ${phase}\n\n${formatPlaces([{ name: phase, summary }])}\n\n${formatFunctions(summary)}`);
    return result;
  };
}

interface Peaks {
  readonly preparing: number | null;
  readonly executing: number | null;
}

interface Watching {
  readonly program: WatchedProgram;
  readonly peaks: Peaks[];
  readonly profiled: Profiled;
}

async function executeRound(
  url: string,
  make: MakeCharge,
  counters: Counters,
  round: number,
  { program, peaks, profiled }: Watching,
) {
  const [first, last] = [placeOf(rows, round), placeOf(rows, round + 1)];
  const file = Array.from({ length: last - first }, (_, index) => JSON.stringify(make(first + index, "Row"))).join("\n");
  program.resetPeak();
  const { id, prepared, preparedSeconds } = await profiled("preparing", () => prepareFile(url, file, round));
  const preparing = program.memory()?.peak ?? null;
  expectState(prepared, "READY");
  program.resetPeak();
  const row = await effortOf(last - first, counters, () =>
    profiled("rows", async () => {
      await askData(
        url,
        "mutation Go($input: ExecuteChargeRunInput!) { executeChargeRun(input: $input) { errors { message } } }",
        { input: { id, planHash: prepared.planHash } },
      );
      expectState(await untilStill(url, id), "DONE");
    }),
  );
  peaks.push({ preparing, executing: program.memory()?.peak ?? null });
  return { preparedSeconds, row };
}

async function prepareFile(url: string, file: string, round: number) {
  const started = performance.now();
  const upload = await fetch(new URL(`/runs?name=Bench%20${round}`, url), {
    method: "POST",
    headers: { "content-type": "application/x-ndjson" },
    body: file,
  });
  const { id, errors } = (await upload.json()) as { id?: string; errors?: unknown };
  if (id === undefined) throw new Error(`The file was not taken: ${JSON.stringify(errors)}`);
  const prepared = await untilStill(url, id);
  return { id, prepared, preparedSeconds: (performance.now() - started) / 1000 };
}

const measured: Figures[] = [];
for (const store of stores) {
  if (store === "SQLite") measured.push(await measure(store, undefined));
  else {
    await using postgres = await startDurablePostgres({ watchesStatements: statements > 0 });
    measured.push(await measure(store, postgres));
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
  "(ms a charge)",
  "PostgreSQL's CPU (ms a row)",
  "(ms a charge)",
  "commits (a row)",
  "(a charge)",
  "memory while preparing (MB)",
  "while executing",
];
const known = (value: number | null): string => (value === null ? "–" : short(value));
const lines = measured.map(
  ({ store, preparedSeconds, rowsPerSecond, chargesPerSecond, share, ofRow, ofCharge, preparing, executing }) => [
    store,
    short(preparedSeconds),
    short(rowsPerSecond),
    short(chargesPerSecond),
    `${Math.round(100 * share)} %`,
    short(ofRow.own),
    short(ofCharge.own),
    known(ofRow.store),
    known(ofCharge.store),
    known(ofRow.commits),
    known(ofCharge.commits),
    ...[preparing, executing].map((peak) => (peak === null ? "?" : megabytes(peak))),
  ],
);
console.log(table(titles, lines).join("\n"));
const problems = measured.flatMap(({ store, preparedSeconds, share, preparing, executing }) => [
  ...(preparedSeconds > most.preparedSeconds ? [`${store}: prepared in more than ${most.preparedSeconds} s`] : []),
  ...(share < leastShare ? [`${store}: executed at less than ${leastShare * 100} % of createCharges`] : []),
  ...(Math.max(preparing ?? 0, executing ?? 0) > most.megabytes * 2 ** 20 ? [`${store}: more than ${most.megabytes} MB`] : []),
]);
for (const problem of problems) console.log(problem);
if (problems.length > 0) process.exitCode = 1;
