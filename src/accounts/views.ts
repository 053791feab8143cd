import { BillingError, notFound } from "../model/errors.ts";
import type { Charge, Money } from "../model/model.ts";
import { addMoney } from "../model/money.ts";
import type { ChargeQuery } from "../model/queries.ts";
import type { BackendFailure, Connection, PageArguments } from "../reads/pages.ts";
import type { Reads } from "../reads/reads.ts";
import { acceptsOf, type Drift, driftOf, failuresOf, type ProfileSource, readProfiles, readUntaxedProfiles } from "./drift.ts";
import { type LinkWarning, linkWarnings, type NamedCustomer } from "./link-warnings.ts";
import type { Account, Member } from "./model.ts";
import { readStatement, type Statement, type StatementRange, statementCsv } from "./statement.ts";

/** The amounts due of an account's customers, each and in total. */

export interface AccountBalance {
  readonly customer: Member;
  /** Positive = the customer owes it; null = its backend has no balances, or failed. */
  readonly amountDue: Money | null;
  /** Why its backend failed. */
  readonly failure: BackendFailure | null;
}

/** One balance for each customer, in the order in which they were linked. Batched: no more calls than loading the customers. */
function balancesOf(members: readonly Member[], reads: Reads): Promise<AccountBalance[]> {
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
async function totalDue(members: readonly Member[], reads: Reads): Promise<Money[]> {
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

/** The backends' values for the customers of an account, read for one request. */
export interface AccountViews {
  readonly balances: (account: Account) => Promise<AccountBalance[]>;
  /** Rejects if a backend cannot say what is due. */
  readonly amountDue: (account: Account) => Promise<Money[]>;
  readonly charges: (account: Account, query: ChargeQuery, page: PageArguments) => Promise<Connection<Charge>>;
  /** INVALID_INPUT at "to" for an invalid or too long range. */
  readonly statement: (account: Account, range: StatementRange) => Promise<Statement>;
  /** See statement.ts. */
  readonly csv: (statement: Statement) => string;
  /** Reasons against linking these customers, together with the members of their accounts. */
  readonly linkWarnings: (customers: readonly NamedCustomer[]) => Promise<readonly LinkWarning[]>;
  readonly drift: (account: Account) => Promise<DriftReport>;
}

/**
 * A report instead of a list: an empty list would look like agreement even if a backend is missing and its customer was
 * compared with nobody.
 */
export interface DriftReport {
  readonly fields: readonly Drift[];
  readonly unavailable: readonly BackendFailure[];
}

export function createAccountViews(source: ProfileSource): AccountViews {
  const { reads, backends } = source;
  return {
    balances: ({ members }) => balancesOf(members, reads),
    amountDue: ({ members }) => totalDue(members, reads),
    charges: ({ members }, query, page) => reads.charges(members, "customers", query, page),
    statement: ({ members }, range) => readStatement(members, range, source),
    csv: ({ rows }) => statementCsv(rows, (key) => backends.get(key)?.label ?? key),
    linkWarnings: async (customers) => linkWarnings(customers, await readUntaxedProfiles(customers, reads)),
    drift: async ({ members }) => {
      const read = await readProfiles(members, source);
      const profiles = read.flatMap((profile) => (profile instanceof BillingError ? [] : [profile]));
      return { fields: driftOf(profiles, acceptsOf(backends)), unavailable: failuresOf(members, read) };
    },
  };
}
