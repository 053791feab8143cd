import { setTimeout as pause } from "node:timers/promises";
import type { Backends } from "../adapter/backends.ts";
import { decodeId } from "../model/id.ts";
import type { RecordRef } from "../reads/loaders.ts";
import { directoryTypes, type OnIndexed, type Source } from "./model.ts";
import { readAgain, typesOf } from "./pages.ts";
import type { Records } from "./records.ts";
import type { Sources } from "./sources.ts";

/** A step of a mutation, as the journal reports it. */
interface WrittenStep {
  readonly status: string;
  /** Global ids. */
  readonly nodeId: string | null;
  readonly objectId: string | null;
}

/**
 * Reads records that this gateway's operations have changed again at once: callers find their own work before the next walk.
 */
export interface OwnWrites {
  /** Takes every step that has ended. */
  readonly noticed: (operation: { readonly mutation: string }, step: WrittenStep) => void;
  readonly end: () => Promise<void>;
}

export interface OwnWritesOptions {
  readonly backends: Backends;
  readonly records: Records;
  readonly sources: Sources;
  readonly charges: boolean;
  readonly onIndexed: OnIndexed;
  readonly report: (problem: string, details: object) => void;
}

/**
 * How long changes are gathered: steps of one operation often change the same object, operations of a bulk the same backend.
 */
const gatherMs = 100;

interface Dirty extends RecordRef {
  readonly isNew: boolean;
}

export function followOwnWrites({ backends, records, sources, charges, onIndexed, report }: OwnWritesOptions): OwnWrites {
  const dirty = new Map<string, Dirty>();
  const ending = new AbortController();
  const { signal } = ending;
  let reading: Promise<void> | null = null;

  function noticed({ mutation }: { readonly mutation: string }, { status, nodeId, objectId }: WrittenStep): void {
    if (status !== "SUCCEEDED" || signal.aborted) return;
    const node = decodeId(nodeId ?? objectId ?? "");
    const type = directoryTypes.find((each) => each === node?.type);
    if (!node || !type) return;
    const adapter = backends.get(node.backend)?.adapter;
    if (!adapter || !typesOf(adapter, charges).includes(type)) return;
    const key = `${type}:${node.backend}:${node.id}`;
    const isNew = mutation.startsWith("create") || dirty.get(key)?.isNew === true;
    dirty.set(key, { type, backend: node.backend, id: node.id, isNew });
    reading ??= readAll();
  }

  async function readAll(): Promise<void> {
    await pause(gatherMs, undefined, { signal, ref: false }).catch(() => {});
    while (dirty.size > 0 && !signal.aborted) {
      const gathered = [...dirty.values()];
      dirty.clear();
      const groups = Map.groupBy(gathered, ({ type, backend, isNew }) => `${type}:${backend}:${isNew}`);
      await Promise.all([...groups.values()].map(readOrReport));
    }
    reading = null;
  }

  /** A group that fails does not stop the others; the next walk finds what it missed. */
  async function readOrReport(group: readonly Dirty[]): Promise<void> {
    try {
      await readGroup(group);
    } catch (error) {
      if (!signal.aborted) report("the directory could not read a written record again", { error });
    }
  }

  async function readGroup(group: readonly Dirty[]): Promise<void> {
    const [first] = group;
    const adapter = first && backends.get(first.backend)?.adapter;
    if (!adapter) return;
    const source: Source = { type: first.type, backend: first.backend };
    const ids = group.map(({ id }) => id);
    const read = await readAgain(adapter, source.type, ids, { signal, fresh: true });
    const { generation, refreshedAt } = await sources.of(source);
    const descriptions = read.flatMap((description) => description ?? []);
    const gone = ids.filter((_, index) => read[index] === null);
    const newAs = first.isNew ? "CREATED" : "UPDATED";
    const put = { generation, record: true, newAs, haveChanged: refreshedAt === null } as const;
    await onIndexed(await records.put(source, descriptions, put));
    if (gone.length > 0) await onIndexed(await records.remove(source, gone, true));
  }

  return {
    noticed,
    end: async () => {
      ending.abort();
      await reading;
    },
  };
}
