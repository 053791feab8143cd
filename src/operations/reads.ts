import { type Connection, type PageArguments, pageSize } from "../billing/connections.ts";
import { decodeKeyCursor, encodeKeyCursor } from "../billing/cursor.ts";
import type { Operation, OperationFilter } from "./model.ts";
import type { Store } from "./store.ts";

/** The journal as callers may look at it. */
export interface OperationReads {
  readonly byId: (id: string) => Promise<Operation | null>;
  /** Newest first. */
  readonly list: (filter: OperationFilter, page: PageArguments) => Promise<Connection<Operation>>;
}

export function createOperationReads(store: Store, maxPageSize: number): OperationReads {
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
  };
}
