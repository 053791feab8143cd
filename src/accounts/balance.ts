import { BillingError, notFound } from "../model/errors.ts";
import type { Money } from "../model/model.ts";
import { addMoney } from "../model/money.ts";
import type { BackendFailure } from "../reads/pages.ts";
import type { Reads } from "../reads/reads.ts";
import type { Member } from "./model.ts";

/** The amounts due of an account's customers, each and in total. */

export interface AccountBalance {
  readonly customer: Member;
  /** Positive = the customer owes it; null = its backend has no balances, or failed. */
  readonly amountDue: Money | null;
  /** Why its backend failed. */
  readonly failure: BackendFailure | null;
}

/** One balance for each customer, in the order in which they were linked. Batched: no more calls than loading the customers. */
export function balancesOf(members: readonly Member[], reads: Reads): Promise<AccountBalance[]> {
  return Promise.all(
    members.map(async (customer) => {
      const { backend } = customer;
      try {
        return { customer, amountDue: await amountDueOf(customer, reads), failure: null };
      } catch (error) {
        if (!(error instanceof BillingError)) throw error;
        return { customer, amountDue: null, failure: { backend, error } };
      }
    }),
  );
}

/** Exact totals, sorted by currency. Rejects with the first failure: a total that lacks a part would be wrong. */
export async function totalDue(members: readonly Member[], reads: Reads): Promise<Money[]> {
  const balances = await balancesOf(members, reads);
  const failed = balances.find(({ failure }) => failure !== null);
  if (failed?.failure) throw failed.failure.error;
  return totalsOf(balances.flatMap(({ amountDue }) => amountDue ?? []));
}

/** One amount for each currency, sorted by it. */
export function totalsOf(amounts: readonly Money[]): Money[] {
  const totals = new Map<string, Money>();
  for (const amount of amounts) totals.set(amount.currency, addMoney(totals.get(amount.currency) ?? null, amount) ?? amount);
  return [...totals.values()].sort((left, right) => (left.currency < right.currency ? -1 : 1));
}

async function amountDueOf(member: Member, reads: Reads): Promise<Money | null> {
  const customer = await reads.load.customers.load(member);
  if (customer === null) throw notFound(member.backend, "The customer");
  return reads.balance(customer, "amountDue");
}
