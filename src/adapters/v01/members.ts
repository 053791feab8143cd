import type { KnownAnswers, KnownMembers } from "../../adapter/doctoring/diagnosis.ts";
import type { FieldPaths } from "../../adapter/kit/comparing.ts";
import type { Row } from "../../adapter/kit/reading.ts";
import type { V01Settings } from "./settings.ts";

/** Translates a customer's members between the contract's names and the installation's: from `email` on, names are inferred (10.1). */
export interface MemberNames {
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
