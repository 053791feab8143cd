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
