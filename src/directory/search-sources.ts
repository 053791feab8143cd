import { createHash } from "node:crypto";
import { z } from "zod";
import { invalidInput } from "../model/errors.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../reads/cursor.ts";
import { directoryTypes, gapOf, plurals, type SearchSource, type Source, type SourceState } from "./model.ts";
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

/** A place in the results of a search. Every stream is read from its beginning, in its own order. */
export interface SearchPlace {
  /** Streams that have not ended. */
  readonly streams: readonly StreamPlace[];
  /** Keys of records after the streams' positions that were shown already because they matched better. */
  readonly shown: readonly string[];
}

export interface StreamPlace {
  /**
   * Where to read. LIVE: the list of one source, filtered by its backend. SCAN: the list of one source, page by page. INDEX: any
   * number of sources through the index.
   */
  readonly kind: StreamKind;
  readonly sources: readonly { readonly type: (typeof directoryTypes)[number]; readonly backend: string }[];
  /** Null = from the start. */
  readonly position: string | null;
  /** True: the index covers this source too, and gives the records that both have. */
  readonly beside?: true | undefined;
}

const streamKinds = ["LIVE", "SCAN", "INDEX"] as const;
type StreamKind = (typeof streamKinds)[number];

/** A cursor's checksum is not secret. That is safe: a forged cursor can ask for no more than a genuine one. */
const place = z.strictObject({
  streams: z
    .array(
      z.strictObject({
        kind: z.enum(streamKinds),
        sources: z.array(z.strictObject({ type: z.enum(directoryTypes), backend: z.string() })).min(1),
        position: z.string().nullable(),
        beside: z.literal(true).optional(),
      }),
    )
    .refine((streams) => streams.every(({ kind, sources }) => kind === "INDEX" || sources.length === 1))
    .refine((streams) => streams.filter(({ kind }) => kind === "INDEX").length <= 1)
    .refine((streams) => isEachOnce(streams.filter(({ kind }) => kind === "INDEX").flatMap(keysOf)))
    .refine((streams) => isEachOnce(streams.filter(({ kind }) => kind !== "INDEX").flatMap(keysOf))),
  shown: z.array(z.string()).refine(isEachOnce),
});

function keysOf({ sources }: Pick<StreamPlace, "sources">): readonly string[] {
  return sources.map(({ type, backend }) => `${type}:${backend}`);
}

function isEachOnce(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}

/**
 * @param question a cursor is valid for the same question only
 * @param mostShown how many keys the cursor keeps: a caller who keeps going on in the middle of pages may see a record twice
 */
export function encodeSearchCursor(question: unknown, { streams, shown }: SearchPlace, mostShown: number): string {
  return encodeKeyCursor("search", [signatureOf(question), JSON.stringify({ streams, shown: shown.slice(-mostShown) })]);
}

/** INVALID_INPUT at "after" for a cursor that encodeSearchCursor cannot have made for this question. */
export function decodeSearchCursor(question: unknown, cursor: string, mostShown: number): SearchPlace {
  const [signature, text = ""] = decodeKeyCursor("search", 2, cursor);
  const parsed = place.refine(({ shown }) => shown.length <= mostShown).safeParse(jsonOf(text));
  if (signature !== signatureOf(question) || !parsed.success) throw invalidInput("after", "is not a cursor of this search");
  return parsed.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function signatureOf(question: unknown): string {
  return createHash("sha256").update(JSON.stringify(question)).digest("base64url").slice(0, 8);
}
