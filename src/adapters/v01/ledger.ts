import type { CallScope } from "../../adapter/adapter.ts";
import { rowsOfOwner } from "../../adapter/kit/list-parts.ts";
import { recordWithId } from "../../adapter/kit/rows.ts";
import { BillingError, settle } from "../../model/errors.ts";
import type { Charge } from "../../model/model.ts";
import type { Requests, Session } from "./call.ts";
import type { RecordClock } from "./record-age.ts";
import { customerRow, type TransactionRow, transactionRow } from "./wire.ts";

/** Reads the entries of customers' accounts (contract 6). They are only reached through their customer. */
export interface Ledger {
  /** Reads one entry; null where it does not exist. */
  readonly load: (customerId: string, transactionId: string, scope: CallScope) => Promise<TransactionRow | null>;
  /** Reads all entries of a customer, each once. */
  readonly entriesOf: (customerId: string, scope: CallScope) => Promise<readonly TransactionRow[]>;
  /** The same; `whole` where the backend has shown that these are all. */
  readonly listingOf: (
    customerId: string,
    scope: CallScope,
  ) => Promise<{ readonly rows: readonly TransactionRow[]; readonly whole: boolean }>;
  /**
   * The same, as a proof that all other entries do not exist (see Requests.certain). A customer who does not exist has none.
   *
   * @param since yyyy-MM-dd: only entries created on that day or later
   */
  readonly certainEntriesOf: (customerId: string, scope: CallScope, since?: string) => Promise<readonly TransactionRow[]>;
}

/** Everything that writes of charges work with. */
export interface ChargeAccess extends Session {
  readonly ledger: Ledger;
  /** Null for an entry that is not a charge. */
  readonly unified: (record: TransactionRow, customerId: string) => Charge | null;
  readonly read: (id: string, scope: CallScope) => Promise<Charge>;
  readonly recordClock: RecordClock;
}

export function createLedger(requests: Requests): Ledger {
  const listOf = (customerId: string) => ({
    function: "GET /customers/{id}/transactions",
    path: `customers/${customerId}/transactions`,
  });
  const belongsTo =
    (customerId: string) =>
    (entry: TransactionRow): boolean =>
      entry.customerId === null || entry.customerId === customerId;

  const listingOf: Ledger["listingOf"] = async (customerId, scope) => {
    const { rows, whole } = await requests.listing(listOf(customerId), transactionRow, scope);
    return { rows: rowsOfOwner(rows, belongsTo(customerId)), whole };
  };

  return {
    load: async (customerId, transactionId, scope) => {
      const path = `customers/${customerId}/transactions/${transactionId}`;
      const rows = await requests.load({ function: "GET /customers/{id}/transactions/{id}", path }, transactionRow, scope);
      return recordWithId(rows.filter(belongsTo(customerId)), ({ id }: TransactionRow) => id, transactionId);
    },

    entriesOf: async (customerId, scope) => (await listingOf(customerId, scope)).rows,
    listingOf,

    certainEntriesOf: async (customerId, scope, since) => {
      // Read first: for an unknown customer the list of entries fails like any other call.
      const customer = { function: "GET /customers/{id}", path: `customers/${customerId}` };
      if ((await requests.certain.load(customer, customerRow, scope)).length === 0) return [];
      const entriesFrom = (query: Readonly<Record<string, string>>) =>
        requests.certain.all({ ...listOf(customerId), query }, transactionRow, scope);
      const entries = await settle(entriesFrom(since === undefined ? {} : { createDateFrom: since }));
      if (!(entries instanceof BillingError)) return rowsOfOwner(entries, belongsTo(customerId));
      // An answer that shows nothing at all proves nothing; that there are older entries only, does.
      if (since === undefined || entries.code !== "BAD_RESPONSE") throw entries;
      return rowsOfOwner(await entriesFrom({}), belongsTo(customerId));
    },
  };
}
