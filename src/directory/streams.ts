import type { CallScope, Incomplete } from "../adapter/adapter.ts";
import type { Backends } from "../adapter/backends.ts";
import { BillingError, unsupported } from "../model/errors.ts";
import type { Customer, Tax } from "../model/model.ts";
import type { Sight } from "../reads/loaders.ts";
import type { Reads } from "../reads/reads.ts";
import { type DescribedRecord, shownCustomer, shownTax } from "./describe.ts";
import type { Directory } from "./directory.ts";
import type { IndexSearch } from "./find.ts";
import type { DirectoryType, RecordData, Source, SourceState } from "./model.ts";
import { readCustomers, readTaxes } from "./pages.ts";
import type { StreamPlace } from "./search-sources.ts";
import { isFound, type Question } from "./words.ts";

/** A record that a search has found, from a backend's own list or from the index. */
export interface SearchCandidate extends Source {
  readonly id: string;
  readonly name: string;
  readonly nameWords: string;
  readonly data: RecordData;
  /** The record as its backend answered; null where it comes from the index. */
  readonly entity: Customer | Tax | null;
  /** When the index last read it; null where it comes from its backend. */
  readonly readAt: string | null;
  /** The position right behind it in its stream. */
  readonly position: string;
}

export interface Stream extends StreamPlace {
  readonly candidates: readonly SearchCandidate[];
  readonly hasMore: boolean;
  /** The position behind all records that were read, which may be more than were found; null = none were read. */
  readonly end: string | null;
  readonly failure: BillingError | null;
  /** The failure, or why what was read is not all there. */
  readonly told: BillingError | null;
}

export interface StreamQuestion {
  readonly text: string;
  readonly question: Question;
  /** The number of candidates that is enough. */
  readonly limit: number;
}

/** The part of the directory that one search reads. */
export interface SearchedIndex extends IndexSearch {
  /** How fresh each source is: read once for all of the search. */
  readonly states: () => Promise<readonly SourceState[]>;
}

export interface StreamsOptions {
  readonly index: SearchedIndex;
  readonly backends: Backends;
  readonly sight: Sight;
  readonly reads: Pick<Reads, "load">;
  readonly scope: CallScope;
}

/** Reads a stream from its position. A backend's failure becomes part of the stream; a failure of the index rejects. */
export async function readStream(at: StreamPlace, asked: StreamQuestion, options: StreamsOptions): Promise<Stream> {
  try {
    const { incomplete, ...part } = await readers[at.kind](at, asked, options);
    return { ...at, ...part, failure: null, told: incomplete ?? null };
  } catch (error) {
    if (at.kind === "INDEX" || !(error instanceof BillingError) || error.field?.[0] === "after") throw error;
    return { ...at, candidates: [], hasMore: true, end: null, failure: error, told: error };
  }
}

type StreamPart = Pick<Stream, "candidates" | "hasMore" | "end"> & Incomplete;

const readers = { LIVE: readLive, SCAN: readScan, INDEX: readIndex };

async function readIndex(
  { sources, position }: StreamPlace,
  { limit }: StreamQuestion,
  { index }: StreamsOptions,
): Promise<StreamPart> {
  const [found, states] = await Promise.all([index.find(sources, position, limit + 1), index.states()]);
  const candidates = found.slice(0, limit).map(({ record, position: behind }) => {
    const state = states.find(({ type, backend }) => type === record.type && backend === record.backend);
    return { ...record, entity: null, readAt: readAtOf(record, state), position: behind };
  });
  return { candidates, hasMore: found.length > limit, end: candidates.at(-1)?.position ?? null };
}

/** When a record was last read. It is seen again by every walk up to the one of its generation. */
export function readAtOf(
  { indexedAt, generation }: { readonly indexedAt: string; readonly generation: number },
  state: SourceState | undefined,
): string {
  if (!state) return indexedAt;
  const { startedAt, refreshedAt } = state;
  const isOfThisWalk = generation === state.generation && startedAt !== null;
  const isOfLastWalk = generation === state.generation - (startedAt === null ? 0 : 1);
  const seenAt = isOfThisWalk ? startedAt : isOfLastWalk ? refreshedAt : null;
  return seenAt !== null && seenAt > indexedAt ? seenAt : indexedAt;
}

/** Asks the backend to search its own list: one call. The backend may not find everything. */
async function readLive(
  { sources, position, beside }: StreamPlace,
  { text, limit }: StreamQuestion,
  options: StreamsOptions,
): Promise<StreamPart> {
  const { backends, scope } = options;
  const [source] = sources;
  const adapter = source && backends.get(source.backend)?.adapter;
  const page = { first: limit, after: position };
  if (!adapter) return nothing;
  if (source.type === "Customer") {
    const { items, hasNextPage, ...told } = await adapter.customers.list({ search: text, narrowed: true }, page, scope);
    return part(
      source,
      items.map((item) => [shownCustomer(item.value), item] as const),
      hasNextPage,
      told,
    );
  }
  if (source.type === "Tax" && adapter.taxes) {
    const { items, hasNextPage, ...told } = await adapter.taxes.list({ search: text }, page, scope);
    return part(
      source,
      items.map((item) => [shownTax(item.value), item] as const),
      hasNextPage,
      told,
    );
  }
  throw notSearchable(source, options);

  async function part(from: Source, found: readonly DescribedItem[], hasMore: boolean, told: Incomplete): Promise<StreamPart> {
    const candidates = await candidatesOf(from, found, { beside, options });
    return { candidates, hasMore, end: found.at(-1)?.[1].position ?? null, ...told };
  }
}

/** Rows a call. The most that a backend's page is known to hold is 1,000, and adapters ask for one more than they need. */
const scanPage = 999;
/** Calls for one page of a search. If nothing in so many rows matches, the page is empty and says that the scan goes on. */
const mostScans = 5;

/** Scans a backend's list until enough is found. The first page always scans as far as it may, to find exact matches. */
async function readScan(
  { sources, position, beside }: StreamPlace,
  { question, limit }: StreamQuestion,
  options: StreamsOptions,
): Promise<StreamPart> {
  const { backends, scope } = options;
  const [source] = sources;
  const adapter = source && backends.get(source.backend)?.adapter;
  if (!adapter) return nothing;
  const read = source.type === "Customer" ? readCustomers : source.type === "Tax" && adapter.taxes ? readTaxes : null;
  if (!read) throw notSearchable(source, options);
  const found: DescribedItem[] = [];
  let end = position;
  let told: Incomplete = {};
  for (let call = 0; call < mostScans; call += 1) {
    if (position !== null && found.length >= limit) break;
    const { items, next, incomplete } = await read(adapter, end, scope, scanPage);
    if (incomplete[0]) told = { incomplete: incomplete[0] };
    found.push(...items.filter(([description]) => isFound(description, question)));
    end = items.at(-1)?.[1].position ?? end;
    if (next === null)
      return { candidates: await candidatesOf(source, found, { beside, options }), hasMore: false, end, ...told };
    end = next;
  }
  return { candidates: await candidatesOf(source, found, { beside, options }), hasMore: true, end, ...told };
}

const nothing: StreamPart = { candidates: [], hasMore: false, end: null };

type DescribedItem = readonly [DescribedRecord, { readonly value: Customer | Tax; readonly position: string }];

interface Context {
  readonly beside: true | undefined;
  readonly options: StreamsOptions;
}

/** Leaves out records that the index gives as well, so that no record comes twice, on any page. */
async function candidatesOf(
  source: Source,
  found: readonly DescribedItem[],
  { beside, options: { index, reads } }: Context,
): Promise<readonly SearchCandidate[]> {
  const ids = found.map(([{ id }]) => id);
  const known = beside ? await index.findAmong(source, ids) : new Set<string>();
  return found
    .filter(([{ id }]) => !known.has(id))
    .map(([{ type, backend, id, name, nameWords, data }, { value, position }]) => {
      if (value.type === "Customer") reads.load.customers.prime(value, value);
      else reads.load.taxes.prime(value, value);
      return { type, backend, id, name, nameWords, data, entity: value, readAt: null, position };
    });
}

function notSearchable({ backend }: Source, { sight }: StreamsOptions): BillingError {
  const reason = sight.isWhole(backend)
    ? "the gateway's directory has not read them"
    : "the gateway's directory is not used for another user of the backend";
  return unsupported(backend, `Its charges cannot be searched: ${reason}.`);
}

/** The name of a type among the adapter's declarations; null = it has no list of its own. */
const lists: Readonly<Record<DirectoryType, "customers" | "taxes" | null>> = {
  Customer: "customers",
  Tax: "taxes",
  Charge: null,
};

/** How many refreshes may be missed before the directory is too old to rely on. */
const missedRefreshes = 3;

/** Whether the directory has read all of a source recently. */
function isFresh(state: SourceState | undefined, { refreshMs }: Pick<Directory, "refreshMs">, now: number): boolean {
  return state?.refreshedAt != null && now - Date.parse(state.refreshedAt) < missedRefreshes * refreshMs;
}

/**
 * Plans where each source is searched. A source that the directory has read recently is searched there, and also in the backend
 * if that narrows its list by itself, to find what is newer. Any other source is scanned in the backend's list, page by page,
 * and searched in what the directory has of it. Charges are searched in the directory only. The directory shows what the
 * gateway's own user sees. For a caller who is another user of a backend it is not used there: even an empty page or a cursor
 * could reveal hidden records.
 */
export async function streamsOf(
  sources: readonly Source[],
  directory: Pick<Directory, "isKept" | "charges" | "refreshMs">,
  { index, backends, sight }: Pick<StreamsOptions, "index" | "backends" | "sight">,
): Promise<readonly StreamPlace[]> {
  const states = directory.isKept ? await index.states() : [];
  const now = Date.now();
  const planned = sources.map((source) => {
    const list = lists[source.type];
    const state = states.find(({ type, backend }) => type === source.type && backend === source.backend);
    const isIndexed = state !== undefined && sight.isWhole(source.backend) && (list !== null || directory.charges);
    const narrows = list !== null && backends.get(source.backend)?.adapter.searches?.includes(list) === true;
    const isEnough = isIndexed && (list === null || isFresh(state, directory, now));
    return { source, isIndexed, kind: isEnough ? (narrows ? ("LIVE" as const) : null) : ("SCAN" as const) };
  });
  const indexed = planned.filter(({ isIndexed }) => isIndexed).map(({ source }) => source);
  return [
    ...planned.flatMap(({ source, isIndexed, kind }): StreamPlace[] =>
      kind === null ? [] : [{ kind, sources: [source], position: null, ...(isIndexed && { beside: true }) }],
    ),
    ...(indexed.length > 0 ? [{ kind: "INDEX" as const, sources: indexed, position: null }] : []),
  ];
}
