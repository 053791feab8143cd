import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import type { Adapter, CallScope } from "../adapter/adapter.ts";
import type { Backend } from "../adapter/backends.ts";
import { createEpisodes } from "../model/episodes.ts";
import { BillingError } from "../model/errors.ts";
import type { Description, DirectoryRecord, DirectoryType, IndexedBatch, OnIndexed, Source, SourceState } from "./model.ts";
import { pageReaders, readAgain, typesOf } from "./pages.ts";
import { batchSize, type Put, type Records } from "./records.ts";
import type { Sources } from "./sources.ts";

/**
 * Reads all of a source, or the rest after an interrupted walk. Rejects with the backend's failure or the signal's reason. If
 * the charges of a customer cannot be read, they are skipped, the source's error says so, and the known ones are kept.
 */
export type Walk = (adapter: Adapter, source: Source, scope: CallScope & { readonly signal: AbortSignal }) => Promise<void>;

interface WalkOptions {
  readonly records: Records;
  readonly sources: Sources;
  readonly onIndexed: OnIndexed;
}

export function createWalk({ records, sources, onIndexed }: WalkOptions): Walk {
  const readers = pageReaders(records);

  async function putAll(source: Source, descriptions: readonly Description[], put: Put, signal: AbortSignal): Promise<void> {
    for (let start = 0; start < descriptions.length; start += batchSize) {
      signal.throwIfAborted();
      await tell(await records.put(source, descriptions.slice(start, start + batchSize), put));
      // Other work that waits for the journal or this process goes first.
      await nextTurn();
    }
  }

  async function tell(batch: IndexedBatch): Promise<void> {
    if (batch.written.length > 0 || batch.removed.length > 0) await onIndexed(batch);
  }

  /**
   * Asks the backend for each record that the walk did not see, and removes it only if the backend says that it is gone. A list
   * sorted by what changes misses records now and then, and some lists leave out archived ones.
   */
  async function settleUnseen(adapter: Adapter, source: Source, put: Put, scope: CallScope & { readonly signal: AbortSignal }) {
    let behind = 0;
    for (;;) {
      const unseen = await records.unseen(source, put.generation, behind, batchSize);
      for (const record of unseen.filter((each) => !isLeftOutOfLists(each))) {
        scope.signal.throwIfAborted();
        const [description] = await readAgain(adapter, source.type, [record.id], scope);
        if (description === null) await tell(await records.remove(source, [record.id], put.record));
        else if (description) await putAll(source, [description], put, scope.signal);
      }
      const last = unseen.at(-1);
      if (!last || unseen.length < batchSize) return;
      behind = last.number;
    }
  }

  return async (adapter, source, scope) => {
    const state = await sources.begin(source);
    // The first complete walk is the baseline: its records are new to the gateway only, so no changes are recorded.
    const put: Put = { generation: state.generation, record: state.refreshedAt !== null };
    let { position } = state;
    const skipped: BillingError[] = [];
    const incomplete: BillingError[] = [];
    try {
      do {
        scope.signal.throwIfAborted();
        const page = await readers[source.type](adapter, position, scope);
        await putAll(source, page.descriptions, put, scope.signal);
        skipped.push(...page.skipped);
        incomplete.push(...page.incomplete);
        position = page.next;
        if (position !== null) await sources.note(source, position);
      } while (position !== null);
    } catch (error) {
      // The backend, or this version of the gateway, does not understand the position: the next walk begins at the start.
      if (state.position !== null && error instanceof BillingError && error.code === "INVALID_INPUT")
        await sources.restart(source);
      throw error;
    }
    await settleUnseen(adapter, source, put, scope);
    await sources.complete(source, problemOf(skipped) ?? incomplete[0]?.message ?? null);
  };
}

function problemOf(skipped: readonly BillingError[]): string | null {
  const [first] = skipped;
  return first ? `Customers whose charges could not be read: ${skipped.length}. The first error: ${first.message}` : null;
}

/** Some lists leave archived customers out. Asking for each of them in every walk would be most of its calls. */
function isLeftOutOfLists({ data }: DirectoryRecord): boolean {
  return data.status === "ARCHIVED";
}

interface RefreshOptions {
  readonly backends: readonly Backend[];
  readonly sources: Sources;
  readonly walk: Walk;
  /** Names this process among those on the same store. */
  readonly owner: string;
  /** The age at which a source is read again, in milliseconds. */
  readonly refreshMs: number;
  readonly charges: boolean;
  /** How often sources are checked for their age. */
  readonly lookEveryMs: number;
  /** How long a process may be silent before another one takes over its walk. */
  readonly leaseMs: number;
  readonly report: (problem: string, details: object) => void;
}

/** The pause after a failure, before the backend is tried again. */
const retryMs = 30_000;
/**
 * After a walk, the refresh rests at least four times as long as the walk took, so walks take at most a fifth of the time. In
 * most backends charges cost one call for each customer, and the directory must not always be in the way of others.
 */
const restPerWalk = 4;

/**
 * Keeps the sources of all backends fresh until it is ended. Of the processes on one store, only one reads a backend at a time,
 * with one call after the other. A failing backend is reported once and retried.
 */
export function startRefresh(options: RefreshOptions): { readonly end: () => Promise<void> } {
  const ending = new AbortController();
  const loops = options.backends.map((backend) => refreshForEver(backend, options, ending.signal));
  return {
    end: async () => {
      ending.abort();
      await Promise.all(loops);
    },
  };
}

async function refreshForEver(backend: Backend, options: RefreshOptions, signal: AbortSignal): Promise<void> {
  const known: Known = { walkedMs: new Map(), settled: new Set() };
  const failures = createEpisodes((error) =>
    options.report("the directory could not be refreshed", { backend: backend.key, error }),
  );
  while (!signal.aborted) {
    let waitMs = options.lookEveryMs;
    try {
      await refreshDue(backend, options, known, signal);
      failures.worked();
    } catch (error) {
      if (signal.aborted) return;
      failures.failed(error);
      waitMs = Math.min(retryMs, options.refreshMs);
    }
    await pause(waitMs, undefined, { signal, ref: false }).catch(() => {});
  }
}

/** This process's knowledge of a backend's sources, by type. */
interface Known {
  readonly walkedMs: Map<DirectoryType, number>;
  /**
   * Sources that this process has seen read from its own origin. They are not read again at once when another process reads
   * them from elsewhere: two processes with different configurations would take turns for ever.
   */
  readonly settled: Set<DirectoryType>;
}

/** Rejects with the first failure, after everything that is due has been tried. */
async function refreshDue(
  backend: Backend,
  { sources, walk, owner, refreshMs, charges, leaseMs }: RefreshOptions,
  { walkedMs, settled }: Known,
  signal: AbortSignal,
): Promise<void> {
  const { adapter, key } = backend;
  const isDue = ({ type, startedAt, refreshedAt, isMoved }: SourceState): boolean => {
    if (startedAt !== null || refreshedAt === null || (isMoved && !settled.has(type))) return true;
    const rest = Math.max(refreshMs, (walkedMs.get(type) ?? 0) * restPerWalk);
    return Date.now() - Date.parse(refreshedAt) >= rest;
  };
  const due = async (): Promise<readonly SourceState[]> => {
    const states = await Promise.all(typesOf(adapter, charges).map((type) => sources.of({ backend: key, type })));
    for (const { type, isMoved } of states) if (!isMoved) settled.add(type);
    return states.filter(isDue);
  };
  if ((await due()).length === 0 || !(await sources.lease(key, owner, leaseMs))) return;
  const failures: unknown[] = [];
  try {
    await leased(sources, { key, owner, leaseMs }, signal, async (held) => {
      // Checked again: another process may have read them in the meantime.
      for (const { type } of await due()) {
        const source = { backend: key, type };
        const began = performance.now();
        try {
          await walk(adapter, source, { signal: held, fresh: true });
          walkedMs.set(type, performance.now() - began);
          settled.add(type);
        } catch (error) {
          held.throwIfAborted();
          failures.push(error);
          await sources.fail(source, error instanceof Error ? error.message : String(error));
        }
      }
    });
  } finally {
    await sources.release(key, owner).catch(() => {});
  }
  if (failures.length > 0) throw failures[0];
}

interface Lease {
  readonly key: string;
  readonly owner: string;
  readonly leaseMs: number;
}

/**
 * Runs a task while holding the lease and renewing it. If the lease is lost, the task's signal aborts. Renewing stops when the
 * task has settled.
 */
async function leased(
  sources: Sources,
  { key, owner, leaseMs }: Lease,
  signal: AbortSignal,
  task: (held: AbortSignal) => Promise<void>,
): Promise<void> {
  const lost = new AbortController();
  const prolong = async (): Promise<void> => {
    // One failed renewal is made up for by the next: the lease lasts for several.
    const held = await sources.lease(key, owner, leaseMs).catch(() => true);
    if (!held) lost.abort(new Error("Another process has taken over the lease."));
  };
  let prolonged: Promise<void> | null = null;
  const prolonging = setInterval(() => {
    prolonged ??= prolong().finally(() => {
      prolonged = null;
    });
  }, leaseMs / 4).unref();
  try {
    await task(AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(prolonging);
    // A renewal in flight would take the lease again after its release.
    await prolonged;
  }
}
