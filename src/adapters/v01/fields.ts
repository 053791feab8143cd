import type { KnownAnswers, KnownMembers } from "../../adapter/doctoring/diagnosis.ts";
import type { FieldPaths } from "../../adapter/kit/comparing.ts";
import { createRedaction, isSecretName } from "../../adapter/kit/quote.ts";
import type { Row } from "../../adapter/kit/reading.ts";
import type { V01Settings } from "./settings.ts";

/** The member of the unified input behind each parameter, for errors and warnings. */
export const customerFields: FieldPaths = {
  code: ["reference"],
  firstName: ["firstName"],
  lastName: ["lastName"],
  organizationName: ["name"],
  email: ["email"],
  homePhone: ["phone"],
  workPhone: ["phone"],
  cellPhone: ["phone"],
  phone: ["phone"],
  street1: ["address", "lines"],
  street2: ["address", "lines"],
  city: ["address", "city"],
  state: ["address", "state"],
  zipCode: ["address", "postalCode"],
  countryCode: ["address", "country"],
};

export const chargeFields: FieldPaths = {
  code: ["reference"],
  customerId: ["customerId"],
  amount: ["amount"],
  taxAmount: ["taxAmount"],
  dueDate: ["date"],
  note: ["description"],
};

export const taxFields: FieldPaths = {
  countryCode: ["country"],
  effectiveDate: ["effectiveDate"],
  value: ["rate"],
  description: ["name"],
  isActive: ["active"],
};

/** Further payment data and identity documents of v01 (contract 10.1 to 10.5). */
const ownSecret = /auth|csc|account.?(data|accessory)|holder|expir|ssn/i;

/** A record as sent, without secret members at any depth. */
export const publishable = createRedaction((name) => isSecretName(name) || ownSecret.test(name));

/** Translates a customer's members between the contract's names and the installation's: from `email` on, names are inferred (10.1). */
interface MemberNames {
  /** An answer's record under the contract's names. */
  readonly read: (row: Row) => Row;
  /** A request's body under the installation's names. */
  readonly written: (body: Row) => Row;
  readonly fields: (fields: FieldPaths) => FieldPaths;
  readonly list: (names: readonly string[]) => readonly string[];
}

export function memberNames({ customerMembers }: Pick<V01Settings, "customerMembers">): MemberNames {
  const renamed = Object.entries(customerMembers).filter(([name, own]) => name !== own);
  const ownName = new Map(renamed);
  const written = <T>(members: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
    Object.fromEntries(Object.entries(members).map(([name, value]) => [ownName.get(name) ?? name, value]));
  return {
    read: (row) => {
      if (renamed.length === 0) return row;
      const found = renamed.map(([name, own]) => [name, row[own]] as const);
      const others = Object.entries(row).filter(([name]) => !ownName.has(name) && !renamed.some(([, own]) => own === name));
      return Object.fromEntries([...others, ...found.filter(([, value]) => value !== undefined)]);
    },
    written,
    fields: (fields) => written(fields),
    list: (names) => names.map((name) => ownName.get(name) ?? name),
  };
}

/** The members that any source names (contract 10). The doctor reports all others. */

const customerMembers: KnownMembers = {
  known: (
    "id code accountId createDate firstName lastName organizationName email phone homePhone workPhone cellPhone street1 street2 city " +
    "state zipCode countryCode birthDate gender title middleName suffix driverLicenseNumber driverLicenseState isActive balance"
  ).split(" "),
  needed: ["id", "firstName", "lastName", "createDate"],
  wanted: ["code", "organizationName", "email", "street1", "city", "balance"],
};

/** The members of customers under the installation's names. */
export function knownOfCustomers(settings: Pick<V01Settings, "customerMembers">): KnownMembers {
  const { list } = memberNames(settings);
  const { known, needed, wanted } = customerMembers;
  return { known: list(known), needed: list(needed), wanted: list(wanted) };
}

export const transactionMembers: KnownMembers = {
  known: (
    "id code accountId customerId createDate type dueDate amount balance taxAmount feeAmount invoiceList accountType accountNumber " +
    "creatorCode note subscriptionId adjustmentId processingInfo"
  ).split(" "),
  needed: ["id", "type", "amount", "balance", "createDate"],
  wanted: ["code", "dueDate", "note"],
};

export const taxMembers: KnownMembers = {
  known: "id code countryCode value description effectiveDate isActive createDate".split(" "),
  needed: ["id", "value"],
  wanted: ["effectiveDate", "isActive"],
};

export const knownAnswers = (settings: V01Settings): KnownAnswers => ({
  within: null,
  members: {
    "GET /customers": knownOfCustomers(settings),
    "GET /customers/{id}": knownOfCustomers(settings),
    "GET /customers/{id}/transactions": transactionMembers,
    "GET /countries/{country}/taxes/{id}/~load": taxMembers,
  },
});
