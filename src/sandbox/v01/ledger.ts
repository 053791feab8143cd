import { Failure } from "./action.ts";
import type { V01Settings } from "./options.ts";
import type { Ledger, Transaction, TransactionType } from "./state.ts";

/** Debts: invoices and fees, which a customer owes (section 11.1). */
const debtTypes: ReadonlySet<TransactionType> = new Set(["RI", "RF", "RL", "RA", "RO", "RN"]);
/** Entries that settle debts: credits, payments and claims. */
const creditTypes: ReadonlySet<TransactionType> = new Set(["RC", "AP", "AC"]);

/** The balance in cents: debts less unused credits; positive if the customer owes. */
export const accountBalance = (transactions: readonly Transaction[]): number =>
  transactions.reduce((sum, { type, balance }) => {
    if (debtTypes.has(type)) return sum + balance;
    return creditTypes.has(type) ? sum - balance : sum;
  }, 0);

/** How an installation keeps its ledger. */
export interface Bookkeeping {
  readonly balancing: V01Settings["balancing"];
  readonly takeAllocationId: () => bigint;
}

/**
 * Adds a transaction with its amount as balance. A debt stays open until a later credit (A11). A credit or payment settles the
 * open debts, oldest first, and keeps the rest as its balance.
 */
export const post = (ledger: Ledger, transaction: Transaction, bookkeeping: Bookkeeping): void => {
  if (creditTypes.has(transaction.type)) {
    for (const debt of openDebts(ledger, bookkeeping.balancing)) settle(ledger, transaction, debt, bookkeeping);
  }
  ledger.transactions.push(transaction);
};

const openDebts = ({ transactions }: Ledger, balancing: V01Settings["balancing"]): readonly Transaction[] => {
  const open = transactions.filter(({ type, balance }) => debtTypes.has(type) && balance > 0);
  open.sort((one, other) => compare(one.createDate, other.createDate) || compare(one.id, other.id));
  if (balancing === "oldestFirst") return open;
  return [...open.filter(({ type }) => type === "RI"), ...open.filter(({ type }) => type !== "RI")];
};

const compare = <Value extends string | bigint>(one: Value, other: Value): number => {
  if (one === other) return 0;
  return one < other ? -1 : 1;
};

/** Offsets the target by the source, as far as both balances allow. */
const settle = (ledger: Ledger, source: Transaction, target: Transaction, { takeAllocationId }: Bookkeeping): void => {
  const amount = Math.min(source.balance, target.balance);
  if (amount === 0) return;
  source.balance -= amount;
  target.balance -= amount;
  const targetTransactionType = target.type;
  ledger.allocations.push({ id: takeAllocationId(), sourceId: source.id, targetId: target.id, targetTransactionType, amount });
};

/**
 * The type of the entry that reverses a transaction (section 6.5). Fails with U01 in a state that forbids it (A12): an invoice
 * or fee that is settled in part or whole, a credit that is partly applied, a repeated reversal, any other type.
 *
 * @param today the day of the reversal: a payment is voided on its own day, and refunded once its batch is settled
 */
export const reversalType = (ledger: Ledger, original: Transaction, today: string): TransactionType => {
  const { id, type, amount, balance, createDate } = original;
  if (debtTypes.has(type) && balance === amount) return "RR";
  if (type === "RC" && balance === amount) return "RX";
  // A payment is the target of an allocation only if it was reversed.
  if (type === "AP" && !ledger.allocations.some(({ targetId }) => targetId === id)) {
    return createDate.startsWith(today) ? "AV" : "AR";
  }
  throw new Failure(
    "U01",
    `The transaction ${id} cannot be reversed: it was settled, applied or reversed, or its type is final.`,
  );
};

/**
 * Adds the reversing entry. Both balances become 0 (A12), and debts that a reversed payment had settled are open again.
 */
export const postReversal = (ledger: Ledger, original: Transaction, reversal: Transaction, bookkeeping: Bookkeeping): void => {
  const { transactions, allocations } = ledger;
  for (const { targetId, amount } of allocations.filter(({ sourceId }) => sourceId === original.id)) {
    const debt = transactions.find(({ id }) => id === targetId);
    if (debt !== undefined) debt.balance += amount;
    original.balance += amount;
  }
  allocations.splice(0, allocations.length, ...allocations.filter(({ sourceId }) => sourceId !== original.id));
  settle(ledger, reversal, original, bookkeeping);
  transactions.push(reversal);
};
