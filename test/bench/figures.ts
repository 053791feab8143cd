import type { Sample } from "./load.ts";

/** What the rounds of one that is measured come to. */
export interface Figures {
  readonly requests: number;
  readonly failed: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export function figuresOf(samples: readonly Sample[]): Figures {
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

/** Requests per second of one over those of another: of all rounds, and of each. */
export function ratiosOf(samples: readonly Sample[], base: readonly Sample[]): Ratios {
  const ratio = (one: readonly Sample[], other: readonly Sample[]): number =>
    figuresOf(one).requestsPerSecond / figuresOf(other).requestsPerSecond;
  return {
    ratio: ratio(samples, base),
    ratios: samples.map((sample, round) => ratio([sample], base.slice(round, round + 1))),
  };
}

export interface Ratios {
  readonly ratio: number;
  readonly ratios: readonly number[];
}

/** Requests per second, median and 99th percentile, as the tables show them. */
export function cellsOfFigures({ requestsPerSecond, p50Ms, p99Ms }: Figures): string[] {
  return [requestsPerSecond.toFixed(requestsPerSecond < 100 ? 1 : 0), p50Ms.toFixed(1), p99Ms.toFixed(1)];
}

/** A ratio over all rounds, and its range over the single ones. */
export function cellsOfRatios({ ratio, ratios }: Ratios): string[] {
  return [ratio.toFixed(2), `${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}`];
}

/** Lines of cells below each other: the first column to the left, the others to the right. */
export function alignColumns(table: readonly (readonly string[])[]): string[] {
  const columns = Math.max(...table.map((cells) => cells.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...table.map((cells) => cells[column]?.length ?? 0)));
  return table.map((cells) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  "),
  );
}
