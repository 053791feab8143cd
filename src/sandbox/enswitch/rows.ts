/**
 * Rows as the API shows them. The manual names the functions' parameters and says that rows correspond to database tables, so
 * columns have the names of parameters. Integers are numbers here, decimals are text with at least two places, times are Unix
 * seconds; 0 and "" mean none.
 */

export const billTypes = ["callshop", "external", "none", "postpaid", "prepaid", "prepaid_calls", "prepaid_invoices"] as const;
export const periods = ["", "once", "monthly", "quarterly", "annually"] as const;
export const liabilityTypes = ["cardgroup", "charge", "customer", "product"] as const;

/** The columns that customers/create and customers/update both take. */
export interface CustomerColumns {
  readonly name: string;
  readonly plan: number;
  readonly email: string;
  readonly description: string;
  readonly account: string;
  readonly directory: number;
  readonly bill_type: string;
  readonly bill_ref: string;
  /** Amount that the parent owes the customer: charges lower it, top-ups raise it. */
  readonly balance: string;
  readonly auto_topup: string;
  readonly email_low_balance: number;
  readonly call_maximum: string;
  readonly bulk_calls: number;
  readonly address1: string;
  readonly address2: string;
  readonly address3: string;
  readonly address_city: string;
  readonly address_code: string;
  readonly address_other: string;
  readonly address_state: string;
  readonly affiliate_customer: number;
  readonly affiliate_percentage: number;
  readonly affiliate_type: string;
  readonly bank_account_name: string;
  readonly bank_account_number: string;
  readonly bank_code: string;
  readonly bank_name: string;
  readonly callerid: string;
  readonly callerid_in_external: number;
  readonly country: string;
  readonly phone: string;
  readonly fax: string;
}

export interface CustomerRow extends CustomerColumns {
  readonly id: number;
  /** 0 for the system owner. */
  readonly parent: number;
  readonly currency: string;
  readonly deleted: number;
}

export interface ChargeColumns {
  readonly name: string;
  /** Excluding taxes. */
  readonly amount: string;
  /** Cost of the charge to the seller, excluding taxes. */
  readonly buy: string;
  readonly currency: string;
  readonly description: string;
  readonly start: number;
  readonly end: number;
  /** The number of times to charge. */
  readonly number: number;
  readonly period: string;
}

/** The customer or the plan that a charge is for; the other one is 0. */
export interface ChargeRow extends ChargeColumns {
  readonly id: number;
  readonly customer: number;
  readonly plan: number;
}

export interface TaxColumns {
  readonly name: string;
  /** Percent. */
  readonly rate: string;
  readonly amount: string;
  readonly currency: string;
  readonly description: string;
  readonly accounts: number;
  readonly calls: number;
  readonly cardgroups: number;
  readonly charges: number;
  readonly features: number;
  readonly messages: number;
  readonly numbers: number;
  readonly products: number;
  /** 0 nobody, 1 new customers, 2 new and existing ones. */
  readonly liable: number;
  readonly shared: number;
}

export interface TaxRow extends TaxColumns {
  readonly id: number;
  /** The owner. */
  readonly customer: number;
}

export interface TransactionRow {
  readonly id: number;
  readonly customer: number;
  /** Including taxes; negative when taken from the customer. */
  readonly amount: string;
  readonly amount_excluding_tax: string;
  readonly description: string;
  readonly invoice: number;
  readonly person: number;
  readonly reference: string;
  readonly time: number;
  readonly type: string;
  /** 1: moved to the archive; absent: not. No source shows such a column. */
  readonly archived?: 1;
}

export interface PlanRow {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  /** The owner. */
  readonly customer: number;
  readonly currency: string;
  readonly period: string;
  readonly inconnect_markup: string;
  readonly incost_markup: string;
  readonly inmessage_markup: string;
  readonly outconnect_markup: string;
  readonly outcost_markup: string;
  readonly outmessage_markup: string;
}

export interface PersonRow {
  readonly id: number;
  readonly username: string;
  readonly customer: number;
  readonly role: number;
  readonly forename: string;
  readonly surname: string;
  readonly email: string;
}

export interface RoleRow {
  readonly id: number;
  readonly name: string;
}

export interface ProductRow {
  readonly id: number;
  readonly name: string;
  readonly customer: number;
  readonly description: string;
  readonly amount: string;
  readonly currency: string;
  readonly period: string;
  readonly shared: number;
}
