import type { Backends } from "../adapter/backends.ts";
import type { Ref } from "../model/model.ts";
import type { Engine } from "../store/engine.ts";
import { createFinding, type Finding } from "./find.ts";
import type { IndexedBatch, OnIndexed } from "./model.ts";
import { followOwnWrites, type OwnWrites } from "./own-writes.ts";
import { type Changes, createChanges } from "./record-changes.ts";
import { createRecords, type Records } from "./records.ts";
import { startRefresh } from "./refresh.ts";
import { createSources, type OriginOf, type Sources } from "./sources.ts";
import { createWalk } from "./walk.ts";

/** The directory: what the gateway knows of the backends' records without asking them, kept fresh in the background. */
export interface Directory {
  readonly records: Records;
  readonly sources: Sources;
  readonly changes: Changes;
  readonly finding: Finding;
  /** Whether it is kept fresh. Where it is not, what is in it may be of any age, and is not used. */
  readonly isKept: boolean;
  /** How often all of it is read anew; 0 = it is not kept. */
  readonly refreshMs: number;
  readonly charges: boolean;
  readonly retentionMs: number;
  /** What customers are called, as last read, in the same order; null where that is not known. One question for each backend. */
  readonly customerNames: (customers: readonly Ref[]) => Promise<(string | null)[]>;
  /** To be told of every step of an operation that has ended. */
  readonly noticed: OwnWrites["noticed"];
  /** Adds a listener to what is indexed: see model.ts. */
  readonly listen: (onIndexed: OnIndexed) => void;
  /** Starts what goes on in the background. */
  readonly start: (pace?: Partial<DirectoryPace>) => void;
  /** Ends the refresh, for good: what was read stays, and own writes are still read. Resolves when the backends are free for others. */
  readonly endRefresh: () => Promise<void>;
  /** Ends all of it; to be called before the backends' connections and the store are closed. */
  readonly close: () => Promise<void>;
}

export interface DirectoryOptions {
  readonly engine: Engine;
  /** All of them, as the gateway's own user. */
  readonly backends: Backends;
  readonly originOf: OriginOf;
  /** 0 = it is not kept. */
  readonly refreshMs: number;
  readonly charges: boolean;
  readonly retentionMs: number;
  /** This process, among those on the same store. */
  readonly owner: string;
  readonly report: (problem: string, details: object) => void;
}

export interface DirectoryPace {
  readonly lookEveryMs: number;
  readonly leaseMs: number;
  readonly pruneEveryMs: number;
}

const usualPace: DirectoryPace = { lookEveryMs: 5_000, leaseMs: 60_000, pruneEveryMs: 3_600_000 };
const pollMs = 1_000;

/** Does no I/O until it is started or asked. */
export function createDirectory(options: DirectoryOptions): Directory {
  const { engine, backends, originOf, refreshMs, charges, retentionMs, owner, report } = options;
  const records = createRecords(engine);
  const sources = createSources(engine, originOf);
  const changes = createChanges(engine, pollMs);
  const listeners: OnIndexed[] = [];
  const onIndexed = async (batch: IndexedBatch): Promise<void> => {
    changes.recorded();
    for (const listener of listeners) await listener(batch);
  };
  const isKept = refreshMs > 0;
  const ownWrites = followOwnWrites({ backends, records, sources, charges, onIndexed, report });
  let endRefresh = async (): Promise<void> => {};

  function start({ lookEveryMs, leaseMs, pruneEveryMs } = usualPace): void {
    const walk = createWalk({ records, sources, onIndexed });
    const settings = { backends: backends.all, sources, walk, owner, refreshMs, charges, lookEveryMs, leaseMs, report };
    const refresh = startRefresh(settings);
    let pruned = Promise.resolve();
    const prune = (): void => {
      const before = new Date(Date.now() - retentionMs).toISOString();
      // What is left over is deleted the next time.
      pruned = changes.prune(before).catch((error: unknown) => report("old changes could not be deleted", { error }));
    };
    const pruning = setInterval(prune, pruneEveryMs).unref();
    endRefresh = async () => {
      clearInterval(pruning);
      await Promise.all([refresh.end(), pruned]);
    };
  }

  return {
    records,
    sources,
    changes,
    finding: createFinding(engine),
    isKept,
    refreshMs,
    charges,
    retentionMs,
    // What is not kept may be of any age.
    customerNames: async (customers) => (isKept ? customerNames(records, customers) : customers.map(() => null)),
    noticed: (operation, step) => {
      if (isKept) ownWrites.noticed(operation, step);
    },
    listen: (listener) => void listeners.push(listener),
    start: (pace) => {
      if (isKept) start({ ...usualPace, ...pace });
    },
    endRefresh: () => endRefresh(),
    close: async () => {
      await Promise.all([endRefresh(), ownWrites.end(), changes.end()]);
    },
  };
}

async function customerNames(records: Records, customers: readonly Ref[]): Promise<(string | null)[]> {
  const known = new Map<string, string>();
  for (const [backend, group] of Map.groupBy(customers, (customer) => customer.backend)) {
    const ids = [...new Set(group.map(({ id }) => id))];
    const found = await records.byRefs({ type: "Customer", backend }, ids);
    for (const { id, name } of found) known.set(`${backend}:${id}`, name);
  }
  return customers.map(({ backend, id }) => known.get(`${backend}:${id}`) ?? null);
}
