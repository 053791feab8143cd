import { selectBackends } from "../adapter/backends.ts";
import { BillingError, invalidInput, settle } from "../model/errors.ts";
import { once } from "../model/memoised.ts";
import type { Charge, Customer, Stub, Tax } from "../model/model.ts";
import { type BackendFailure, type PageArguments, pageSize } from "../reads/pages.ts";
import type { Directory } from "./directory.ts";
import type { ReadsOptions } from "./directory-reads.ts";
import { type DirectoryType, directoryTypes, type KnownCustomer, type SearchSource, type Source } from "./model.ts";
import { decodeSearchCursor, describeSources, encodeSearchCursor, type SearchPlace, type StreamPlace } from "./search-sources.ts";
import { readStream, type SearchCandidate, type Stream, streamsOf } from "./streams.ts";
import { isExact, matchedText, type Question, questionOf, rankOf } from "./words.ts";

export interface SearchQuery {
  readonly text: string;
  readonly types?: readonly DirectoryType[] | null | undefined;
  readonly backends?: readonly string[] | null | undefined;
}

/** A record known from the index alone: enough to show it and to load the rest. */
type FoundStub = Stub & { readonly found: DirectoryType };
export type FoundNode = Customer | Charge | Tax | FoundStub;

export interface SearchPage {
  readonly edges: readonly SearchEdge[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Where to go on behind a page without edges: its records are gone by now, or its part of a scanned list had none. */
  readonly endCursor: string | null;
  readonly unavailable: readonly BackendFailure[];
  /** Rejects with UNAVAILABLE while the store is down. */
  readonly sources: () => Promise<readonly SearchSource[]>;
}

export interface SearchEdge {
  readonly cursor: string;
  readonly node: FoundNode;
  readonly matched: string | null;
  /** For a customer: its data that needs no other call to the backend. */
  readonly known: KnownCustomer | null;
}

const fewestCharacters = 2;
const mostCharacters = 200;

/**
 * Looks for text in all sources at once. INVALID_INPUT at "text" for a wrong length or no letter or digit, at "backends" for
 * unknown ones, at "after" for a cursor of another search.
 */
export async function search(
  query: SearchQuery,
  page: PageArguments,
  directory: Directory,
  options: ReadsOptions,
): Promise<SearchPage> {
  const text = query.text.trim();
  const { length } = [...text];
  if (length < fewestCharacters || length > mostCharacters) {
    throw invalidInput("text", `must have ${fewestCharacters} to ${mostCharacters} characters`);
  }
  const question = questionOf(text);
  // An empty result would claim that no record matches.
  if (question === null) throw invalidInput("text", "must have a letter or a digit");
  const first = pageSize(page, options.maxPageSize);
  const wanted = sourcesOf(query, options);
  const signature = [text, wanted];
  const index = { ...directory.openSearch(question, wanted), states: once(directory.sources.all) };
  const planned = await streamsOf(wanted, directory, { ...options, index });
  const start: SearchPlace =
    page.after == null
      ? { streams: planned, shown: [] }
      : visible(decodeSearchCursor(signature, page.after, options.maxPageSize), wanted, options);
  const asked = { text, question, limit: first + start.shown.length };
  const streams = await Promise.all(start.streams.map((at) => readStream(at, asked, { ...options, index })));
  const rank = rankedBy(question);
  const taken = take(streams, first, new Set(start.shown), rank);
  const { nodes, failures } = await loadFound(taken, options);
  const shown = taken.filter((candidate) => nodes.has(candidate)).sort(byRank(rank));
  const gone = taken.filter((candidate) => !nodes.has(candidate));
  const cursorBehind = (count: number): string =>
    encodeSearchCursor(
      signature,
      placeBehind(streams, start.shown, new Set([...gone, ...shown.slice(0, count)].map(keyOf))),
      options.maxPageSize,
    );
  const isThereMore = placeBehind(streams, start.shown, new Set(taken.map(keyOf))).streams.some(({ kind, sources }) =>
    streams.some((stream) => stream.kind === kind && stream.sources === sources && stream.failure === null),
  );
  return {
    edges: shown.map(
      (candidate, place) => new FoundEdge(nodes.get(candidate) as FoundNode, candidate, question, () => cursorBehind(place + 1)),
    ),
    hasNextPage: isThereMore,
    hasPreviousPage: page.after != null,
    endCursor: shown.length > 0 || (taken.length === 0 && !isThereMore) ? null : cursorBehind(0),
    unavailable: [...failuresOf(streams), ...failures],
    sources: () => describeSources(wanted, { planned, streams }, index),
  };
}

/** What is seldom asked for is made on demand. A class because of its getters: see Edge in reads/pages.ts. */
class FoundEdge implements SearchEdge {
  readonly node: FoundNode;
  readonly known: KnownCustomer | null;
  readonly #candidate: SearchCandidate;
  readonly #question: Question;
  readonly #makeCursor: () => string;

  constructor(node: FoundNode, candidate: SearchCandidate, question: Question, makeCursor: () => string) {
    this.node = node;
    this.known = candidate.type === "Customer" ? knownOf(candidate) : null;
    this.#candidate = candidate;
    this.#question = question;
    this.#makeCursor = makeCursor;
  }

  get matched() {
    return matchedText(this.#candidate, this.#question);
  }
  get cursor() {
    return this.#makeCursor();
  }
}

/** The sources of every backend that the caller may see. A backend without taxes has no source of them. */
function sourcesOf({ types, backends: keys }: SearchQuery, { backends }: ReadsOptions): readonly Source[] {
  const selected = selectBackends(backends, keys, ["backends"]);
  return directoryTypes
    .filter((type) => types == null || types.includes(type))
    .flatMap((type) =>
      selected.filter(({ adapter }) => type !== "Tax" || adapter.taxes).map(({ key }) => ({ type, backend: key })),
    );
}

/**
 * Refuses cursors with sources that this caller's search does not ask, or that read the index for a backend with another user.
 */
function visible({ streams, shown }: SearchPlace, wanted: readonly Source[], { sight }: ReadsOptions): SearchPlace {
  const isWanted = ({ type, backend }: Source): boolean => wanted.some((each) => each.type === type && each.backend === backend);
  const isAllowed = ({ kind, sources, beside }: StreamPlace): boolean =>
    sources.every((source) => isWanted(source) && ((kind !== "INDEX" && !beside) || sight.isWhole(source.backend)));
  if (!streams.every(isAllowed)) throw invalidInput("after", "is not a cursor of this search");
  return { streams, shown };
}

/**
 * Takes exact matches first. Then it takes from the streams in turn, each time as many records as the stream has sources, so
 * that no backend hides the results of others.
 */
function take(streams: readonly Stream[], count: number, shown: ReadonlySet<string>, rank: Rank): readonly SearchCandidate[] {
  const left = streams.map(({ candidates }) => candidates.filter((candidate) => !shown.has(keyOf(candidate))));
  const taken = left.flatMap((candidates) => candidates.filter((candidate) => rank.isExact(candidate))).slice(0, count);
  const first = new Set(taken);
  const queues = left.map((candidates, index) => ({
    candidates: candidates.filter((candidate) => !first.has(candidate)),
    turn: streams[index]?.sources.length ?? 1,
  }));
  while (taken.length < count && queues.some(({ candidates }) => candidates.length > 0)) {
    for (const { candidates, turn } of queues) taken.push(...candidates.splice(0, Math.min(turn, count - taken.length)));
  }
  return taken;
}

const keyOf = ({ type, backend, id }: Pick<SearchCandidate, "type" | "backend" | "id">): string => `${type}:${backend}:${id}`;

/**
 * Where each stream stands after these records were shown: before its first record that was not shown. Records after that place
 * that were shown already are remembered until the stream reaches them, even if it fails meanwhile.
 */
function placeBehind(streams: readonly Stream[], before: readonly string[], now: ReadonlySet<string>): SearchPlace {
  const passed = new Set(before).union(now);
  const ahead = new Set(passed);
  const places = streams.flatMap(({ kind, sources, beside, position, candidates, hasMore, end: read }) => {
    const first = candidates.findIndex((candidate) => !passed.has(keyOf(candidate)));
    const end = first === -1 ? candidates.length : first;
    for (const candidate of candidates.slice(0, end)) ahead.delete(keyOf(candidate));
    if (end === candidates.length && !hasMore) return [];
    const behind = end === candidates.length ? read : candidates[end - 1]?.position;
    return [{ kind, sources, position: behind ?? position, ...(beside && { beside }) }];
  });
  return { streams: places, shown: [...ahead] };
}

interface Loaded {
  /** Without records that do not exist for the caller. */
  readonly nodes: ReadonlyMap<SearchCandidate, FoundNode>;
  readonly failures: readonly BackendFailure[];
}

/** Charges are always loaded: the index does not keep enough to show them. */
async function loadFound(taken: readonly SearchCandidate[], { reads }: ReadsOptions): Promise<Loaded> {
  const nodes = new Map<SearchCandidate, FoundNode>();
  const failures = new Map<string, BackendFailure>();
  await Promise.all(
    taken.map(async (candidate) => {
      const { type, backend, id, name, entity } = candidate;
      if (entity || type !== "Charge") {
        nodes.set(candidate, entity ?? { backend, id, name, found: type });
        return;
      }
      const found = await settle(reads.load.charges.load({ backend, id }));
      if (found instanceof BillingError) failures.set(`${backend} ${found.code}`, { backend, error: found });
      else if (found) nodes.set(candidate, found);
    }),
  );
  return { nodes, failures: [...failures.values()] };
}

interface Rank {
  readonly isExact: (candidate: SearchCandidate) => boolean;
  readonly of: (candidate: SearchCandidate) => number;
}

/** Ranks each candidate once. */
function rankedBy(question: Question): Rank {
  const exact = new Map<SearchCandidate, boolean>();
  const ranks = new Map<SearchCandidate, number>();
  const isExactOnce = (candidate: SearchCandidate): boolean => {
    const known = exact.get(candidate) ?? isExact(candidate, question);
    exact.set(candidate, known);
    return known;
  };
  return {
    isExact: isExactOnce,
    of: (candidate) => {
      const known = ranks.get(candidate) ?? (isExactOnce(candidate) ? 0 : rankOf(candidate, question));
      ranks.set(candidate, known);
      return known;
    },
  };
}

function byRank(rank: Rank): (left: SearchCandidate, right: SearchCandidate) => number {
  return (left, right) =>
    rank.of(left) - rank.of(right) || compareTexts(left.nameWords, right.nameWords) || compareTexts(keyOf(left), keyOf(right));
}

function compareTexts(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}

function failuresOf(streams: readonly Stream[]): readonly BackendFailure[] {
  return streams.flatMap(({ told, sources: [source] }) => (told && source ? [{ backend: source.backend, error: told }] : []));
}

/** Leaves out the members that only a search has. */
export function knownOf({ backend, id, name, data, readAt }: KnownCustomer): KnownCustomer {
  return { backend, id, name, data, readAt };
}
