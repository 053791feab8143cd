import type { Conditions } from "../conditions.ts";
import { columnsOf, type RecordsByHand, Table } from "../table.ts";
import type { BillingCycle } from "./dates.ts";

/**
 * The stored objects of section 10, by id in ascending order. Ids are 64-bit and kept as bigint, money is whole cents, dates
 * are the vendor's text in UTC.
 */
export interface V01State {
  readonly customers: Table<bigint, Customer>;
  /** By customer id. */
  readonly ledgers: Map<bigint, Ledger>;
  /** Entries that requests have made, over all ledgers. */
  readonly entered: Table<bigint, Transaction>;
  readonly plans: Map<bigint, Plan>;
  readonly taxRates: Table<bigint, TaxRate>;
  readonly subscriptions: Map<bigint, Subscription>;
  readonly paymentOptions: Map<bigint, PaymentOption>;
  /** The next id of each kind of object. */
  readonly nextIds: Record<Sequence, bigint>;
}

/** The stored objects as tests read them. */
export interface V01StateView {
  readonly customers: ReadonlyMap<bigint, Customer>;
  readonly ledgers: ReadonlyMap<bigint, LedgerView>;
  readonly plans: ReadonlyMap<bigint, Plan>;
  readonly taxRates: ReadonlyMap<bigint, TaxRate>;
  readonly subscriptions: ReadonlyMap<bigint, Subscription>;
  readonly paymentOptions: ReadonlyMap<bigint, PaymentOption>;
}

export interface LedgerView {
  readonly transactions: readonly Readonly<Transaction>[];
  readonly allocations: readonly Allocation[];
}

type Sequence =
  | "customer"
  | "transaction"
  | "allocation"
  | "plan"
  | "taxRate"
  | "subscription"
  | "adjustment"
  | "paymentOption"
  | "processing";

/** The texts of a customer that `modify` may change (section 10.1, tail fields from A14). */
export type CustomerText =
  | "firstName"
  | "lastName"
  | "organizationName"
  | "email"
  | "homePhone"
  | "workPhone"
  | "cellPhone"
  | "street1"
  | "street2"
  | "city"
  | "state"
  | "zipCode"
  | "countryCode"
  | "birthDate";

/** Section 10.1, without `balance`, which is the ledger's. */
export interface Customer extends Readonly<Partial<Record<CustomerText, string | undefined>>> {
  readonly id: bigint;
  readonly code: string;
  readonly accountId: number;
  readonly createDate: string;
  readonly isActive: boolean;
}

export interface Ledger {
  /** Ascending by id. */
  readonly transactions: Transaction[];
  readonly allocations: Allocation[];
}

/** AccountActivity (section 11.1). */
export type TransactionType =
  | "RI"
  | "RF"
  | "RL"
  | "RA"
  | "RO"
  | "RN"
  | "RC"
  | "RR"
  | "RX"
  | "AP"
  | "AC"
  | "AV"
  | "AR"
  | "AX"
  | "AD"
  | "AG"
  | "AS"
  | "AA";

/** Section 10.2: only the balance of a transaction ever changes. */
export interface Transaction {
  readonly id: bigint;
  readonly code: string;
  readonly accountId: number;
  readonly customerId: bigint;
  readonly createDate: string;
  readonly type: TransactionType;
  readonly dueDate: string;
  /** Always positive: the type says whether it is owed or paid. */
  readonly amount: number;
  /** The unpaid part of a debt, or the unused part of a credit. */
  balance: number;
  readonly taxAmount?: number | undefined;
  readonly feeAmount?: number | undefined;
  readonly invoiceList?: string | undefined;
  readonly accountType?: string | undefined;
  readonly accountNumber?: string | undefined;
  readonly creatorCode?: string | undefined;
  readonly note?: string | undefined;
  readonly subscriptionId?: bigint | undefined;
  readonly adjustmentId?: bigint | undefined;
  readonly processingInfo?: ProcessingInfo | undefined;
}

/** Section 10.4. */
export interface ProcessingInfo {
  readonly id: bigint;
  readonly holderName?: string | undefined;
  readonly accountNumber?: string | undefined;
  readonly accountAccessory?: string | undefined;
  readonly token?: string | undefined;
  readonly street?: string | undefined;
  readonly city?: string | undefined;
  readonly state?: string | undefined;
  readonly zipCode?: string | undefined;
  readonly phone?: string | undefined;
}

/** Section 10.9; the amount is to be expected there. */
export interface Allocation {
  readonly id: bigint;
  readonly sourceId: bigint;
  readonly targetId: bigint;
  readonly targetTransactionType: TransactionType;
  readonly amount: number;
}

/** Section 10.7. */
export interface Plan {
  readonly id: bigint;
  readonly code: string;
  readonly accountId: number;
  readonly createDate: string;
  readonly name: string;
  readonly billingCycleType: BillingCycle;
  readonly amount: number;
  readonly taxAmount?: number | undefined;
  readonly isActive: boolean;
}

/** Section 10.8. The API never shows `state` and `expirationDate`: only the database entity has them. */
export interface TaxRate {
  readonly id: bigint;
  readonly code: string;
  readonly countryCode: string;
  readonly value: number;
  readonly description?: string | undefined;
  readonly effectiveDate: string;
  readonly isActive: boolean;
  readonly createDate: string;
  readonly state?: string | undefined;
  readonly expirationDate?: string | undefined;
}

/** Section 10.6, without `pendingAdjustmentType`, which follows from the adjustments and the day. */
export interface Subscription {
  readonly id: bigint;
  readonly code: string;
  readonly accountId: number;
  readonly customerId: bigint;
  readonly amount: number;
  readonly taxAmount?: number | undefined;
  readonly createDate: string;
  readonly firstBillingDate: string;
  readonly lastBillingDate?: string | undefined;
  readonly nextBillingDate?: string | undefined;
  readonly billingCycleType: BillingCycle;
  readonly planId?: bigint | undefined;
  readonly planName?: string | undefined;
  readonly paymentOptionId: bigint;
  readonly note?: string | undefined;
  readonly adjustments: readonly SubscriptionAdjustment[];
}

/** Section 11.3: freeze, cancel, pause. */
export type AdjustmentType = "F" | "C" | "P";

/** Section 10.10. */
export interface SubscriptionAdjustment {
  readonly id: bigint;
  readonly type: AdjustmentType;
  readonly effectiveDate: string;
  readonly endDate?: string | undefined;
  /** Number of payments. */
  readonly length?: number | undefined;
  readonly note?: string | undefined;
}

/** Section 10.5. */
export interface PaymentOption {
  readonly id: bigint;
  readonly code: string;
  readonly customerId: bigint;
  readonly createDate: string;
  readonly isActive: boolean;
  /** Masked but for the last four digits. */
  readonly accountNumber?: string | undefined;
  readonly accountAccessory?: string | undefined;
  readonly holderName: string;
  readonly token: string;
  readonly street1?: string | undefined;
  readonly street2?: string | undefined;
  readonly city?: string | undefined;
  readonly state?: string | undefined;
  readonly zipCode?: string | undefined;
  readonly countryCode?: string | undefined;
}

/** The kinds of members: texts of people, codes and amounts (whole cents, or hundredths of a percent). */
const columns = {
  customers: columnsOf({ text: "firstName lastName organizationName email street1 street2 city zipCode", code: "code" }),
  entries: columnsOf({ text: "note", code: "code" }),
  taxRates: columnsOf({ text: "description" }),
};

export const emptyState = (conditions: Conditions): V01State => ({
  customers: new Table(conditions, columns.customers),
  ledgers: new Map(),
  entered: new Table(conditions, columns.entries),
  plans: new Map(),
  taxRates: new Table(conditions, columns.taxRates),
  subscriptions: new Map(),
  paymentOptions: new Map(),
  nextIds: {
    customer: 10_001n,
    transaction: 900_001n,
    allocation: 700_001n,
    plan: 301n,
    taxRate: 41n,
    subscription: 50_001n,
    adjustment: 6_001n,
    paymentOption: 80_001n,
    processing: 400_001n,
  },
});

/** Takes the next id of the sequence (section 2.8: auto-incremented). */
export const takeId = (state: V01State, sequence: Sequence): bigint => {
  const id = state.nextIds[sequence];
  const table = { customer: state.customers, transaction: state.entered, taxRate: state.taxRates }[sequence as "customer"];
  if (table !== undefined && state.customers.conditions.inForce().ids === "scattered") {
    let lowest = 1n;
    while (table.has(lowest)) lowest += 1n;
    return lowest;
  }
  state.nextIds[sequence] = id + 1n;
  return id;
};

/** Stores a new entry, and returns it as it was stored. */
export const enter = ({ entered }: V01State, transaction: Transaction): Transaction => {
  entered.set(transaction.id, transaction);
  return entered.get(transaction.id) ?? transaction;
};

/** Entries as people at the installation's own screens reach them, including seeded ones. */
export const entriesByHand = ({ ledgers, entered }: V01State): RecordsByHand => {
  const ledgerWith = (id: string): Ledger | undefined =>
    ledgers.values().find(({ transactions }) => transactions.some((each) => String(each.id) === id));
  const get = (id: string): Transaction | undefined => ledgerWith(id)?.transactions.find((each) => String(each.id) === id);
  return {
    get,
    edit: (id, members) => {
      const entry = get(id);
      // The balance also changes in place: allocations refer to the same object.
      if (entry !== undefined) Object.assign(entry, members);
      return entry !== undefined;
    },
    remove: (id) => {
      const transactions = ledgerWith(id)?.transactions;
      const index = transactions?.findIndex((each) => String(each.id) === id) ?? -1;
      if (index < 0) return false;
      transactions?.splice(index, 1);
      return entered.delete(BigInt(id)) || true;
    },
  };
};
