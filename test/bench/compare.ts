import { isDeepStrictEqual } from "node:util";
import type { Pool } from "undici";
import { ask } from "../e2e/ask.ts";
import { setFaults } from "../e2e/sandbox.ts";
import { askGateway, beginningOf, checkAnswer, openClient, timeoutMs } from "./asking.ts";
import { type Floor, openFloor } from "./floor.ts";
import { type LoadOptions, load, type Sample, warmUpOf } from "./load.ts";
import { type BackendCall, clearCalls, loggedCalls, type Processes } from "./processes.ts";
import { recordCalls, type Wave } from "./recording.ts";
import { prepareScenarios, type Scenario } from "./scenarios.ts";

/** One query: what it costs the backends, and how the gateway and its floor did under load. */
export interface Comparison {
  readonly name: string;
  /** The calls of one query. */
  readonly calls: readonly BackendCall[];
  /** How many of them go out at the same time, one number for each wave. */
  readonly waves: readonly number[];
  /** One for each round, in the order in which they ran: gateway, floor, gateway, floor. */
  readonly gateway: readonly Sample[];
  readonly floor: readonly Sample[];
}

export interface CompareOptions extends LoadOptions {
  readonly rounds: number;
}

/**
 * Measures one query after the other and yields each as it is done. Rejects when a query's answer is not the expected one, or
 * the floor does not cause the same calls as the gateway; failures under load are counted instead.
 */
export async function* compareAll(processes: Processes, options: CompareOptions): AsyncGenerator<Comparison> {
  const { gateway, concurrency } = processes;
  const scenarios = await prepareScenarios(gateway.origin);
  const recorded = await recordScenarios(scenarios, processes);
  await using floor = openFloor(concurrency);
  const client = openClient(gateway.origin, options.connections);
  try {
    for (const [index, scenario] of scenarios.entries()) {
      const waves = recorded[index] ?? [];
      yield await compare({ scenario, waves, client, floor, processes }, options);
    }
  } finally {
    await client.destroy();
  }
}

/** Slow enough that calls which do not wait for each other are all sent before the first is answered. */
const recordingDelayMs = 100;

async function recordScenarios(scenarios: readonly Scenario[], processes: Processes): Promise<readonly (readonly Wave[])[]> {
  const { sandbox, concurrency, startWatchedGateway } = processes;
  const setDelay = (milliseconds: number) =>
    Promise.all(sandbox.backends.map(({ url }) => setFaults(url, milliseconds > 0 ? [{ kind: "delay", milliseconds }] : [])));
  const watched = await startWatchedGateway();
  try {
    await setDelay(recordingDelayMs);
    const recorded: (readonly Wave[])[] = [];
    const origins = new Set(concurrency.keys());
    for (const { document, variables } of scenarios) {
      const asking = { variables: variables(0), signal: AbortSignal.timeout(timeoutMs) };
      recorded.push(await recordCalls(origins, () => ask(watched.origin, document, asking)));
    }
    return recorded;
  } finally {
    await setDelay(0);
    await watched.close();
  }
}

interface Subject {
  readonly scenario: Scenario;
  readonly waves: readonly Wave[];
  readonly client: Pool;
  readonly floor: Floor;
  readonly processes: Processes;
}

async function compare(subject: Subject, { rounds, ...options }: CompareOptions): Promise<Comparison> {
  const { scenario, waves, client, floor, processes } = subject;
  const { sandbox } = processes;
  let turn = 0;
  const query = (): Promise<string> => askGateway(client, scenario, turn++);
  const replay = (): Promise<void> => floor.replay(scenario.callIn ? wavesIn(turn++, waves, scenario.callIn) : waves);

  await clearCalls(sandbox);
  const expected = await query();
  checkAnswer(scenario, expected);
  const calls = await loggedCalls(sandbox);
  await clearCalls(sandbox);
  await replay();
  checkSame(scenario, calls, await loggedCalls(sandbox));

  const queryAndCheck = async (): Promise<void> => {
    const answer = await query();
    if (scenario.callIn) checkAnswer(scenario, answer);
    else if (answer !== expected) throw new Error(`${scenario.name}: the answer was different: ${beginningOf(answer)}`);
  };
  await load(queryAndCheck, warmUpOf(options));
  await load(replay, warmUpOf(options));
  const samples = { gateway: [] as Sample[], floor: [] as Sample[] };
  for (let round = 0; round < rounds; round += 1) {
    // A full log costs the sandbox time with every call.
    await clearCalls(sandbox);
    samples.gateway.push(await load(queryAndCheck, options));
    await clearCalls(sandbox);
    samples.floor.push(await load(replay, options));
  }
  return { name: scenario.name, calls, waves: waves.map((wave) => wave.length), ...samples };
}

function wavesIn(turn: number, waves: readonly Wave[], callIn: NonNullable<Scenario["callIn"]>): readonly Wave[] {
  return waves.map((wave) => wave.map((call) => callIn(call, turn)));
}

function checkSame({ name }: Scenario, gateway: readonly BackendCall[], floor: readonly BackendCall[]): void {
  const [expected, found] = [gateway, floor].map((calls) => calls.map(describe).toSorted());
  if (!isDeepStrictEqual(expected, found)) {
    throw new Error(
      `${name}: the floor's calls are not the gateway's:\n${found?.join("\n")}\ninstead of\n${expected?.join("\n")}`,
    );
  }
}

function describe({ backend, function: name, status }: BackendCall): string {
  return `${backend} ${name} ${status}`;
}
