import type { CallScope, ChargeSet, ChargeWindow } from "../adapter/adapter.ts";
import type { Backends } from "../adapter/backends.ts";
import { type AllCharges, allCharges } from "../adapter/charge-order.ts";
import { BillingError, settle } from "../model/errors.ts";
import { decodeId, encodeId } from "../model/id.ts";
import type { Charge } from "../model/model.ts";
import { likenessOf } from "./likeness.ts";

/** The charges in the backends, by their likeness. */
export interface Ledger {
  /** Reads the charges of those of the customers (global ids) that were not read yet. */
  readonly expect: (customerIds: readonly string[]) => Promise<void>;
  /**
   * Global ids of the customer's charges that have one of these likenesses, or the error that kept some of its charges from
   * being read.
   */
  readonly alike: (customerId: string, likenesses: readonly string[]) => readonly string[] | BillingError;
}

export interface LedgerOptions {
  readonly backends: Backends;
  /** The first and the last day of all rows. Only charges between them are read. */
  readonly from: string;
  readonly to: string;
  readonly scope: CallScope;
}

const chargesAtOnce = 500;
const customersAtOnce = 50;

/** A customer's charges by likeness, and why some of them could not be read. */
interface KnownCharges {
  readonly ids: ReadonlyMap<string, readonly string[]>;
  readonly incomplete: BillingError | null;
}

export function createLedger({ backends, from, to, scope }: LedgerOptions): Ledger {
  const read = new Map<string, KnownCharges | BillingError>();

  /** Reads all charges of each customer. The first window of all of them takes one call where the backend can. */
  async function readSome(backend: string, customerIds: readonly string[]): Promise<void> {
    const adapter = backends.get(backend)?.adapter;
    const list = async (ids: readonly string[], window: ChargeWindow): Promise<readonly (ChargeSet | BillingError)[]> => {
      if (!adapter) throw new BillingError("NOT_FOUND", `There is no backend "${backend}".`);
      return adapter.charges.listByCustomers(ids, { from, to }, window, scope);
    };
    const localIds = customerIds.map((id) => decodeId(id)?.id ?? "");
    const firsts = await settle(list(localIds, { first: chargesAtOnce, after: null }));
    const readOne = async (customerId: string, index: number): Promise<void> => {
      const all = await settle(
        allCharges(async (window) => {
          const sets = window.after === null ? firsts : await list([localIds[index] ?? ""], window);
          const set = sets instanceof BillingError ? sets : sets[window.after === null ? index : 0];
          if (set === undefined) throw new BillingError("BAD_RESPONSE", "The charges of a customer are missing.", { backend });
          if (set instanceof BillingError) throw set;
          return set;
        }, chargesAtOnce),
      );
      const known = (found: AllCharges): KnownCharges => ({
        ids: byLikeness(customerId, found.charges),
        incomplete: found.incomplete ?? null,
      });
      read.set(customerId, all instanceof BillingError ? all : known(all));
    };
    await Promise.all(customerIds.map(readOne));
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
      if (known === undefined) return new BillingError("INTERNAL", "The charges of this customer were not read.");
      if (known instanceof BillingError) return known;
      const ids = new Set(likenesses.flatMap((likeness) => known.ids.get(likeness) ?? []));
      return ids.size === 0 && known.incomplete ? known.incomplete : [...ids];
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
