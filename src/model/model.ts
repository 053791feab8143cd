/**
 * The unified types that adapters return and the schema publishes. Plain data without behaviour.
 *
 * Conventions: `backend` is the backend's key in the configuration. `id` is the local id in the backend: stable, readable again
 * with the adapter's getMany, and opaque to all but that adapter. Amounts are exact decimal strings. `…On` and `date` are
 * calendar dates "yyyy-MM-dd". `…At` are RFC 3339 instants in UTC. Null = the backend has no value or does not keep one.
 */

export const capabilities = [
  "CUSTOMER_READ",
  "CUSTOMER_CREATE",
  "CUSTOMER_UPDATE",
  "CUSTOMER_ARCHIVE",
  "CUSTOMER_RESTORE",
  "CHARGE_READ",
  "CHARGE_CREATE",
  "CHARGE_UPDATE",
  "CHARGE_VOID",
  "CHARGE_EXECUTE",
  "CREDIT_CREATE",
  "TAX_READ",
  "TAX_CREATE",
  "TAX_UPDATE",
  "TAX_ARCHIVE",
  "TAX_LIABILITY",
  "SERVICE_READ",
  "PLAN_READ",
  "VALIDATE_ONLY",
] as const;
export type Capability = (typeof capabilities)[number];

/** An exact amount: `amount` in plain decimal notation ("19.99", "-0.5"), `currency` an ISO 4217 code. */
export interface Money {
  readonly amount: string;
  readonly currency: string;
}

export interface Address {
  readonly lines: readonly string[];
  readonly city: string | null;
  readonly state: string | null;
  readonly postalCode: string | null;
  /** As the backend stores it: a code or a name. */
  readonly country: string | null;
}

/** Identifies an object everywhere in the gateway. */
export interface Ref {
  readonly backend: string;
  readonly id: string;
}

/** A reference to an object that is not loaded, with what the referring record says about it. */
export interface Stub extends Ref {
  /** The object's name, if the referring record has it. */
  readonly name: string | null;
}

/** Says which members of a backend's record were not understood. */
export interface PartlyUnderstood {
  /**
   * Names of members in the backend's record that are present but not understood. The members made of them are null or have
   * their default. Absent = none.
   */
  readonly notUnderstood?: readonly string[];
}

/** The backend's own record, without secrets and bank data. */
export type Raw = Readonly<Record<string, unknown>>;

export type CustomerStatus = "ACTIVE" | "ARCHIVED" | "UNKNOWN";

export interface Customer extends Ref, PartlyUnderstood {
  readonly type: "Customer";
  readonly backendId: string;
  readonly reference: string | null;
  /** Display name: the organisation, or else first and last name. Never empty. */
  readonly name: string;
  readonly organizationName: string | null;
  readonly firstName: string | null;
  readonly lastName: string | null;
  /** Also null where contact data is kept apart: see CustomerVerbs.getContacts. */
  readonly email: string | null;
  readonly phone: string | null;
  readonly address: Address | null;
  readonly status: CustomerStatus;
  readonly currency: string;
  /** Positive = the customer owes it. */
  readonly amountDue: Money | null;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly parent: Stub | null;
  readonly plan: Stub | null;
  /** Its state in the backend's own word, if it has one. `status` is the gateway's reading of it. */
  readonly backendStatus?: string;
  /** The codes that its charges are billed under, where the backend keeps them with the customer. */
  readonly billingCodes?: readonly BillingCode[];
  readonly raw: Raw;
}

export interface BillingCode {
  readonly name: string | null;
  readonly code: string | null;
}

export interface Contact extends PartlyUnderstood {
  readonly email: string | null;
  readonly phone: string | null;
}

export const chargeKinds = ["ONE_OFF", "RECURRING", "FEE", "CREDIT"] as const;
export type ChargeKind = (typeof chargeKinds)[number];
export const chargeStatuses = ["DEFINED", "OPEN", "PARTLY_PAID", "SETTLED", "VOIDED", "ARCHIVED", "UNKNOWN"] as const;
export type ChargeStatus = (typeof chargeStatuses)[number];
export const chargeIntervals = ["IMMEDIATE", "ONCE", "WEEKLY", "MONTHLY", "QUARTERLY", "SEMIANNUALLY", "ANNUALLY"] as const;
export type ChargeInterval = (typeof chargeIntervals)[number];

export interface Recurrence {
  readonly interval: ChargeInterval;
  /** The number of times in all; null = without end. */
  readonly occurrences: number | null;
  readonly startsOn: string | null;
  readonly endsOn: string | null;
}

export interface Charge extends Ref, PartlyUnderstood {
  readonly type: "Charge";
  readonly backendId: string;
  readonly reference: string | null;
  readonly customer: Stub | null;
  readonly plan: Stub | null;
  readonly service: Stub | null;
  readonly name: string;
  readonly description: string | null;
  readonly notes: string | null;
  readonly kind: ChargeKind;
  readonly status: ChargeStatus;
  readonly quantity: string;
  /** The whole line without taxes; null = not priced yet. Negative for a credit, so that amounts can be summed. */
  readonly amount: Money | null;
  readonly taxAmount: Money | null;
  /** amount + taxAmount, if both are known. */
  readonly total: Money | null;
  readonly outstanding: Money | null;
  /** The seller's own cost of the item. */
  readonly cost: Money | null;
  readonly date: string | null;
  readonly recurrence: Recurrence | null;
  readonly createdAt: string | null;
  /** The day of `createdAt` in the backend's zone, for a charge without a date. */
  readonly createdOn?: string;
  /** The code that the backend bills it under, if it keeps one. */
  readonly billingCode?: string;
  /** Its state in the backend's own word, if it has one. `status` is the gateway's reading of it. */
  readonly backendStatus?: string;
  readonly updatedAt: string | null;
  readonly raw: Raw;
}

export const taxScopes = [
  "ACCOUNTS",
  "CALLS",
  "CARD_GROUPS",
  "CHARGES",
  "FEATURES",
  "MESSAGES",
  "NUMBERS",
  "PRODUCTS",
  "SERVICES",
] as const;
export type TaxScope = (typeof taxScopes)[number];
export const taxLiabilities = ["NOBODY", "NEW_CUSTOMERS", "ALL_CUSTOMERS"] as const;
export type TaxLiability = (typeof taxLiabilities)[number];

export interface Tax extends Ref, PartlyUnderstood {
  readonly type: "Tax";
  readonly backendId: string;
  readonly name: string;
  readonly description: string | null;
  /** Percent: "20" is 20 %. */
  readonly rate: string | null;
  readonly fixedAmount: Money | null;
  readonly appliesTo: readonly TaxScope[];
  readonly defaultLiability: TaxLiability | null;
  readonly owner: Stub | null;
  readonly shared: boolean;
  readonly country: string | null;
  readonly effectiveDate: string | null;
  readonly active: boolean;
  readonly raw: Raw;
}

export interface Plan extends Ref, PartlyUnderstood {
  readonly type: "Plan";
  readonly backendId: string;
  readonly name: string;
  readonly description: string | null;
  readonly interval: ChargeInterval | null;
  readonly amount: Money | null;
  /** Whether it can be used; null or absent = the backend does not say. */
  readonly active?: boolean | null;
}

export interface Service extends Ref, PartlyUnderstood {
  readonly type: "Service";
  readonly backendId: string;
  readonly name: string;
  readonly description: string | null;
  readonly tax: Stub | null;
  /** Whether it can be used; null or absent = the backend does not say. */
  readonly active?: boolean | null;
  /** Its state in the backend's own word, if it has one. */
  readonly backendStatus?: string;
}

export type Entity = Customer | Charge | Tax | Plan | Service;

// ------------------------------------------------------------------ inputs of writes (ids are local ids)

export interface AddressInput {
  readonly lines?: readonly string[] | null | undefined;
  readonly city?: string | null | undefined;
  readonly state?: string | null | undefined;
  readonly postalCode?: string | null | undefined;
  readonly country?: string | null | undefined;
}

/** In creates, null and undefined both mean "not given", unless a member says otherwise. */
export interface CustomerInput {
  readonly name?: string | null | undefined;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
  readonly email?: string | null | undefined;
  readonly phone?: string | null | undefined;
  readonly address?: AddressInput | null | undefined;
  readonly reference?: string | null | undefined;
  readonly planId?: string | null | undefined;
  readonly parentId?: string | null | undefined;
}

/** In changes, undefined = unchanged, null = clear. */
export type CustomerChange = Omit<CustomerInput, "parentId">;

export interface RecurrenceInput {
  readonly interval: ChargeInterval;
  readonly occurrences?: number | null | undefined;
  readonly startsOn?: string | null | undefined;
  readonly endsOn?: string | null | undefined;
}

export interface ChargeInput {
  /** Undefined or null = follows from the other members. */
  readonly kind?: ChargeKind | null | undefined;
  readonly customerId?: string | null | undefined;
  readonly planId?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly notes?: string | null | undefined;
  readonly serviceId?: string | null | undefined;
  /** The whole line without taxes. Where the backend has its own prices: null or undefined = its price, "0" = free. */
  readonly amount?: string | null | undefined;
  readonly currency?: string | null | undefined;
  readonly taxAmount?: string | null | undefined;
  readonly cost?: string | null | undefined;
  readonly quantity?: string | null | undefined;
  readonly date?: string | null | undefined;
  readonly recurrence?: RecurrenceInput | null | undefined;
  readonly reference?: string | null | undefined;
  readonly taxIds?: readonly string[] | null | undefined;
  readonly executeNow?: boolean | null | undefined;
}

export type ChargeChange = Pick<
  ChargeInput,
  "name" | "description" | "notes" | "amount" | "currency" | "cost" | "quantity" | "date" | "recurrence"
>;

/** A credit lowers what a customer owes. Its amount is positive. */
export interface CreditInput {
  readonly customerId: string;
  readonly amount: string;
  readonly currency?: string | null | undefined;
  readonly description?: string | null | undefined;
}

export interface TaxInput {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly rate?: string | null | undefined;
  readonly fixedAmount?: string | null | undefined;
  readonly currency?: string | null | undefined;
  readonly appliesTo?: readonly TaxScope[] | null | undefined;
  readonly defaultLiability?: TaxLiability | null | undefined;
  readonly ownerId?: string | null | undefined;
  readonly shared?: boolean | null | undefined;
  readonly country?: string | null | undefined;
  readonly effectiveDate?: string | null | undefined;
}

export interface TaxChange extends Omit<TaxInput, "name" | "ownerId" | "country"> {
  readonly name?: string | null | undefined;
  readonly active?: boolean | null | undefined;
}

/** Who or what is liable for a tax: exactly one of the three. A product is not in the API: its id is the backend's own. */
export type LiabilitySubject = { readonly customerId: string } | { readonly chargeId: string } | { readonly productId: string };
