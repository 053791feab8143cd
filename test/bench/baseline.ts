import type { Report, Row, ScenarioReport } from "./report.ts";

/** Compares a measurement with the committed one. Ratios within one run mean something on any machine; times do not. */

export interface Regression {
  readonly scenario: string;
  readonly subject: string;
  readonly problem: string;
}

/**
 * Lists what has become worse: a ratio of the gateway to a subject by more than the tolerance, and any change in the exact counts
 * of one query. Compares only scenarios and subjects that both have.
 *
 * @param tolerance 0.15 = 15 % of the ratio
 */
export function regressions(baseline: Report, report: Report, tolerance: number): readonly Regression[] {
  return inBoth(baseline.scenarios, report.scenarios).flatMap(([before, now]) =>
    inBoth(before.rows, now.rows).flatMap(([old, current]) => rowRegressions(now, old, current, tolerance)),
  );
}

function rowRegressions({ name: scenario }: ScenarioReport, before: Row, now: Row, tolerance: number): Regression[] {
  const found: Regression[] = [];
  const subject = now.name;
  const add = (problem: string): void => void found.push({ scenario, subject, problem });
  if (now.gatewayRatio < before.gatewayRatio * (1 - tolerance)) {
    add(`the gateway was ${before.gatewayRatio.toFixed(2)} x as fast, now ${now.gatewayRatio.toFixed(2)} x`);
  }
  if (subject === "gateway") {
    const [old, current] = [before, now].map(({ calls }) => JSON.stringify(calls));
    if (old !== current) add(`one query caused ${old}, now ${current}`);
    if (before.commits !== now.commits) add(`one mutation made ${before.commits} transactions durable, now ${now.commits}`);
  }
  return found;
}

function inBoth<Item extends { readonly name: string }>(
  before: readonly Item[],
  now: readonly Item[],
): (readonly [Item, Item])[] {
  return now.flatMap((current) => {
    const old = before.find(({ name }) => name === current.name);
    return old === undefined ? [] : [[old, current] as const];
  });
}

export function formatRegressions(found: readonly Regression[], tolerance: number): string {
  if (found.length === 0)
    return `Nothing is worse than the baseline by more than ${tolerance * 100} %, and all calls are the same.`;
  return [
    "Worse than the baseline:",
    ...found.map(({ scenario, subject, problem }) => `- ${scenario}, ${subject}: ${problem}`),
  ].join("\n");
}
