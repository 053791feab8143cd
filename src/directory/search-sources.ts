import { gapOf, plurals, type SearchSource, type Source, type SourceState } from "./model.ts";
import type { StreamPlace } from "./search-cursor.ts";
import type { SearchedIndex, Stream } from "./streams.ts";

/** Tells the caller of a search where it looked. */

interface Looked {
  /** The streams at the start of the search. */
  readonly planned: readonly StreamPlace[];
  /** The streams of this page: those that ended on an earlier page are missing. */
  readonly streams: readonly Stream[];
}

export async function describeSources(
  wanted: readonly Source[],
  { planned, streams }: Looked,
  index: Pick<SearchedIndex, "states">,
): Promise<readonly SearchSource[]> {
  const isOf =
    ({ type, backend }: Source) =>
    (stream: StreamPlace) =>
      stream.sources.some((each) => each.type === type && each.backend === backend);
  const isIndexAsked = [...planned, ...streams].some(({ kind }) => kind === "INDEX");
  const states = isIndexAsked ? await index.states() : [];
  return wanted.map((source): SearchSource => {
    const read = streams.filter(isOf(source));
    // A later page lacks the streams that have ended.
    const places: readonly StreamPlace[] = [...read, ...planned.filter(isOf(source))];
    const isIndexed = places.some(({ kind }) => kind === "INDEX");
    const isAsked = places.some(({ kind }) => kind !== "INDEX");
    const state = isIndexed ? states.find(({ type, backend }) => type === source.type && backend === source.backend) : undefined;
    const reason = reasonOf(source, { read, isScanned: places.some(({ kind }) => kind === "SCAN"), state });
    return {
      ...source,
      source: isIndexed ? (isAsked ? "BOTH" : "INDEX") : "LIVE",
      refreshedAt: state?.refreshedAt ?? null,
      complete: reason === null,
      reason,
    };
  });
}

interface How {
  readonly read: readonly Stream[];
  readonly isScanned: boolean;
  /** The source's state in the index, where the index is used. */
  readonly state: SourceState | undefined;
}

function reasonOf({ type }: Source, { read, isScanned, state }: How): string | null {
  const failure = read.flatMap(({ failure: each }) => each ?? [])[0];
  const [asked] = read.filter(({ kind }) => kind !== "INDEX");
  if (failure && state) {
    const known =
      state.refreshedAt === null ? "as far as the directory has read it" : `as the directory read it at ${state.refreshedAt}`;
    return `${failure.message} Its records are shown ${known}.`;
  }
  if (failure) return failure.message;
  const incomplete = read.flatMap(({ told }) => told ?? [])[0];
  if (incomplete) return incomplete.message;
  if (isScanned && asked?.hasMore)
    return `The backend's list of ${plurals[type]} is searched page by page: further pages of this search continue it.`;
  return isScanned || !state ? null : gapOf(type, state);
}
