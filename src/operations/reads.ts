import { EventEmitter, on } from "node:events";
import { type Connection, type PageArguments, pageSize } from "../billing/connections.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../billing/cursor.ts";
import type { Operation, OperationFilter } from "./model.ts";
import type { Store } from "./store.ts";

/** The journal as callers may look at it. */
export interface OperationReads {
  readonly byId: (id: string) => Promise<Operation | null>;
  /** Newest first. */
  readonly list: (filter: OperationFilter, page: PageArguments) => Promise<Connection<Operation>>;
  /** An operation as it is now and after every change, or, for null, every operation that changes; whichever replica works on it. */
  readonly watch: (id: string | null) => AsyncGenerator<Operation>;
}

export function createOperationReads(store: Store, maxPageSize: number): OperationReads {
  async function* watch(id: string | null): AsyncGenerator<Operation> {
    const changes = new EventEmitter();
    const changed = on(changes, "changed");
    const stop = await store.watch((operationId) => {
      if (id === null || operationId === id) changes.emit("changed", operationId);
    });
    try {
      const current = id === null ? null : await store.byId(id);
      if (current) yield current;
      for await (const [operationId] of changed) {
        const operation = await store.byId(operationId as string);
        if (operation) yield operation;
      }
    } finally {
      await stop();
    }
  }

  return {
    byId: store.byId,
    list: async (filter, page) => {
      const first = pageSize(page, maxPageSize);
      const [createdAt, id] = page.after == null ? [] : decodeKeyCursor("operations", 2, page.after);
      const after = createdAt === undefined || id === undefined ? null : { createdAt, id };
      const found = await store.list(filter, first + 1, after);
      return {
        edges: found.slice(0, first).map((node) => ({ node, cursor: encodeKeyCursor("operations", [node.createdAt, node.id]) })),
        hasNextPage: found.length > first,
        hasPreviousPage: after !== null,
        unavailable: [],
      };
    },
    watch,
  };
}
