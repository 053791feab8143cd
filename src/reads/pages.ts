import type { Adapter, CallScope, List } from "../adapter/adapter.ts";
import type { Backend } from "../adapter/backends.ts";
import { BillingError, circuitOpen, invalidInput, unsupported } from "../model/errors.ts";
import { decodeWalkCursor, encodeWalkCursor, type Skipped } from "./cursor.ts";

/** A page as Relay defines it, and the backends that failed or whose rows are missing in part. */
export interface Connection<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /**
   * The place behind all rows that were read, even if none is shown; null = none were read. Absent = the last edge's cursor.
   */
  readonly endCursor?: string | null;
  readonly unavailable: readonly BackendFailure[];
}

/** An edge that makes its cursor on demand: most queries ask for one cursor or none. */
export function edgeOf<T>(node: T, makeCursor: () => string): Connection<T>["edges"][number] {
  return new Edge(node, makeCursor);
}

/** A class because of its getter: a getter in an object literal would give each object a hidden class of its own. */
class Edge<T> {
  readonly node: T;
  readonly #makeCursor: () => string;

  constructor(node: T, makeCursor: () => string) {
    this.node = node;
    this.#makeCursor = makeCursor;
  }

  get cursor(): string {
    return this.#makeCursor();
  }
}

/** A list without pages, and the backends that are missing from it. */
export interface Partly<T> {
  readonly nodes: readonly T[];
  readonly unavailable: readonly BackendFailure[];
}

export interface BackendFailure {
  readonly backend: string;
  readonly error: BillingError;
}

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

export const defaultPageSize = 20;

/** The page size asked for. INVALID_INPUT at "first" outside 1..maximum. */
export function pageSize({ first }: PageArguments, maximum: number): number {
  if (first == null) return Math.min(defaultPageSize, maximum);
  if (first < 1 || first > maximum) throw invalidInput("first", `must be between 1 and ${maximum}`);
  return first;
}

/**
 * A list over several backends, one after the other in the given order; only as many are asked as the page needs. A backend
 * that fails is skipped for the rest of the list, and named on every later page. A backend whose circuit is open is named
 * before its turn, so that the first page shows what will be missing. hasNextPage is true while backends are left that have not
 * been asked.
 */
export async function walkBackends<T, Query>(
  list: string,
  selected: readonly Backend[],
  verb: (adapter: Adapter) => List<T, Query> | undefined,
  query: Query,
  page: { readonly first: number; readonly after: string | null },
  scope: CallScope,
): Promise<Connection<T>> {
  const cursor = page.after === null ? null : decodeWalkCursor(list, page.after);
  const start = cursor === null ? 0 : selected.findIndex(({ key }) => key === cursor.backend);
  if (start === -1) throw invalidInput("after", "belongs to a backend that this list does not ask");
  const edges: { cursor: string; node: T }[] = [];
  const unavailable = skippedEarlier(selected.slice(0, start), cursor?.skipped ?? []);
  const incomplete: BackendFailure[] = [];
  let hasNextPage = false;
  for (const [index, { key, label, adapter }] of selected.entries()) {
    if (index < start) continue;
    if (edges.length === page.first) {
      hasNextPage = true;
      unavailable.push(...knownToFail(selected.slice(index)));
      break;
    }
    const ask = verb(adapter);
    if (!ask) {
      unavailable.push({ backend: key, error: unsupported(key, `${label} keeps no ${list}.`) });
      continue;
    }
    try {
      const after = cursor !== null && index === start ? cursor.position : null;
      const answer = await ask(query, { first: page.first - edges.length, after }, scope);
      const skipped = unavailable.map(({ backend, error: { code } }) => ({ backend, code }));
      const cursorAt = (position: string) => encodeWalkCursor(list, { backend: key, position, skipped });
      edges.push(...answer.items.map(({ value, position }) => edgeOf(value, () => cursorAt(position))));
      if (answer.incomplete) incomplete.push({ backend: key, error: answer.incomplete });
      if (answer.hasNextPage) {
        hasNextPage = true;
        unavailable.push(...knownToFail(selected.slice(index + 1)));
        break;
      }
    } catch (error) {
      if (!(error instanceof BillingError) || error.field?.[0] === "after") throw error;
      unavailable.push({ backend: key, error });
    }
  }
  return { edges, hasNextPage, hasPreviousPage: cursor !== null, unavailable: [...unavailable, ...incomplete] };
}

/** The later backends whose circuit is open. Makes no call. */
function knownToFail(selected: readonly Backend[]): BackendFailure[] {
  return selected.flatMap(({ key, label, health }) =>
    health().circuit === "OPEN" ? [{ backend: key, error: circuitOpen(key).called(label) }] : [],
  );
}

/** The failures that a cursor records, of backends that this list covers. */
function skippedEarlier(passed: readonly Backend[], skipped: readonly Skipped[]): BackendFailure[] {
  return passed.flatMap(({ key, label }) => {
    const code = skipped.find(({ backend }) => backend === key)?.code;
    if (code === undefined) return [];
    const message = `${label} was skipped on an earlier page of this list, which continues without it.`;
    return [{ backend: key, error: new BillingError(code, message, { backend: key }) }];
  });
}
