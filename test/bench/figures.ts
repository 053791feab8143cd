/** Numbers as the reports show them. */

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Three significant digits: 1234 → "1234", 12.34 → "12.3", 0.1234 → "0.123". */
export function short(value: number): string {
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(3, digits));
}

export const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

/** Slope and intercept of the least-squares line through the points. Flat for fewer than two. */
export function regression(points: readonly (readonly [x: number, y: number])[]): { slope: number; intercept: number } {
  const meanX = sum(points.map(([x]) => x)) / points.length || 0;
  const meanY = sum(points.map(([, y]) => y)) / points.length || 0;
  const spread = sum(points.map(([x]) => (x - meanX) ** 2));
  const slope = spread === 0 ? 0 : sum(points.map(([x, y]) => (x - meanX) * (y - meanY))) / spread;
  return { slope, intercept: meanY - slope * meanX };
}

/** A Markdown table whose columns are also aligned as plain text: the first to the left, the others to the right. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = titles.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (column === 0 ? (cells[column] ?? "").padEnd(width) : (cells[column] ?? "").padStart(width))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(titles), rule, ...rows.map(line)];
}

/** Shortens a text that is too long for a message. */
export function beginningOf(answer: string): string {
  return answer.length > 500 ? `${answer.slice(0, 500)}…` : answer;
}
