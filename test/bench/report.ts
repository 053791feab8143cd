import { cpus } from "node:os";
import { median, megabytes, short, sum, table } from "./figures.ts";
import type { Measured, Measurement, Options } from "./measure.ts";
import type { SubjectKind } from "./scenarios.ts";
import type { Skipped } from "./subjects.ts";

/** One subject of one scenario. */
export interface Row {
  readonly name: string;
  /** Requests per second of the gateway over this subject's: 2 = the gateway is twice as fast. 1 for itself. */
  readonly gatewayRatio: number;
  /** The minimum that this ratio should have; null if there is none. */
  readonly goal: number | null;
  /** The same of every round. */
  readonly ratios: readonly number[];
  readonly requestsPerSecond: number;
  /** Medians of the rounds' percentiles. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Bytes; null where the system does not tell. */
  readonly peakMemory: number | null;
  /** Processor time of its process, for one request. */
  readonly processorMs: number;
  /** How late timers fired: 99th percentile, median of the rounds. */
  readonly delayP99Ms: number;
  /** Exact, for a single query. */
  readonly calls: Readonly<Record<string, number>>;
  readonly callsPerQuery: number;
  /** For a query under load; null if the sandbox's log was too short. */
  readonly callsUnderLoad: number | null;
  /** Exact: transactions that one mutation makes durable. */
  readonly commits?: number;
  /** Sent evenly, at half of the rate that both can answer; only for the gateway and the floor, for reads. */
  readonly halfRate?: { readonly p50Ms: number; readonly p99Ms: number };
  readonly requests: number;
  readonly failed: number;
  readonly failure: string | null;
  readonly statuses: Readonly<Record<string, number>>;
}

export interface ScenarioReport {
  readonly name: string;
  readonly title: string;
  readonly connections: number;
  /** No two requests in flight are the same. */
  readonly isDistinct: boolean;
  readonly rows: readonly Row[];
  readonly skipped: readonly Skipped[];
}

/** The form of the result file and of the baseline. */
export interface Report {
  readonly machine: { readonly node: string; readonly processor: string; readonly cores: number };
  /** seen: backends may have repeated an earlier answer's text. */
  readonly options: Options & { readonly customers: number; readonly seen: boolean };
  readonly scenarios: readonly ScenarioReport[];
  readonly isolation: readonly IsolationRow[];
}

/** Results for a backend's queries while another backend is well, slow or down. */
export interface IsolationRow {
  readonly state: string;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Over that with all backends well; 1.1 = 10 % more. */
  readonly p99Ratio: number;
  readonly failed: number;
}

export function machine(): Report["machine"] {
  const processors = cpus();
  return { node: process.version, processor: processors[0]?.model ?? "unknown", cores: processors.length };
}

export function scenarioReport({ scenario, connections, subjects }: Measurement): ScenarioReport {
  const measured = subjects.filter((subject): subject is Measured => !("skipped" in subject));
  const gateway = measured[0];
  if (gateway === undefined) throw new Error("The gateway was not measured.");
  return {
    name: scenario.name,
    title: scenario.title,
    connections,
    isDistinct: scenario.isDistinct ?? false,
    rows: measured.map((subject) => ({
      ...rowOf(subject, gateway, connections),
      goal: scenario.goals?.[subject.name as SubjectKind] ?? null,
    })),
    skipped: subjects.filter((subject) => "skipped" in subject),
  };
}

const rate = ({ requests, seconds }: { readonly requests: number; readonly seconds: number }): number => requests / seconds;

/** Requests in flight at the end of a round count half: on average, half of their work was done. */
function rowOf({ name, calls, commits, rounds, halfRate }: Measured, gateway: Measured, connections: number): Omit<Row, "goal"> {
  const ratios = rounds.map((round, index) => rate(gateway.rounds[index] ?? round) / rate(round));
  const requests = sum(rounds.map((round) => round.requests));
  const counted = rounds.map(({ backendCalls }) => backendCalls);
  const peaks = rounds.map(({ peakMemory }) => peakMemory);
  return {
    name,
    gatewayRatio: median(ratios),
    ratios,
    requestsPerSecond: requests / sum(rounds.map(({ seconds }) => seconds)),
    p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
    peakMemory: peaks.every((peak) => peak !== null) ? Math.max(...peaks) : null,
    processorMs: sum(rounds.map(({ processorMs }) => processorMs)) / (requests + (connections / 2) * rounds.length),
    delayP99Ms: median(rounds.map(({ delay }) => delay.p99Ms)),
    calls,
    callsPerQuery: sum(Object.values(calls)),
    callsUnderLoad: counted.every((count) => count !== null)
      ? sum(counted) / (requests + (connections / 2) * rounds.length)
      : null,
    ...(commits !== undefined && { commits }),
    ...(halfRate !== undefined && { halfRate: { p50Ms: halfRate.p50Ms, p99Ms: halfRate.p99Ms } }),
    requests,
    failed: sum([...rounds, ...(halfRate ? [halfRate] : [])].map(({ failed }) => failed)),
    failure: [...rounds, ...(halfRate ? [halfRate] : [])].find(({ failure }) => failure !== null)?.failure ?? null,
    statuses: rounds.reduce<Record<string, number>>((all, { statuses }) => addCounts(all, statuses), {}),
  };
}

function addCounts(all: Record<string, number>, more: Readonly<Record<string, number>>): Record<string, number> {
  for (const [status, count] of Object.entries(more)) all[status] = (all[status] ?? 0) + count;
  return all;
}

const titles = [
  "",
  "gateway is",
  "goal",
  "range",
  "calls/query",
  "under load",
  "req/s",
  "cpu ms",
  "p50 ms",
  "p99 ms",
  "peak MB",
  "loop p99 ms",
  "commits",
  "failed",
];

/** The report as Markdown: a table for each scenario, and what its columns mean. */
export function formatReport({ machine: { node, processor, cores }, options, scenarios, isolation }: Report): string {
  const { rounds, seconds, customers, seen } = options;
  return [
    ...scenarios.flatMap(formatScenario),
    ...(isolation.length > 0 ? formatIsolation(isolation) : []),
    ...formatGoals(scenarios),
    `${rounds} rounds of ${seconds} s of each in turn, after a warm-up; ${customers} customers for each backend; Node ${node}, ${cores} × ${processor}.`,
    "Load generator (autocannon), sandbox and every subject are processes of their own. Load is a closed loop.",
    seen
      ? "Backends answer with the same text when nothing has changed, as they do for those who ask again (--seen)."
      : "No two answers of a backend are the same text, as if nobody had asked for it before (--seen: they are).",
    "gateway is: requests per second of the gateway over those of this line, the median of the rounds, and its range: 2.00 x = twice as",
    "fast; goal: what it is meant to be at least. Compare these between runs and machines, not the times. calls/query: backend calls of",
    "one query alone, exact; under load: their mean. cpu: processor time of the subject's own process for one request. peak: most",
    "resident memory in a round. loop: how late timers fire. commits: transactions that one mutation makes durable, exact. plain: Yoga",
    "and DataLoader without any of the gateway's means. floor: an HTTP server that makes the gateway's own backend calls with undici,",
    "reads their answers and decodes nothing; its answer is known beforehand.",
  ].join("\n");
}

function formatScenario({ name, title, connections, rows, skipped }: ScenarioReport): string[] {
  return [
    `### ${name}: ${title}`,
    "",
    `${connections} connections`,
    "",
    ...table(titles, rows.map(cellsOf)),
    ...formatHalfRate(rows),
    ...skipped.map((row) => `\n**${row.name}: SKIPPED: ${row.skipped.split("\n")[0]}**`),
    "",
  ];
}

/** Time that the gateway adds to its backend calls, while neither waits for the processor. */
function halfRateOf(rows: readonly Row[]): { readonly gateway: number; readonly floor: number; readonly added: number } | null {
  const [gateway, floor] = ["gateway", "floor"].map((name) => rows.find((row) => row.name === name)?.halfRate?.p99Ms);
  return gateway === undefined || floor === undefined ? null : { gateway, floor, added: gateway - floor };
}

function formatHalfRate(rows: readonly Row[]): string[] {
  const found = halfRateOf(rows);
  if (found === null) return [];
  const { gateway, floor, added } = found;
  return [
    "",
    `At half of the rate that both can answer the gateway adds ${added.toFixed(1)} ms to the floor's p99: ${short(gateway)} against ${short(floor)} ms.`,
  ];
}

/** Goals of the gateway without shared requests; those compared with others are in the scenarios. */
const most = { addedMs: 8, delayMs: 10, megabytes: 350 };
/** From this many connections on, timers and memory are judged. */
const manyConnections = 100;

interface Goal {
  readonly what: string;
  readonly wanted: string;
  readonly found: string;
  readonly isMissed: boolean;
}

function goalsOf({ isDistinct, connections, rows }: ScenarioReport): readonly Goal[] {
  const gateway = rows.find(({ name }) => name === "gateway");
  if (gateway === undefined || !isDistinct) return [];
  const atMost = (what: string, is: number | null, limit: number, unit: string): Goal[] =>
    is === null ? [] : [{ what, wanted: `≤ ${limit} ${unit}`, found: `${is.toFixed(1)} ${unit}`, isMissed: is > limit }];
  const { peakMemory } = gateway;
  return [
    ...rows.flatMap(({ name, goal, gatewayRatio }) =>
      goal === null
        ? []
        : [
            {
              what: `beside ${name}`,
              wanted: `≥ ${goal.toFixed(2)} x`,
              found: `${gatewayRatio.toFixed(2)} x`,
              isMissed: gatewayRatio < goal,
            },
          ],
    ),
    ...atMost("p99 above the floor's at half rate", halfRateOf(rows)?.added ?? null, most.addedMs, "ms"),
    ...(connections < manyConnections
      ? []
      : [
          ...atMost("event loop p99", gateway.delayP99Ms, most.delayMs, "ms"),
          ...atMost("peak memory", peakMemory === null ? null : peakMemory / 2 ** 20, most.megabytes, "MB"),
        ]),
  ];
}

function formatGoals(scenarios: readonly ScenarioReport[]): string[] {
  const rows = scenarios.flatMap((scenario) =>
    goalsOf(scenario).map(({ what, wanted, found, isMissed }) => [
      `${scenario.name}: ${what}`,
      wanted,
      found,
      isMissed ? "missed" : "",
    ]),
  );
  return rows.length === 0 ? [] : ["### What the gateway is meant to reach", "", ...table(["", "goal", "is", ""], rows), ""];
}

function cellsOf(row: Row): string[] {
  const { ratios, callsUnderLoad, peakMemory, commits } = row;
  return [
    row.name,
    `${row.gatewayRatio.toFixed(2)} x`,
    row.goal === null ? "" : `${row.goal.toFixed(1)} x`,
    `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`,
    String(row.callsPerQuery),
    callsUnderLoad === null ? "?" : callsUnderLoad.toFixed(2),
    short(row.requestsPerSecond),
    short(row.processorMs),
    short(row.p50Ms),
    short(row.p99Ms),
    peakMemory === null ? "?" : megabytes(peakMemory),
    short(row.delayP99Ms),
    commits === undefined ? "" : String(commits),
    String(row.failed),
  ];
}

function formatIsolation(rows: readonly IsolationRow[]): string[] {
  return [
    "### S5 isolation: v01 is asked while Enswitch is well, slow or down, and asked as well",
    "",
    ...table(
      ["Enswitch is", "p99 of v01", "req/s", "p50 ms", "p99 ms", "failed"],
      rows.map(({ state, p99Ratio, requestsPerSecond, p50Ms, p99Ms, failed }) => [
        state,
        `${p99Ratio.toFixed(2)} x`,
        short(requestsPerSecond),
        short(p50Ms),
        short(p99Ms),
        String(failed),
      ]),
    ),
    "",
  ];
}
