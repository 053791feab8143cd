import { setTimeout as pause } from "node:timers/promises";
import type { Backend } from "../adapter/backends.ts";
import type { DirectoryType, SourceState } from "./model.ts";
import { typesOf } from "./pages.ts";
import type { Sources } from "./sources.ts";
import type { Walk } from "./walk.ts";

export interface RefreshOptions {
  readonly backends: readonly Backend[];
  readonly sources: Sources;
  readonly walk: Walk;
  /** This process, among those on the same store. */
  readonly owner: string;
  /** How old a source may become before it is read again. */
  readonly refreshMs: number;
  readonly charges: boolean;
  /** How often it is looked whether a source has become too old. */
  readonly lookEveryMs: number;
  /** How long a process may be silent before another one goes on with its walk. */
  readonly leaseMs: number;
  readonly report: (problem: string, details: object) => void;
}

/** After a failure, until the backend is tried again. */
const retryMs = 30_000;
/**
 * A walk takes at most a fifth of the time: charges cost a call a customer in most backends, and many customers must not mean
 * that one always waits for the directory.
 */
const restPerWalk = 4;

/**
 * Keeps the sources of all backends fresh, for as long as it is not ended: of the processes on one store, one reads a backend at a
 * time, with one call after the other. A backend that fails is told once, and tried again.
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
  let told: string | null = null;
  while (!signal.aborted) {
    let waitMs = options.lookEveryMs;
    try {
      await refreshDue(backend, options, known, signal);
      told = null;
    } catch (error) {
      if (signal.aborted) return;
      const problem = error instanceof Error ? error.message : String(error);
      if (problem !== told) options.report("the directory could not be refreshed", { backend: backend.key, error });
      told = problem;
      waitMs = Math.min(retryMs, options.refreshMs);
    }
    await pause(waitMs, undefined, { signal, ref: false }).catch(() => {});
  }
}

/** What a process knows of a backend's sources, by their types. */
interface Known {
  readonly walkedMs: Map<DirectoryType, number>;
  /**
   * Those that it has found, or made, read from where it reads them itself. Such a one is not read again at once when others
   * read it from elsewhere: two processes that are configured differently would take turns for ever.
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
      // Looked at again: another process may have done it in the meantime.
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
 * Runs a task with the lease, which is prolonged meanwhile; where it is lost, the task's signal ends. When it has settled, nothing
 * prolongs the lease any more.
 */
async function leased(
  sources: Sources,
  { key, owner, leaseMs }: Lease,
  signal: AbortSignal,
  task: (held: AbortSignal) => Promise<void>,
): Promise<void> {
  const lost = new AbortController();
  const prolong = async (): Promise<void> => {
    // One that fails is made up for by the next: the lease is several of them long.
    const held = await sources.lease(key, owner, leaseMs).catch(() => true);
    if (!held) lost.abort(new Error("Another process has taken the backend over."));
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
    // One that is still under way would take the lease again after it was given back.
    await prolonged;
  }
}
