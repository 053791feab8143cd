import type { CallScope } from "../adapter/adapter.ts";
import { type Backends, selectBackends } from "../adapter/backends.ts";
import { BillingError, invalidInput, settle } from "../model/errors.ts";
import type { Ref } from "../model/model.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../reads/cursor.ts";
import { createLoader, type Sight } from "../reads/loaders.ts";
import { type Connection, type PageArguments, pageSize } from "../reads/pages.ts";
import type { Reads } from "../reads/reads.ts";
import type { Directory } from "./directory.ts";
import type { DirectoryType, KnownCustomer, RecordChange, Source } from "./model.ts";
import { watchChanges } from "./record-changes.ts";
import { knownOf, type SearchPage, type SearchQuery, search } from "./search.ts";
import { readAtOf } from "./streams.ts";

/** The directory as one caller may see it: a record that the caller may not see does not exist here either. */
export interface DirectoryReads {
  readonly search: (query: SearchQuery, page: PageArguments) => Promise<SearchPage>;
  /**
   * The customer as the directory last read it. Null: not known, the directory is off, or the caller is another user of the
   * backend.
   */
  readonly known: (customer: Ref) => Promise<KnownCustomer | null>;
  /**
   * The number of records that the index holds of a source; null for a caller who sees less of the backend than the gateway
   * does.
   */
  readonly records: (source: Source) => Promise<number | null>;
  /** A customer's name as last read; null = not known. A backend is asked only where the caller has a user of its own there. */
  readonly customerName: (customer: Ref) => Promise<string | null>;
  /**
   * Changes, oldest first. CONFLICT when changes after `since` or the cursor are no longer kept; UNSUPPORTED while the
   * directory is off.
   */
  readonly changes: (query: ChangesQuery, page: PageArguments) => Promise<ChangePage>;
  /**
   * Changes of customers, from the moment it resolves. UNSUPPORTED while the directory is off.
   *
   * @param nextEvent see schema/builder.ts
   */
  readonly watchCustomers: (
    backends: readonly string[] | null | undefined,
    nextEvent: () => void,
  ) => Promise<AsyncIterableIterator<RecordChange, undefined>>;
}

interface ChangesQuery {
  /** RFC 3339: only what was noticed at or after this instant. */
  readonly since?: string | null | undefined;
  readonly types?: readonly DirectoryType[] | null | undefined;
  readonly backends?: readonly string[] | null | undefined;
}

/** Its `endCursor` says where to go on, now or later; it is never null. */
type ChangePage = Connection<RecordChange>;

export interface ReadsOptions {
  readonly backends: Backends;
  readonly sight: Sight;
  readonly reads: Pick<Reads, "load">;
  readonly scope: CallScope;
  readonly maxPageSize: number;
}

export function createDirectoryReads(directory: Directory, options: ReadsOptions): DirectoryReads {
  const { backends, sight, maxPageSize } = options;
  let counting: ReturnType<Directory["records"]["count"]> | null = null;

  const names = createLoader(
    (refs: readonly Ref[]) => directory.customerNames(refs),
    ({ backend, id }) => `${backend}:${id}`,
  );

  /** A removed record is shown only to callers who see the whole backend: nobody can check any more who else could see it. */
  async function isVisible({ type, backend, id, kind }: RecordChange): Promise<boolean> {
    return sight.isWhole(backend) || (kind !== "REMOVED" && (await sight.sees({ type, backend, id })));
  }

  function kept({ isKept, changes }: Directory): Directory["changes"] {
    if (isKept) return changes;
    throw new BillingError("UNSUPPORTED", "The gateway records no changes: directory.refreshMinutes is 0.");
  }

  async function startOf(
    { since }: ChangesQuery,
    after: string | null | undefined,
    changes: Directory["changes"],
  ): Promise<number> {
    if (after != null && since != null)
      throw invalidInput("since", "cannot be combined with after, which already names a position");
    const span = await changes.span();
    if (after != null) {
      const [seq] = decodeKeyCursor("changes", 1, after);
      const place = Number(seq);
      if (!/^\d{1,15}$/.test(seq ?? "") || place > (span?.newest ?? 0))
        throw invalidInput("after", "is not a cursor of this list");
      if (span && place < span.oldest - 1) throw forgotten();
      return place;
    }
    if (since == null) return (span?.oldest ?? 1) - 1;
    if (Date.parse(since) < Date.now() - directory.retentionMs) throw forgotten();
    return changes.before(new Date(since).toISOString());
  }

  return {
    search: (query, page) => search(query, page, directory, options),
    known: async ({ backend, id }) => {
      if (!directory.isKept || backends.get(backend) === undefined || !sight.isWhole(backend)) return null;
      const source: Source = { type: "Customer", backend };
      const [[record], states] = await Promise.all([directory.records.byRefs(source, [id]), directory.sources.all()]);
      const state = states.find((each) => each.type === source.type && each.backend === backend);
      return record ? knownOf({ ...record, readAt: readAtOf(record, state) }) : null;
    },
    records: async ({ type, backend }) => {
      if (!sight.isWhole(backend)) return null;
      counting ??= directory.records.count();
      return (await counting).find((each) => each.type === type && each.backend === backend)?.records ?? 0;
    },
    customerName: async (customer) => {
      const name = await names.load(customer);
      if (name === null) return null;
      // The backend cannot say whether the caller may see the customer: the name stays hidden.
      const seen = await settle(sight.asSeen({ ...customer, name }));
      return seen === null || seen instanceof BillingError ? null : seen.name;
    },
    changes: async (query, page) => {
      const changes = kept(directory);
      const first = pageSize(page, maxPageSize);
      const keys = selectBackends(backends, query.backends, ["backends"]).map(({ key }) => key);
      const start = await startOf(query, page.after, changes);
      const newest = (await changes.span())?.newest ?? 0;
      const found = await changes.behind(start, { types: query.types, backends: keys }, first + 1);
      const asked = found.slice(0, first);
      const shown = await Promise.all(asked.map(isVisible));
      const cursorOf = (seq: number): string => encodeKeyCursor("changes", [String(seq)]);
      return {
        edges: asked.filter((_, index) => shown[index]).map((node) => ({ node, cursor: cursorOf(node.seq) })),
        hasNextPage: found.length > first,
        hasPreviousPage: page.after != null,
        // The last page ends at the newest change there is, whatever that change is about.
        endCursor: cursorOf(
          found.length > first ? (asked.at(-1)?.seq ?? start) : Math.max(start, newest, found.at(-1)?.seq ?? 0),
        ),
        unavailable: [],
      };
    },
    watchCustomers: async (keys, nextEvent) => {
      const { watch } = kept(directory);
      const watched = new Set(selectBackends(backends, keys, ["backends"]).map(({ key }) => key));
      const isWatched = ({ type, backend }: RecordChange): boolean => type === "Customer" && watched.has(backend);
      return watchChanges(watch, isWatched, async (change) => {
        nextEvent();
        // While the backend does not answer, it is unknown whether the caller may see the record.
        return (await settle(isVisible(change))) === true;
      });
    },
  };
}

function forgotten(): BillingError {
  return new BillingError("CONFLICT", "Changes that old are no longer kept (store.retentionHours): start over.");
}
