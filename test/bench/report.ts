import { cpus } from "node:os";
import type { CompareOptions, Comparison } from "./compare.ts";
import type { Sample } from "./load.ts";

/** What the rounds of the gateway, or of the floor, come to. */
export interface Figures {
  readonly requests: number;
  readonly failed: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface Row {
  readonly name: string;
  /** Exact, for one query: how many calls each function of each backend got, e.g. {"suite clients": 1}. */
  readonly calls: Readonly<Record<string, number>>;
  readonly callsPerQuery: number;
  /** How many of them go out at the same time: [1, 20] = one, and 20 when it is answered. */
  readonly waves: readonly number[];
  readonly gateway: Figures;
  readonly floor: Figures;
  /** Requests per second of the gateway over those of the floor, which is at 1: of all rounds, and of each. */
  readonly ratio: number;
  readonly ratios: readonly number[];
}

/** The form of --json. */
export interface Report {
  readonly machine: { readonly node: string; readonly processor: string; readonly cores: number };
  readonly options: CompareOptions & { readonly customers: number };
  readonly rows: readonly Row[];
}

export function rowOf({ name, calls, waves, gateway, floor }: Comparison): Row {
  const functions = Map.groupBy(calls, ({ backend, function: called }) => `${backend} ${called}`);
  const figures = { gateway: figuresOf(gateway), floor: figuresOf(floor) };
  const ratio = (one: Figures, other: Figures): number => one.requestsPerSecond / other.requestsPerSecond;
  return {
    name,
    calls: Object.fromEntries(Array.from(functions, ([called, group]) => [called, group.length])),
    callsPerQuery: calls.length,
    waves,
    ...figures,
    ratio: ratio(figures.gateway, figures.floor),
    ratios: gateway.map((sample, round) => ratio(figuresOf([sample]), figuresOf(floor.slice(round, round + 1)))),
  };
}

function figuresOf(samples: readonly Sample[]): Figures {
  const latenciesMs = Float64Array.from(samples.flatMap((sample) => sample.latenciesMs)).sort();
  const seconds = samples.reduce((sum, sample) => sum + sample.seconds, 0);
  return {
    requests: latenciesMs.length,
    failed: samples.reduce((sum, { failed }) => sum + failed, 0),
    requestsPerSecond: latenciesMs.length / seconds,
    p50Ms: percentile(latenciesMs, 50),
    p99Ms: percentile(latenciesMs, 99),
  };
}

/** By nearest rank: the smallest value that at least so many percent of all do not exceed. 0 where there are none. */
export function percentile(sorted: Float64Array, percent: number): number {
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}

export function reportOf(rows: readonly Row[], options: Report["options"]): Report {
  const processors = cpus();
  const machine = { node: process.version, processor: processors[0]?.model ?? "unknown", cores: processors.length };
  return { machine, options, rows };
}

/** The report as text, with a line for each query and what the figures mean. */
export function formatReport({ machine, options, rows }: Report): string {
  const titles = [
    ["", "calls", "gateway", "", "", "floor", "", "", "gateway", ""],
    ["query", "/query", "req/s", "p50 ms", "p99 ms", "req/s", "p50 ms", "p99 ms", "/floor", "range"],
  ];
  const table = [...titles, ...rows.map(cellsOf)];
  const widths = titles[1]?.map((_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0))) ?? [];
  const lines = table.map((cells) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  "),
  );
  const { rounds, seconds, connections, customers } = options;
  return [
    ...lines,
    "",
    "floor: the same backend calls, as parallel as the gateway makes them, with undici alone; answers are read, not decoded.",
    "gateway/floor: requests per second as a ratio, over all rounds, and its range over the single rounds. Compare these",
    "between runs and machines, not the times. Load is a closed loop: each connection sends its next query when it has its answer.",
    `Rounds of ${seconds} s, ${rounds} of the gateway and ${rounds} of the floor in turn; ${connections} connections, ${customers} customers for each backend.`,
    `Node ${machine.node}, ${machine.cores} × ${machine.processor}; sandbox and gateway each in a process of its own.`,
  ].join("\n");
}

function cellsOf({ name, callsPerQuery, gateway, floor, ratio, ratios }: Row): string[] {
  const figures = ({ requestsPerSecond, p50Ms, p99Ms }: Figures) => [
    requestsPerSecond.toFixed(requestsPerSecond < 100 ? 1 : 0),
    p50Ms.toFixed(1),
    p99Ms.toFixed(1),
  ];
  const range = `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`;
  return [name, String(callsPerQuery), ...figures(gateway), ...figures(floor), ratio.toFixed(2), range];
}
