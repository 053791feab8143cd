import { cpus } from "node:os";
import type { CompareOptions, Comparison } from "./compare.ts";
import { alignColumns, cellsOfFigures, cellsOfRatios, type Figures, figuresOf, type Ratios, ratiosOf } from "./figures.ts";
import { formatJournals, type JournalRow } from "./journal-report.ts";

/** `ratio` and `ratios`: requests per second of the gateway over those of the floor, which is at 1. */
export interface Row extends Ratios {
  readonly name: string;
  /** Exact, for one query: how many calls each function of each backend got, e.g. {"suite clients": 1}. */
  readonly calls: Readonly<Record<string, number>>;
  readonly callsPerQuery: number;
  /** How many of them go out at the same time: [1, 20] = one, and 20 when it is answered. */
  readonly waves: readonly number[];
  readonly gateway: Figures;
  readonly floor: Figures;
}

/** The form of --json. */
export interface Report {
  readonly machine: { readonly node: string; readonly processor: string; readonly cores: number };
  readonly options: CompareOptions & { readonly customers: number };
  readonly rows: readonly Row[];
  /** The same mutation with every kind of journal. */
  readonly journals: readonly JournalRow[];
}

export function rowOf({ name, calls, waves, gateway, floor }: Comparison): Row {
  const functions = Map.groupBy(calls, ({ backend, function: called }) => `${backend} ${called}`);
  return {
    name,
    calls: Object.fromEntries(Array.from(functions, ([called, group]) => [called, group.length])),
    callsPerQuery: calls.length,
    waves,
    gateway: figuresOf(gateway),
    floor: figuresOf(floor),
    ...ratiosOf(gateway, floor),
  };
}

export function reportOf({ rows, journals, options }: Pick<Report, "rows" | "journals" | "options">): Report {
  const processors = cpus();
  const machine = { node: process.version, processor: processors[0]?.model ?? "unknown", cores: processors.length };
  return { machine, options, rows, journals };
}

/** The report as text, with a line for each query, one for each kind of journal, and what the figures mean. */
export function formatReport({ machine, options, rows, journals }: Report): string {
  const titles = [
    ["", "calls", "gateway", "", "", "floor", "", "", "gateway", ""],
    ["query", "/query", "req/s", "p50 ms", "p99 ms", "req/s", "p50 ms", "p99 ms", "/floor", "range"],
  ];
  const { rounds, seconds, connections, customers } = options;
  return [
    ...alignColumns([...titles, ...rows.map(cellsOf)]),
    "",
    "floor: the same backend calls, as parallel as the gateway makes them, with undici alone; answers are read, not decoded.",
    "gateway/floor: requests per second as a ratio, over all rounds, and its range over the single rounds. Compare these",
    "between runs and machines, not the times. Load is a closed loop: each connection sends its next query when it has its answer.",
    "",
    ...formatJournals(journals),
    "",
    `Rounds of ${seconds} s, ${rounds} of each in turn; ${connections} connections, ${customers} customers for each backend.`,
    `Node ${machine.node}, ${machine.cores} × ${machine.processor}; sandbox and gateways each in a process of its own.`,
  ].join("\n");
}

function cellsOf({ name, callsPerQuery, gateway, floor, ...ratios }: Row): string[] {
  return [name, String(callsPerQuery), ...cellsOfFigures(gateway), ...cellsOfFigures(floor), ...cellsOfRatios(ratios)];
}
