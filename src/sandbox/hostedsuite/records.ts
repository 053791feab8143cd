import type { LocalTime } from "./dates.ts";

/** The stored records of the simulated HostedSuite: a superset of what v2 and v3 show, in the wire form of neither. */

export interface User {
  readonly id: string;
  readonly name: string;
}

/** Members of every stored record: the audit members of contract 7.5. */
export interface Stamp {
  /** 24 lower-case hexadecimal characters, growing with each record (contract 2.9). */
  readonly id: string;
  readonly dateCreated: LocalTime;
  readonly dateLastModified: LocalTime;
  readonly dateArchived: LocalTime | null;
  readonly createdBy: User;
  readonly lastModifiedBy: User;
  readonly archivedBy: User | null;
}

export interface Address {
  readonly street1: string | null;
  readonly street2: string | null;
  readonly city: string | null;
  readonly state: string | null;
  readonly postalCode: string | null;
  readonly country: string | null;
}

export interface CustomField {
  readonly name: string;
  readonly value: string | null;
}

export interface Hyperlink {
  readonly id: string;
  readonly name: string | null;
  readonly url: string | null;
}

export const callAllowanceTypes = ["NotBillable", "NumberOfMinutes", "NumberOfCalls"] as const;
export const recipientTypes = ["To", "Cc", "Bcc"] as const;
export const taxTypes = ["Percentage", "Flat"] as const;

export interface BillingEmailAddress {
  readonly name: string | null;
  readonly address: string;
  readonly type: (typeof recipientTypes)[number];
}

export interface PhoneNumber {
  readonly id: string;
  readonly name: string | null;
  readonly number: string;
  readonly mobile: boolean;
}

export interface EmailAddress {
  readonly id: string;
  readonly name: string | null;
  readonly address: string;
}

export interface ClientFields {
  readonly name: string;
  readonly centerId: string;
  readonly contractId: string | null;
  readonly referenceId: string | null;
  readonly thirdPartyAccountId: string | null;
  readonly location: string | null;
  readonly greeting: string | null;
  readonly callInstructions: string | null;
  readonly popupInformation: string | null;
  readonly information: string | null;
  readonly faxNumber: string | null;
  readonly webSiteUrl: string | null;
  readonly address: Address | null;
  readonly customFields: readonly CustomField[] | null;
  readonly links: readonly Hyperlink[] | null;
  readonly screenPops: readonly string[] | null;
  readonly categoryIds: readonly string[] | null;
  readonly industryId: string | null;
  readonly callAllowanceType: (typeof callAllowanceTypes)[number];
  readonly callAllowanceAmount: number;
  /** v3 only; v2 keeps e-mail addresses and phone numbers on contacts (contract 4.4). */
  readonly billingEmailAddresses: readonly BillingEmailAddress[] | null;
  readonly phoneNumbers: readonly PhoneNumber[] | null;
  readonly billingCodes: readonly { readonly name: string | null; readonly code: string | null }[] | null;
}

export interface ContactFields {
  readonly clientId: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly title: string | null;
  readonly alert: string | null;
  readonly status: string | null;
  readonly location: string | null;
  readonly longDistanceCode: string | null;
  readonly callInstructions: string | null;
  readonly information: string | null;
  readonly moreInformation: string | null;
  readonly greetingOverride: string | null;
  readonly loginUserName: string | null;
  readonly thirdPartyAccountId: string | null;
  readonly keywords: readonly string[] | null;
  readonly address: Address | null;
  readonly phoneNumbers: readonly PhoneNumber[] | null;
  readonly emailAddresses: readonly EmailAddress[] | null;
}

export interface ChargeFields {
  readonly clientId: string;
  readonly serviceId: string;
  readonly contactId: string | null;
  readonly dateOfCharge: LocalTime;
  readonly quantity: number;
  /** Line total, an IEEE double; null = not calculated (contract 5.1). */
  readonly cost: number | null;
  readonly notes: string | null;
  readonly description: string | null;
  readonly memorized: boolean;
  readonly billingCode: string | null;
  /** Scheduling charges come from reservations; only /charges/all shows them (contract 5.3). */
  readonly source: "manual" | "scheduling";
}

export interface ServiceFields {
  readonly name: string;
  readonly centerId: string | null;
  readonly description: string | null;
  readonly code: string | null;
  readonly taxId: string | null;
  readonly parentServiceId: string | null;
}

export interface TaxFields {
  readonly name: string;
  readonly type: (typeof taxTypes)[number];
  /** Percent for Percentage, an amount for Flat (contract 7.9). */
  readonly rate: number;
}

export interface PriceLevel {
  /** The quantity from which the level applies. */
  readonly quantity: number;
  readonly unitCost: number;
  readonly isFixedCost: boolean;
}

export interface Rate {
  readonly serviceId: string;
  readonly unitCost: number;
  readonly setupFee: number;
  readonly setupFeeType: (typeof taxTypes)[number];
  /** Level 1 to 3, in this order. */
  readonly levels: readonly PriceLevel[];
}

export interface FixedCharge {
  readonly serviceId: string;
  readonly cost: number;
  readonly description: string | null;
}

export interface ContractFields {
  readonly name: string;
  readonly centerId: string | null;
  /** The contract from which it inherits rates. */
  readonly masterId: string | null;
  readonly rates: readonly Rate[];
  readonly fixedCharges: readonly FixedCharge[];
}

export interface CenterFields {
  readonly name: string;
  readonly address: Address | null;
  readonly timeZoneId: string | null;
  readonly supportEmailAddress: string | null;
  readonly thirdPartyAccountId: string | null;
  /** The price list of clients without a contract of their own. */
  readonly defaultContractId: string | null;
}

export type Client = Stamp & ClientFields;
export type Contact = Stamp & ContactFields;
export type Charge = Stamp & ChargeFields;
export type Service = Stamp & ServiceFields;
export type Tax = Stamp & TaxFields;
export type Contract = Stamp & ContractFields;
export type Center = Stamp & CenterFields;
