import { isDeepStrictEqual } from "node:util";
import type { Charge } from "../model/model.ts";
import type { ChargeQuery } from "../model/queries.ts";
import { containsText } from "../model/text.ts";
import type { ChargePosition, ChargeSet, ChargeWindow, Incomplete } from "./adapter.ts";
import { createOmittedRows, type OmittedRows } from "./kit/rows.ts";

/**
 * The canonical order of charges over all backends: newest date first, then id. Positions are sort keys, not offsets, so a cursor stays
 * right when charges are added, or a backend fails and comes back.
 */

/** The position of a charge. Charges without any date come last. */
export function chargePosition(charge: Charge): ChargePosition {
  return { date: chargeDate(charge), id: `${charge.backend}:${charge.id}` };
}

/** The date of a charge's position, in the backend's zone; "" where it has none. */
export function chargeDate({ date, createdOn, createdAt }: Charge): string {
  return date ?? createdOn ?? createdAt?.slice(0, 10) ?? "";
}

export function comparePositions(left: ChargePosition, right: ChargePosition): number {
  if (left.date !== right.date) return left.date < right.date ? 1 : -1;
  return left.id === right.id ? 0 : left.id < right.id ? -1 : 1;
}

/** The position that comes later in the list; null is the place before its first charge. */
export function laterPosition(left: ChargePosition | null, right: ChargePosition): ChargePosition {
  return left !== null && comparePositions(left, right) > 0 ? left : right;
}

/** Same order as comparePositions, without making positions, for charges of one backend. */
function compareCharges(left: Charge, right: Charge): number {
  if (left.backend !== right.backend) return comparePositions(chargePosition(left), chargePosition(right));
  const leftDate = chargeDate(left);
  const rightDate = chargeDate(right);
  if (leftDate !== rightDate) return leftDate < rightDate ? 1 : -1;
  return left.id === right.id ? 0 : left.id < right.id ? -1 : 1;
}

/** The charges behind `after`, sorted and without duplicates. Of two with the same id, the last one counts. */
export function chargesBehind(charges: readonly Charge[], after: ChargePosition | null): readonly Charge[] {
  const behind = after === null ? charges : charges.filter((charge) => comparePositions(chargePosition(charge), after) > 0);
  // Most backends list them in order.
  if (inOrder.has(behind)) return behind;
  const keyOf = keysOf(behind);
  // A copy: an adapter may go on adding to its own array.
  const sorted = isInOrder(behind) ? [...behind] : [...latestByKey(behind, keyOf).values()].sort(compareCharges);
  inOrder.add(sorted);
  return sorted;
}

function latestByKey(charges: readonly Charge[], keyOf: (charge: Charge) => string): ReadonlyMap<string, Charge> {
  const latest = new Map<string, Charge>();
  for (const charge of charges) latest.set(keyOf(charge), charge);
  return latest;
}

/**
 * Lists made here, which nobody changes, that are known to be in order: an adapter sorts to see whether it has enough, and the merge of its lists
 * would sort again.
 */
const inOrder = new WeakSet<readonly Charge[]>();

/** Whether charges are sorted, with no id twice. */
function isInOrder(charges: readonly Charge[]): boolean {
  const keyOf = keysOf(charges);
  const keys = new Set<string>();
  for (let index = 0; index < charges.length; index += 1) {
    const previous = charges[index - 1];
    const charge = charges[index] as Charge;
    if (previous !== undefined && compareCharges(previous, charge) >= 0) return false;
    keys.add(keyOf(charge));
  }
  return keys.size === charges.length;
}

function keysOf([first]: readonly Charge[]): (charge: Charge) => string {
  // No id holds NUL (see id.ts), so ids of other backends never equal one of the first backend's.
  return ({ backend, id }) => (backend === first?.backend ? id : `${backend}\0${id}`);
}

/** Merges sorted lists: the first `most` charges, without duplicates, and whether there are more. */
export function mergeSorted(
  lists: readonly (readonly Charge[])[],
  most: number,
): { readonly charges: readonly Charge[]; readonly goesOn: boolean } {
  const charges: Charge[] = [];
  const keys = new Set<string>();
  const keyOf = keysOf(lists.find((list) => list.length > 0) ?? []);
  const places = lists.map(() => 0);
  for (;;) {
    let least: Charge | undefined;
    let from = -1;
    for (let index = 0; index < lists.length; index += 1) {
      const charge = lists[index]?.[places[index] as number];
      if (charge === undefined || (least !== undefined && compareCharges(charge, least) >= 0)) continue;
      least = charge;
      from = index;
    }
    if (least === undefined) return { charges, goesOn: false };
    places[from] = (places[from] as number) + 1;
    const key = keyOf(least);
    if (keys.has(key)) continue;
    if (charges.length === most) return { charges, goesOn: true };
    keys.add(key);
    charges.push(least);
  }
}

/** Whether a charge passes the whole query. Adapters check again with it what their backend's filters returned. */
export function matchesCharge(charge: Charge, query: ChargeQuery): boolean {
  if ((query.from || query.to) && !isWithin(query, chargeDate(charge))) return false;
  if (query.status && !query.status.includes(charge.status)) return false;
  if (query.kind && !query.kind.includes(charge.kind)) return false;
  return !query.search || containsText([charge.name, charge.description, charge.notes, charge.reference], query.search);
}

function isWithin({ from, to }: ChargeQuery, date: string): boolean {
  return !(from && date < from) && !(to && (date === "" || date > to));
}

/**
 * The answer of an adapter whose backend lists all charges of an owner with one call.
 *
 * @param omitted the rows of the list that the adapter omitted
 */
export function completeSet(
  charges: readonly Charge[],
  query: ChargeQuery,
  window: ChargeWindow,
  omitted?: OmittedRows,
): ChargeSet {
  const matching = charges.filter((charge) => matchesCharge(charge, query));
  const sorted = chargesBehind(matching, window.after);
  // With as many as before, no id was there twice.
  const told = sorted.length === matching.length ? omitted?.report() : reportOf(matching, omitted);
  return { charges: sorted, complete: true, ...told };
}

/**
 * Reports rows that are hidden by a later row with the same id, where the two differ: some contracts leave open whether a recurring charge has one
 * record, or one for each due date.
 */
function reportOf(charges: readonly Charge[], omitted = createOmittedRows(charges[0]?.backend ?? "", "charges")): Incomplete {
  if (isInOrder(charges)) return omitted.report();
  const keyOf = keysOf(charges);
  const known = new Map<string, Charge>();
  for (const charge of charges) {
    const other = known.get(keyOf(charge));
    if (other !== undefined && !isDeepStrictEqual(other.raw, charge.raw)) omitted.add("sameId");
    known.set(keyOf(charge), charge);
  }
  return omitted.report();
}

export type AllCharges = Pick<ChargeSet, "charges" | "incomplete">;

/** Reads all charges of one owner, `atOnce` at a time. Rejects as `list` does. */
export async function allCharges(list: (window: ChargeWindow) => Promise<ChargeSet>, atOnce: number): Promise<AllCharges> {
  const charges: Charge[] = [];
  let told: Incomplete = {};
  let after: ChargePosition | null = null;
  for (;;) {
    const set = await list({ first: atOnce, after });
    const behind = chargesBehind(set.charges, after);
    if (set.incomplete) told = { incomplete: set.incomplete };
    if (set.complete) return { charges: [...charges, ...behind], ...told };
    // Rows beyond `first` may have gaps between them.
    const certain = behind.slice(0, atOnce);
    charges.push(...certain);
    const last = certain.at(-1);
    if (last === undefined) return { charges, ...told };
    after = chargePosition(last);
  }
}
