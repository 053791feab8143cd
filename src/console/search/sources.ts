import type { SourceDetailsFragment } from "../../client/index.ts";
import { formatAge } from "../format.ts";

/** From this age on, a reader is told: the directory is usually read anew every quarter of an hour. */
const oldMs = 60 * 60_000;

/**
 * How soon what was found is asked for anew, for a query's refetchInterval: soon while the directory is still reading more of it. A
 * backend's own list is not asked for again by itself: that costs calls. Pure.
 */
export function nextLookMs(sources: readonly SourceDetailsFragment[] = []): number | false {
  return sources.some(({ source, complete }) => source === "INDEX" && !complete) && 3_000;
}

/** What a reader should know of where a search looked, as sentences; none when all of it was looked through and is recent. Pure. */
export function remarksOn(sources: readonly SourceDetailsFragment[], now: number): readonly string[] {
  const incomplete = labelsOf(sources.filter(({ complete }) => !complete));
  // What the backend was asked for as well, and said, is as it is now.
  const old = sources.filter(
    ({ source, complete, refreshedAt }) =>
      (source === "INDEX" || !complete) && refreshedAt !== null && now - Date.parse(refreshedAt) > oldMs,
  );
  return [
    ...(incomplete.length > 0 ? [`Not all of ${incomplete.join(", ")} could be looked through.`] : []),
    ...(old.length > 0 ? [`What is known of ${labelsOf(old).join(", ")} is from ${ageOf(old, now)}.`] : []),
  ];
}

/** How old the oldest of them is: "3 min. ago"; "" where none has been read to its end. Pure. */
export function ageOf(sources: readonly SourceDetailsFragment[], now: number): string {
  const [oldest] = sources.flatMap(({ refreshedAt }) => refreshedAt ?? []).sort();
  return oldest === undefined ? "" : formatAge(oldest, now);
}

/** Each backend once: a source is one kind of its objects. */
function labelsOf(sources: readonly SourceDetailsFragment[]): readonly string[] {
  return [...new Set(sources.map(({ backend }) => backend.label))];
}
