import type { SourceDetailsFragment } from "../../client/index.ts";
import { formatAge } from "../format.ts";

/** From this age on, the page shows it. The directory usually reads a backend every quarter of an hour. */
const oldMs = 60 * 60_000;

/**
 * How soon to search again, for a query's refetchInterval: soon while the directory is still reading. A search in a backend's own
 * list is not repeated, as it costs calls. Pure.
 */
export function nextLookMs(sources: readonly SourceDetailsFragment[] = []): number | false {
  return sources.some(({ source, complete }) => source === "INDEX" && !complete) && 3_000;
}

/** Sentences on what a search did not cover or what is old. Empty when all is covered and recent. Pure. */
export function remarksOn(sources: readonly SourceDetailsFragment[], now: number): readonly string[] {
  const incomplete = labelsOf(sources.filter(({ complete }) => !complete));
  // Results that came from the backend itself are up to date.
  const old = sources.filter(
    ({ source, complete, refreshedAt }) =>
      (source === "INDEX" || !complete) && refreshedAt !== null && now - Date.parse(refreshedAt) > oldMs,
  );
  return [
    ...(incomplete.length > 0 ? [`The search has not covered all of ${incomplete.join(", ")}.`] : []),
    ...(old.length > 0 ? [`Data of ${labelsOf(old).join(", ")} is from ${ageOf(old, now)}.`] : []),
  ];
}

/** The age of the oldest source: "3 min. ago"; "" when none has been read to its end. Pure. */
export function ageOf(sources: readonly SourceDetailsFragment[], now: number): string {
  const [oldest] = sources.flatMap(({ refreshedAt }) => refreshedAt ?? []).sort();
  return oldest === undefined ? "" : formatAge(oldest, now);
}

/** Each backend once: a source is one backend's objects of one type. */
function labelsOf(sources: readonly SourceDetailsFragment[]): readonly string[] {
  return [...new Set(sources.map(({ backend }) => backend.label))];
}
