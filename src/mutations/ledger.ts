import type { CallScope } from "../adapter/adapter.ts";
import type { Backends } from "../adapter/backends.ts";
import { BillingError, settle } from "../model/errors.ts";
import { decodeId, encodeId } from "../model/id.ts";
import type { Charge } from "../model/model.ts";
import { likenessOf } from "./likeness.ts";

/** The charges in the backends, by their likeness. */
export interface Ledger {
  /** Reads the charges of those of the customers (global ids) that were not read yet. */
  readonly expect: (customerIds: readonly string[]) => Promise<void>;
  /** Global ids of the customer's charges that have one of these likenesses, or the error that kept them from being read. */
  readonly alike: (customerId: string, likenesses: readonly string[]) => readonly string[] | BillingError;
}

export interface LedgerOptions {
  readonly backends: Backends;
  /** The first and the last day of all rows. Only charges between them are read. */
  readonly from: string;
  readonly to: string;
  readonly scope: CallScope;
}

/** The most charges of one customer that are compared: the newest of these days. */
const mostCharges = 500;
const customersAtOnce = 50;

export function createLedger({ backends, from, to, scope }: LedgerOptions): Ledger {
  const read = new Map<string, ReadonlyMap<string, readonly string[]> | BillingError>();

  async function readSome(backend: string, customerIds: readonly string[]): Promise<void> {
    const adapter = backends.get(backend)?.adapter;
    if (!adapter) return;
    const localIds = customerIds.map((id) => decodeId(id)?.id ?? "");
    const window = { first: mostCharges, after: null };
    const sets = await settle(adapter.charges.listByCustomers(localIds, { from, to }, window, scope));
    for (const [index, customerId] of customerIds.entries()) {
      const found = sets instanceof BillingError ? sets : sets[index];
      if (found === undefined) continue;
      read.set(customerId, found instanceof BillingError ? found : byLikeness(customerId, found.charges));
    }
  }

  return {
    expect: async (customerIds) => {
      const missing = [...new Set(customerIds)].filter((id) => !read.has(id));
      const groups = Map.groupBy(missing, (id) => decodeId(id)?.backend ?? "");
      await Promise.all(
        [...groups].map(async ([backend, ids]) => {
          for (let start = 0; start < ids.length; start += customersAtOnce) {
            await readSome(backend, ids.slice(start, start + customersAtOnce));
          }
        }),
      );
    },
    alike: (customerId, likenesses) => {
      const known = read.get(customerId);
      return known instanceof BillingError ? known : [...new Set(likenesses.flatMap((likeness) => known?.get(likeness) ?? []))];
    },
  };
}

/**
 * A charge has several likenesses: with its service or its name, with and without its currency, because rows may leave these
 * out.
 */
function byLikeness(customerId: string, charges: readonly Charge[]): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, string[]>();
  for (const charge of charges) {
    if (charge.status === "VOIDED" || charge.status === "ARCHIVED" || charge.date === null) continue;
    const { backend, id, service, name, amount, quantity, date } = charge;
    const globalId = encodeId({ type: "Charge", backend, id });
    const priced = amount === null ? { quantity } : { amount: amount.amount };
    const whats = service === null ? [{ name }] : [{ serviceId: service.id }, { name }];
    for (const what of whats) {
      for (const currency of amount === null ? [null] : [amount.currency, null]) {
        const likeness = likenessOf(customerId, { ...what, ...priced, currency, date }, date);
        const known = ids.get(likeness);
        if (known) known.push(globalId);
        else ids.set(likeness, [globalId]);
      }
    }
  }
  return ids;
}
