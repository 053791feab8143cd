/** Prometheus' text format, as far as the gateway uses it (Prometheus, "Exposition formats"). */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export function samplesOf(text: string): readonly Sample[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name = "", labels = "", value] = /^([a-z_0-9]+)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
      const pairs = labels.matchAll(/([a-z_0-9]+)="((?:[^"\\]|\\.)*)"/gi);
      return {
        name,
        labels: Object.fromEntries(Array.from(pairs, ([, label = "", each = ""]) => [label, each])),
        value: Number(value),
      };
    });
}

/** Sum of the samples with these labels; undefined if there is none. */
export function sumOf(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = samples.filter(
    (sample) => sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}
