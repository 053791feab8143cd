import { BillingError } from "../model/errors.ts";
import type { Charge, Money } from "../model/model.ts";
import type { ChargeQuery } from "../model/queries.ts";
import type { BackendFailure, Connection, PageArguments } from "../reads/pages.ts";
import { type AccountBalance, balancesOf, totalDue } from "./balance.ts";
import { type Drift, driftOf } from "./drift.ts";
import { type LinkWarning, linkWarnings, type NamedCustomer } from "./link-warnings.ts";
import type { Account } from "./model.ts";
import { acceptsOf, failuresOf, type ProfileSource, readProfiles, readUntaxedProfiles } from "./profiles.ts";
import { readStatement, type StatementRange } from "./read-statement.ts";
import type { Statement } from "./statement.ts";
import { statementCsv } from "./statement-csv.ts";

/** The backends' values for the customers of an account, read for one request. */
export interface AccountViews {
  readonly balances: (account: Account) => Promise<AccountBalance[]>;
  /** Rejects if a backend cannot say what is due. */
  readonly amountDue: (account: Account) => Promise<Money[]>;
  readonly charges: (account: Account, query: ChargeQuery, page: PageArguments) => Promise<Connection<Charge>>;
  /** INVALID_INPUT at "to" for an invalid or too long range. */
  readonly statement: (account: Account, range: StatementRange) => Promise<Statement>;
  /** See statement-csv.ts. */
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
