import type { KnownAnswers, KnownMembers } from "../../adapter/doctoring/known-answers.ts";

/** The members of records as far as any source names them (contract 10): what another member is news of. */

export const customerMembers: KnownMembers = {
  known: (
    "id code accountId createDate firstName lastName organizationName email phone homePhone workPhone cellPhone street1 street2 city " +
    "state zipCode countryCode birthDate gender title middleName suffix driverLicenseNumber driverLicenseState isActive balance"
  ).split(" "),
  needed: ["id", "firstName", "lastName", "createDate"],
  wanted: ["code", "organizationName", "email", "street1", "city", "balance"],
};

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

export const knownAnswers = (): KnownAnswers => ({
  within: null,
  members: {
    "GET /customers": customerMembers,
    "GET /customers/{id}": customerMembers,
    "GET /customers/{id}/transactions": transactionMembers,
    "GET /countries/{country}/taxes/{id}/~load": taxMembers,
  },
});
