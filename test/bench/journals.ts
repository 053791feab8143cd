import type { Pool } from "undici";
import { run, runGateway } from "../e2e/process.ts";
import { askGateway, checkAnswer, openClient } from "./asking.ts";
import { type CommitCounter, commitsOf, postgresCommits, sqliteCommits } from "./commits.ts";
import type { CompareOptions } from "./compare.ts";
import { load, type Sample, warmUpOf } from "./load.ts";
import { type DurablePostgres, startDurablePostgres } from "./postgres.ts";
import { clearCalls, configureGateway, type Processes } from "./processes.ts";
import { prepareChargeCreation } from "./scenarios.ts";

/** The same mutation through gateways that differ in nothing but their journal, each a process of its own. */

export type JournalComparison = MeasuredComparison | Skipped;

export interface MeasuredComparison {
  readonly name: string;
  /** How many transactions one mutation makes durable. */
  readonly commits: number;
  /** One for each round. */
  readonly samples: readonly Sample[];
}

/** What cannot run here, and why. */
export interface Skipped {
  readonly name: string;
  readonly skipped: string;
}

export function isMeasured<Measured extends object>(row: Measured | Skipped): row is Measured {
  return !("skipped" in row);
}

/** The first one keeps no journal. Rejects when an answer is not the expected one; failures under load are counted instead. */
export async function compareJournals(
  processes: Processes,
  { rounds, ...options }: CompareOptions,
): Promise<readonly JournalComparison[]> {
  await using opened = new AsyncDisposableStack();
  const scenario = await prepareChargeCreation(processes.gateway.origin);
  let turn = 0;
  const prepare = async (gateway: RunningGateway): Promise<Contestant> => {
    const createCharge = async (): Promise<void> => checkAnswer(scenario, await askGateway(gateway.client, scenario, turn++));
    await createCharge();
    const commits = gateway.counter ? await commitsOf(createCharge, gateway.counter) : 0;
    await load(createCharge, warmUpOf(options));
    return { name: gateway.name, commits, createCharge, samples: [] };
  };

  const comparisons: (Contestant | Skipped)[] = [];
  for (const gateway of await startGateways(opened, processes, options.connections)) {
    comparisons.push(isMeasured(gateway) ? await prepare(gateway) : gateway);
  }
  const contestants = comparisons.filter(isMeasured<Contestant>);
  for (let round = 0; round < rounds; round += 1) {
    // There and back: the customers' ledgers grow, and with them what every further charge costs the sandbox.
    for (const { createCharge, samples } of round % 2 === 0 ? contestants : contestants.toReversed()) {
      await clearCalls(processes.sandbox);
      samples.push(await load(createCharge, options));
    }
  }
  return comparisons;
}

interface Contestant extends MeasuredComparison {
  readonly createCharge: () => Promise<void>;
  readonly samples: Sample[];
}

interface RunningGateway {
  readonly name: string;
  readonly client: Pool;
  /** Null: nothing is made durable. */
  readonly counter: CommitCounter | null;
}

/** What is started ends with `opened`. */
async function startGateways(
  opened: AsyncDisposableStack,
  { sandbox }: Processes,
  connections: number,
): Promise<readonly (RunningGateway | Skipped)[]> {
  const connect = (name: string, origin: string, counter: CommitCounter | null): RunningGateway => {
    const client = openClient(origin, connections);
    opened.defer(() => client.destroy());
    return { name, client, counter: counter && opened.use(counter) };
  };
  const startWith = async (givenStoreUrl?: string) => {
    const { file, storeUrl, environment } = opened.use(configureGateway(sandbox, givenStoreUrl));
    const { origin } = opened.use(await runGateway(["--config", file], environment));
    return { origin, storeUrl };
  };

  const { file, environment } = opened.use(configureGateway(sandbox));
  const withoutJournal = opened.use(run("test/bench/gateway-without-journal.ts", ["--config", file], environment));
  const [origin] = await withoutJournal.printed(/^http:\S+$/m);
  const inMemory = await startWith("sqlite::memory:");
  const inFile = await startWith();
  const onPostgres = async (): Promise<RunningGateway | Skipped> => {
    const name = "PostgreSQL";
    const server = await startDurablePostgres().catch(reasonOf);
    if (typeof server === "string") return { name, skipped: server };
    const { url } = opened.use<DurablePostgres>(server);
    return connect(name, (await startWith(url)).origin, await postgresCommits(url));
  };
  return [
    connect("no journal", origin, null),
    connect("SQLite in memory", inMemory.origin, null),
    connect("SQLite file, synchronous=FULL", inFile.origin, sqliteCommits(inFile.storeUrl.slice("sqlite:".length))),
    await onPostgres(),
  ];
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
