import { createHash } from "node:crypto";
import { z } from "zod";
import { invalidInput } from "../model/errors.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../reads/cursor.ts";
import { directoryTypes } from "./model.ts";

/** A place in what a search finds: every stream gives a prefix of its own order. */
export interface SearchPlace {
  /** Streams that are not at their end. */
  readonly streams: readonly StreamPlace[];
  /** Of what lies behind the streams' positions: keys of what has been shown already, because it fitted better. */
  readonly shown: readonly string[];
}

export interface StreamPlace {
  /**
   * What is asked: one source in its backend, as far as that narrows its list by itself (LIVE) or page by page (SCAN); or any number
   * of them through the index.
   */
  readonly kind: StreamKind;
  readonly sources: readonly { readonly type: (typeof directoryTypes)[number]; readonly backend: string }[];
  /** Null = from the start. */
  readonly position: string | null;
  /** True: the index is asked for its source as well, and gives what both have. */
  readonly beside?: true | undefined;
}

export const streamKinds = ["LIVE", "SCAN", "INDEX"] as const;
export type StreamKind = (typeof streamKinds)[number];

/** The checksum of a cursor is no secret: what a forged one asks for is no more than what one of the gateway's own may ask for. */
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
 * @param question what was asked: a cursor goes on with the same question only
 * @param mostShown how many keys it remembers: who always goes on in the middle of a page may see something twice
 */
export function encodeSearchCursor(question: unknown, { streams, shown }: SearchPlace, mostShown: number): string {
  return encodeKeyCursor("search", [signatureOf(question), JSON.stringify({ streams, shown: shown.slice(-mostShown) })]);
}

/** INVALID_INPUT at "after" for anything that encodeSearchCursor could not have made for this question. */
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
