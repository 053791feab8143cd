import type { KnownAnswers, KnownMembers } from "../../adapter/doctoring/diagnosis.ts";

/** The columns that any source names (contract 8). The doctor reports all others. */

export const customerMembers: KnownMembers = {
  known: (
    "id name plan parent email description account deleted directory bill_type bill_ref balance auto_topup email_low_balance " +
    "call_maximum bulk_calls address1 address2 address3 address_city address_code address_other address_state affiliate_customer " +
    "affiliate_percentage affiliate_type bank_account_name bank_account_number bank_code bank_name callerid callerid_in_external " +
    "currency country phone customer_phone fax"
  ).split(" "),
  needed: ["id", "name"],
  wanted: ["email", "plan", "parent", "bill_ref", "address1", "balance", "currency"],
};

export const chargeMembers: KnownMembers = {
  known: "id name customer plan amount buy currency description start end number period".split(" "),
  needed: ["id", "name", "customer", "amount", "start", "period"],
  wanted: ["currency", "description", "end", "number"],
};

export const taxMembers: KnownMembers = {
  known: (
    "id name customer rate amount currency description accounts calls cardgroups charges features messages numbers products " +
    "liable shared"
  ).split(" "),
  needed: ["id", "name", "rate"],
  wanted: ["customer", "amount", "charges", "liable", "shared"],
};

export const knownAnswers = (): KnownAnswers => ({
  within: "data",
  members: {
    "customers/list": customerMembers,
    "customers/get": customerMembers,
    "charges/list": chargeMembers,
    "charges/get": chargeMembers,
    "taxes/list": taxMembers,
  },
});
