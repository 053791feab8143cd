import { decodeKeyCursor, encodeKeyCursor } from "../reads/cursor.ts";
import { type Connection, edgeOf, type PageArguments, pageSize } from "../reads/pages.ts";
import { maySee, maySeeInput, type Onlooker, type Operation, type OperationFilter } from "./model.ts";
import type { Store } from "./store.ts";

/** The journal as one caller sees it. Operations that the caller may not see do not exist. */
export interface OperationReads {
  readonly maySee: (operation: Operation) => boolean;
  /** Whether the caller may also see the input of an operation that it sees. */
  readonly maySeeInput: (operation: Operation) => boolean;
  readonly byId: (id: string) => Promise<Operation | null>;
  /** Newest first. */
  readonly list: (filter: OperationFilter, page: PageArguments) => Promise<Connection<Operation>>;
  /**
   * The operation as it is now and after every change, whichever replica works on it; for null, every operation that changes.
   * Misses nothing that changes after the promise has resolved. Several changes in quick succession may arrive as one.
   */
  readonly watch: (id: string | null) => Promise<AsyncIterableIterator<Operation, undefined>>;
}

export function createOperationReads(store: Store, onlooker: Onlooker, maxPageSize: number): OperationReads {
  const isVisible = (operation: Operation): boolean => maySee(onlooker, operation);

  async function byId(id: string): Promise<Operation | null> {
    const operation = await store.byId(id);
    return operation && isVisible(operation) ? operation : null;
  }

  async function asItIsNow(id: string): Promise<Operation | null> {
    const operation = await joinedReadOf(store)(id);
    return operation && isVisible(operation) ? operation : null;
  }

  return {
    maySee: isVisible,
    maySeeInput: (operation) => maySeeInput(onlooker, operation),
    byId,
    list: async (filter, page) => {
      const first = pageSize(page, maxPageSize);
      const [createdAt, id] = page.after == null ? [] : decodeKeyCursor("operations", 2, page.after);
      const after = createdAt === undefined || id === undefined ? null : { createdAt, id };
      const found = await store.list({ ...filter, visibleTo: onlooker }, first + 1, after);
      return {
        edges: found.slice(0, first).map((node) => edgeOf(node, () => encodeKeyCursor("operations", [node.createdAt, node.id]))),
        hasNextPage: found.length > first,
        hasPreviousPage: after !== null,
        unavailable: [],
      };
    },
    watch: (id) => watchOperations(store.watch, asItIsNow, id),
  };
}

const joinedReads = new WeakMap<Store, Store["byId"]>();

/**
 * Reads an operation once for all who ask before the read begins. All event streams of a process ask at the same moment: when it has
 * changed. Whether a caller may see it is decided afterwards, for each by itself.
 */
function joinedReadOf(store: Store): Store["byId"] {
  const known = joinedReads.get(store);
  if (known) return known;
  const asked = new Map<string, Promise<Operation | null>>();
  const read: Store["byId"] = (id) => {
    const joined = asked.get(id);
    if (joined) return joined;
    const reading = new Promise<void>((begin) => void setImmediate(begin)).then(() => {
      asked.delete(id);
      return store.byId(id);
    });
    asked.set(id, reading);
    return reading;
  };
  joinedReads.set(store, read);
  return read;
}

/**
 * Not a generator: one that waits cannot be ended before the next change (ECMAScript, AsyncGenerator.prototype.return), and a
 * finished operation never changes.
 */
async function watchOperations(
  watch: Store["watch"],
  byId: OperationReads["byId"],
  id: string | null,
): Promise<AsyncIterableIterator<Operation, undefined>> {
  const changed = new Set<string>(id === null ? [] : [id]);
  let waiting = Promise.withResolvers<void>();
  let ended = false;
  const stop = await watch((operationId) => {
    if (id !== null && operationId !== id) return;
    changed.add(operationId);
    waiting.resolve();
  });

  async function end(): Promise<void> {
    if (ended) return;
    ended = true;
    waiting.resolve();
    await stop();
  }

  async function next(): Promise<IteratorResult<Operation, undefined>> {
    while (!ended) {
      const [operationId] = changed;
      if (operationId === undefined) {
        waiting = Promise.withResolvers();
        await waiting.promise;
        continue;
      }
      changed.delete(operationId);
      const operation = await byId(operationId);
      if (operation && !ended) return { done: false, value: operation };
    }
    return { done: true, value: undefined };
  }

  const operations: AsyncIterableIterator<Operation, undefined> = {
    next: () =>
      next().catch(async (error: unknown) => {
        await end();
        throw error;
      }),
    return: async () => {
      await end();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => operations,
  };
  return operations;
}
