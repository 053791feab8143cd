import type { ChargePosition, ChargeSet, ChargeWindow } from "./adapter.ts";
import { memoised } from "./memoised.ts";
import type { Charge, ChargeQuery } from "./model.ts";

/**
 * The canonical order of charges, the same over all backends: newest date first, then id. Positions are sort keys, not
 * offsets, so a cursor stays right when charges are added or a backend fails and comes back.
 */

/** Charges without any date come last. */
export function chargePosition(charge: Charge): ChargePosition {
  return { date: charge.date ?? charge.createdAt?.slice(0, 10) ?? "", id: `${charge.backend}:${charge.id}` };
}

export function comparePositions(left: ChargePosition, right: ChargePosition): number {
  if (left.date !== right.date) return left.date < right.date ? 1 : -1;
  return left.id === right.id ? 0 : left.id < right.id ? -1 : 1;
}

/** Sorted, without duplicates, only what lies behind `after`. */
export function chargesBehind(charges: readonly Charge[], after: ChargePosition | null): Charge[] {
  const seen = new Map<string, { charge: Charge; position: ChargePosition }>();
  for (const charge of charges) {
    const position = chargePosition(charge);
    if (after === null || comparePositions(position, after) > 0) seen.set(position.id, { charge, position });
  }
  return [...seen.values()].sort((left, right) => comparePositions(left.position, right.position)).map(({ charge }) => charge);
}

/** True when the charge passes every part of the query. Adapters re-check with it what their backend's filters returned. */
export function matchesCharge(charge: Charge, query: ChargeQuery): boolean {
  const date = chargePosition(charge).date;
  if (query.from && date < query.from) return false;
  if (query.to && (date === "" || date > query.to)) return false;
  if (query.status && !query.status.includes(charge.status)) return false;
  if (query.kind && !query.kind.includes(charge.kind)) return false;
  return !query.search || containsText([charge.name, charge.description, charge.notes, charge.reference], query.search);
}

/** The answer of an adapter whose backend lists all charges of an owner in one go. */
export function completeSet(charges: readonly Charge[], query: ChargeQuery, window: ChargeWindow): ChargeSet {
  const matching = charges.filter((charge) => matchesCharge(charge, query));
  return { charges: chargesBehind(matching, window.after), complete: true };
}

/** Case-insensitive "contains", Unicode-aware, over whichever of the texts exist. */
export function containsText(texts: readonly (string | null | undefined)[], search: string): boolean {
  const wanted = foldedSearch(search);
  return texts.some((text) => text != null && foldText(text).includes(wanted));
}

/** A search is compared with the texts of each object in turn. */
const foldedSearch = memoised(foldText, 100);

/** For comparing what people typed: compatibility forms unified, case folded, outer space dropped. */
export function foldText(text: string): string {
  return text.normalize("NFKC").toLowerCase().trim();
}
