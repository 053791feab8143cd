import {
  type Action,
  type ActionCall,
  createAction,
  Failure,
  findAction,
  type Installation,
  loadAction,
  unknownId,
} from "./action.ts";
import { customerOf } from "./customers.ts";
import { dateTimeOf } from "./dates.ts";
import { type Fields, parseLong, patterns, readBoolean, readChoice, readText, required } from "./fields.ts";
import { page } from "./find.ts";
import { post } from "./ledger.ts";
import { type Customer, enter, type PaymentOption, takeId, type V01State } from "./state.ts";
import {
  bookkeepingOf,
  ledgerOf,
  newEntry,
  presentTransaction,
  readAmounts,
  refuseOtherOwner,
  refuseRawAccount,
} from "./transactions.ts";

export const paymentOptionsOf = (customer: Customer, state: V01State): readonly PaymentOption[] =>
  [...state.paymentOptions.values()].filter(({ customerId }) => customerId === customer.id);

/** Data from a card reader or keyed entry; only the data filter host accepts it (section 2.1). */
const rawAccountFields = ["accountNumber", "accountData"];

const readToken = (fields: Fields): string => required(readText(fields, "token", 50, patterns.token), "token");

/**
 * Section 6.3, for stored accounts. Every token is approved at once, as the contract does not say what a decline looks like.
 * The payment settles the open debts, oldest first.
 */
const processPayment = (call: ActionCall, installation: Installation) => {
  const { object } = call;
  const { state, settings } = installation;
  const customer = customerOf(call, state);
  refuseOtherOwner(object, customer, settings);
  refuseRawAccount(object, rawAccountFields);
  const token = readToken(object);
  const type = readChoice(object, "type", ["AP"]) ?? "AP";
  const accountType = readText(object, "accountType", 2, patterns.alphanumeric);
  const { amount, taxAmount } = readAmounts(object, settings);
  const option = paymentOptionsOf(customer, state).find((candidate) => candidate.token === token);
  const holder = {
    holderName: readText(object, "holderName", 150, patterns.name) ?? option?.holderName,
    accountNumber: option?.accountNumber,
    accountAccessory: readText(object, "accountAccessory", 80, patterns.alphanumeric) ?? option?.accountAccessory,
    token,
    street: readText(object, "street", 128, patterns.name) ?? option?.street1,
    city: readText(object, "city", 50, patterns.name) ?? option?.city,
    state: readText(object, "state", 3, patterns.name) ?? option?.state,
    zipCode: readText(object, "zipCode", 10, patterns.name) ?? option?.zipCode,
    phone: readText(object, "phone", 15, patterns.phone),
  };
  const transaction = enter(state, {
    ...newEntry(customer, installation),
    type,
    amount,
    balance: amount,
    taxAmount,
    accountType,
    accountNumber: holder.accountNumber,
    processingInfo: { id: takeId(state, "processing"), ...holder },
  });
  post(ledgerOf(customer, state), transaction, bookkeepingOf(installation));
  return presentTransaction(transaction, settings);
};

/** Section 7. The contract requires the account number unless a token replaces it; here it must be masked. */
const create = (call: ActionCall, { state, settings }: Installation) => {
  const { object } = call;
  const customer = customerOf(call, state);
  refuseRawAccount(object, rawAccountFields);
  const fields = {
    isActive: readBoolean(object, "isActive") ?? true,
    accountNumber: readText(object, "accountNumber", 512),
    accountAccessory: readText(object, "accountAccessory", 80, patterns.alphanumeric),
    holderName: required(readText(object, "holderName", 150, patterns.name), "holderName"),
    token: readToken(object),
    street1: readText(object, "street1", 128, patterns.name),
    street2: readText(object, "street2", 128, patterns.name),
    city: readText(object, "city", 50, patterns.name),
    state: readText(object, "state", 3, patterns.name),
    zipCode: readText(object, "zipCode", 10, patterns.name),
    countryCode: readText(object, "countryCode", 3, patterns.alphanumeric),
  };
  const code = readText(object, "code", 60, patterns.code);
  if (code !== undefined && paymentOptionsOf(customer, state).some((option) => option.code === code)) {
    throw new Failure("V02", `The customer has a payment option with the code ${code} already.`);
  }
  const id = takeId(state, "paymentOption");
  const createDate = dateTimeOf(settings.now());
  const option: PaymentOption = { id, code: code ?? String(id), customerId: customer.id, createDate, ...fields };
  state.paymentOptions.set(id, option);
  return present(option);
};

/**
 * An option as the API shows it: with the vendor's comma-joined `address`, and without the owner, which is only in the URL
 * (section 10.5).
 */
const present = (option: PaymentOption) => {
  const { street1, street2, city, state, zipCode, countryCode } = option;
  const address = [street1, street2, city, state, zipCode, countryCode].filter(Boolean).join(", ");
  return { ...option, customerId: undefined, address: address === "" ? undefined : address };
};

const find = (call: ActionCall, installation: Installation) => {
  const { state } = installation;
  return page(paymentOptionsOf(customerOf(call, state), state), call.parameters, installation).map(present);
};

const load = (call: ActionCall, { state }: Installation) => {
  const customer = customerOf(call, state);
  const id = parseLong(call.variables[1] ?? "", "payment-option-id");
  const option = state.paymentOptions.get(id);
  if (option?.customerId !== customer.id) throw unknownId("payment option", id);
  return present(option);
};

export const paymentActions: readonly Action[] = [
  {
    resource: "customers/*/transactions",
    name: "process",
    method: "POST",
    implicit: false,
    consumes: "object",
    answer: processPayment,
  },
  createAction("customers/*/payment-options", create),
  findAction("customers/*/payment-options", find),
  loadAction("customers/*/payment-options/*", load),
];
