import type { ChargePosition, ChargeSet } from "../adapter/adapter.ts";
import { chargePosition, chargesBehind, comparePositions, laterPosition, mergeSorted } from "../adapter/charge-order.ts";
import { BillingError } from "../model/errors.ts";
import type { Charge, Ref } from "../model/model.ts";
import { type Behind, type ChargeCursor, encodeChargeCursor } from "./cursor.ts";
import { type BackendFailure, type Connection, edgeOf } from "./pages.ts";

/**
 * The charges of several owners as one list, newest first. A cursor holds the place of the last charge given, and the places of
 * owners that were missing meanwhile. Once such an owner answers again, it continues from its place: its charges may then be
 * newer than those of the page before, but nothing is lost and nothing comes twice.
 */

/** The answer for an owner (a customer or a plan) from its own place on. */
export interface OwnedCharges {
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
