import type { CallScope } from "../../adapter/adapter.ts";
import { rowsOfOwner } from "../../adapter/kit/list-parts.ts";
import { recordWithId } from "../../adapter/kit/rows.ts";
import { BillingError, settle } from "../../model/errors.ts";
import type { Charge } from "../../model/model.ts";
import type { Requests, Session } from "./call.ts";
import { magnitude } from "./cents.ts";
import type { RecordClock } from "./notes.ts";
import { customerRow, spanOf, type TransactionRow, transactionRow } from "./wire.ts";

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

/** The type that reverses each type (6.5): an RR reverses any debt, an RX a credit. */
const reversalOf: ReadonlyMap<string, string> = new Map([
  ["RI", "RR"],
  ["RF", "RR"],
  ["RL", "RR"],
  ["RA", "RR"],
  ["RO", "RR"],
  ["RN", "RR"],
  ["RC", "RX"],
]);

/**
 * The ids of one customer's entries that have certainly been reversed, derived from all of the customer's entries.
 *
 * Nothing links a reversal to its original (quirk 4). But it reverses in full, so the original has the same amount, a balance of 0 and an
 * earlier time; a reversal of unknown time may belong to any such entry. Paid entries of that amount look the same. So an entry is certain
 * only where the reversals up to some moment are as many as their possible originals: then each of these has one.
 */
export function reversedIds(entries: readonly TransactionRow[], timeZone: string): ReadonlySet<string> {
  const originals = new Map<string, Original[]>();
  const reversals = new Map<string, number[]>();
  for (const entry of entries) {
    if (entry.amount === null || entry.amount === 0n || entry.type === null) continue;
    const made = spanOf(entry.createDate, timeZone);
    const reversal = reversalOf.get(entry.type);
    if (reversal === undefined) {
      append(reversals, `${entry.type} ${magnitude(entry.amount)}`, made?.latest ?? Number.POSITIVE_INFINITY);
    } else if (entry.balance === 0n) {
      append(originals, `${reversal} ${magnitude(entry.amount)}`, {
        id: entry.id,
        at: made?.earliest ?? Number.NEGATIVE_INFINITY,
      });
    }
  }
  return new Set([...reversals].flatMap(([key, moments]) => explained(originals.get(key) ?? [], moments)));
}

/** An entry that may have been reversed. `at`: the earliest time of its creation, milliseconds since 1970. */
interface Original {
  readonly id: string;
  readonly at: number;
}

/** The ids of the originals up to the last moment at which they are as many as the reversals. */
function explained(originals: readonly Original[], moments: readonly number[]): string[] {
  const inTime = originals.toSorted((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
  const reversals = moments.toSorted((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  let before = 0;
  let certain = 0;
  for (const [index, moment] of reversals.entries()) {
    while (before < inTime.length && (inTime[before]?.at ?? 0) <= moment) before += 1;
    // Reversals of one moment count together.
    if (reversals[index + 1] !== moment && before === index + 1) certain = before;
  }
  return inTime.slice(0, certain).map(({ id }) => id);
}

type Debt = Pick<TransactionRow, "type" | "amount">;

/** Whether an entry can be the reversal of another; a hidden amount may be any. */
export function isReversalOf({ type, amount }: TransactionRow, original: Debt): boolean {
  if (type === null || type !== reversalOf.get(original.type ?? "")) return false;
  return amount === null || original.amount === null || magnitude(amount) === magnitude(original.amount);
}

/** How many entries of the same type and amount have an open balance. */
export function openAlike({ type, amount }: Debt, entries: readonly TransactionRow[]): number {
  const isAlike = (entry: TransactionRow) => entry.type === type && entry.amount === amount;
  return entries.filter((entry) => isAlike(entry) && entry.balance !== null && entry.balance !== 0n).length;
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
