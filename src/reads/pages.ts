import type { Adapter, CallScope, ChargePosition, ChargeSet, List } from "../adapter/adapter.ts";
import type { Backend } from "../adapter/backends.ts";
import { chargePosition, chargesBehind, comparePositions, laterPosition, mergeSorted } from "../adapter/charge-order.ts";
import { BillingError, circuitOpen, invalidInput, unsupported } from "../model/errors.ts";
import type { Charge, Ref } from "../model/model.ts";
import {
  type Behind,
  type ChargeCursor,
  decodeWalkCursor,
  encodeChargeCursor,
  encodeWalkCursor,
  type Skipped,
} from "./cursor.ts";

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

/**
 * The charges of several owners as one list, newest first. A cursor holds the place of the last charge given, and the places of
 * owners that were missing meanwhile. Once such an owner answers again, it continues from its place: its charges may then be
 * newer than those of the page before, but nothing is lost and nothing comes twice.
 */

/** The answer for an owner (a customer or a plan) from its own place on. */
interface OwnedCharges {
  readonly owner: Ref;
  /** Null = from the newest charge on. */
  readonly start: ChargePosition | null;
  readonly set: ChargeSet | BillingError;
}

/** The place where an owner's charges continue. */
export function startOf(cursor: ChargeCursor | null, { backend, id }: Ref): ChargePosition | null {
  if (cursor === null) return null;
  const its = cursor.behind.filter((entry) => entry.backend === backend && (entry.owner ?? id) === id);
  const entry = its.find(({ owner }) => owner !== null) ?? its[0];
  return entry ? entry.position : cursor.position;
}

/** A page of `first` charges. `unavailable` names the backends of missing owners on every page that lacks them. */
export function mergeCharges(
  owned: readonly OwnedCharges[],
  { first, after }: { readonly first: number; readonly after: ChargeCursor | null },
): Connection<Charge> {
  const given = owned.flatMap(({ set, start }) => (set instanceof BillingError ? [] : [{ set, start }]));
  const { charges: page, goesOn } = mergeSorted(
    given.map(({ set, start }) => chargesBehind(set.charges, start)),
    first,
  );
  const failures = new Map<string, BackendFailure>();
  for (const { owner, set } of owned) {
    const error = set instanceof BillingError ? set : set.incomplete;
    if (error) failures.set(`${owner.backend} ${error.code} ${error.message}`, { backend: owner.backend, error });
  }
  return {
    edges: page.map((charge) => edgeOf(charge, () => encodeChargeCursor(cursorAt(chargePosition(charge), owned, after)))),
    hasNextPage: goesOn || given.some(({ set }) => !set.complete),
    hasPreviousPage: after !== null,
    unavailable: [...failures.values()],
  };
}

/** The cursor at a charge: owners that answered move there, the others keep their places. */
function cursorAt(given: ChargePosition, owned: readonly OwnedCharges[], after: ChargeCursor | null): ChargeCursor {
  const position = laterPosition(after?.position ?? null, given);
  const standings = owned.map(({ owner, start, set }) => ({
    owner,
    stands: set instanceof BillingError ? start : laterPosition(start, given),
  }));
  const byBackend = Map.groupBy(standings, ({ owner }) => owner.backend);
  const behind = [...byBackend].flatMap(([backend, its]): Behind[] => {
    const [one] = its;
    // Usually a whole backend is missing: then one entry covers all its owners.
    if (one && its.every(({ stands }) => isSame(stands, one.stands))) {
      return isSame(one.stands, position) ? [] : [{ backend, owner: null, position: one.stands }];
    }
    const apart = its.filter(({ stands }) => !isSame(stands, position));
    return apart.map(({ owner, stands }) => ({ backend, owner: owner.id, position: stands }));
  });
  return { position, behind };
}

function isSame(left: ChargePosition | null, right: ChargePosition | null): boolean {
  return left === null || right === null ? left === right : comparePositions(left, right) === 0;
}
