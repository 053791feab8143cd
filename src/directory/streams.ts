import type { CallScope, Page } from "../adapter/adapter.ts";
import type { Backends } from "../adapter/backends.ts";
import { BillingError, unsupported } from "../model/errors.ts";
import type { Customer, Tax } from "../model/model.ts";
import type { Reads } from "../reads/reads.ts";
import type { Sight } from "../reads/sight.ts";
import { describeCustomer, describeTax } from "./describe.ts";
import type { Directory } from "./directory.ts";
import type { DirectoryType, RecordData, Source } from "./model.ts";
import type { StreamPlace } from "./search-cursor.ts";

/** What a search reads from: a backend's own list, or the index for all the sources that it has. */
export interface Candidate extends Source {
  readonly id: string;
  readonly name: string;
  readonly nameWords: string;
  readonly data: RecordData;
  /** Null where it comes from the index. */
  readonly entity: Customer | Tax | null;
  /** The place right behind it, in its stream. */
  readonly position: string;
}

export interface Stream extends StreamPlace {
  readonly candidates: readonly Candidate[];
  readonly hasMore: boolean;
  readonly failure: BillingError | null;
}

export interface StreamQuestion {
  readonly text: string;
  readonly words: readonly string[];
  /** How many candidates are enough. */
  readonly limit: number;
}

export interface StreamsOptions {
  readonly directory: Pick<Directory, "find">;
  readonly backends: Backends;
  readonly sight: Sight;
  readonly reads: Pick<Reads, "load">;
  readonly scope: CallScope;
}

/** Reads on where a stream stands. A backend's failure is a part of it; the index's own is no backend's, and rejects. */
export async function readStream(at: StreamPlace, asked: StreamQuestion, options: StreamsOptions): Promise<Stream> {
  try {
    const { candidates, hasMore } = await (at.kind === "INDEX" ? readIndex(at, asked, options) : readLive(at, asked, options));
    return { ...at, candidates, hasMore, failure: null };
  } catch (error) {
    if (at.kind === "INDEX" || !(error instanceof BillingError) || error.field?.[0] === "after") throw error;
    return { ...at, candidates: [], hasMore: true, failure: error };
  }
}

type StreamPart = Pick<Stream, "candidates" | "hasMore">;

async function readIndex(
  { sources, position }: StreamPlace,
  { words, limit }: StreamQuestion,
  { directory }: StreamsOptions,
): Promise<StreamPart> {
  const found = await directory.find(words, sources, position, limit + 1);
  const candidates = found.slice(0, limit).map(({ record, position: behind }) => ({ ...record, entity: null, position: behind }));
  return { candidates, hasMore: found.length > limit };
}

async function readLive(
  { sources, position }: StreamPlace,
  { text, limit }: StreamQuestion,
  { backends, sight, reads, scope }: StreamsOptions,
): Promise<StreamPart> {
  const [source] = sources;
  const adapter = source && backends.get(source.backend)?.adapter;
  const page = { first: limit, after: position };
  if (!adapter) return { candidates: [], hasMore: false };
  if (source.type === "Customer") {
    const answer = await adapter.customers.list({ search: text }, page, scope);
    for (const { value } of answer.items) reads.load.customers.prime(value, value);
    return candidatesOf(answer, (customer) => describeCustomer(customer, null));
  }
  if (source.type === "Tax" && adapter.taxes) {
    const answer = await adapter.taxes.list({ search: text }, page, scope);
    for (const { value } of answer.items) reads.load.taxes.prime(value, value);
    return candidatesOf(answer, describeTax);
  }
  const reason = sight.isWhole(source.backend)
    ? "the gateway's directory of them is not filled"
    : "what the gateway knows of them is not for another user of the backend";
  throw unsupported(source.backend, `${source.backend} cannot be searched for charges; ${reason}.`);
}

function candidatesOf<T extends Customer | Tax>(
  { items, hasNextPage }: Page<T>,
  describe: (value: T) => Omit<Candidate, "entity" | "position">,
): StreamPart {
  const candidates = items.map(({ value, position }) => {
    const { type, backend, id, name, nameWords, data } = describe(value);
    return { type, backend, id, name, nameWords, data, entity: value, position };
  });
  return { candidates, hasMore: hasNextPage };
}

/** By which name a source is found among the adapter's declarations. */
const lists: Readonly<Record<DirectoryType, "customers" | "taxes" | null>> = {
  Customer: "customers",
  Tax: "taxes",
  Charge: null,
};

/**
 * Where each source is looked for: in the backend, where that narrows the list itself; else in the index, as soon as it has been
 * filled; until then in the backend's list as well, and charges in as much of the index as there is. What the index knows is of
 * the gateway's own user: for a caller who is another one in a backend it is not looked at, as even a page that stays empty, or a
 * cursor, would tell what that one may not see.
 */
export async function streamsOf(
  sources: readonly Source[],
  directory: Pick<Directory, "sources" | "isKept" | "charges">,
  { backends, sight }: Pick<StreamsOptions, "backends" | "sight">,
): Promise<readonly StreamPlace[]> {
  const states = directory.isKept ? await directory.sources.all() : [];
  const isIndexed = ({ type, backend }: Source): boolean => {
    const list = lists[type];
    if (!sight.isWhole(backend)) return false;
    if (list !== null && backends.get(backend)?.adapter.searches?.includes(list)) return false;
    const state = states.find((each) => each.type === type && each.backend === backend);
    return list === null ? directory.charges && state !== undefined : state?.refreshedAt != null;
  };
  const indexed = sources.filter(isIndexed);
  const live = sources.filter((source) => !indexed.includes(source));
  return [
    ...live.map((source): StreamPlace => ({ kind: "LIVE", sources: [source], position: null })),
    ...(indexed.length > 0 ? [{ kind: "INDEX" as const, sources: indexed, position: null }] : []),
  ];
}
