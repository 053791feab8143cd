import type { KnownAnswers, KnownMembers } from "../../adapter/doctoring/diagnosis.ts";
import type { FieldPaths } from "../../adapter/kit/comparing.ts";
import { createRedaction, isSecretName } from "../../adapter/kit/quote.ts";
import type { ChargeChange } from "../../model/model.ts";

/** The member of the unified input behind each parameter of Enswitch, for errors and warnings. One table for each entity. */

export const customerFields: FieldPaths = {
  id: ["id"],
  name: ["name"],
  email: ["email"],
  plan: ["planId"],
  parent: ["parentId"],
  bill_ref: ["reference"],
  address1: ["address", "lines"],
  address2: ["address", "lines"],
  address3: ["address", "lines"],
  address_city: ["address", "city"],
  address_state: ["address", "state"],
  address_code: ["address", "postalCode"],
};

export const chargeFields: FieldPaths = {
  id: ["id"],
  customer: ["customerId"],
  plan: ["planId"],
  name: ["name"],
  description: ["description"],
  amount: ["amount"],
  buy: ["cost"],
  currency: ["currency"],
  start: ["date"],
  end: ["recurrence", "endsOn"],
  number: ["recurrence", "occurrences"],
  period: ["recurrence", "interval"],
};

/** As chargeFields. A charge has one start, which the caller names in `date` or in `recurrence.startsOn`. */
export function chargeFieldsOf({ date, recurrence }: Pick<ChargeChange, "date" | "recurrence">): FieldPaths {
  return date == null && recurrence?.startsOn != null ? { ...chargeFields, start: ["recurrence", "startsOn"] } : chargeFields;
}

/** taxes/liable/set, for the taxes of a new charge. */
export const chargeTaxFields: FieldPaths = { tax: ["taxIds"] };

export const taxFields: FieldPaths = {
  id: ["id"],
  name: ["name"],
  description: ["description"],
  rate: ["rate"],
  amount: ["fixedAmount"],
  currency: ["currency"],
  customer: ["ownerId"],
  accounts: ["appliesTo"],
  calls: ["appliesTo"],
  cardgroups: ["appliesTo"],
  charges: ["appliesTo"],
  features: ["appliesTo"],
  messages: ["appliesTo"],
  numbers: ["appliesTo"],
  products: ["appliesTo"],
  liable: ["defaultLiability"],
  shared: ["shared"],
};

/** taxes/liable/get and set, by the subject of the liability. */
export const liabilityFields: Readonly<Record<"customer" | "charge" | "product", FieldPaths>> = {
  customer: { tax: ["taxId"], number: ["customerId"] },
  charge: { tax: ["taxId"], number: ["chargeId"] },
  product: { tax: ["taxId"], number: ["productId"] },
};

/** Voucher account numbers, and every other column that names an account or authenticates: column lists are not documented. */
const ownSecret = /pass|auth|account|c[sv][cv]|(^|_)(pin|bic|key|ssn)(_|$)/i;

/** Flags of a tax that share a word with a secret. */
const harmless: ReadonlySet<string> = new Set(["accounts", "cardgroups"]);

/** A row as sent, without secret members at any depth. */
export const publishable = createRedaction((name) => (isSecretName(name) || ownSecret.test(name)) && !harmless.has(name));

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
