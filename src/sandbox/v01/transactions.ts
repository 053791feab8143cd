import {
  type Action,
  type ActionCall,
  createAction,
  explicitGetAction,
  Failure,
  findAction,
  type Installation,
  loadAction,
  unknownId,
} from "./action.ts";
import { customerOf, readAccountId } from "./customers.ts";
import { dateTimeOf, dayOf } from "./dates.ts";
import { type Fields, parseLong, patterns, readChoice, readDay, readInteger, readLong, readText, required } from "./fields.ts";
import { dayRange, page } from "./find.ts";
import { type Bookkeeping, post, postReversal, reversalType } from "./ledger.ts";
import type { V01Settings } from "./options.ts";
import { inZone } from "./shapes.ts";
import { type Customer, enter, type Ledger, type Transaction, type TransactionType, takeId, type V01State } from "./state.ts";

/** The types that a caller may create (A10): invoice, credit, fee. */
const creatableTypes = ["RI", "RC", "RF"] as const;

export const ledgerOf = (customer: Customer, state: V01State): Ledger => {
  const ledger = state.ledgers.get(customer.id);
  if (ledger === undefined) throw new Error(`The customer ${customer.id} has no ledger.`);
  return ledger;
};

export const bookkeepingOf = ({ state, settings }: Installation): Bookkeeping => ({
  balancing: settings.balancing,
  takeAllocationId: () => takeId(state, "allocation"),
});

const transactionOf = ({ variables }: ActionCall, ledger: Ledger): Transaction => {
  const id = parseLong(variables[1] ?? "", "transaction-id");
  const transaction = ledger.transactions.find((candidate) => candidate.id === id);
  if (transaction === undefined) throw unknownId("transaction", id);
  return transaction;
};

/** A transaction in the installation's edition: `feeAmount` and `invoiceList` came with E3 (section 1). */
export const presentTransaction = (transaction: Transaction, { edition }: V01Settings): Transaction =>
  edition === "E3" ? transaction : { ...transaction, feeAmount: undefined, invoiceList: undefined };

/**
 * Amount and tax of a request, in cents. Fails with F01, or with V03 for a tax larger than the amount that includes it (A10).
 */
export const readAmounts = (fields: Fields, { taxIncluded }: V01Settings) => {
  const amount = required(readInteger(fields, "amount", 1), "amount");
  const taxAmount = readInteger(fields, "taxAmount", 0);
  if (taxIncluded && taxAmount !== undefined && taxAmount > amount) {
    throw new Failure("V03", "taxAmount is part of amount and cannot exceed it.");
  }
  return { amount, taxAmount };
};

/** Refuses account numbers without a mask, with L04: only the data filter host takes them (section 2.1). */
export const refuseRawAccount = (fields: Fields, names: readonly string[]): void => {
  for (const name of names) {
    const value = readText(fields, name, 512);
    if (value !== undefined && !value.includes("*")) {
      throw new Failure("L04", "Raw account data is not allowed through this host for this user.");
    }
  }
};

/** `accountId` and `customerId` of a body must equal those of the URL. Fails with V01. */
export const refuseOtherOwner = (fields: Fields, customer: Customer, settings: V01Settings): void => {
  if ((readAccountId(fields, settings) ?? customer.accountId) !== customer.accountId) {
    throw new Failure("V01", `The customer ${customer.id} does not belong to this merchant account.`);
  }
  if ((readLong(fields, "customerId") ?? customer.id) !== customer.id) {
    throw new Failure("V01", "customerId differs from the customer in the URL.");
  }
};

const readSubscriptionId = (fields: Fields, customer: Customer, state: V01State): bigint | undefined => {
  const id = readLong(fields, "subscriptionId");
  if (id !== undefined && state.subscriptions.get(id)?.customerId !== customer.id) {
    throw new Failure("V01", `The customer has no subscription ${id}.`);
  }
  return id;
};

/** The own fields of a new entry, created now. */
export const newEntry = (customer: Customer, { state, settings }: Installation, code?: string) => {
  const id = takeId(state, "transaction");
  const createDate = dateTimeOf(settings.now());
  return {
    id,
    code: code ?? String(id),
    accountId: customer.accountId,
    customerId: customer.id,
    createDate,
    dueDate: inZone(createDate, settings.timeZone).slice(0, "yyyy-MM-dd".length),
  };
};

/** Section 6.1: records an entry. A customer's duplicate code fails with V02 (A9). */
const create = (call: ActionCall, installation: Installation) => {
  const { object } = call;
  const { state, settings } = installation;
  const customer = customerOf(call, state);
  const ledger = ledgerOf(customer, state);
  refuseOtherOwner(object, customer, settings);
  refuseRawAccount(object, ["accountNumber"]);
  const type: TransactionType = required(readChoice(object, "type", creatableTypes), "type");
  const { amount, taxAmount } = readAmounts(object, settings);
  const dueDate = readDay(object, "dueDate");
  const optional = {
    taxAmount,
    feeAmount: readInteger(object, "feeAmount", 0),
    invoiceList: readText(object, "invoiceList", 250),
    accountType: readText(object, "accountType", 2, patterns.alphanumeric),
    accountNumber: readText(object, "accountNumber", 512),
    creatorCode: readText(object, "creatorCode", 60),
    note: readText(object, "note", 255),
    subscriptionId: readSubscriptionId(object, customer, state),
  };
  const code = readText(object, "code", 60, patterns.code);
  const stored = code && state.entered.asStored({ code }).code;
  if (code !== undefined && ledger.transactions.some((transaction) => transaction.code === stored)) {
    throw new Failure("V02", `The customer has a transaction with the code ${code} already.`);
  }
  const entry = newEntry(customer, installation, code);
  const transaction = enter(state, {
    ...entry,
    dueDate: dueDate ?? entry.dueDate,
    type,
    amount,
    balance: amount,
    ...optional,
  });
  post(ledger, transaction, bookkeepingOf(installation));
  return presentTransaction(transaction, settings);
};

/** Section 6.2, complete: paging, and creation dates within two days, both inclusive. */
const find = (call: ActionCall, installation: Installation) => {
  const { state, settings } = installation;
  const isWithin = dayRange(call.parameters, "createDate");
  const { transactions } = ledgerOf(customerOf(call, state), state);
  const rows = transactions.filter(
    ({ id, createDate }) => isWithin(inZone(createDate, settings.timeZone)) && state.entered.isListed(id),
  );
  return page(rows, call.parameters, installation).map((transaction) => presentTransaction(transaction, settings));
};

const load = (call: ActionCall, { state, settings }: Installation) =>
  presentTransaction(transactionOf(call, ledgerOf(customerOf(call, state), state)), settings);

/** Section 6.5 with the semantics of A12. It has no parameters: no partial amount, no reason. */
const reverse = (call: ActionCall, installation: Installation) => {
  const { state, settings } = installation;
  const customer = customerOf(call, state);
  const ledger = ledgerOf(customer, state);
  const original = transactionOf(call, ledger);
  const { amount, taxAmount, accountType, accountNumber } = original;
  const type = reversalType(ledger, original, dayOf(settings.now()));
  const entry = newEntry(customer, installation);
  const reversal = enter(state, { ...entry, type, amount, balance: amount, taxAmount, accountType, accountNumber });
  postReversal(ledger, original, reversal, bookkeepingOf(installation));
  return presentTransaction(settings.reverseReturns === "new" ? reversal : original, settings);
};

/** Section 6.6: allocations with the transaction on either side. */
const findAllocations = (call: ActionCall, installation: Installation) => {
  const { state } = installation;
  const ledger = ledgerOf(customerOf(call, state), state);
  const { id } = transactionOf(call, ledger);
  const rows = ledger.allocations.filter(({ sourceId, targetId }) => sourceId === id || targetId === id);
  return page(rows, call.parameters, installation);
};

export const transactionActions: readonly Action[] = [
  createAction("customers/*/transactions", create),
  findAction("customers/*/transactions", find),
  loadAction("customers/*/transactions/*", load),
  explicitGetAction("customers/*/transactions/*", "reverse", reverse),
  findAction("customers/*/transactions/*/allocations", findAllocations),
];
