import { hash } from "node:crypto";
import type { CallScope, ChargeSet, ChargeWindow } from "../adapter/adapter.ts";
import type { Backends } from "../adapter/backends.ts";
import { type AllCharges, allCharges } from "../adapter/charge-order.ts";
import type { Duplicates, Target } from "../journal/target.ts";
import { BillingError, settle } from "../model/errors.ts";
import { decodeId, encodeId } from "../model/id.ts";
import type { Charge, ChargeInput, CreditInput } from "../model/model.ts";
import { canonicalDecimal, isDecimal, negate } from "../model/money.ts";
import { today } from "../model/zones.ts";
import type { Repeatable } from "./mutation.ts";

/**
 * A hash of what repeated charges have in common: customer or plan, service or name, amount, currency and day. If the backend
 * sets the price, the quantity takes the place of the amount. Pure.
 *
 * @param owner global id of the customer or plan
 * @param today the day of a charge without a date, in its backend's zone
 */
export function likenessOf(owner: string, charge: ChargeInput, today: string): string {
  const { serviceId, name, amount, quantity, currency, date } = charge;
  const what = serviceId == null ? ["name", textOf(name)] : ["service", serviceId];
  const price = amount == null ? ["quantity", decimalOf(quantity ?? "1")] : ["amount", decimalOf(amount)];
  return hash("sha256", JSON.stringify([owner, ...what, ...price, currency ?? null, date ?? today])).slice(0, 32);
}

/**
 * The likenesses that the same charge may have: another call may have named the backend's own currency where this one leaves it
 * out, or the other way round. The first one is the charge's own.
 */
export function likenessesOf(owner: string, charge: ChargeInput, backendCurrency: string, today: string): readonly string[] {
  const { currency } = charge;
  const others = currency == null ? [backendCurrency] : currency === backendCurrency ? [null] : [];
  return [currency ?? null, ...others].map((each) => likenessOf(owner, { ...charge, currency: each }, today));
}

/** A credit as it is listed: a charge of less than nothing, named by the first line of what it is given for. */
export function asCharge({ customerId, amount, currency, description }: CreditInput): ChargeInput {
  const [name] = (description ?? "").split(/\r?\n/, 1);
  return { customerId, name, amount: isDecimal(amount) ? negate(amount) : amount, currency };
}

function textOf(text: string | null | undefined): string {
  return (text ?? "").normalize("NFC").trim().toLowerCase();
}

/** Every backend refuses a text that is no number, so it is kept as it is. */
function decimalOf(text: string): string {
  try {
    return canonicalDecimal(text);
  } catch {
    return text;
  }
}

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

interface LedgerOptions {
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

/** The part of the configuration's `duplicates` that concerns single charges. */
export interface DuplicateSettings {
  readonly handling: "off" | "warn" | "refuse";
  /** How far back recorded charges are compared. */
  readonly windowHours: number;
}

/**
 * Decides how new charges of one call that look like earlier ones are handled. If the caller asks for it, the charges of their
 * customers are first read from the backends.
 */
export async function compareCharges(
  { allowDuplicate, compareWithBackend }: Repeatable,
  targets: readonly Target[],
  { handling, windowHours, backends, scope }: DuplicateSettings & { readonly backends: Backends; readonly scope: CallScope },
): Promise<Duplicates | undefined> {
  if (handling === "off" || allowDuplicate === true) return undefined;
  const since = new Date(Date.now() - windowHours * 3_600_000).toISOString();
  if (!compareWithBackend) return { handling, since };
  return { handling, since, held: await held(targets, backends, scope) };
}

/** By target: ids of similar charges in its backend. Charges of rate plans are left out: no list gives them by plan. */
async function held(
  targets: readonly Target[],
  backends: Backends,
  scope: CallScope,
): Promise<ReadonlyMap<number, readonly string[] | BillingError>> {
  const now = new Date().toISOString();
  const todayIn = (backend: string): string => today(backends.get(backend)?.adapter.timeZone ?? "UTC");
  const open = targets.flatMap(({ backend, plan, belongsTo, comparable }, index) =>
    plan instanceof BillingError || !comparable || belongsTo == null || decodeId(belongsTo)?.type !== "Customer"
      ? []
      : [{ index, belongsTo, day: comparable.day ?? todayIn(backend), likenesses: comparable.likenesses(now) }],
  );
  if (open.length === 0) return new Map();
  const days = open.map(({ day }) => day).sort();
  const ledger = createLedger({ backends, from: days[0] ?? "", to: days.at(-1) ?? "", scope });
  await ledger.expect(open.map(({ belongsTo }) => belongsTo));
  return new Map(open.map(({ index, belongsTo, likenesses }) => [index, ledger.alike(belongsTo, likenesses)]));
}
