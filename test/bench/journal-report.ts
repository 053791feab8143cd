import { alignColumns, cellsOfFigures, cellsOfRatios, type Figures, figuresOf, type Ratios, ratiosOf } from "./figures.ts";
import { isMeasured, type JournalComparison, type MeasuredComparison, type Skipped } from "./journals.ts";

/** `ratio` and `ratios`: requests per second over those without a journal, which are at 1. */
export interface MeasuredJournal extends Ratios {
  readonly name: string;
  readonly figures: Figures;
  /** Exact: how many transactions one mutation makes durable. */
  readonly commits: number;
}

export type JournalRow = MeasuredJournal | Skipped;

/** The first comparison is what the others are compared with; it must have been measured. */
export function journalRowsOf(comparisons: readonly JournalComparison[]): readonly JournalRow[] {
  const base = comparisons[0];
  if (base === undefined || !isMeasured(base)) throw new Error("There is nothing to compare journals with.");
  return comparisons.map((comparison): JournalRow => {
    if (!isMeasured<MeasuredComparison>(comparison)) return comparison;
    const { name, commits, samples } = comparison;
    return { name, figures: figuresOf(samples), commits, ...ratiosOf(samples, base.samples) };
  });
}

export function formatJournals(rows: readonly JournalRow[]): string[] {
  const titles = [
    ["", "durable", "gateway", "", "", "journal", ""],
    ["createCharge, recurring", "commits", "req/s", "p50 ms", "p99 ms", "/none", "range"],
  ];
  const measured = rows.filter(isMeasured<MeasuredJournal>);
  const skipped = rows.filter((row) => "skipped" in row);
  return [
    ...alignColumns([...titles, ...measured.map(cellsOf)]),
    ...skipped.map(({ name, skipped: reason }) => `${name}: skipped: ${reason}`),
    "",
    "durable commits: transactions that one mutation makes durable, counted exactly. journal/none: requests per second as a ratio",
    "to the gateway whose journal keeps nothing.",
  ];
}

function cellsOf({ name, commits, figures, ...ratios }: MeasuredJournal): string[] {
  return [name, String(commits), ...cellsOfFigures(figures), ...cellsOfRatios(ratios)];
}
