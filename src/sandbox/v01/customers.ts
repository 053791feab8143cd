import {
  type Action,
  type ActionCall,
  createAction,
  Failure,
  findAction,
  type Installation,
  loadAction,
  modifyAction,
  unknownId,
} from "./action.ts";
import { dateTimeOf } from "./dates.ts";
import { type Fields, parseLong, patterns, readBoolean, readDay, readInteger, readText, required } from "./fields.ts";
import { matchesText, page } from "./find.ts";
import { accountBalance } from "./ledger.ts";
import type { V01Settings } from "./options.ts";
import { type Customer, type CustomerText, takeId, type V01State } from "./state.ts";

/** Lengths and patterns of a customer's texts (section 10.1 and A14). */
const textFields: Readonly<Record<Exclude<CustomerText, "birthDate">, readonly [maximum: number, pattern: RegExp]>> = {
  firstName: [125, patterns.name],
  lastName: [125, patterns.name],
  organizationName: [255, patterns.name],
  email: [100, patterns.email],
  homePhone: [15, patterns.phone],
  workPhone: [15, patterns.phone],
  cellPhone: [15, patterns.phone],
  street1: [128, patterns.name],
  street2: [128, patterns.name],
  city: [50, patterns.name],
  state: [3, patterns.name],
  zipCode: [10, patterns.name],
  countryCode: [2, patterns.country],
};

/** The texts among the fields that were sent; undefined for empty ones. Fails with F01. */
const readTexts = (fields: Fields): Partial<Record<CustomerText, string | undefined>> => ({
  ...Object.fromEntries(
    Object.entries(textFields)
      .filter(([name]) => name in fields)
      .map(([name, [maximum, pattern]]) => [name, readText(fields, name, maximum, pattern)]),
  ),
  ...("birthDate" in fields && { birthDate: readDay(fields, "birthDate") }),
});

/** The merchant account of `accountId`. Fails with F01 if it is ill-formed, with V01 if the credential does not cover it. */
export const readAccountId = (fields: Fields, { accountId, secondAccountId }: V01Settings): number | undefined => {
  const wanted = readInteger(fields, "accountId", 1);
  if (wanted !== undefined && wanted !== accountId && wanted !== secondAccountId) {
    throw new Failure("V01", `There is no merchant account ${wanted}.`);
  }
  return wanted;
};

/** The customer that the URL's first variable names. Fails with V01 when there is none. */
export const customerOf = ({ variables }: ActionCall, state: V01State): Customer => {
  const id = parseLong(variables[0] ?? "", "customer-id");
  const customer = state.customers.get(id);
  if (customer === undefined) throw unknownId("customer", id);
  return customer;
};

const present = (customer: Customer, { state, settings }: Installation) => {
  const owed = accountBalance(state.ledgers.get(customer.id)?.transactions ?? []);
  return { ...customer, balance: settings.balanceSign === "positiveOwes" || owed === 0 ? owed : -owed };
};

const refuseDuplicate = (code: string, accountId: number, { state, settings }: Installation): void => {
  const inScope = (customer: Customer) => settings.codeScope === "merchant" || customer.accountId === accountId;
  if (state.customers.values().some((customer) => customer.code === code && inScope(customer))) {
    throw new Failure("V02", `There is a customer with the code ${code} already.`);
  }
};

/** Section 5.1. The required fields are those of section 10.1. */
const create = ({ object }: ActionCall, installation: Installation) => {
  const { state, settings } = installation;
  const accountId = required(readAccountId(object, settings), "accountId");
  const code = readText(object, "code", 60, patterns.code);
  const texts = readTexts(object);
  required(texts.firstName, "firstName");
  required(texts.lastName, "lastName");
  const isActive = readBoolean(object, "isActive") ?? true;
  if (code !== undefined) refuseDuplicate(state.customers.asStored({ code }).code, accountId, installation);
  const id = takeId(state, "customer");
  const createDate = dateTimeOf(settings.now());
  const customer: Customer = { id, code: code ?? String(id), accountId, createDate, ...texts, isActive };
  state.customers.set(id, customer);
  state.ledgers.set(id, { transactions: [], allocations: [] });
  return present(state.customers.get(id) ?? customer, installation);
};

/** The text filters of section 5.2, each with its length and the stored fields of which one must match. */
const textFilters: readonly (readonly [filter: string, maximum: number, fields: readonly CustomerText[], since: "E1" | "E2"])[] =
  [
    ["firstName", 125, ["firstName"], "E1"],
    ["lastName", 125, ["lastName"], "E1"],
    ["organizationName", 255, ["organizationName"], "E1"],
    ["email", 100, ["email"], "E2"],
    ["phone", 15, ["homePhone", "workPhone", "cellPhone"], "E2"],
    // The contract names street1 as the probable field behind the filter `street` (section 13, 12).
    ["street", 128, ["street1"], "E2"],
    ["city", 50, ["city"], "E2"],
    ["state", 3, ["state"], "E2"],
    ["zipCode", 10, ["zipCode"], "E2"],
    ["countryCode", 2, ["countryCode"], "E2"],
  ];

/** Section 5.2: filters combine with AND (A6). E1 silently ignores the filters that it does not know (section 13, 17). */
const find = ({ parameters }: ActionCall, installation: Installation) => {
  const { state, settings } = installation;
  const isOld = settings.edition === "E1";
  const accountId = isOld ? undefined : readInteger(parameters, "accountId", 1);
  const wanted = textFilters
    .filter(([, , , since]) => !isOld || since === "E1")
    .map(([filter, maximum, fields]) => ({ fields, text: readText(parameters, filter, isOld ? 255 : maximum) }));
  const rows = state.customers
    .listed()
    .filter(
      (customer) =>
        (accountId === undefined || customer.accountId === accountId) &&
        wanted.every(({ fields, text }) =>
          fields.some((field) => matchesText(customer[field], text, state.customers.conditions.comparable)),
        ),
    );
  return page(rows, parameters, installation).map((customer) => present(customer, installation));
};

const load = (call: ActionCall, installation: Installation) => present(customerOf(call, installation.state), installation);

/**
 * Section 5.4: changes only the fields that were sent, and ignores CreateOnly and ReadOnly ones (A8). An empty string or null
 * clears an optional field: the contract does not say how to clear, and no other form could mean it.
 */
const modify = (call: ActionCall, installation: Installation) => {
  const { state } = installation;
  const stored = customerOf(call, state);
  const texts = readTexts(call.object);
  for (const name of ["firstName", "lastName"] as const) if (name in texts) required(texts[name], name);
  const isActive = readBoolean(call.object, "isActive") ?? stored.isActive;
  const customer: Customer = { ...stored, ...texts, isActive };
  state.customers.set(customer.id, customer);
  return present(state.customers.get(customer.id) ?? customer, installation);
};

export const customerActions: readonly Action[] = [
  createAction("customers", create),
  findAction("customers", find),
  loadAction("customers/*", load),
  modifyAction("customers/*", modify),
];
