import type { KnownAnswers, KnownMembers } from "../../adapter/doctoring/known-answers.ts";
import { memberNames } from "./member-names.ts";
import type { V01Settings } from "./settings.ts";

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
