import type { SourceDetailsFragment } from "../../client/index.ts";
import { formatAge } from "../format.ts";

/** From this age on, a reader is told: the directory is usually read anew every quarter of an hour. */
const oldMs = 60 * 60_000;

/** How soon what was found is asked for anew, for a query's refetchInterval: soon while more of it is still being read. Pure. */
export function nextLookMs(sources: readonly SourceDetailsFragment[] = []): number | false {
  return sources.some(({ complete }) => !complete) && 3_000;
}

/** What a reader should know of where a search looked, as sentences; none when all of it was looked through and is recent. Pure. */
export function remarksOn(sources: readonly SourceDetailsFragment[], now: number): readonly string[] {
  const incomplete = labelsOf(sources.filter(({ complete }) => !complete));
  const old = sources.filter(({ refreshedAt }) => refreshedAt !== null && now - Date.parse(refreshedAt) > oldMs);
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
