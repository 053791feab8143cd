/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { CountryCode, CurrencyCode, CalendarDate, Instant, Decimal } from '../scalars.ts';
import { type TypedDocument, typedDocument } from "../documents.ts";
/** A postal address. */
export type AddressInput = {
  /** Town. */
  city?: string | null | undefined;
  /** A code or a name, as the backend takes it, e.g. "DE" or "Germany". */
  country?: string | null | undefined;
  /** Street, house number and the like, e.g. ["5 High Street", "2nd floor"]. `Backend.inputs` says how many lines a backend takes. */
  lines?: Array<string> | null | undefined;
  /** Postal or zip code. */
  postalCode?: string | null | undefined;
  /** State, province or region. */
  state?: string | null | undefined;
};

/** The customers to align, and the fields. */
export type AlignCustomersInput = {
  /** Global id of the account. */
  accountId: string;
  /** The fields that the other customers get from it. TAX_LIABILITY is refused: use setTaxLiability. */
  fields: Array<DriftField>;
  /** Global id of the customer of the account whose values are right. */
  from: string;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** Check the call and change nothing: with all checks of the gateway, and with the backend's own dry run where it has one (VALIDATE_ONLY). */
  validateOnly?: boolean | null | undefined;
};

/** Rows to send even if they look like other charges. */
export type AllowChargeRunDuplicatesInput = {
  /** Global id of the run. */
  id: string;
  /** Keys of the rows. */
  keys: Array<string>;
};

/** The approval of a second person. */
export type ApproveChargeRunInput = {
  /** Global id of the run. */
  id: string;
  /** `ChargeRun.planHash` of the plan that the person has seen. */
  planHash: string;
};

/** The customer to archive. */
export type ArchiveCustomerInput = {
  /** Global id of the customer. */
  id: string;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** Check the call and change nothing: with all checks of the gateway, and with the backend's own dry run where it has one (VALIDATE_ONLY). */
  validateOnly?: boolean | null | undefined;
};

/** The tax to archive. */
export type ArchiveTaxInput = {
  /** Global id of the tax. */
  id: string;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** Check the call and change nothing: with all checks of the gateway, and with the backend's own dry run where it has one (VALIDATE_ONLY). */
  validateOnly?: boolean | null | undefined;
};

/** Type of an input member's value. */
export type BackendInputType =
  /** True or false. */
  | 'BOOLEAN'
  /** Global id of a charge of this backend. */
  | 'CHARGE'
  /** One of `values`. */
  | 'CHOICE'
  /** A list of `values`. */
  | 'CHOICES'
  /** A country: a code or a name, as the limits say. */
  | 'COUNTRY'
  /** A CurrencyCode. */
  | 'CURRENCY'
  /** Global id of a customer of this backend. */
  | 'CUSTOMER'
  /** A Date. */
  | 'DATE'
  /** A Decimal. */
  | 'DECIMAL'
  /** An e-mail address. */
  | 'EMAIL'
  /** A whole number. */
  | 'INTEGER'
  /** A list of texts, one for each line. */
  | 'LINES'
  /** An object. Its members follow; their names begin with its name and a dot, e.g. "address.city". */
  | 'PARTS'
  /** Global id of a plan of this backend. */
  | 'PLAN'
  /** Global id of a service of this backend. */
  | 'SERVICE'
  /** A list of global ids of taxes of this backend. */
  | 'TAXES'
  /** Text. */
  | 'TEXT';

/** Kind of billing system. */
export type BackendKind =
  /** Integrics Enswitch: a telephony switch with built-in billing. */
  | 'ENSWITCH'
  /** Evo HostedSuite: office hosting, API generation v2 or v3. */
  | 'HOSTED_SUITE'
  /** A backend that is not configured any more: records of the gateway still name it. */
  | 'UNCONFIGURED'
  /** UniPay / UniBill recurring Billing API, /api/v01. */
  | 'V01';

/** What a backend can do. User interfaces enable their buttons by it. */
export type Capability =
  /** Charges can be created. */
  | 'CHARGE_CREATE'
  /** Defined charges can be executed at once. */
  | 'CHARGE_EXECUTE'
  /** Charges can be read. */
  | 'CHARGE_READ'
  /** Charges can be changed. */
  | 'CHARGE_UPDATE'
  /** Charges can be voided: the backend reverses, deletes or archives them. */
  | 'CHARGE_VOID'
  /** Credits can be created, with createCredit. */
  | 'CREDIT_CREATE'
  /** Customers can be archived. */
  | 'CUSTOMER_ARCHIVE'
  /** Customers can be created. */
  | 'CUSTOMER_CREATE'
  /** Customers can be read. */
  | 'CUSTOMER_READ'
  /** Archived customers can be restored. */
  | 'CUSTOMER_RESTORE'
  /** Customers can be changed. */
  | 'CUSTOMER_UPDATE'
  /** The catalogue of plans can be read. */
  | 'PLAN_READ'
  /** The catalogue of services can be read. Charges refer to a service. */
  | 'SERVICE_READ'
  /** Taxes can be archived. */
  | 'TAX_ARCHIVE'
  /** Taxes can be created. */
  | 'TAX_CREATE'
  /** Liability for a tax can be read and set, for single customers and charges. */
  | 'TAX_LIABILITY'
  /** Taxes can be read. */
  | 'TAX_READ'
  /** Taxes can be changed. */
  | 'TAX_UPDATE'
  /** The backend has a dry run of its own; validateOnly uses it. */
  | 'VALIDATE_ONLY';

/** Kind of a change. */
export type ChangeKind =
  /** The object is new. */
  | 'CREATED'
  /** The object does not exist any more. */
  | 'REMOVED'
  /** The object has changed. */
  | 'UPDATED';

/** Charges that match every member given. */
export type ChargeFilter = {
  /** `Charge.date` is on or after this day. */
  from?: CalendarDate | null | undefined;
  /** Only of one of these kinds. */
  kind?: Array<ChargeKind> | null | undefined;
  /** Only with this text in name, description, notes or reference, ignoring case. */
  search?: string | null | undefined;
  /** Only with one of these states. */
  status?: Array<ChargeStatus> | null | undefined;
  /** `Charge.date` is on or before this day. */
  to?: CalendarDate | null | undefined;
};

/** How often a charge falls due. */
export type ChargeInterval =
  /** Every year. */
  | 'ANNUALLY'
  /** Once, when it is executed. */
  | 'IMMEDIATE'
  /** Every month. */
  | 'MONTHLY'
  /** Once, on its date. */
  | 'ONCE'
  /** Every three months. */
  | 'QUARTERLY'
  /** Every six months. */
  | 'SEMIANNUALLY'
  /** Every week. */
  | 'WEEKLY';

/** Kind of a charge. */
export type ChargeKind =
  /** Reduces what the customer owes; its amount is below zero. A recurring credit is RECURRING. */
  | 'CREDIT'
  /** A fee, e.g. for service, late payment, access or collections. */
  | 'FEE'
  /** Billed once: no recurrence. */
  | 'ONE_OFF'
  /** Billed repeatedly: see `recurrence`. */
  | 'RECURRING';

/** Runs that match every member given. */
export type ChargeRunFilter = {
  /** Only of this series, in any case and with any spaces. */
  series?: string | null | undefined;
  /** Only with one of these states. */
  state?: Array<ChargeRunState> | null | undefined;
};

/** A charge run. */
export type ChargeRunIdInput = {
  /** Global id of the run. */
  id: string;
};

/** Rows that match every member given. */
export type ChargeRunRowFilter = {
  /** Only for this backend (key), e.g. "pbx". */
  backend?: string | null | undefined;
  /** Only with one of these states. */
  state?: Array<ChargeRunRowState> | null | undefined;
  /** True: only rows with warnings. */
  warned?: boolean | null | undefined;
};

/** A row of a charge run. Give exactly one of customerId, customerReference with backend, and accountId with backend. */
export type ChargeRunRowInput = {
  /** Global id of the account whose customer in `backend` is charged. */
  accountId?: string | null | undefined;
  /** Send it even if it looks like another charge. */
  allowDuplicate?: boolean | null | undefined;
  /** Amount of the whole line, excluding taxes, e.g. "19.99". */
  amount?: Decimal | null | undefined;
  /** Key of the backend, e.g. "pbx". With it, ids in the row may be the backend's own. */
  backend?: string | null | undefined;
  /** Cost to the seller, excluding taxes. */
  cost?: Decimal | null | undefined;
  /** Default: the backend's currency. */
  currency?: CurrencyCode | null | undefined;
  /** Id of the customer who is charged. */
  customerId?: string | null | undefined;
  /** Reference of the customer who is charged (`Customer.reference`), e.g. "A-17". */
  customerReference?: string | null | undefined;
  /** The day that it is for. Default: the day on which it is sent. */
  date?: CalendarDate | null | undefined;
  /** Description. */
  description?: string | null | undefined;
  /** Last day. */
  endsOn?: CalendarDate | null | undefined;
  /** As in ChargeSpec. */
  executeNow?: boolean | null | undefined;
  /** How often it falls due. Default: once. */
  interval?: ChargeInterval | null | undefined;
  /** Key that makes it the same row in another run of the series. Default: made from its content and the number of equal rows before it. */
  key?: string | null | undefined;
  /** As in ChargeSpec. */
  kind?: ChargeKind | null | undefined;
  /** Name. */
  name?: string | null | undefined;
  /** Notes. */
  notes?: string | null | undefined;
  /** Total number of times. Default: no limit. */
  occurrences?: number | null | undefined;
  /** Quantity. Default: 1. */
  quantity?: Decimal | null | undefined;
  /** The operator's own reference of the charge. */
  reference?: string | null | undefined;
  /** Id of the service that it is for. */
  serviceId?: string | null | undefined;
  /** First day. */
  startsOn?: CalendarDate | null | undefined;
  /** Amount of taxes on it. */
  taxAmount?: Decimal | null | undefined;
  /** Global ids of the taxes that apply to the charge: exactly these. Absent: as the backend decides. */
  taxIds?: Array<string> | null | undefined;
};

/** Status of a row of a charge run. */
export type ChargeRunRowState =
  /** Not sent, because the run was cancelled. */
  | 'CANCELLED'
  /** Nothing happened, or only a part. */
  | 'FAILED'
  /** Charged earlier, by another run of the series or by an earlier execution. */
  | 'LEFT_OUT'
  /** It cannot be sent as it is. */
  | 'NEEDS_ATTENTION'
  /** Ready to be sent. */
  | 'READY'
  /** Skipped by a person, with a reason. */
  | 'SKIPPED'
  /** Charged. */
  | 'SUCCEEDED'
  /** Not checked yet. */
  | 'UNCHECKED'
  /** Charged, and voided again. */
  | 'UNDONE'
  /** It was sent, and no understandable answer came. The gateway is reconciling it. */
  | 'UNKNOWN';

/** Status of a charge run. */
export type ChargeRunState =
  /** A second person has to approve the plan. */
  | 'AWAITING_APPROVAL'
  /** Cancelled: rows that were not sent yet are not sent. */
  | 'CANCELLED'
  /** All rows to be sent were charged. */
  | 'DONE'
  /** It has ended, but some rows were not charged. Checking and executing it again sends those. */
  | 'INCOMPLETE'
  /** Some rows cannot be sent as they are: correct or skip them. */
  | 'NEEDS_ATTENTION'
  /** Nothing is sent until it is resumed. */
  | 'PAUSED'
  /** Its rows are being checked. */
  | 'PREPARING'
  /** It can be executed. */
  | 'READY'
  /** Its rows are being sent. */
  | 'RUNNING'
  /** The charges that it created are being voided. */
  | 'UNDOING'
  /** The charges that it created were voided, where the backends can. */
  | 'UNDONE'
  /** All rows were sent; the outcome of some is not known yet. */
  | 'WAITING';

/** A charge to create. A member that the backend cannot store is refused by name: see `Backend.inputs`. Give exactly one of customerId, planId, and accountId with backend. */
export type ChargeSpec = {
  /** Global id of the account whose customer in `backend` is charged. The account must have exactly one customer there. */
  accountId?: string | null | undefined;
  /** Amount of the whole line, excluding taxes, e.g. "19.99". Not below zero: use createCredit. Where the backend has prices of its own: absent or null = priced by the contract, "0" = free. */
  amount?: Decimal | null | undefined;
  /** Key of the backend, e.g. "pbx". Only with accountId. */
  backend?: string | null | undefined;
  /** Cost to the seller, excluding taxes. */
  cost?: Decimal | null | undefined;
  /** Default: the backend's currency. */
  currency?: CurrencyCode | null | undefined;
  /** Global id of the customer who is charged. */
  customerId?: string | null | undefined;
  /** The day that it is for. Default: today, in the backend's time zone. */
  date?: CalendarDate | null | undefined;
  /** Description. */
  description?: string | null | undefined;
  /** True: create it, set its taxes, then execute it at once, in this order. */
  executeNow?: boolean | null | undefined;
  /** FEE posts a service fee instead of an invoice, where the backend distinguishes the two. Other backends derive the kind from the recurrence. CREDIT is refused: use createCredit. */
  kind?: ChargeKind | null | undefined;
  /** Name. Some backends require it. */
  name?: string | null | undefined;
  /** Notes. */
  notes?: string | null | undefined;
  /** Global id of the plan. Every customer on it is charged. */
  planId?: string | null | undefined;
  /** Quantity. Default: 1. */
  quantity?: Decimal | null | undefined;
  /** When it falls due. Default: once. */
  recurrence?: RecurrenceInput | null | undefined;
  /** The operator's own reference, e.g. "A-17". */
  reference?: string | null | undefined;
  /** Global id of the service that it is for. Some backends require it. */
  serviceId?: string | null | undefined;
  /** Amount of taxes on it. */
  taxAmount?: Decimal | null | undefined;
  /** Global ids of the taxes that apply to the charge: exactly these. Absent: as the backend decides. */
  taxIds?: Array<string> | null | undefined;
};

/** Status of a charge. */
export type ChargeStatus =
  /** Archived or deleted in the backend. */
  | 'ARCHIVED'
  /** It exists. As far as the backend reports, nothing has been billed yet. */
  | 'DEFINED'
  /** Billed, and nothing is paid. */
  | 'OPEN'
  /** Billed, and partly paid. */
  | 'PARTLY_PAID'
  /** Nothing is outstanding. */
  | 'SETTLED'
  /** The backend names a status that the gateway does not know; see `backendStatus`. */
  | 'UNKNOWN'
  /** Reversed: nothing is owed. */
  | 'VOIDED';

/** State of the circuit breaker in front of a backend: it stops calls to a backend that keeps failing. */
export type CircuitState =
  /** Calls go through. */
  | 'CLOSED'
  /** One call is let through to test whether the backend works again. */
  | 'HALF_OPEN'
  /** Calls fail at once, without being sent, until the next test. */
  | 'OPEN';

/** New values of a row. The row keeps its key. */
export type CorrectChargeRunRowInput = {
  /** Global id of the run. */
  id: string;
  /** Key of the row. */
  key: string;
  /** The whole row, corrected. */
  row: ChargeRunRowInput;
};

/** A charge to create. */
export type CreateChargeInput = {
  /** Send it even if it looks like an earlier charge: the same customer, service or name, amount, currency and day. */
  allowDuplicate?: boolean | null | undefined;
  /** The charge. */
  charge: ChargeSpec;
  /** Also look for a similar charge in the backend, whoever made it. False: only among those that the gateway has recorded. */
  compareWithBackend?: boolean | null | undefined;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** Check the call and change nothing: with all checks of the gateway, and with the backend's own dry run where it has one (VALIDATE_ONLY). */
  validateOnly?: boolean | null | undefined;
};

/** Charges to create, for any customers in any backends. */
export type CreateChargesInput = {
  /** Send it even if it looks like an earlier charge: the same customer, service or name, amount, currency and day. */
  allowDuplicate?: boolean | null | undefined;
  /** The charges. The results have this order. */
  charges: Array<ChargeSpec>;
  /** Also look for a similar charge in the backend, whoever made it. False: only among those that the gateway has recorded. */
  compareWithBackend?: boolean | null | undefined;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** What happens to the targets that succeeded when another one fails. */
  onFailure?: OnFailure | null | undefined;
  /** Check the call and change nothing: with all checks of the gateway, and with the backend's own dry run where it has one (VALIDATE_ONLY). */
  validateOnly?: boolean | null | undefined;
};

/** A credit to create. */
export type CreateCreditInput = {
  /** Send it even if it looks like an earlier credit: the same customer, description, amount, currency and day. */
  allowDuplicate?: boolean | null | undefined;
  /** Also look for a similar credit in the backend, whoever made it. False: only among those that the gateway has recorded. */
  compareWithBackend?: boolean | null | undefined;
  /** The credit. */
  credit: CreditSpec;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** Check the call and change nothing: with all checks of the gateway, and with the backend's own dry run where it has one (VALIDATE_ONLY). */
  validateOnly?: boolean | null | undefined;
};

/** Credits to create, for any customers in any backends. */
export type CreateCreditsInput = {
  /** Send it even if it looks like an earlier credit: the same customer, description, amount, currency and day. */
  allowDuplicate?: boolean | null | undefined;
  /** Also look for a similar credit in the backend, whoever made it. False: only among those that the gateway has recorded. */
  compareWithBackend?: boolean | null | undefined;
  /** The credits. The results have this order. */
  credits: Array<CreditSpec>;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** What happens to the targets that succeeded when another one fails. ROLL_BACK is refused, before anything is sent, if a backend cannot void a credit. */
  onFailure?: OnFailure | null | undefined;
  /** Check the call and change nothing: with all checks of the gateway, and with the backend's own dry run where it has one (VALIDATE_ONLY). */
  validateOnly?: boolean | null | undefined;
};

/** A customer to create in one or several backends. */
export type CreateCustomerInput = {
  /** Postal address. */
  address?: AddressInput | null | undefined;
  /** Keys of the backends, each once, e.g. ["pbx", "suite"]. */
  backends: Array<string>;
  /** E-mail address. Some backends require it. */
  email?: string | null | undefined;
  /** First name of the person, or of the organisation's contact. */
  firstName?: string | null | undefined;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** Last name of the person, or of the organisation's contact. */
  lastName?: string | null | undefined;
  /** True: customers created in several backends become one account. False: they are not linked. */
  link?: boolean | null | undefined;
  /** Name of the organisation. For a person, give firstName and lastName instead. */
  name?: string | null | undefined;
  /** What happens to the targets that succeeded when another one fails. */
  onFailure?: OnFailure | null | undefined;
  /** Values for single backends, at most one entry each, e.g. [{ backend: "pbx", reference: "A-17" }]. */
  overrides?: Array<CustomerOverrideInput> | null | undefined;
  /** Global id of the reseller that it belongs to. Only the reseller's backend uses it. */
  parentId?: string | null | undefined;
  /** Telephone number. */
  phone?: string | null | undefined;
  /** Global id of a plan. Only the plan's backend uses it; some backends require one. */
  planId?: string | null | undefined;
  /** The operator's own reference, e.g. "A-17". */
  reference?: string | null | undefined;
  /** Check the call and change nothing: with all checks of the gateway, and with the backend's own dry run where it has one (VALIDATE_ONLY). */
  validateOnly?: boolean | null | undefined;
};

/** A tax to create in one or several backends. */
export type CreateTaxInput = {
  /** The services and fees that it applies to. Default: the backend's default. */
  appliesTo?: Array<TaxScope> | null | undefined;
  /** Keys of the backends, each once, e.g. ["pbx", "suite"]. */
  backends: Array<string>;
  /** The country whose tax it is. Default: the backend's country. */
  country?: CountryCode | null | undefined;
  /** Currency of the fixed amount. Default: the backend's. */
  currency?: CurrencyCode | null | undefined;
  /** Who is liable, unless a liability is set for a customer or charge. */
  defaultLiability?: TaxLiability | null | undefined;
  /** Description. */
  description?: string | null | undefined;
  /** First day on which it is valid. Some backends require it. */
  effectiveDate?: CalendarDate | null | undefined;
  /** Fixed amount. */
  fixedAmount?: Decimal | null | undefined;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** Name. */
  name: string;
  /** What happens to the targets that succeeded when another one fails. */
  onFailure?: OnFailure | null | undefined;
  /** Values for single backends, at most one entry each, e.g. [{ backend: "recurring", effectiveDate: "2027-01-01" }] if only that one keeps such dates. */
  overrides?: Array<TaxOverrideInput> | null | undefined;
  /** Global id of the customer in whom it is created. Only the customer's backend uses it. */
  ownerId?: string | null | undefined;
  /** Rate in percent: "20" is 20 %. */
  rate?: Decimal | null | undefined;
  /** Whether all customers can use it. */
  shared?: boolean | null | undefined;
  /** Check the call and change nothing: with all checks of the gateway, and with the backend's own dry run where it has one (VALIDATE_ONLY). */
  validateOnly?: boolean | null | undefined;
};

/** A credit to create; it reduces what the customer owes. Backends without CREDIT_CREATE refuse it. Give either customerId, or accountId with backend. */
export type CreditSpec = {
  /** Global id of the account whose customer in `backend` gets it. The account must have exactly one customer there. */
  accountId?: string | null | undefined;
  /** Amount of the credit, above zero, e.g. "19.99". */
  amount: Decimal;
  /** Key of the backend, e.g. "pbx". Only with accountId. */
  backend?: string | null | undefined;
  /** The customer's currency, which is the default. Another one is refused. */
  currency?: CurrencyCode | null | undefined;
  /** Global id of the customer who gets it. */
  customerId?: string | null | undefined;
  /** Description: what it is for. */
  description?: string | null | undefined;
};

/** Customers that match every member given. */
export type CustomerFilter = {
  /** Only with exactly this e-mail address, ignoring case. */
  email?: string | null | undefined;
  /** Only with exactly this reference, e.g. "A-17", without white space around it. */
  reference?: string | null | undefined;
  /** Only with this text in the name, ignoring case. */
  search?: string | null | undefined;
  /** Only with this status. `unavailable` names a backend that cannot list by it. */
  status?: CustomerStatus | null | undefined;
};

/** Values for one of the backends in which a customer is created. A member given here replaces the one that all backends get; null or absent = the same as for all. Give a member only here if only one backend needs it or can store it. */
export type CustomerOverrideInput = {
  /** The whole postal address. */
  address?: AddressInput | null | undefined;
  /** Key of the backend, one of `backends`. */
  backend: string;
  /** E-mail address. */
  email?: string | null | undefined;
  /** First name of the person, or of the organisation's contact. */
  firstName?: string | null | undefined;
  /** Last name of the person, or of the organisation's contact. */
  lastName?: string | null | undefined;
  /** Name of the organisation. */
  name?: string | null | undefined;
  /** Global id of the reseller in this backend. */
  parentId?: string | null | undefined;
  /** Telephone number. */
  phone?: string | null | undefined;
  /** Global id of a plan of this backend. */
  planId?: string | null | undefined;
  /** The operator's own reference, e.g. "A-17". */
  reference?: string | null | undefined;
};

/** Status of a customer. */
export type CustomerStatus =
  /** In use. */
  | 'ACTIVE'
  /** Archived or deleted. Backends with CUSTOMER_RESTORE can restore it. */
  | 'ARCHIVED'
  /** The backend names a status that the gateway does not know; see `backendStatus`. */
  | 'UNKNOWN';

/** Two customers that are not the same. */
export type DeclineLinkInput = {
  /** Global ids of the two customers, of different backends. */
  customerIds: Array<string>;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
};

/** A field in which the customers of an account are compared. */
export type DriftField =
  /** Postal address. */
  | 'ADDRESS'
  /** E-mail address. */
  | 'EMAIL'
  /** First name of the person, or of the organisation's contact. */
  | 'FIRST_NAME'
  /** Last name of the person, or of the organisation's contact. */
  | 'LAST_NAME'
  /** The display name. */
  | 'NAME'
  /** Telephone number. */
  | 'PHONE'
  /** The taxes that apply, where the backends report them. Change them with setTaxLiability. */
  | 'TAX_LIABILITY';

/** The reason of a failure. The description of each mutation lists the codes that it can answer with. */
export type ErrorCode =
  /** The backend answered a read with something that the gateway does not understand. */
  | 'BAD_RESPONSE'
  /** The current state of the object does not allow this. */
  | 'CONFLICT'
  /** The credentials are valid but do not allow this. */
  | 'FORBIDDEN'
  /** The key was used before with another input. Nothing was sent. */
  | 'IDEMPOTENCY_KEY_REUSED'
  /** The gateway itself failed. Its log has the reason, under the id of the request. */
  | 'INTERNAL'
  /** The input is wrong; `field` names the member. */
  | 'INVALID_INPUT'
  /** A similar charge was made a short time ago. Nothing was sent; `allowDuplicate: true` sends it. */
  | 'LIKELY_DUPLICATE'
  /** The object does not exist, or is not visible to the caller or to the gateway's user of the backend. */
  | 'NOT_FOUND'
  /** A write was sent and no understandable answer came: it may or may not have happened. The gateway does not send it again; it reconciles the operation. */
  | 'OUTCOME_UNKNOWN'
  /** The backend asks for fewer calls, or the caller has sent too many requests. */
  | 'RATE_LIMITED'
  /** The backend did not answer a read in time. */
  | 'TIMEOUT'
  /** The backend refuses the gateway's credentials, or the gateway refuses the caller's. */
  | 'UNAUTHENTICATED'
  /** The backend, or the gateway's store, cannot be reached or does not work. Nothing happened. */
  | 'UNAVAILABLE'
  /** The backend cannot do this. See `Backend.capabilities` and `Backend.inputs`. */
  | 'UNSUPPORTED';

/** The charge to execute. */
export type ExecuteChargeInput = {
  /** Execute it even if it was executed a short time ago. */
  allowDuplicate?: boolean | null | undefined;
  /** Global id of the charge. */
  id: string;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** Check the call and change nothing: with all checks of the gateway, and with the backend's own dry run where it has one (VALIDATE_ONLY). */
  validateOnly?: boolean | null | undefined;
};

/** The confirmation of a run. */
export type ExecuteChargeRunInput = {
  /** Global id of the run. */
  id: string;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** `ChargeRun.planHash` of the plan that the person has seen. Every change of the run changes it. */
  planHash: string;
};

/** Health of a backend, as its last calls show it. */
export type HealthStatus =
  /** It answers, but calls failed a short time ago. */
  | 'DEGRADED'
  /** The last call failed, or the circuit is open. */
  | 'DOWN'
  /** It has not been called yet. */
  | 'UNKNOWN'
  /** It answers. */
  | 'UP';

/** Customers that are the same real-world customer. */
export type LinkCustomersInput = {
  /** Global ids of the customers: at least two, each once. The account lists them in this order. */
  customerIds: Array<string>;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** Name of the account from now on. Default: it keeps its name, or shows that of its first customer. */
  name?: string | null | undefined;
};

/** What two customers have in common. */
export type LinkReasonKind =
  /** The same domain in their e-mail addresses, unless it is that of a mail provider. */
  | 'SAME_DOMAIN'
  /** The same e-mail address. */
  | 'SAME_EMAIL'
  /** The same name, ignoring case, accents, punctuation, legal form and the order of words. */
  | 'SAME_NAME'
  /** The same telephone number, however it is written. */
  | 'SAME_PHONE'
  /** The same postal code. */
  | 'SAME_POSTCODE'
  /** The same reference of the operator. */
  | 'SAME_REFERENCE'
  /** A similar name. */
  | 'SIMILAR_NAME';

/** Kind of a link warning. */
export type LinkWarningKind =
  /** Their names differ, and they share no reference, telephone number, e-mail address or company domain. */
  | 'DISSIMILAR'
  /** The customer cannot be read now, so it was not compared. */
  | 'NOT_READ'
  /** The customers are in one backend: an account usually has one customer in each. */
  | 'SAME_BACKEND';

/** What happens to the targets of a call that succeeded when another target fails. */
export type OnFailure =
  /** They stay as they are. */
  | 'KEEP'
  /** They are compensated: charges are voided, customers and taxes archived. Each compensation is a step of the operation. */
  | 'ROLL_BACK';

/** Operations that match every member given. */
export type OperationFilter = {
  /** Key of a backend, e.g. "pbx": only with a call to it. */
  backend?: string | null | undefined;
  /** Recorded at or after this instant. */
  from?: Instant | null | undefined;
  /** Name of the mutation, e.g. "createCharge". */
  mutation?: string | null | undefined;
  /** Only with one of these states. */
  status?: Array<OperationStatus> | null | undefined;
  /** Recorded at or before this instant. */
  to?: Instant | null | undefined;
  /** True: only dry runs; false: no dry runs. Default: both. */
  validateOnly?: boolean | null | undefined;
};

/** Status of a mutation, of one of its targets, or of a step. */
export type OperationStatus =
  /** Nothing happened. */
  | 'FAILED'
  /** A part of it happened. */
  | 'PARTIAL'
  /** In flight, or not sent yet. */
  | 'PENDING'
  /** What had happened was compensated (rolled back). */
  | 'ROLLED_BACK'
  /** Everything happened. */
  | 'SUCCEEDED'
  /** A request was sent and no understandable answer came. The gateway reconciles it, or a person resolves it. */
  | 'UNKNOWN'
  /** A dry run found nothing wrong. Nothing happened. */
  | 'VALIDATED';

/** The operation to reconcile. */
export type ReconcileOperationInput = {
  /** Global id of the operation. */
  id: string;
};

/** When a charge falls due. */
export type RecurrenceInput = {
  /** Last day. */
  endsOn?: CalendarDate | null | undefined;
  /** How often it falls due. */
  interval: ChargeInterval;
  /** Total number of times. Default: no limit. */
  occurrences?: number | null | undefined;
  /** First day. */
  startsOn?: CalendarDate | null | undefined;
};

/** The refusal of a second person. */
export type RefuseChargeRunInput = {
  /** Global id of the run. */
  id: string;
  /** `ChargeRun.planHash` of the plan that the person has seen: another one is not refused, and the call ends with CONFLICT. Without it, whatever plan waits is refused. */
  planHash?: string | null | undefined;
  /** Why, in one line; people see it. */
  reason: string;
};

/** A person's decision about a step with an unknown outcome. */
export type ResolveOperationInput = {
  /** Whether it happened. If false, repeating the call with its key sends it again. */
  happened: boolean;
  /** Global id of the object that it created: one of the step's candidates, or another one that was found. Only with `happened: true`. */
  nodeId?: string | null | undefined;
  /** Global id of the operation. */
  operationId: string;
  /** How the person knows: one line of at most 1000 characters. It is stored with the step. */
  reason: string;
  /** The step: its index in `Operation.steps`, from 0. */
  step: number;
};

/** The customer to restore. */
export type RestoreCustomerInput = {
  /** Global id of the customer. */
  id: string;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** Check the call and change nothing: with all checks of the gateway, and with the backend's own dry run where it has one (VALIDATE_ONLY). */
  validateOnly?: boolean | null | undefined;
};

/** Where a search looked. */
export type SearchSourceKind =
  /** In the backend and in the directory. */
  | 'BOTH'
  /** In the gateway's own directory. */
  | 'INDEX'
  /** In the backend. */
  | 'LIVE';

/** Kind of object that can be searched for. */
export type SearchType =
  /** Charges. */
  | 'CHARGE'
  /** Customers. */
  | 'CUSTOMER'
  /** Taxes. */
  | 'TAX';

/** Whether a customer, a charge or a product is liable for a tax. Give exactly one of customerId, chargeId and productId. */
export type SetTaxLiabilityInput = {
  /** Global id of the charge. */
  chargeId?: string | null | undefined;
  /** Global id of the customer. */
  customerId?: string | null | undefined;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** True: liable; false: not liable. */
  liable: boolean;
  /** The product's id in the backend; products have no global id. UNSUPPORTED where the backend has none. */
  productId?: string | null | undefined;
  /** Global id of the tax. */
  taxId: string;
  /** Check the call and change nothing: with all checks of the gateway, and with the backend's own dry run where it has one (VALIDATE_ONLY). */
  validateOnly?: boolean | null | undefined;
};

/** Rows to skip. */
export type SkipChargeRunRowsInput = {
  /** Global id of the run. */
  id: string;
  /** Keys of the rows. Default: all that need attention. */
  keys?: Array<string> | null | undefined;
  /** Why, in one line; people see it. */
  reason: string;
};

/** Taxes that match every member given. */
export type TaxFilter = {
  /** True: only taxes in force; false: only others. */
  active?: boolean | null | undefined;
  /** Only of this country. */
  country?: CountryCode | null | undefined;
  /** Only with this text in name or description, ignoring case. */
  search?: string | null | undefined;
};

/** Who is liable for a tax, unless a liability is set for a customer or charge. */
export type TaxLiability =
  /** Existing customers, and customers created from now on. */
  | 'ALL_CUSTOMERS'
  /** Customers created from now on. */
  | 'NEW_CUSTOMERS'
  /** Nobody, unless a liability is set for a customer. */
  | 'NOBODY';

/** Values for one of the backends in which a tax is created. A member given here replaces the one that all backends get; null or absent = the same as for all. Give a member only here if only one backend needs it or can store it. */
export type TaxOverrideInput = {
  /** The services and fees that it applies to. */
  appliesTo?: Array<TaxScope> | null | undefined;
  /** Key of the backend, one of `backends`. */
  backend: string;
  /** The country whose tax it is. */
  country?: CountryCode | null | undefined;
  /** Currency of the fixed amount. */
  currency?: CurrencyCode | null | undefined;
  /** Who is liable, unless a liability is set for a customer or charge. */
  defaultLiability?: TaxLiability | null | undefined;
  /** Description. */
  description?: string | null | undefined;
  /** First day on which it is valid. */
  effectiveDate?: CalendarDate | null | undefined;
  /** Fixed amount. */
  fixedAmount?: Decimal | null | undefined;
  /** Name. */
  name?: string | null | undefined;
  /** Global id of the customer in whom it is created. */
  ownerId?: string | null | undefined;
  /** Rate in percent: "20" is 20 %. */
  rate?: Decimal | null | undefined;
  /** Whether all customers can use it. */
  shared?: boolean | null | undefined;
};

/** What a tax applies to. */
export type TaxScope =
  /** Account fees of each billing cycle. */
  | 'ACCOUNTS'
  /** Calls. */
  | 'CALLS'
  /** Card groups. */
  | 'CARD_GROUPS'
  /** Charges. */
  | 'CHARGES'
  /** Telephony features. */
  | 'FEATURES'
  /** Text messages. */
  | 'MESSAGES'
  /** Telephone numbers. */
  | 'NUMBERS'
  /** Products. */
  | 'PRODUCTS'
  /** Services that refer to the tax. */
  | 'SERVICES';

/** A run to undo. */
export type UndoChargeRunInput = {
  /** Global id of the run. */
  id: string;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** `ChargeRun.undoPreview.planHash` of the preview that the person has seen. */
  planHash: string;
};

/** Customers to take out of their accounts. */
export type UnlinkCustomersInput = {
  /** Global ids of the customers, each once. */
  customerIds: Array<string>;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
};

/** Changes to a charge. Absent = unchanged, null = clear, where the backend can clear the member. */
export type UpdateChargeInput = {
  /** Amount of the whole line, excluding taxes. Not below zero. */
  amount?: Decimal | null | undefined;
  /** Cost to the seller, excluding taxes. */
  cost?: Decimal | null | undefined;
  /** Currency of the amount. */
  currency?: CurrencyCode | null | undefined;
  /** The day that it is for. */
  date?: CalendarDate | null | undefined;
  /** Description. */
  description?: string | null | undefined;
  /** Global id of the charge. */
  id: string;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** Name. */
  name?: string | null | undefined;
  /** Notes. */
  notes?: string | null | undefined;
  /** Quantity. */
  quantity?: Decimal | null | undefined;
  /** When it falls due. */
  recurrence?: RecurrenceInput | null | undefined;
  /** Check the call and change nothing: with all checks of the gateway, and with the backend's own dry run where it has one (VALIDATE_ONLY). */
  validateOnly?: boolean | null | undefined;
};

/** Changes to a customer. Absent = unchanged, null = clear, where the backend can clear the member. */
export type UpdateCustomerInput = {
  /** Postal address. */
  address?: AddressInput | null | undefined;
  /** E-mail address. */
  email?: string | null | undefined;
  /** First name of the person, or of the organisation's contact. */
  firstName?: string | null | undefined;
  /** Global id of the customer. */
  id: string;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** Last name of the person, or of the organisation's contact. */
  lastName?: string | null | undefined;
  /** Name of the organisation. */
  name?: string | null | undefined;
  /** Telephone number. */
  phone?: string | null | undefined;
  /** Global id of its plan. */
  planId?: string | null | undefined;
  /** The operator's own reference, e.g. "A-17". */
  reference?: string | null | undefined;
  /** Check the call and change nothing: with all checks of the gateway, and with the backend's own dry run where it has one (VALIDATE_ONLY). */
  validateOnly?: boolean | null | undefined;
};

/** Changes to a tax. Absent = unchanged, null = clear, where the backend can clear the member. */
export type UpdateTaxInput = {
  /** Whether it is in force. */
  active?: boolean | null | undefined;
  /** The services and fees that it applies to. */
  appliesTo?: Array<TaxScope> | null | undefined;
  /** Currency of the fixed amount. */
  currency?: CurrencyCode | null | undefined;
  /** Who is liable, unless a liability is set for a customer or charge. */
  defaultLiability?: TaxLiability | null | undefined;
  /** Description. */
  description?: string | null | undefined;
  /** First day on which it is valid. */
  effectiveDate?: CalendarDate | null | undefined;
  /** Fixed amount. */
  fixedAmount?: Decimal | null | undefined;
  /** Global id of the tax. */
  id: string;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** Name. */
  name?: string | null | undefined;
  /** Rate in percent: "20" is 20 %. */
  rate?: Decimal | null | undefined;
  /** Whether all customers can use it. */
  shared?: boolean | null | undefined;
  /** Check the call and change nothing: with all checks of the gateway, and with the backend's own dry run where it has one (VALIDATE_ONLY). */
  validateOnly?: boolean | null | undefined;
};

/** The charge to void. */
export type VoidChargeInput = {
  /** Global id of the charge. */
  id: string;
  /** Makes the call safe to repeat: the same key with the same input never acts twice. A repeated call answers with the stored outcome, and sends again only what failed without any effect. Default: the gateway makes a key and returns it with the operation. 1 to 200 printable characters, compared in Unicode's composed form (NFC) and without surrounding white space. */
  idempotencyKey?: string | null | undefined;
  /** Check the call and change nothing: with all checks of the gateway, and with the backend's own dry run where it has one (VALIDATE_ONLY). */
  validateOnly?: boolean | null | undefined;
};

/** Kind of a warning. */
export type WarningCode =
  /** The backend could not be searched for a similar charge. */
  | 'DUPLICATES_NOT_LOOKED_AT'
  /** A similar charge was made a short time ago, or is in the backend already. */
  | 'LIKELY_DUPLICATE'
  /** The backend has named the same object in its answer to another call, so it may be that call's work. */
  | 'NAMED_TWICE'
  /** The record could not be read after the write, so it is unknown whether it agrees with what was sent. */
  | 'NOT_COMPARED'
  /** The member was sent, but the backend's record does not show it. */
  | 'NOT_STORED'
  /** The backend's record has another value than the one that was sent. */
  | 'STORED_DIFFERENTLY';

export type AccountsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  search?: string | null | undefined;
}>;


export type AccountsQuery = { accounts: { nodes: Array<{ id: string, name: string, createdAt: Instant, updatedAt: Instant, balances: Array<{ customer: { id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }, amountDue: { amount: Decimal, currency: CurrencyCode } | null, failure: { code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null }>, customers: Array<{ id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type AccountQueryVariables = Exact<{
  id: string;
}>;


export type AccountQuery = { account: { id: string, name: string, createdAt: Instant, updatedAt: Instant, balances: Array<{ customer: { id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }, amountDue: { amount: Decimal, currency: CurrencyCode } | null, failure: { code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null }>, customers: Array<{ id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } | null };

export type AccountChargesQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: ChargeFilter | null | undefined;
}>;


export type AccountChargesQuery = { account: { id: string, charges: { nodes: Array<{ id: string, backendId: string, name: string, date: CalendarDate | null, kind: ChargeKind, status: ChargeStatus, quantity: Decimal, amount: { amount: Decimal, currency: CurrencyCode } | null, taxAmount: { amount: Decimal, currency: CurrencyCode } | null, total: { amount: Decimal, currency: CurrencyCode } | null, outstanding: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } } | null };

export type AccountStatementQueryVariables = Exact<{
  id: string;
  from: CalendarDate;
  to: CalendarDate;
  occurrences?: boolean | null | undefined;
}>;


export type AccountStatementQuery = { account: { id: string, statement: { csv: string, rows: Array<{ month: string, currency: CurrencyCode, charges: number, unpriced: number, taxUnknown: number, outstandingUnknown: number, repeated: number, repetitionUnknown: number, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string }, amount: { amount: Decimal, currency: CurrencyCode }, taxAmount: { amount: Decimal, currency: CurrencyCode } | null, total: { amount: Decimal, currency: CurrencyCode }, outstanding: { amount: Decimal, currency: CurrencyCode } | null }>, totals: Array<{ currency: CurrencyCode, charges: number, unpriced: number, taxUnknown: number, outstandingUnknown: number, repeated: number, repetitionUnknown: number, amount: { amount: Decimal, currency: CurrencyCode }, taxAmount: { amount: Decimal, currency: CurrencyCode } | null, total: { amount: Decimal, currency: CurrencyCode }, outstanding: { amount: Decimal, currency: CurrencyCode } | null }>, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } } | null };

export type AccountDriftQueryVariables = Exact<{
  id: string;
}>;


export type AccountDriftQuery = { account: { id: string, drift: { fields: Array<{ field: DriftField, values: Array<{ text: string | null, alignable: boolean, customer: { id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }, address: { lines: Array<string>, city: string | null, state: string | null, postalCode: string | null, country: string | null } | null, taxes: Array<{ id: string, name: string }> | null }> }>, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } } | null };

export type LinkWarningsQueryVariables = Exact<{
  customerIds: Array<string> | string;
}>;


export type LinkWarningsQuery = { linkWarnings: Array<{ kind: LinkWarningKind, customers: Array<{ id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> }> };

export type LinkCustomersMutationVariables = Exact<{
  input: LinkCustomersInput;
}>;


export type LinkCustomersMutation = { linkCustomers: { account: { id: string, name: string, createdAt: Instant, updatedAt: Instant, customers: Array<{ id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type UnlinkCustomersMutationVariables = Exact<{
  input: UnlinkCustomersInput;
}>;


export type UnlinkCustomersMutation = { unlinkCustomers: { account: { id: string, name: string, createdAt: Instant, updatedAt: Instant, customers: Array<{ id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type AlignCustomersMutationVariables = Exact<{
  input: AlignCustomersInput;
}>;


export type AlignCustomersMutation = { alignCustomers: { results: Array<{ status: OperationStatus, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string }, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null, customer: { id: string, backendId: string, name: string, email: string | null, status: CustomerStatus, reference: string | null, currency: CurrencyCode, amountDue: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }> }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type AccountSummaryFragment = { id: string, name: string, createdAt: Instant, updatedAt: Instant, customers: Array<{ id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> };

export type AccountBalanceDetailsFragment = { customer: { id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }, amountDue: { amount: Decimal, currency: CurrencyCode } | null, failure: { code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null };

export type StatementRowDetailsFragment = { month: string, currency: CurrencyCode, charges: number, unpriced: number, taxUnknown: number, outstandingUnknown: number, repeated: number, repetitionUnknown: number, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string }, amount: { amount: Decimal, currency: CurrencyCode }, taxAmount: { amount: Decimal, currency: CurrencyCode } | null, total: { amount: Decimal, currency: CurrencyCode }, outstanding: { amount: Decimal, currency: CurrencyCode } | null };

export type StatementTotalDetailsFragment = { currency: CurrencyCode, charges: number, unpriced: number, taxUnknown: number, outstandingUnknown: number, repeated: number, repetitionUnknown: number, amount: { amount: Decimal, currency: CurrencyCode }, taxAmount: { amount: Decimal, currency: CurrencyCode } | null, total: { amount: Decimal, currency: CurrencyCode }, outstanding: { amount: Decimal, currency: CurrencyCode } | null };

export type DriftDetailsFragment = { field: DriftField, values: Array<{ text: string | null, alignable: boolean, customer: { id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }, address: { lines: Array<string>, city: string | null, state: string | null, postalCode: string | null, country: string | null } | null, taxes: Array<{ id: string, name: string }> | null }> };

export type BackendsQueryVariables = Exact<{ [key: string]: never; }>;


export type BackendsQuery = { backends: Array<{ currency: CurrencyCode, capabilities: Array<Capability>, id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string, health: { status: HealthStatus, circuit: CircuitState, latencyMs: number | null, checkedAt: Instant | null, message: string | null } }> };

export type BackendQueryVariables = Exact<{
  key: string;
}>;


export type BackendQuery = { backend: { currency: CurrencyCode, capabilities: Array<Capability>, id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string, health: { status: HealthStatus, circuit: CircuitState, latencyMs: number | null, checkedAt: Instant | null, message: string | null } } | null };

export type BackendInputsQueryVariables = Exact<{
  backend: string;
  writes?: Array<Capability> | Capability | null | undefined;
}>;


export type BackendInputsQuery = { backend: { id: string, inputs: Array<{ write: Capability, members: Array<{ name: string, type: BackendInputType, required: boolean, refused: string | null, clearable: boolean, insteadOf: string | null, alsoBeside: boolean, sameAs: string | null, label: string | null, hint: string | null, values: Array<{ value: string, label: string | null }> | null, limits: { longest: number | null, blank: boolean, pattern: string | null, patternMeans: string | null, decimals: number | null, digits: number | null, least: Decimal | null, most: Decimal | null, moreThan: Decimal | null, notZero: boolean, earliest: CalendarDate | null, fewestItems: number | null, mostItems: number | null } }> }> } | null };

export type PlansQueryVariables = Exact<{
  backend: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type PlansQuery = { backend: { id: string, plans: { nodes: Array<{ id: string, backendId: string, name: string, description: string | null, interval: ChargeInterval | null, amount: { amount: Decimal, currency: CurrencyCode } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } } | null };

export type ServicesQueryVariables = Exact<{
  backend: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ServicesQuery = { backend: { id: string, services: { nodes: Array<{ id: string, backendId: string, name: string, description: string | null, tax: { id: string, name: string, rate: Decimal | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } } | null };

export type BackendFormsQueryVariables = Exact<{ [key: string]: never; }>;


export type BackendFormsQuery = { backends: Array<{ currency: CurrencyCode, capabilities: Array<Capability>, id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string, inputs: Array<{ write: Capability, members: Array<{ name: string, type: BackendInputType, required: boolean, refused: string | null, clearable: boolean, insteadOf: string | null, alsoBeside: boolean, sameAs: string | null, label: string | null, hint: string | null, values: Array<{ value: string, label: string | null }> | null, limits: { longest: number | null, blank: boolean, pattern: string | null, patternMeans: string | null, decimals: number | null, digits: number | null, least: Decimal | null, most: Decimal | null, moreThan: Decimal | null, notZero: boolean, earliest: CalendarDate | null, fewestItems: number | null, mostItems: number | null } }> }>, health: { status: HealthStatus, circuit: CircuitState, latencyMs: number | null, checkedAt: Instant | null, message: string | null } }> };

export type BackendSummaryFragment = { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string };

export type BackendDetailsFragment = { currency: CurrencyCode, capabilities: Array<Capability>, id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string, health: { status: HealthStatus, circuit: CircuitState, latencyMs: number | null, checkedAt: Instant | null, message: string | null } };

export type BackendInputDetailsFragment = { write: Capability, members: Array<{ name: string, type: BackendInputType, required: boolean, refused: string | null, clearable: boolean, insteadOf: string | null, alsoBeside: boolean, sameAs: string | null, label: string | null, hint: string | null, values: Array<{ value: string, label: string | null }> | null, limits: { longest: number | null, blank: boolean, pattern: string | null, patternMeans: string | null, decimals: number | null, digits: number | null, least: Decimal | null, most: Decimal | null, moreThan: Decimal | null, notZero: boolean, earliest: CalendarDate | null, fewestItems: number | null, mostItems: number | null } }> };

export type BackendInputMemberDetailsFragment = { name: string, type: BackendInputType, required: boolean, refused: string | null, clearable: boolean, insteadOf: string | null, alsoBeside: boolean, sameAs: string | null, label: string | null, hint: string | null, values: Array<{ value: string, label: string | null }> | null, limits: { longest: number | null, blank: boolean, pattern: string | null, patternMeans: string | null, decimals: number | null, digits: number | null, least: Decimal | null, most: Decimal | null, moreThan: Decimal | null, notZero: boolean, earliest: CalendarDate | null, fewestItems: number | null, mostItems: number | null } };

export type PlanSummaryFragment = { id: string, backendId: string, name: string, description: string | null, interval: ChargeInterval | null, amount: { amount: Decimal, currency: CurrencyCode } | null };

export type ServiceSummaryFragment = { id: string, backendId: string, name: string, description: string | null, tax: { id: string, name: string, rate: Decimal | null } | null };

export type BackendFormFragment = { currency: CurrencyCode, capabilities: Array<Capability>, id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string, inputs: Array<{ write: Capability, members: Array<{ name: string, type: BackendInputType, required: boolean, refused: string | null, clearable: boolean, insteadOf: string | null, alsoBeside: boolean, sameAs: string | null, label: string | null, hint: string | null, values: Array<{ value: string, label: string | null }> | null, limits: { longest: number | null, blank: boolean, pattern: string | null, patternMeans: string | null, decimals: number | null, digits: number | null, least: Decimal | null, most: Decimal | null, moreThan: Decimal | null, notZero: boolean, earliest: CalendarDate | null, fewestItems: number | null, mostItems: number | null } }> }>, health: { status: HealthStatus, circuit: CircuitState, latencyMs: number | null, checkedAt: Instant | null, message: string | null } };

export type ChargesQueryVariables = Exact<{
  customerIds: Array<string> | string;
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: ChargeFilter | null | undefined;
}>;


export type ChargesQuery = { charges: { nodes: Array<{ id: string, backendId: string, name: string, date: CalendarDate | null, kind: ChargeKind, status: ChargeStatus, quantity: Decimal, customer: { id: string, name: string } | null, amount: { amount: Decimal, currency: CurrencyCode } | null, taxAmount: { amount: Decimal, currency: CurrencyCode } | null, total: { amount: Decimal, currency: CurrencyCode } | null, outstanding: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } };

export type ChargeQueryVariables = Exact<{
  id: string;
}>;


export type ChargeQuery = { charge: { description: string | null, notes: string | null, reference: string | null, createdAt: Instant | null, updatedAt: Instant | null, id: string, backendId: string, name: string, date: CalendarDate | null, kind: ChargeKind, status: ChargeStatus, quantity: Decimal, cost: { amount: Decimal, currency: CurrencyCode } | null, recurrence: { interval: ChargeInterval, startsOn: CalendarDate | null, endsOn: CalendarDate | null, occurrences: number | null } | null, customer: { id: string, name: string } | null, plan: { id: string, name: string } | null, service: { id: string, name: string } | null, amount: { amount: Decimal, currency: CurrencyCode } | null, taxAmount: { amount: Decimal, currency: CurrencyCode } | null, total: { amount: Decimal, currency: CurrencyCode } | null, outstanding: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null };

export type CreateChargeMutationVariables = Exact<{
  input: CreateChargeInput;
}>;


export type CreateChargeMutation = { createCharge: { charge: { description: string | null, notes: string | null, reference: string | null, createdAt: Instant | null, updatedAt: Instant | null, id: string, backendId: string, name: string, date: CalendarDate | null, kind: ChargeKind, status: ChargeStatus, quantity: Decimal, cost: { amount: Decimal, currency: CurrencyCode } | null, recurrence: { interval: ChargeInterval, startsOn: CalendarDate | null, endsOn: CalendarDate | null, occurrences: number | null } | null, customer: { id: string, name: string } | null, plan: { id: string, name: string } | null, service: { id: string, name: string } | null, amount: { amount: Decimal, currency: CurrencyCode } | null, taxAmount: { amount: Decimal, currency: CurrencyCode } | null, total: { amount: Decimal, currency: CurrencyCode } | null, outstanding: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type CreateChargesMutationVariables = Exact<{
  input: CreateChargesInput;
}>;


export type CreateChargesMutation = { createCharges: { results: Array<{ status: OperationStatus, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string }, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null, charge: { id: string, backendId: string, name: string, date: CalendarDate | null, kind: ChargeKind, status: ChargeStatus, quantity: Decimal, amount: { amount: Decimal, currency: CurrencyCode } | null, taxAmount: { amount: Decimal, currency: CurrencyCode } | null, total: { amount: Decimal, currency: CurrencyCode } | null, outstanding: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }> }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type CreateCreditMutationVariables = Exact<{
  input: CreateCreditInput;
}>;


export type CreateCreditMutation = { createCredit: { credit: { description: string | null, notes: string | null, reference: string | null, createdAt: Instant | null, updatedAt: Instant | null, id: string, backendId: string, name: string, date: CalendarDate | null, kind: ChargeKind, status: ChargeStatus, quantity: Decimal, cost: { amount: Decimal, currency: CurrencyCode } | null, recurrence: { interval: ChargeInterval, startsOn: CalendarDate | null, endsOn: CalendarDate | null, occurrences: number | null } | null, customer: { id: string, name: string } | null, plan: { id: string, name: string } | null, service: { id: string, name: string } | null, amount: { amount: Decimal, currency: CurrencyCode } | null, taxAmount: { amount: Decimal, currency: CurrencyCode } | null, total: { amount: Decimal, currency: CurrencyCode } | null, outstanding: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type CreateCreditsMutationVariables = Exact<{
  input: CreateCreditsInput;
}>;


export type CreateCreditsMutation = { createCredits: { results: Array<{ status: OperationStatus, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string }, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null, credit: { id: string, backendId: string, name: string, date: CalendarDate | null, kind: ChargeKind, status: ChargeStatus, quantity: Decimal, amount: { amount: Decimal, currency: CurrencyCode } | null, taxAmount: { amount: Decimal, currency: CurrencyCode } | null, total: { amount: Decimal, currency: CurrencyCode } | null, outstanding: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }> }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type UpdateChargeMutationVariables = Exact<{
  input: UpdateChargeInput;
}>;


export type UpdateChargeMutation = { updateCharge: { charge: { description: string | null, notes: string | null, reference: string | null, createdAt: Instant | null, updatedAt: Instant | null, id: string, backendId: string, name: string, date: CalendarDate | null, kind: ChargeKind, status: ChargeStatus, quantity: Decimal, cost: { amount: Decimal, currency: CurrencyCode } | null, recurrence: { interval: ChargeInterval, startsOn: CalendarDate | null, endsOn: CalendarDate | null, occurrences: number | null } | null, customer: { id: string, name: string } | null, plan: { id: string, name: string } | null, service: { id: string, name: string } | null, amount: { amount: Decimal, currency: CurrencyCode } | null, taxAmount: { amount: Decimal, currency: CurrencyCode } | null, total: { amount: Decimal, currency: CurrencyCode } | null, outstanding: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type VoidChargeMutationVariables = Exact<{
  input: VoidChargeInput;
}>;


export type VoidChargeMutation = { voidCharge: { charge: { description: string | null, notes: string | null, reference: string | null, createdAt: Instant | null, updatedAt: Instant | null, id: string, backendId: string, name: string, date: CalendarDate | null, kind: ChargeKind, status: ChargeStatus, quantity: Decimal, cost: { amount: Decimal, currency: CurrencyCode } | null, recurrence: { interval: ChargeInterval, startsOn: CalendarDate | null, endsOn: CalendarDate | null, occurrences: number | null } | null, customer: { id: string, name: string } | null, plan: { id: string, name: string } | null, service: { id: string, name: string } | null, amount: { amount: Decimal, currency: CurrencyCode } | null, taxAmount: { amount: Decimal, currency: CurrencyCode } | null, total: { amount: Decimal, currency: CurrencyCode } | null, outstanding: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type ExecuteChargeMutationVariables = Exact<{
  input: ExecuteChargeInput;
}>;


export type ExecuteChargeMutation = { executeCharge: { charge: { description: string | null, notes: string | null, reference: string | null, createdAt: Instant | null, updatedAt: Instant | null, id: string, backendId: string, name: string, date: CalendarDate | null, kind: ChargeKind, status: ChargeStatus, quantity: Decimal, cost: { amount: Decimal, currency: CurrencyCode } | null, recurrence: { interval: ChargeInterval, startsOn: CalendarDate | null, endsOn: CalendarDate | null, occurrences: number | null } | null, customer: { id: string, name: string } | null, plan: { id: string, name: string } | null, service: { id: string, name: string } | null, amount: { amount: Decimal, currency: CurrencyCode } | null, taxAmount: { amount: Decimal, currency: CurrencyCode } | null, total: { amount: Decimal, currency: CurrencyCode } | null, outstanding: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type ChargeSummaryFragment = { id: string, backendId: string, name: string, date: CalendarDate | null, kind: ChargeKind, status: ChargeStatus, quantity: Decimal, amount: { amount: Decimal, currency: CurrencyCode } | null, taxAmount: { amount: Decimal, currency: CurrencyCode } | null, total: { amount: Decimal, currency: CurrencyCode } | null, outstanding: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } };

export type ChargeDetailsFragment = { description: string | null, notes: string | null, reference: string | null, createdAt: Instant | null, updatedAt: Instant | null, id: string, backendId: string, name: string, date: CalendarDate | null, kind: ChargeKind, status: ChargeStatus, quantity: Decimal, cost: { amount: Decimal, currency: CurrencyCode } | null, recurrence: { interval: ChargeInterval, startsOn: CalendarDate | null, endsOn: CalendarDate | null, occurrences: number | null } | null, customer: { id: string, name: string } | null, plan: { id: string, name: string } | null, service: { id: string, name: string } | null, amount: { amount: Decimal, currency: CurrencyCode } | null, taxAmount: { amount: Decimal, currency: CurrencyCode } | null, total: { amount: Decimal, currency: CurrencyCode } | null, outstanding: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } };

export type MoneyDetailsFragment = { amount: Decimal, currency: CurrencyCode };

export type PageDetailsFragment = { hasNextPage: boolean, endCursor: string | null };

export type FailureDetailsFragment = { code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } };

export type ErrorDetailsFragment = { code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean };

export type WarningDetailsFragment = { code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null };

export type CustomersQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  backends?: Array<string> | string | null | undefined;
  filter?: CustomerFilter | null | undefined;
  interleave?: boolean | null | undefined;
}>;


export type CustomersQuery = { customers: { nodes: Array<{ id: string, backendId: string, name: string, email: string | null, status: CustomerStatus, reference: string | null, currency: CurrencyCode, amountDue: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } };

export type CustomerQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  filter?: ChargeFilter | null | undefined;
}>;


export type CustomerQuery = { customer: { organizationName: string | null, firstName: string | null, lastName: string | null, phone: string | null, createdAt: Instant | null, updatedAt: Instant | null, id: string, backendId: string, name: string, email: string | null, status: CustomerStatus, reference: string | null, currency: CurrencyCode, applicableTaxes: { nodes: Array<{ id: string, backendId: string, name: string, active: boolean, rate: Decimal | null, fixedAmount: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }>, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> }, charges: { nodes: Array<{ id: string, backendId: string, name: string, date: CalendarDate | null, kind: ChargeKind, status: ChargeStatus, quantity: Decimal, amount: { amount: Decimal, currency: CurrencyCode } | null, taxAmount: { amount: Decimal, currency: CurrencyCode } | null, total: { amount: Decimal, currency: CurrencyCode } | null, outstanding: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> }, address: { lines: Array<string>, city: string | null, state: string | null, postalCode: string | null, country: string | null } | null, plan: { id: string, name: string } | null, parent: { id: string, name: string } | null, amountDue: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null };

export type CustomerProfileQueryVariables = Exact<{
  id: string;
}>;


export type CustomerProfileQuery = { customer: { organizationName: string | null, firstName: string | null, lastName: string | null, phone: string | null, createdAt: Instant | null, updatedAt: Instant | null, id: string, backendId: string, name: string, email: string | null, status: CustomerStatus, reference: string | null, currency: CurrencyCode, account: { id: string, name: string, createdAt: Instant, updatedAt: Instant, customers: Array<{ id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } | null, address: { lines: Array<string>, city: string | null, state: string | null, postalCode: string | null, country: string | null } | null, plan: { id: string, name: string } | null, parent: { id: string, name: string } | null, amountDue: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null };

export type CustomerChargesQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: ChargeFilter | null | undefined;
}>;


export type CustomerChargesQuery = { customer: { id: string, charges: { nodes: Array<{ id: string, backendId: string, name: string, date: CalendarDate | null, kind: ChargeKind, status: ChargeStatus, quantity: Decimal, amount: { amount: Decimal, currency: CurrencyCode } | null, taxAmount: { amount: Decimal, currency: CurrencyCode } | null, total: { amount: Decimal, currency: CurrencyCode } | null, outstanding: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } } | null };

export type CustomerRecordQueryVariables = Exact<{
  id: string;
}>;


export type CustomerRecordQuery = { customer: { organizationName: string | null, firstName: string | null, lastName: string | null, phone: string | null, createdAt: Instant | null, updatedAt: Instant | null, id: string, backendId: string, name: string, email: string | null, status: CustomerStatus, reference: string | null, currency: CurrencyCode, address: { lines: Array<string>, city: string | null, state: string | null, postalCode: string | null, country: string | null } | null, plan: { id: string, name: string } | null, parent: { id: string, name: string } | null, amountDue: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null };

export type CustomersByIdQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type CustomersByIdQuery = { nodes: Array<
    | { __typename: 'Account' }
    | { __typename: 'Backend' }
    | { __typename: 'Charge' }
    | { __typename: 'ChargeRun' }
    | { __typename: 'Customer', id: string, backendId: string, name: string, email: string | null, status: CustomerStatus, reference: string | null, currency: CurrencyCode, amountDue: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }
    | { __typename: 'Operation' }
    | { __typename: 'Plan' }
    | { __typename: 'Service' }
    | { __typename: 'Tax' }
   | null> };

export type CustomerContactsQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type CustomerContactsQuery = { nodes: Array<
    | { __typename: 'Account' }
    | { __typename: 'Backend' }
    | { __typename: 'Charge' }
    | { __typename: 'ChargeRun' }
    | { __typename: 'Customer', email: string | null, phone: string | null, reference: string | null, status: CustomerStatus, id: string, name: string, address: { lines: Array<string>, city: string | null, state: string | null, postalCode: string | null, country: string | null } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }
    | { __typename: 'Operation' }
    | { __typename: 'Plan' }
    | { __typename: 'Service' }
    | { __typename: 'Tax' }
   | null> };

export type CreateCustomerMutationVariables = Exact<{
  input: CreateCustomerInput;
}>;


export type CreateCustomerMutation = { createCustomer: { results: Array<{ status: OperationStatus, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string }, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null, customer: { organizationName: string | null, firstName: string | null, lastName: string | null, phone: string | null, createdAt: Instant | null, updatedAt: Instant | null, id: string, backendId: string, name: string, email: string | null, status: CustomerStatus, reference: string | null, currency: CurrencyCode, address: { lines: Array<string>, city: string | null, state: string | null, postalCode: string | null, country: string | null } | null, plan: { id: string, name: string } | null, parent: { id: string, name: string } | null, amountDue: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }> }>, account: { id: string, name: string, createdAt: Instant, updatedAt: Instant, customers: Array<{ id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } | null, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type UpdateCustomerMutationVariables = Exact<{
  input: UpdateCustomerInput;
}>;


export type UpdateCustomerMutation = { updateCustomer: { customer: { organizationName: string | null, firstName: string | null, lastName: string | null, phone: string | null, createdAt: Instant | null, updatedAt: Instant | null, id: string, backendId: string, name: string, email: string | null, status: CustomerStatus, reference: string | null, currency: CurrencyCode, address: { lines: Array<string>, city: string | null, state: string | null, postalCode: string | null, country: string | null } | null, plan: { id: string, name: string } | null, parent: { id: string, name: string } | null, amountDue: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type ArchiveCustomerMutationVariables = Exact<{
  input: ArchiveCustomerInput;
}>;


export type ArchiveCustomerMutation = { archiveCustomer: { customer: { organizationName: string | null, firstName: string | null, lastName: string | null, phone: string | null, createdAt: Instant | null, updatedAt: Instant | null, id: string, backendId: string, name: string, email: string | null, status: CustomerStatus, reference: string | null, currency: CurrencyCode, address: { lines: Array<string>, city: string | null, state: string | null, postalCode: string | null, country: string | null } | null, plan: { id: string, name: string } | null, parent: { id: string, name: string } | null, amountDue: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type RestoreCustomerMutationVariables = Exact<{
  input: RestoreCustomerInput;
}>;


export type RestoreCustomerMutation = { restoreCustomer: { customer: { organizationName: string | null, firstName: string | null, lastName: string | null, phone: string | null, createdAt: Instant | null, updatedAt: Instant | null, id: string, backendId: string, name: string, email: string | null, status: CustomerStatus, reference: string | null, currency: CurrencyCode, address: { lines: Array<string>, city: string | null, state: string | null, postalCode: string | null, country: string | null } | null, plan: { id: string, name: string } | null, parent: { id: string, name: string } | null, amountDue: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type CustomerNameFragment = { id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } };

export type CustomerContactFragment = { email: string | null, phone: string | null, reference: string | null, status: CustomerStatus, id: string, name: string, address: { lines: Array<string>, city: string | null, state: string | null, postalCode: string | null, country: string | null } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } };

export type AddressDetailsFragment = { lines: Array<string>, city: string | null, state: string | null, postalCode: string | null, country: string | null };

export type CustomerSummaryFragment = { id: string, backendId: string, name: string, email: string | null, status: CustomerStatus, reference: string | null, currency: CurrencyCode, amountDue: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } };

export type CustomerDetailsFragment = { organizationName: string | null, firstName: string | null, lastName: string | null, phone: string | null, createdAt: Instant | null, updatedAt: Instant | null, id: string, backendId: string, name: string, email: string | null, status: CustomerStatus, reference: string | null, currency: CurrencyCode, address: { lines: Array<string>, city: string | null, state: string | null, postalCode: string | null, country: string | null } | null, plan: { id: string, name: string } | null, parent: { id: string, name: string } | null, amountDue: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } };

export type OperationsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: OperationFilter | null | undefined;
}>;


export type OperationsQuery = { operations: { nodes: Array<{ mutation: string, actor: string | null, createdAt: Instant, completedAt: Instant | null, validateOnly: boolean, subjectCount: number, id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null, steps: Array<{ action: string, status: OperationStatus, attempts: number, sent: boolean, startedAt: Instant | null, finishedAt: Instant | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string }, error: { code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean } | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type OperationQueryVariables = Exact<{
  id: string;
}>;


export type OperationQuery = { operation: { mutation: string, actor: string | null, createdAt: Instant, completedAt: Instant | null, validateOnly: boolean, subjectCount: number, id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string, steps: Array<{ action: string, status: OperationStatus, attempts: number, sent: boolean, startedAt: Instant | null, finishedAt: Instant | null, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }>, candidates: Array<{ id: string, differs: Array<string> }>, resolution: { happened: boolean, actor: string | null, at: Instant, reason: string } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string }, error: { code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean } | null }>, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null } | null };

export type OperationResultsQueryVariables = Exact<{
  id: string;
}>;


export type OperationResultsQuery = { operation: { id: string, steps: Array<{ node:
        | { __typename: 'Account', id: string }
        | { __typename: 'Backend', id: string }
        | { __typename: 'Charge', backendId: string, name: string, date: CalendarDate | null, id: string, amount: { amount: Decimal, currency: CurrencyCode } | null, customer: { id: string, name: string } | null }
        | { __typename: 'ChargeRun', id: string }
        | { __typename: 'Customer', backendId: string, name: string, id: string }
        | { __typename: 'Operation', id: string }
        | { __typename: 'Plan', id: string }
        | { __typename: 'Service', id: string }
        | { __typename: 'Tax', backendId: string, name: string, rate: Decimal | null, id: string }
       | null, subject: { customer: { id: string, name: string, currency: CurrencyCode } | null, object:
          | { __typename: 'Account', id: string }
          | { __typename: 'Backend', id: string }
          | { __typename: 'Charge', backendId: string, name: string, date: CalendarDate | null, id: string, amount: { amount: Decimal, currency: CurrencyCode } | null, customer: { id: string, name: string } | null }
          | { __typename: 'ChargeRun', id: string }
          | { __typename: 'Customer', backendId: string, name: string, id: string }
          | { __typename: 'Operation', id: string }
          | { __typename: 'Plan', id: string }
          | { __typename: 'Service', id: string }
          | { __typename: 'Tax', backendId: string, name: string, rate: Decimal | null, id: string }
         | null } | null }> } | null };

export type NodesQueryVariables = Exact<{
  ids: Array<string> | string;
}>;


export type NodesQuery = { nodes: Array<
    | { __typename: 'Account', id: string }
    | { __typename: 'Backend', id: string }
    | { __typename: 'Charge', backendId: string, name: string, date: CalendarDate | null, id: string, amount: { amount: Decimal, currency: CurrencyCode } | null, customer: { id: string, name: string } | null }
    | { __typename: 'ChargeRun', id: string }
    | { __typename: 'Customer', backendId: string, name: string, id: string }
    | { __typename: 'Operation', id: string }
    | { __typename: 'Plan', id: string }
    | { __typename: 'Service', id: string }
    | { __typename: 'Tax', backendId: string, name: string, rate: Decimal | null, id: string }
   | null> };

export type ReconcileOperationMutationVariables = Exact<{
  input: ReconcileOperationInput;
}>;


export type ReconcileOperationMutation = { reconcileOperation: { operation: { mutation: string, actor: string | null, createdAt: Instant, completedAt: Instant | null, validateOnly: boolean, subjectCount: number, id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string, steps: Array<{ action: string, status: OperationStatus, attempts: number, sent: boolean, startedAt: Instant | null, finishedAt: Instant | null, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }>, candidates: Array<{ id: string, differs: Array<string> }>, resolution: { happened: boolean, actor: string | null, at: Instant, reason: string } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string }, error: { code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean } | null }>, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }> } };

export type ResolveOperationMutationVariables = Exact<{
  input: ResolveOperationInput;
}>;


export type ResolveOperationMutation = { resolveOperation: { operation: { mutation: string, actor: string | null, createdAt: Instant, completedAt: Instant | null, validateOnly: boolean, subjectCount: number, id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string, steps: Array<{ action: string, status: OperationStatus, attempts: number, sent: boolean, startedAt: Instant | null, finishedAt: Instant | null, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }>, candidates: Array<{ id: string, differs: Array<string> }>, resolution: { happened: boolean, actor: string | null, at: Instant, reason: string } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string }, error: { code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean } | null }>, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }> } };

export type OperationUpdatedSubscriptionVariables = Exact<{
  id?: string | null | undefined;
}>;


export type OperationUpdatedSubscription = { operationUpdated: { mutation: string, actor: string | null, createdAt: Instant, completedAt: Instant | null, validateOnly: boolean, subjectCount: number, id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string, steps: Array<{ action: string, status: OperationStatus, attempts: number, sent: boolean, startedAt: Instant | null, finishedAt: Instant | null, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }>, candidates: Array<{ id: string, differs: Array<string> }>, resolution: { happened: boolean, actor: string | null, at: Instant, reason: string } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string }, error: { code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean } | null }>, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null } };

export type OperationOutcomeFragment = { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string };

export type OperationDetailsFragment = { mutation: string, actor: string | null, createdAt: Instant, completedAt: Instant | null, validateOnly: boolean, subjectCount: number, id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null, steps: Array<{ action: string, status: OperationStatus, attempts: number, sent: boolean, startedAt: Instant | null, finishedAt: Instant | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string }, error: { code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean } | null }> };

export type SubjectSummaryFragment = { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null };

export type OperationInFullFragment = { mutation: string, actor: string | null, createdAt: Instant, completedAt: Instant | null, validateOnly: boolean, subjectCount: number, id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string, steps: Array<{ action: string, status: OperationStatus, attempts: number, sent: boolean, startedAt: Instant | null, finishedAt: Instant | null, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }>, candidates: Array<{ id: string, differs: Array<string> }>, resolution: { happened: boolean, actor: string | null, at: Instant, reason: string } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string }, error: { code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean } | null }>, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null };

type NodeSummary_Account_Fragment = { __typename: 'Account', id: string };

type NodeSummary_Backend_Fragment = { __typename: 'Backend', id: string };

type NodeSummary_Charge_Fragment = { __typename: 'Charge', backendId: string, name: string, date: CalendarDate | null, id: string, amount: { amount: Decimal, currency: CurrencyCode } | null, customer: { id: string, name: string } | null };

type NodeSummary_ChargeRun_Fragment = { __typename: 'ChargeRun', id: string };

type NodeSummary_Customer_Fragment = { __typename: 'Customer', backendId: string, name: string, id: string };

type NodeSummary_Operation_Fragment = { __typename: 'Operation', id: string };

type NodeSummary_Plan_Fragment = { __typename: 'Plan', id: string };

type NodeSummary_Service_Fragment = { __typename: 'Service', id: string };

type NodeSummary_Tax_Fragment = { __typename: 'Tax', backendId: string, name: string, rate: Decimal | null, id: string };

export type NodeSummaryFragment =
  | NodeSummary_Account_Fragment
  | NodeSummary_Backend_Fragment
  | NodeSummary_Charge_Fragment
  | NodeSummary_ChargeRun_Fragment
  | NodeSummary_Customer_Fragment
  | NodeSummary_Operation_Fragment
  | NodeSummary_Plan_Fragment
  | NodeSummary_Service_Fragment
  | NodeSummary_Tax_Fragment
;

export type OpenOperationsQueryVariables = Exact<{
  failedSince?: Instant | null | undefined;
}>;


export type OpenOperationsQuery = { unsettled: { nodes: Array<{ mutation: string, actor: string | null, createdAt: Instant, completedAt: Instant | null, validateOnly: boolean, subjectCount: number, id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string, steps: Array<{ action: string, status: OperationStatus, attempts: number, sent: boolean, startedAt: Instant | null, finishedAt: Instant | null, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }>, candidates: Array<{ id: string, differs: Array<string> }>, resolution: { happened: boolean, actor: string | null, at: Instant, reason: string } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string }, error: { code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean } | null }>, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, failed: { nodes: Array<{ mutation: string, actor: string | null, createdAt: Instant, completedAt: Instant | null, validateOnly: boolean, subjectCount: number, id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null, steps: Array<{ action: string, status: OperationStatus, attempts: number, sent: boolean, startedAt: Instant | null, finishedAt: Instant | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string }, error: { code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean } | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ChargeRunsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: ChargeRunFilter | null | undefined;
}>;


export type ChargeRunsQuery = { chargeRuns: { nodes: Array<{ id: string, name: string, series: string, state: ChargeRunState, actor: string | null, executedBy: string | null, createdAt: Instant, finishedAt: Instant | null, totals: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }>, charged: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }> | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ChargeRunQueryVariables = Exact<{
  id: string;
}>;


export type ChargeRunQuery = { chargeRun: { planHash: string | null, backends: Array<string>, calls: number, updatedAt: Instant, id: string, name: string, series: string, state: ChargeRunState, actor: string | null, executedBy: string | null, createdAt: Instant, finishedAt: Instant | null, counts: Array<{ state: ChargeRunRowState, backend: string | null, rows: number }>, progress: { rows: number, ended: number, rowsPerSecond: number, secondsLeft: number | null } | null, approval: { state: string, askedAt: Instant, expiresAt: Instant, by: string | null, at: Instant | null, reason: string | null } | null, pausedBackends: Array<{ backend: string, backendLabel: string, code: string, message: string, since: Instant }>, totals: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }>, charged: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }> | null } | null };

export type ChargeRunRowsQueryVariables = Exact<{
  id: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
  filter?: ChargeRunRowFilter | null | undefined;
}>;


export type ChargeRunRowsQuery = { chargeRun: { id: string, rows: { nodes: Array<{ line: number, key: string, state: ChargeRunRowState, backend: string | null, backendLabel: string | null, customerId: string | null, customerName: string | null, customerReference: string | null, name: string | null, description: string | null, date: CalendarDate | null, allowDuplicate: boolean, warnings: Array<string>, changed: Array<string>, reason: string | null, operationId: string | null, chargeId: string | null, amount: { amount: Decimal, currency: CurrencyCode } | null, stored: { amount: Decimal, currency: CurrencyCode } | null, given: { key: string | null, backend: string | null, customerId: string | null, customerReference: string | null, accountId: string | null, name: string | null, description: string | null, notes: string | null, kind: ChargeKind | null, serviceId: string | null, amount: Decimal | null, currency: CurrencyCode | null, taxAmount: Decimal | null, cost: Decimal | null, quantity: Decimal | null, date: CalendarDate | null, reference: string | null, taxIds: Array<string> | null, executeNow: boolean | null, interval: ChargeInterval | null, occurrences: number | null, startsOn: CalendarDate | null, endsOn: CalendarDate | null, allowDuplicate: boolean }, problems: Array<{ code: string, message: string, field: Array<string> | null, retryable: boolean, candidates: Array<{ id: string, name: string }> }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type ChargeRunUndoQueryVariables = Exact<{
  id: string;
}>;


export type ChargeRunUndoQuery = { chargeRun: { id: string, undoPreview: { rows: number, planHash: string, totals: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }>, cannot: Array<{ backend: string, backendLabel: string, rows: number, reason: string }> } } | null };

export type CorrectChargeRunRowMutationVariables = Exact<{
  input: CorrectChargeRunRowInput;
}>;


export type CorrectChargeRunRowMutation = { correctChargeRunRow: { run: { planHash: string | null, backends: Array<string>, calls: number, updatedAt: Instant, id: string, name: string, series: string, state: ChargeRunState, actor: string | null, executedBy: string | null, createdAt: Instant, finishedAt: Instant | null, counts: Array<{ state: ChargeRunRowState, backend: string | null, rows: number }>, progress: { rows: number, ended: number, rowsPerSecond: number, secondsLeft: number | null } | null, approval: { state: string, askedAt: Instant, expiresAt: Instant, by: string | null, at: Instant | null, reason: string | null } | null, pausedBackends: Array<{ backend: string, backendLabel: string, code: string, message: string, since: Instant }>, totals: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }>, charged: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }> | null } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }> } };

export type SkipChargeRunRowsMutationVariables = Exact<{
  input: SkipChargeRunRowsInput;
}>;


export type SkipChargeRunRowsMutation = { skipChargeRunRows: { run: { planHash: string | null, backends: Array<string>, calls: number, updatedAt: Instant, id: string, name: string, series: string, state: ChargeRunState, actor: string | null, executedBy: string | null, createdAt: Instant, finishedAt: Instant | null, counts: Array<{ state: ChargeRunRowState, backend: string | null, rows: number }>, progress: { rows: number, ended: number, rowsPerSecond: number, secondsLeft: number | null } | null, approval: { state: string, askedAt: Instant, expiresAt: Instant, by: string | null, at: Instant | null, reason: string | null } | null, pausedBackends: Array<{ backend: string, backendLabel: string, code: string, message: string, since: Instant }>, totals: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }>, charged: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }> | null } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }> } };

export type AllowChargeRunDuplicatesMutationVariables = Exact<{
  input: AllowChargeRunDuplicatesInput;
}>;


export type AllowChargeRunDuplicatesMutation = { allowChargeRunDuplicates: { run: { planHash: string | null, backends: Array<string>, calls: number, updatedAt: Instant, id: string, name: string, series: string, state: ChargeRunState, actor: string | null, executedBy: string | null, createdAt: Instant, finishedAt: Instant | null, counts: Array<{ state: ChargeRunRowState, backend: string | null, rows: number }>, progress: { rows: number, ended: number, rowsPerSecond: number, secondsLeft: number | null } | null, approval: { state: string, askedAt: Instant, expiresAt: Instant, by: string | null, at: Instant | null, reason: string | null } | null, pausedBackends: Array<{ backend: string, backendLabel: string, code: string, message: string, since: Instant }>, totals: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }>, charged: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }> | null } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }> } };

export type CheckChargeRunMutationVariables = Exact<{
  input: ChargeRunIdInput;
}>;


export type CheckChargeRunMutation = { checkChargeRun: { run: { planHash: string | null, backends: Array<string>, calls: number, updatedAt: Instant, id: string, name: string, series: string, state: ChargeRunState, actor: string | null, executedBy: string | null, createdAt: Instant, finishedAt: Instant | null, counts: Array<{ state: ChargeRunRowState, backend: string | null, rows: number }>, progress: { rows: number, ended: number, rowsPerSecond: number, secondsLeft: number | null } | null, approval: { state: string, askedAt: Instant, expiresAt: Instant, by: string | null, at: Instant | null, reason: string | null } | null, pausedBackends: Array<{ backend: string, backendLabel: string, code: string, message: string, since: Instant }>, totals: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }>, charged: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }> | null } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }> } };

export type ExecuteChargeRunMutationVariables = Exact<{
  input: ExecuteChargeRunInput;
}>;


export type ExecuteChargeRunMutation = { executeChargeRun: { run: { planHash: string | null, backends: Array<string>, calls: number, updatedAt: Instant, id: string, name: string, series: string, state: ChargeRunState, actor: string | null, executedBy: string | null, createdAt: Instant, finishedAt: Instant | null, counts: Array<{ state: ChargeRunRowState, backend: string | null, rows: number }>, progress: { rows: number, ended: number, rowsPerSecond: number, secondsLeft: number | null } | null, approval: { state: string, askedAt: Instant, expiresAt: Instant, by: string | null, at: Instant | null, reason: string | null } | null, pausedBackends: Array<{ backend: string, backendLabel: string, code: string, message: string, since: Instant }>, totals: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }>, charged: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }> | null } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }> } };

export type ApproveChargeRunMutationVariables = Exact<{
  input: ApproveChargeRunInput;
}>;


export type ApproveChargeRunMutation = { approveChargeRun: { run: { planHash: string | null, backends: Array<string>, calls: number, updatedAt: Instant, id: string, name: string, series: string, state: ChargeRunState, actor: string | null, executedBy: string | null, createdAt: Instant, finishedAt: Instant | null, counts: Array<{ state: ChargeRunRowState, backend: string | null, rows: number }>, progress: { rows: number, ended: number, rowsPerSecond: number, secondsLeft: number | null } | null, approval: { state: string, askedAt: Instant, expiresAt: Instant, by: string | null, at: Instant | null, reason: string | null } | null, pausedBackends: Array<{ backend: string, backendLabel: string, code: string, message: string, since: Instant }>, totals: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }>, charged: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }> | null } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }> } };

export type RefuseChargeRunMutationVariables = Exact<{
  input: RefuseChargeRunInput;
}>;


export type RefuseChargeRunMutation = { refuseChargeRun: { run: { planHash: string | null, backends: Array<string>, calls: number, updatedAt: Instant, id: string, name: string, series: string, state: ChargeRunState, actor: string | null, executedBy: string | null, createdAt: Instant, finishedAt: Instant | null, counts: Array<{ state: ChargeRunRowState, backend: string | null, rows: number }>, progress: { rows: number, ended: number, rowsPerSecond: number, secondsLeft: number | null } | null, approval: { state: string, askedAt: Instant, expiresAt: Instant, by: string | null, at: Instant | null, reason: string | null } | null, pausedBackends: Array<{ backend: string, backendLabel: string, code: string, message: string, since: Instant }>, totals: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }>, charged: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }> | null } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }> } };

export type PauseChargeRunMutationVariables = Exact<{
  input: ChargeRunIdInput;
}>;


export type PauseChargeRunMutation = { pauseChargeRun: { run: { planHash: string | null, backends: Array<string>, calls: number, updatedAt: Instant, id: string, name: string, series: string, state: ChargeRunState, actor: string | null, executedBy: string | null, createdAt: Instant, finishedAt: Instant | null, counts: Array<{ state: ChargeRunRowState, backend: string | null, rows: number }>, progress: { rows: number, ended: number, rowsPerSecond: number, secondsLeft: number | null } | null, approval: { state: string, askedAt: Instant, expiresAt: Instant, by: string | null, at: Instant | null, reason: string | null } | null, pausedBackends: Array<{ backend: string, backendLabel: string, code: string, message: string, since: Instant }>, totals: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }>, charged: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }> | null } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }> } };

export type ResumeChargeRunMutationVariables = Exact<{
  input: ChargeRunIdInput;
}>;


export type ResumeChargeRunMutation = { resumeChargeRun: { run: { planHash: string | null, backends: Array<string>, calls: number, updatedAt: Instant, id: string, name: string, series: string, state: ChargeRunState, actor: string | null, executedBy: string | null, createdAt: Instant, finishedAt: Instant | null, counts: Array<{ state: ChargeRunRowState, backend: string | null, rows: number }>, progress: { rows: number, ended: number, rowsPerSecond: number, secondsLeft: number | null } | null, approval: { state: string, askedAt: Instant, expiresAt: Instant, by: string | null, at: Instant | null, reason: string | null } | null, pausedBackends: Array<{ backend: string, backendLabel: string, code: string, message: string, since: Instant }>, totals: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }>, charged: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }> | null } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }> } };

export type CancelChargeRunMutationVariables = Exact<{
  input: ChargeRunIdInput;
}>;


export type CancelChargeRunMutation = { cancelChargeRun: { run: { planHash: string | null, backends: Array<string>, calls: number, updatedAt: Instant, id: string, name: string, series: string, state: ChargeRunState, actor: string | null, executedBy: string | null, createdAt: Instant, finishedAt: Instant | null, counts: Array<{ state: ChargeRunRowState, backend: string | null, rows: number }>, progress: { rows: number, ended: number, rowsPerSecond: number, secondsLeft: number | null } | null, approval: { state: string, askedAt: Instant, expiresAt: Instant, by: string | null, at: Instant | null, reason: string | null } | null, pausedBackends: Array<{ backend: string, backendLabel: string, code: string, message: string, since: Instant }>, totals: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }>, charged: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }> | null } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }> } };

export type UndoChargeRunMutationVariables = Exact<{
  input: UndoChargeRunInput;
}>;


export type UndoChargeRunMutation = { undoChargeRun: { run: { planHash: string | null, backends: Array<string>, calls: number, updatedAt: Instant, id: string, name: string, series: string, state: ChargeRunState, actor: string | null, executedBy: string | null, createdAt: Instant, finishedAt: Instant | null, counts: Array<{ state: ChargeRunRowState, backend: string | null, rows: number }>, progress: { rows: number, ended: number, rowsPerSecond: number, secondsLeft: number | null } | null, approval: { state: string, askedAt: Instant, expiresAt: Instant, by: string | null, at: Instant | null, reason: string | null } | null, pausedBackends: Array<{ backend: string, backendLabel: string, code: string, message: string, since: Instant }>, totals: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }>, charged: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }> | null } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }> } };

export type ChargeRunAnswerFragment = { run: { planHash: string | null, backends: Array<string>, calls: number, updatedAt: Instant, id: string, name: string, series: string, state: ChargeRunState, actor: string | null, executedBy: string | null, createdAt: Instant, finishedAt: Instant | null, counts: Array<{ state: ChargeRunRowState, backend: string | null, rows: number }>, progress: { rows: number, ended: number, rowsPerSecond: number, secondsLeft: number | null } | null, approval: { state: string, askedAt: Instant, expiresAt: Instant, by: string | null, at: Instant | null, reason: string | null } | null, pausedBackends: Array<{ backend: string, backendLabel: string, code: string, message: string, since: Instant }>, totals: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }>, charged: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }> | null } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }> };

export type ChargeRunUpdatedSubscriptionVariables = Exact<{
  id: string;
}>;


export type ChargeRunUpdatedSubscription = { chargeRunUpdated: { planHash: string | null, backends: Array<string>, calls: number, updatedAt: Instant, id: string, name: string, series: string, state: ChargeRunState, actor: string | null, executedBy: string | null, createdAt: Instant, finishedAt: Instant | null, counts: Array<{ state: ChargeRunRowState, backend: string | null, rows: number }>, progress: { rows: number, ended: number, rowsPerSecond: number, secondsLeft: number | null } | null, approval: { state: string, askedAt: Instant, expiresAt: Instant, by: string | null, at: Instant | null, reason: string | null } | null, pausedBackends: Array<{ backend: string, backendLabel: string, code: string, message: string, since: Instant }>, totals: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }>, charged: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }> | null } };

export type ChargeRunTotalDetailsFragment = { backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number };

export type ChargeRunSummaryFragment = { id: string, name: string, series: string, state: ChargeRunState, actor: string | null, executedBy: string | null, createdAt: Instant, finishedAt: Instant | null, totals: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }>, charged: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }> | null };

export type ChargeRunDetailsFragment = { planHash: string | null, backends: Array<string>, calls: number, updatedAt: Instant, id: string, name: string, series: string, state: ChargeRunState, actor: string | null, executedBy: string | null, createdAt: Instant, finishedAt: Instant | null, counts: Array<{ state: ChargeRunRowState, backend: string | null, rows: number }>, progress: { rows: number, ended: number, rowsPerSecond: number, secondsLeft: number | null } | null, approval: { state: string, askedAt: Instant, expiresAt: Instant, by: string | null, at: Instant | null, reason: string | null } | null, pausedBackends: Array<{ backend: string, backendLabel: string, code: string, message: string, since: Instant }>, totals: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }>, charged: Array<{ backend: string, backendLabel: string, currency: string, rows: number, amount: Decimal, unpriced: number }> | null };

export type ChargeRunRowDetailsFragment = { line: number, key: string, state: ChargeRunRowState, backend: string | null, backendLabel: string | null, customerId: string | null, customerName: string | null, customerReference: string | null, name: string | null, description: string | null, date: CalendarDate | null, allowDuplicate: boolean, warnings: Array<string>, changed: Array<string>, reason: string | null, operationId: string | null, chargeId: string | null, amount: { amount: Decimal, currency: CurrencyCode } | null, stored: { amount: Decimal, currency: CurrencyCode } | null, given: { key: string | null, backend: string | null, customerId: string | null, customerReference: string | null, accountId: string | null, name: string | null, description: string | null, notes: string | null, kind: ChargeKind | null, serviceId: string | null, amount: Decimal | null, currency: CurrencyCode | null, taxAmount: Decimal | null, cost: Decimal | null, quantity: Decimal | null, date: CalendarDate | null, reference: string | null, taxIds: Array<string> | null, executeNow: boolean | null, interval: ChargeInterval | null, occurrences: number | null, startsOn: CalendarDate | null, endsOn: CalendarDate | null, allowDuplicate: boolean }, problems: Array<{ code: string, message: string, field: Array<string> | null, retryable: boolean, candidates: Array<{ id: string, name: string }> }> };

export type SearchQueryVariables = Exact<{
  text: string;
  types?: Array<SearchType> | SearchType | null | undefined;
  backends?: Array<string> | string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type SearchQuery = { search: { edges: Array<{ matched: string | null, known: { id: string, backendId: string, name: string, organizationName: string | null, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, reference: string | null, postalCode: string | null, city: string | null, country: string | null, status: CustomerStatus, readAt: Instant | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, node:
        | { __typename: 'Charge', id: string, name: string, date: CalendarDate | null, amount: { amount: Decimal, currency: CurrencyCode } | null, customer: { id: string, name: string } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }
        | { __typename: 'Customer', id: string, name: string, account: { id: string, name: string, createdAt: Instant, updatedAt: Instant, customers: Array<{ id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }
        | { __typename: 'Tax', id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }
       | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }>, sources: Array<{ type: SearchType, source: SearchSourceKind, refreshedAt: Instant | null, complete: boolean, reason: string | null, records: number | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } };

export type FindQueryVariables = Exact<{
  text: string;
  first?: number | null | undefined;
}>;


export type FindQuery = { customers: { edges: Array<{ matched: string | null, known: { id: string, backendId: string, name: string, organizationName: string | null, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, reference: string | null, postalCode: string | null, city: string | null, country: string | null, status: CustomerStatus, readAt: Instant | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, node:
        | { __typename: 'Charge', id: string, name: string, date: CalendarDate | null, amount: { amount: Decimal, currency: CurrencyCode } | null, customer: { id: string, name: string } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }
        | { __typename: 'Customer', id: string, name: string, account: { id: string, name: string, createdAt: Instant, updatedAt: Instant, customers: Array<{ id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }
        | { __typename: 'Tax', id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }
       | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }>, sources: Array<{ type: SearchType, source: SearchSourceKind, refreshedAt: Instant | null, complete: boolean, reason: string | null, records: number | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> }, others: { edges: Array<{ matched: string | null, known: { id: string, backendId: string, name: string, organizationName: string | null, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, reference: string | null, postalCode: string | null, city: string | null, country: string | null, status: CustomerStatus, readAt: Instant | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, node:
        | { __typename: 'Charge', id: string, name: string, date: CalendarDate | null, amount: { amount: Decimal, currency: CurrencyCode } | null, customer: { id: string, name: string } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }
        | { __typename: 'Customer', id: string, name: string, account: { id: string, name: string, createdAt: Instant, updatedAt: Instant, customers: Array<{ id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }
        | { __typename: 'Tax', id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }
       | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }>, sources: Array<{ type: SearchType, source: SearchSourceKind, refreshedAt: Instant | null, complete: boolean, reason: string | null, records: number | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } };

export type KnownCustomerQueryVariables = Exact<{
  id: string;
}>;


export type KnownCustomerQuery = { knownCustomer: { id: string, backendId: string, name: string, organizationName: string | null, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, reference: string | null, postalCode: string | null, city: string | null, country: string | null, status: CustomerStatus, readAt: Instant | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null };

export type CustomerChangedSubscriptionVariables = Exact<{
  backends?: Array<string> | string | null | undefined;
}>;


export type CustomerChangedSubscription = { customerChanged: { type: SearchType, kind: ChangeKind, nodeId: string, at: Instant, noticedAt: Instant, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } };

export type FoundPageFragment = { edges: Array<{ matched: string | null, known: { id: string, backendId: string, name: string, organizationName: string | null, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, reference: string | null, postalCode: string | null, city: string | null, country: string | null, status: CustomerStatus, readAt: Instant | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, node:
      | { __typename: 'Charge', id: string, name: string, date: CalendarDate | null, amount: { amount: Decimal, currency: CurrencyCode } | null, customer: { id: string, name: string } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }
      | { __typename: 'Customer', id: string, name: string, account: { id: string, name: string, createdAt: Instant, updatedAt: Instant, customers: Array<{ id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }
      | { __typename: 'Tax', id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }
     | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }>, sources: Array<{ type: SearchType, source: SearchSourceKind, refreshedAt: Instant | null, complete: boolean, reason: string | null, records: number | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> };

export type KnownCustomerDetailsFragment = { id: string, backendId: string, name: string, organizationName: string | null, firstName: string | null, lastName: string | null, email: string | null, phone: string | null, reference: string | null, postalCode: string | null, city: string | null, country: string | null, status: CustomerStatus, readAt: Instant | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } };

type Found_Charge_Fragment = { __typename: 'Charge', id: string, name: string, date: CalendarDate | null, amount: { amount: Decimal, currency: CurrencyCode } | null, customer: { id: string, name: string } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } };

type Found_Customer_Fragment = { __typename: 'Customer', id: string, name: string, account: { id: string, name: string, createdAt: Instant, updatedAt: Instant, customers: Array<{ id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } };

type Found_Tax_Fragment = { __typename: 'Tax', id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } };

export type FoundFragment =
  | Found_Charge_Fragment
  | Found_Customer_Fragment
  | Found_Tax_Fragment
;

export type SourceDetailsFragment = { type: SearchType, source: SearchSourceKind, refreshedAt: Instant | null, complete: boolean, reason: string | null, records: number | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } };

export type ChangeDetailsFragment = { type: SearchType, kind: ChangeKind, nodeId: string, at: Instant, noticedAt: Instant, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } };

export type LinkSuggestionsQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  backends?: Array<string> | string | null | undefined;
  customerId?: string | null | undefined;
}>;


export type LinkSuggestionsQuery = { linkSuggestions: { nodes: Array<{ score: number, customers: Array<{ id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }>, reasons: Array<{ kind: LinkReasonKind, detail: string }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }>, sources: Array<{ type: SearchType, source: SearchSourceKind, refreshedAt: Instant | null, complete: boolean, reason: string | null, records: number | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } };

export type DeclineLinkMutationVariables = Exact<{
  input: DeclineLinkInput;
}>;


export type DeclineLinkMutation = { declineLink: { errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type LinkSuggestionDetailsFragment = { score: number, customers: Array<{ id: string, name: string, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }>, reasons: Array<{ kind: LinkReasonKind, detail: string }> };

export type TaxesQueryVariables = Exact<{
  first?: number | null | undefined;
  after?: string | null | undefined;
  backends?: Array<string> | string | null | undefined;
  filter?: TaxFilter | null | undefined;
}>;


export type TaxesQuery = { taxes: { nodes: Array<{ id: string, backendId: string, name: string, active: boolean, rate: Decimal | null, fixedAmount: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } };

export type TaxLiabilitiesQueryVariables = Exact<{
  customerId: string;
  backends: Array<string> | string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type TaxLiabilitiesQuery = { taxes: { nodes: Array<{ isLiable: boolean | null, id: string, backendId: string, name: string, active: boolean, rate: Decimal | null, fixedAmount: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, unavailable: Array<{ code: ErrorCode, message: string, retryable: boolean, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } }> } };

export type TaxQueryVariables = Exact<{
  id: string;
}>;


export type TaxQuery = { tax: { description: string | null, appliesTo: Array<TaxScope>, defaultLiability: TaxLiability | null, country: CountryCode | null, effectiveDate: CalendarDate | null, shared: boolean, id: string, backendId: string, name: string, active: boolean, rate: Decimal | null, owner: { id: string, name: string } | null, fixedAmount: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null };

export type CreateTaxMutationVariables = Exact<{
  input: CreateTaxInput;
}>;


export type CreateTaxMutation = { createTax: { results: Array<{ status: OperationStatus, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string }, subject: { customerId: string | null, customerName: string | null, name: string | null, description: string | null, amount: Decimal | null, currency: CurrencyCode | null, date: CalendarDate | null } | null, tax: { description: string | null, appliesTo: Array<TaxScope>, defaultLiability: TaxLiability | null, country: CountryCode | null, effectiveDate: CalendarDate | null, shared: boolean, id: string, backendId: string, name: string, active: boolean, rate: Decimal | null, owner: { id: string, name: string } | null, fixedAmount: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }> }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type UpdateTaxMutationVariables = Exact<{
  input: UpdateTaxInput;
}>;


export type UpdateTaxMutation = { updateTax: { tax: { description: string | null, appliesTo: Array<TaxScope>, defaultLiability: TaxLiability | null, country: CountryCode | null, effectiveDate: CalendarDate | null, shared: boolean, id: string, backendId: string, name: string, active: boolean, rate: Decimal | null, owner: { id: string, name: string } | null, fixedAmount: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type ArchiveTaxMutationVariables = Exact<{
  input: ArchiveTaxInput;
}>;


export type ArchiveTaxMutation = { archiveTax: { tax: { description: string | null, appliesTo: Array<TaxScope>, defaultLiability: TaxLiability | null, country: CountryCode | null, effectiveDate: CalendarDate | null, shared: boolean, id: string, backendId: string, name: string, active: boolean, rate: Decimal | null, owner: { id: string, name: string } | null, fixedAmount: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type SetTaxLiabilityMutationVariables = Exact<{
  input: SetTaxLiabilityInput;
}>;


export type SetTaxLiabilityMutation = { setTaxLiability: { tax: { description: string | null, appliesTo: Array<TaxScope>, defaultLiability: TaxLiability | null, country: CountryCode | null, effectiveDate: CalendarDate | null, shared: boolean, id: string, backendId: string, name: string, active: boolean, rate: Decimal | null, owner: { id: string, name: string } | null, fixedAmount: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } } | null, errors: Array<{ code: ErrorCode, message: string, field: Array<string> | null, fieldMessage: string, formField: string | null, backendCode: string | null, retryable: boolean }>, warnings: Array<{ code: WarningCode, message: string, field: Array<string> | null, formField: string | null, sent: string | null, stored: string | null }>, operation: { id: string, status: OperationStatus, replayed: boolean, idempotencyKey: string } } };

export type TaxSummaryFragment = { id: string, backendId: string, name: string, active: boolean, rate: Decimal | null, fixedAmount: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } };

export type TaxDetailsFragment = { description: string | null, appliesTo: Array<TaxScope>, defaultLiability: TaxLiability | null, country: CountryCode | null, effectiveDate: CalendarDate | null, shared: boolean, id: string, backendId: string, name: string, active: boolean, rate: Decimal | null, owner: { id: string, name: string } | null, fixedAmount: { amount: Decimal, currency: CurrencyCode } | null, backend: { id: string, key: string, kind: BackendKind, kindLabel: string, generation: string | null, label: string } };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { name: string, scopes: Array<string> } };

export const AccountSummaryFragmentDoc: TypedDocument<AccountSummaryFragment, unknown> = "fragment AccountSummary on Account{id name createdAt updatedAt customers{...CustomerName}}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment BackendSummary on Backend{id key kind kindLabel generation label}";
export const AccountBalanceDetailsFragmentDoc: TypedDocument<AccountBalanceDetailsFragment, unknown> = "fragment AccountBalanceDetails on AccountBalance{customer{...CustomerName}amountDue{...MoneyDetails}failure{...FailureDetails}}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment BackendSummary on Backend{id key kind kindLabel generation label}";
export const StatementRowDetailsFragmentDoc: TypedDocument<StatementRowDetailsFragment, unknown> = "fragment StatementRowDetails on StatementRow{backend{...BackendSummary}month currency charges amount{...MoneyDetails}taxAmount{...MoneyDetails}total{...MoneyDetails}outstanding{...MoneyDetails}unpriced taxUnknown outstandingUnknown repeated repetitionUnknown}fragment BackendSummary on Backend{id key kind kindLabel generation label}fragment MoneyDetails on Money{amount currency}";
export const StatementTotalDetailsFragmentDoc: TypedDocument<StatementTotalDetailsFragment, unknown> = "fragment StatementTotalDetails on StatementTotal{currency charges amount{...MoneyDetails}taxAmount{...MoneyDetails}total{...MoneyDetails}outstanding{...MoneyDetails}unpriced taxUnknown outstandingUnknown repeated repetitionUnknown}fragment MoneyDetails on Money{amount currency}";
export const DriftDetailsFragmentDoc: TypedDocument<DriftDetailsFragment, unknown> = "fragment DriftDetails on Drift{field values{customer{...CustomerName}text address{...AddressDetails}taxes{id name}alignable}}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment AddressDetails on Address{lines city state postalCode country}fragment BackendSummary on Backend{id key kind kindLabel generation label}";
export const BackendSummaryFragmentDoc: TypedDocument<BackendSummaryFragment, unknown> = "fragment BackendSummary on Backend{id key kind kindLabel generation label}";
export const BackendDetailsFragmentDoc: TypedDocument<BackendDetailsFragment, unknown> = "fragment BackendDetails on Backend{...BackendSummary currency capabilities health{status circuit latencyMs checkedAt message}}fragment BackendSummary on Backend{id key kind kindLabel generation label}";
export const BackendInputDetailsFragmentDoc: TypedDocument<BackendInputDetailsFragment, unknown> = "fragment BackendInputDetails on BackendInput{write members{...BackendInputMemberDetails}}fragment BackendInputMemberDetails on BackendInputMember{name type required refused clearable insteadOf alsoBeside sameAs label hint values{value label}limits{longest blank pattern patternMeans decimals digits least most moreThan notZero earliest fewestItems mostItems}}";
export const BackendInputMemberDetailsFragmentDoc: TypedDocument<BackendInputMemberDetailsFragment, unknown> = "fragment BackendInputMemberDetails on BackendInputMember{name type required refused clearable insteadOf alsoBeside sameAs label hint values{value label}limits{longest blank pattern patternMeans decimals digits least most moreThan notZero earliest fewestItems mostItems}}";
export const PlanSummaryFragmentDoc: TypedDocument<PlanSummaryFragment, unknown> = "fragment PlanSummary on Plan{id backendId name description interval amount{...MoneyDetails}}fragment MoneyDetails on Money{amount currency}";
export const ServiceSummaryFragmentDoc: TypedDocument<ServiceSummaryFragment, unknown> = "fragment ServiceSummary on Service{id backendId name description tax{id name rate}}";
export const BackendFormFragmentDoc: TypedDocument<BackendFormFragment, unknown> = "fragment BackendForm on Backend{...BackendDetails inputs{...BackendInputDetails}}fragment BackendDetails on Backend{...BackendSummary currency capabilities health{status circuit latencyMs checkedAt message}}fragment BackendInputDetails on BackendInput{write members{...BackendInputMemberDetails}}fragment BackendSummary on Backend{id key kind kindLabel generation label}fragment BackendInputMemberDetails on BackendInputMember{name type required refused clearable insteadOf alsoBeside sameAs label hint values{value label}limits{longest blank pattern patternMeans decimals digits least most moreThan notZero earliest fewestItems mostItems}}";
export const ChargeSummaryFragmentDoc: TypedDocument<ChargeSummaryFragment, unknown> = "fragment ChargeSummary on Charge{id backendId name date kind status quantity amount{...MoneyDetails}taxAmount{...MoneyDetails}total{...MoneyDetails}outstanding{...MoneyDetails}backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}";
export const ChargeDetailsFragmentDoc: TypedDocument<ChargeDetailsFragment, unknown> = "fragment ChargeDetails on Charge{...ChargeSummary description notes reference cost{...MoneyDetails}recurrence{interval startsOn endsOn occurrences}customer{id name}plan{id name}service{id name}createdAt updatedAt}fragment ChargeSummary on Charge{id backendId name date kind status quantity amount{...MoneyDetails}taxAmount{...MoneyDetails}total{...MoneyDetails}outstanding{...MoneyDetails}backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}";
export const MoneyDetailsFragmentDoc: TypedDocument<MoneyDetailsFragment, unknown> = "fragment MoneyDetails on Money{amount currency}";
export const PageDetailsFragmentDoc: TypedDocument<PageDetailsFragment, unknown> = "fragment PageDetails on PageInfo{hasNextPage endCursor}";
export const FailureDetailsFragmentDoc: TypedDocument<FailureDetailsFragment, unknown> = "fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment BackendSummary on Backend{id key kind kindLabel generation label}";
export const ErrorDetailsFragmentDoc: TypedDocument<ErrorDetailsFragment, unknown> = "fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}";
export const WarningDetailsFragmentDoc: TypedDocument<WarningDetailsFragment, unknown> = "fragment WarningDetails on Warning{code message field formField sent stored}";
export const CustomerNameFragmentDoc: TypedDocument<CustomerNameFragment, unknown> = "fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment BackendSummary on Backend{id key kind kindLabel generation label}";
export const CustomerContactFragmentDoc: TypedDocument<CustomerContactFragment, unknown> = "fragment CustomerContact on Customer{...CustomerName email phone reference status address{...AddressDetails}}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment AddressDetails on Address{lines city state postalCode country}fragment BackendSummary on Backend{id key kind kindLabel generation label}";
export const AddressDetailsFragmentDoc: TypedDocument<AddressDetailsFragment, unknown> = "fragment AddressDetails on Address{lines city state postalCode country}";
export const CustomerSummaryFragmentDoc: TypedDocument<CustomerSummaryFragment, unknown> = "fragment CustomerSummary on Customer{id backendId name email status reference currency amountDue{...MoneyDetails}backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}";
export const CustomerDetailsFragmentDoc: TypedDocument<CustomerDetailsFragment, unknown> = "fragment CustomerDetails on Customer{...CustomerSummary organizationName firstName lastName phone address{...AddressDetails}plan{id name}parent{id name}createdAt updatedAt}fragment CustomerSummary on Customer{id backendId name email status reference currency amountDue{...MoneyDetails}backend{...BackendSummary}}fragment AddressDetails on Address{lines city state postalCode country}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}";
export const OperationOutcomeFragmentDoc: TypedDocument<OperationOutcomeFragment, unknown> = "fragment OperationOutcome on Operation{id status replayed idempotencyKey}";
export const OperationDetailsFragmentDoc: TypedDocument<OperationDetailsFragment, unknown> = "fragment OperationDetails on Operation{...OperationOutcome mutation actor createdAt completedAt validateOnly subject{...SubjectSummary}subjectCount steps{backend{...BackendSummary}action status attempts sent error{...ErrorDetails}startedAt finishedAt}}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment SubjectSummary on OperationSubject{customerId customerName name description amount currency date}fragment BackendSummary on Backend{id key kind kindLabel generation label}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}";
export const SubjectSummaryFragmentDoc: TypedDocument<SubjectSummaryFragment, unknown> = "fragment SubjectSummary on OperationSubject{customerId customerName name description amount currency date}";
export const OperationInFullFragmentDoc: TypedDocument<OperationInFullFragment, unknown> = "fragment OperationInFull on Operation{...OperationDetails steps{subject{...SubjectSummary}warnings{...WarningDetails}candidates{id differs}resolution{happened actor at reason}}}fragment OperationDetails on Operation{...OperationOutcome mutation actor createdAt completedAt validateOnly subject{...SubjectSummary}subjectCount steps{backend{...BackendSummary}action status attempts sent error{...ErrorDetails}startedAt finishedAt}}fragment SubjectSummary on OperationSubject{customerId customerName name description amount currency date}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment BackendSummary on Backend{id key kind kindLabel generation label}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}";
export const NodeSummaryFragmentDoc: TypedDocument<NodeSummaryFragment, unknown> = "fragment NodeSummary on Node{__typename id ...on Customer{backendId name}...on Charge{backendId name date amount{...MoneyDetails}customer{id name}}...on Tax{backendId name rate}}fragment MoneyDetails on Money{amount currency}";
export const ChargeRunAnswerFragmentDoc: TypedDocument<ChargeRunAnswerFragment, unknown> = "fragment ChargeRunAnswer on ChargeRunPayload{run{...ChargeRunDetails}errors{...ErrorDetails}}fragment ChargeRunDetails on ChargeRun{...ChargeRunSummary planHash backends calls counts{state backend rows}progress{rows ended rowsPerSecond secondsLeft}approval{state askedAt expiresAt by at reason}pausedBackends{backend backendLabel code message since}updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment ChargeRunSummary on ChargeRun{id name series state actor executedBy totals{...ChargeRunTotalDetails}charged{...ChargeRunTotalDetails}createdAt finishedAt}fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}";
export const ChargeRunTotalDetailsFragmentDoc: TypedDocument<ChargeRunTotalDetailsFragment, unknown> = "fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}";
export const ChargeRunSummaryFragmentDoc: TypedDocument<ChargeRunSummaryFragment, unknown> = "fragment ChargeRunSummary on ChargeRun{id name series state actor executedBy totals{...ChargeRunTotalDetails}charged{...ChargeRunTotalDetails}createdAt finishedAt}fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}";
export const ChargeRunDetailsFragmentDoc: TypedDocument<ChargeRunDetailsFragment, unknown> = "fragment ChargeRunDetails on ChargeRun{...ChargeRunSummary planHash backends calls counts{state backend rows}progress{rows ended rowsPerSecond secondsLeft}approval{state askedAt expiresAt by at reason}pausedBackends{backend backendLabel code message since}updatedAt}fragment ChargeRunSummary on ChargeRun{id name series state actor executedBy totals{...ChargeRunTotalDetails}charged{...ChargeRunTotalDetails}createdAt finishedAt}fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}";
export const ChargeRunRowDetailsFragmentDoc: TypedDocument<ChargeRunRowDetailsFragment, unknown> = "fragment ChargeRunRowDetails on ChargeRunRow{line key state backend backendLabel customerId customerName customerReference name description date amount{...MoneyDetails}stored{...MoneyDetails}given{key backend customerId customerReference accountId name description notes kind serviceId amount currency taxAmount cost quantity date reference taxIds executeNow interval occurrences startsOn endsOn allowDuplicate}allowDuplicate problems{code message field retryable candidates{id name}}warnings changed reason operationId chargeId}fragment MoneyDetails on Money{amount currency}";
export const FoundPageFragmentDoc: TypedDocument<FoundPageFragment, unknown> = "fragment FoundPage on SearchConnection{edges{matched known{...KnownCustomerDetails}node{...Found}}pageInfo{...PageDetails}unavailable{...FailureDetails}sources{...SourceDetails}}fragment KnownCustomerDetails on KnownCustomer{id backendId name organizationName firstName lastName email phone reference postalCode city country status readAt backend{...BackendSummary}}fragment Found on SearchResult{__typename ...on Customer{...CustomerName account{...AccountSummary}}...on Charge{id name date amount{...MoneyDetails}customer{id name}backend{...BackendSummary}}...on Tax{id name backend{...BackendSummary}}}fragment PageDetails on PageInfo{hasNextPage endCursor}fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment SourceDetails on SearchSource{backend{...BackendSummary}type source refreshedAt complete reason records}fragment BackendSummary on Backend{id key kind kindLabel generation label}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment AccountSummary on Account{id name createdAt updatedAt customers{...CustomerName}}fragment MoneyDetails on Money{amount currency}";
export const KnownCustomerDetailsFragmentDoc: TypedDocument<KnownCustomerDetailsFragment, unknown> = "fragment KnownCustomerDetails on KnownCustomer{id backendId name organizationName firstName lastName email phone reference postalCode city country status readAt backend{...BackendSummary}}fragment BackendSummary on Backend{id key kind kindLabel generation label}";
export const FoundFragmentDoc: TypedDocument<FoundFragment, unknown> = "fragment Found on SearchResult{__typename ...on Customer{...CustomerName account{...AccountSummary}}...on Charge{id name date amount{...MoneyDetails}customer{id name}backend{...BackendSummary}}...on Tax{id name backend{...BackendSummary}}}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment AccountSummary on Account{id name createdAt updatedAt customers{...CustomerName}}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}";
export const SourceDetailsFragmentDoc: TypedDocument<SourceDetailsFragment, unknown> = "fragment SourceDetails on SearchSource{backend{...BackendSummary}type source refreshedAt complete reason records}fragment BackendSummary on Backend{id key kind kindLabel generation label}";
export const ChangeDetailsFragmentDoc: TypedDocument<ChangeDetailsFragment, unknown> = "fragment ChangeDetails on Change{type kind nodeId at noticedAt backend{...BackendSummary}}fragment BackendSummary on Backend{id key kind kindLabel generation label}";
export const LinkSuggestionDetailsFragmentDoc: TypedDocument<LinkSuggestionDetailsFragment, unknown> = "fragment LinkSuggestionDetails on LinkSuggestion{customers{...CustomerName}score reasons{kind detail}}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment BackendSummary on Backend{id key kind kindLabel generation label}";
export const TaxSummaryFragmentDoc: TypedDocument<TaxSummaryFragment, unknown> = "fragment TaxSummary on Tax{id backendId name active rate fixedAmount{...MoneyDetails}backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}";
export const TaxDetailsFragmentDoc: TypedDocument<TaxDetailsFragment, unknown> = "fragment TaxDetails on Tax{...TaxSummary description appliesTo defaultLiability country effectiveDate shared owner{id name}}fragment TaxSummary on Tax{id backendId name active rate fixedAmount{...MoneyDetails}backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}";
/** The accounts, newest first. */
export const AccountsDocument = /* @__PURE__ */ typedDocument<AccountsQuery, AccountsQueryVariables>("query Accounts($first:Int$after:String$search:String){accounts(first:$first after:$after search:$search){nodes{...AccountSummary balances{...AccountBalanceDetails}}pageInfo{...PageDetails}}}fragment AccountSummary on Account{id name createdAt updatedAt customers{...CustomerName}}fragment AccountBalanceDetails on AccountBalance{customer{...CustomerName}amountDue{...MoneyDetails}failure{...FailureDetails}}fragment PageDetails on PageInfo{hasNextPage endCursor}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:b245b331aea2dfd40f9c4f717ea6ff4bda2e993635a20e3ea85a298e9fa987ae");
/** An account; null if it does not exist (any more). */
export const AccountDocument = /* @__PURE__ */ typedDocument<AccountQuery, AccountQueryVariables>("query Account($id:ID!){account(id:$id){...AccountSummary balances{...AccountBalanceDetails}}}fragment AccountSummary on Account{id name createdAt updatedAt customers{...CustomerName}}fragment AccountBalanceDetails on AccountBalance{customer{...CustomerName}amountDue{...MoneyDetails}failure{...FailureDetails}}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:5be255b2d8543c39bb180828a2a78c3dcad75fa6d0e060c734cac44402c13ab3");
/** An account; null if it does not exist (any more). */
export const AccountChargesDocument = /* @__PURE__ */ typedDocument<AccountChargesQuery, AccountChargesQueryVariables>("query AccountCharges($id:ID!$first:Int$after:String$filter:ChargeFilter){account(id:$id){id charges(first:$first after:$after filter:$filter){nodes{...ChargeSummary}pageInfo{...PageDetails}unavailable{...FailureDetails}}}}fragment ChargeSummary on Charge{id backendId name date kind status quantity amount{...MoneyDetails}taxAmount{...MoneyDetails}total{...MoneyDetails}outstanding{...MoneyDetails}backend{...BackendSummary}}fragment PageDetails on PageInfo{hasNextPage endCursor}fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:5418de609fc97a0ffc1bbcfdfcb575db3e1d2cbf1f68d68f52a46c2677263bfa");
/** An account; null if it does not exist (any more). */
export const AccountStatementDocument = /* @__PURE__ */ typedDocument<AccountStatementQuery, AccountStatementQueryVariables>("query AccountStatement($id:ID!$from:Date!$to:Date!$occurrences:Boolean=false){account(id:$id){id statement(from:$from to:$to occurrences:$occurrences){rows{...StatementRowDetails}totals{...StatementTotalDetails}csv unavailable{...FailureDetails}}}}fragment StatementRowDetails on StatementRow{backend{...BackendSummary}month currency charges amount{...MoneyDetails}taxAmount{...MoneyDetails}total{...MoneyDetails}outstanding{...MoneyDetails}unpriced taxUnknown outstandingUnknown repeated repetitionUnknown}fragment StatementTotalDetails on StatementTotal{currency charges amount{...MoneyDetails}taxAmount{...MoneyDetails}total{...MoneyDetails}outstanding{...MoneyDetails}unpriced taxUnknown outstandingUnknown repeated repetitionUnknown}fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment BackendSummary on Backend{id key kind kindLabel generation label}fragment MoneyDetails on Money{amount currency}", "sha256:c1b2635b5f5ecc67d0987a843a47e0c2229b68428adb53cbb553e6413e1f9128");
/** An account; null if it does not exist (any more). */
export const AccountDriftDocument = /* @__PURE__ */ typedDocument<AccountDriftQuery, AccountDriftQueryVariables>("query AccountDrift($id:ID!){account(id:$id){id drift{fields{...DriftDetails}unavailable{...FailureDetails}}}}fragment DriftDetails on Drift{field values{customer{...CustomerName}text address{...AddressDetails}taxes{id name}alignable}}fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment AddressDetails on Address{lines city state postalCode country}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:4996c62cfa2a069dd7c5f3ece63884adbfeae03293b1c41e3c347ff052dddc48");
/** Reasons to doubt that customers are the same, for use before or after they are linked. Each customer is compared together with its whole account. Empty if there are none. */
export const LinkWarningsDocument = /* @__PURE__ */ typedDocument<LinkWarningsQuery, LinkWarningsQueryVariables>("query LinkWarnings($customerIds:[ID!]!){linkWarnings(customerIds:$customerIds){kind customers{...CustomerName}}}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:751858bce5dbac17116d472b9fbc4deaf65f39e2e546e248219ac9bd9bb4be68");
/**
 * Links customers into one account. If a customer is in an account already, that account is merged in, under the id of the oldest. Nothing is linked unless all of the customers exist. The records of the backends are not changed.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE.
 */
export const LinkCustomersDocument = /* @__PURE__ */ typedDocument<LinkCustomersMutation, LinkCustomersMutationVariables>("mutation LinkCustomers($input:LinkCustomersInput!){linkCustomers(input:$input){account{...AccountSummary}errors{...ErrorDetails}operation{...OperationOutcome}}}fragment AccountSummary on Account{id name createdAt updatedAt customers{...CustomerName}}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:fe3201878d904f1acc7584b8f82ada6ce70b2d2bd825281c2d641a843644b232");
/**
 * Takes customers out of their accounts. An account with fewer than two customers left no longer exists. The records of the backends are not changed.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE.
 */
export const UnlinkCustomersDocument = /* @__PURE__ */ typedDocument<UnlinkCustomersMutation, UnlinkCustomersMutationVariables>("mutation UnlinkCustomers($input:UnlinkCustomersInput!){unlinkCustomers(input:$input){account{...AccountSummary}errors{...ErrorDetails}operation{...OperationOutcome}}}fragment AccountSummary on Account{id name createdAt updatedAt customers{...CustomerName}}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:7b8cc5f259b84ca394fec0d2442e27c4067fe339e6a199cd571e514ffb18312f");
/**
 * Gives the values of one customer of an account to the others, where they differ. There is one result for each customer that differs. If a backend cannot take a field, its target fails and the others go on. The values are read from the backends before the call is recorded; repeating the call with its key writes the same values. If a customer cannot be read, the whole call fails with the reason, and nothing is recorded or sent: repeat it later, or unlink a customer that does not exist any more.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const AlignCustomersDocument = /* @__PURE__ */ typedDocument<AlignCustomersMutation, AlignCustomersMutationVariables>("mutation AlignCustomers($input:AlignCustomersInput!){alignCustomers(input:$input){results{backend{...BackendSummary}subject{...SubjectSummary}status customer{...CustomerSummary}errors{...ErrorDetails}warnings{...WarningDetails}}operation{...OperationOutcome}}}fragment BackendSummary on Backend{id key kind kindLabel generation label}fragment SubjectSummary on OperationSubject{customerId customerName name description amount currency date}fragment CustomerSummary on Customer{id backendId name email status reference currency amountDue{...MoneyDetails}backend{...BackendSummary}}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment MoneyDetails on Money{amount currency}", "sha256:c88e0aeb8a10f01a499819ee295045823b001acd2a26c6d5e39f4f239170f3cc");
/** All backends that the caller may see. */
export const BackendsDocument = /* @__PURE__ */ typedDocument<BackendsQuery, BackendsQueryVariables>("query Backends{backends{...BackendDetails}}fragment BackendDetails on Backend{...BackendSummary currency capabilities health{status circuit latencyMs checkedAt message}}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:f026e5b68fb57c44e07b888da6f093252b939ba0a10d4d0030bb68a3339af152");
/** A backend by its key; null if there is none. */
export const BackendDocument = /* @__PURE__ */ typedDocument<BackendQuery, BackendQueryVariables>("query Backend($key:String!){backend(key:$key){...BackendDetails}}fragment BackendDetails on Backend{...BackendSummary currency capabilities health{status circuit latencyMs checkedAt message}}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:736c1e7ac1250f61c9968f95501002063f37a28b5b978790df9cab86b9b57473");
/** A backend by its key; null if there is none. */
export const BackendInputsDocument = /* @__PURE__ */ typedDocument<BackendInputsQuery, BackendInputsQueryVariables>("query BackendInputs($backend:String!$writes:[Capability!]){backend(key:$backend){id inputs(writes:$writes){...BackendInputDetails}}}fragment BackendInputDetails on BackendInput{write members{...BackendInputMemberDetails}}fragment BackendInputMemberDetails on BackendInputMember{name type required refused clearable insteadOf alsoBeside sameAs label hint values{value label}limits{longest blank pattern patternMeans decimals digits least most moreThan notZero earliest fewestItems mostItems}}", "sha256:807ca1628cc4c271523349391dedf500c53202e746bd3dbe622ebe31d82df533");
/** A backend by its key; null if there is none. */
export const PlansDocument = /* @__PURE__ */ typedDocument<PlansQuery, PlansQueryVariables>("query Plans($backend:String!$first:Int$after:String){backend(key:$backend){id plans:planCatalogue(first:$first after:$after){nodes{...PlanSummary}pageInfo{...PageDetails}unavailable{...FailureDetails}}}}fragment PlanSummary on Plan{id backendId name description interval amount{...MoneyDetails}}fragment PageDetails on PageInfo{hasNextPage endCursor}fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:62e9820857419f0d05dad98e7eb8487b8d04cf24d1c3da9ee8c2aaf707278398");
/** A backend by its key; null if there is none. */
export const ServicesDocument = /* @__PURE__ */ typedDocument<ServicesQuery, ServicesQueryVariables>("query Services($backend:String!$first:Int$after:String){backend(key:$backend){id services:serviceCatalogue(first:$first after:$after){nodes{...ServiceSummary}pageInfo{...PageDetails}unavailable{...FailureDetails}}}}fragment ServiceSummary on Service{id backendId name description tax{id name rate}}fragment PageDetails on PageInfo{hasNextPage endCursor}fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:821789e6485e966bb2ad614c4f3cd98a556fb5250898924fefe60db0a1fc34a6");
/** All backends that the caller may see. */
export const BackendFormsDocument = /* @__PURE__ */ typedDocument<BackendFormsQuery, BackendFormsQueryVariables>("query BackendForms{backends{...BackendForm}}fragment BackendForm on Backend{...BackendDetails inputs{...BackendInputDetails}}fragment BackendDetails on Backend{...BackendSummary currency capabilities health{status circuit latencyMs checkedAt message}}fragment BackendInputDetails on BackendInput{write members{...BackendInputMemberDetails}}fragment BackendSummary on Backend{id key kind kindLabel generation label}fragment BackendInputMemberDetails on BackendInputMember{name type required refused clearable insteadOf alsoBeside sameAs label hint values{value label}limits{longest blank pattern patternMeans decimals digits least most moreThan notZero earliest fewestItems mostItems}}", "sha256:4054b796d186956d797344d73c4fc77ce1ed78218a92c0c522bb22042b9a684d");
/** Charges of several customers, newest first, merged over their backends. */
export const ChargesDocument = /* @__PURE__ */ typedDocument<ChargesQuery, ChargesQueryVariables>("query Charges($customerIds:[ID!]!$first:Int$after:String$filter:ChargeFilter){charges(customerIds:$customerIds first:$first after:$after filter:$filter){nodes{...ChargeSummary customer{id name}}pageInfo{...PageDetails}unavailable{...FailureDetails}}}fragment ChargeSummary on Charge{id backendId name date kind status quantity amount{...MoneyDetails}taxAmount{...MoneyDetails}total{...MoneyDetails}outstanding{...MoneyDetails}backend{...BackendSummary}}fragment PageDetails on PageInfo{hasNextPage endCursor}fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:884a58b4d2080fd2607c473c2006d5b8bed70d094556abc4166ab6df8fd6e1f2");
/** A charge; null if it does not exist. */
export const ChargeDocument = /* @__PURE__ */ typedDocument<ChargeQuery, ChargeQueryVariables>("query Charge($id:ID!){charge(id:$id){...ChargeDetails}}fragment ChargeDetails on Charge{...ChargeSummary description notes reference cost{...MoneyDetails}recurrence{interval startsOn endsOn occurrences}customer{id name}plan{id name}service{id name}createdAt updatedAt}fragment ChargeSummary on Charge{id backendId name date kind status quantity amount{...MoneyDetails}taxAmount{...MoneyDetails}total{...MoneyDetails}outstanding{...MoneyDetails}backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:d4ad1f70a8637c346c1e028c451fe65c5bdaa6d01c6879908c93bad69af3623a");
/**
 * Creates a charge in the backend of its customer or plan.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN, LIKELY_DUPLICATE.
 */
export const CreateChargeDocument = /* @__PURE__ */ typedDocument<CreateChargeMutation, CreateChargeMutationVariables>("mutation CreateCharge($input:CreateChargeInput!){createCharge(input:$input){charge{...ChargeDetails}errors{...ErrorDetails}warnings{...WarningDetails}operation{...OperationOutcome}}}fragment ChargeDetails on Charge{...ChargeSummary description notes reference cost{...MoneyDetails}recurrence{interval startsOn endsOn occurrences}customer{id name}plan{id name}service{id name}createdAt updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment ChargeSummary on Charge{id backendId name date kind status quantity amount{...MoneyDetails}taxAmount{...MoneyDetails}total{...MoneyDetails}outstanding{...MoneyDetails}backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:a002e9bfb63ae1f9f3db0489c5c1f34394c160c2d25888296ecb8eafebd974b3");
/**
 * Creates charges for any customers in any backends. A failure of one does not stop the others, unless onFailure is ROLL_BACK.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN, LIKELY_DUPLICATE.
 */
export const CreateChargesDocument = /* @__PURE__ */ typedDocument<CreateChargesMutation, CreateChargesMutationVariables>("mutation CreateCharges($input:CreateChargesInput!){createCharges(input:$input){results{backend{...BackendSummary}subject{...SubjectSummary}status charge{...ChargeSummary}errors{...ErrorDetails}warnings{...WarningDetails}}operation{...OperationOutcome}}}fragment BackendSummary on Backend{id key kind kindLabel generation label}fragment SubjectSummary on OperationSubject{customerId customerName name description amount currency date}fragment ChargeSummary on Charge{id backendId name date kind status quantity amount{...MoneyDetails}taxAmount{...MoneyDetails}total{...MoneyDetails}outstanding{...MoneyDetails}backend{...BackendSummary}}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment MoneyDetails on Money{amount currency}", "sha256:9449cd15c8117e322ad3e002a65046bc2e423e8f411df1eee0175cbb8c6b3c30");
/**
 * Creates a credit for a customer. It appears in the list of charges, with the kind CREDIT and an amount below zero.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN, LIKELY_DUPLICATE.
 */
export const CreateCreditDocument = /* @__PURE__ */ typedDocument<CreateCreditMutation, CreateCreditMutationVariables>("mutation CreateCredit($input:CreateCreditInput!){createCredit(input:$input){credit{...ChargeDetails}errors{...ErrorDetails}warnings{...WarningDetails}operation{...OperationOutcome}}}fragment ChargeDetails on Charge{...ChargeSummary description notes reference cost{...MoneyDetails}recurrence{interval startsOn endsOn occurrences}customer{id name}plan{id name}service{id name}createdAt updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment ChargeSummary on Charge{id backendId name date kind status quantity amount{...MoneyDetails}taxAmount{...MoneyDetails}total{...MoneyDetails}outstanding{...MoneyDetails}backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:9733122904ea3983d6cd3a2213f8c88d3a22f4ac66693f7bd66c9190788fbe6c");
/**
 * Creates credits for any customers in any backends. A failure of one does not stop the others, unless onFailure is ROLL_BACK.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN, LIKELY_DUPLICATE.
 */
export const CreateCreditsDocument = /* @__PURE__ */ typedDocument<CreateCreditsMutation, CreateCreditsMutationVariables>("mutation CreateCredits($input:CreateCreditsInput!){createCredits(input:$input){results{backend{...BackendSummary}subject{...SubjectSummary}status credit{...ChargeSummary}errors{...ErrorDetails}warnings{...WarningDetails}}operation{...OperationOutcome}}}fragment BackendSummary on Backend{id key kind kindLabel generation label}fragment SubjectSummary on OperationSubject{customerId customerName name description amount currency date}fragment ChargeSummary on Charge{id backendId name date kind status quantity amount{...MoneyDetails}taxAmount{...MoneyDetails}total{...MoneyDetails}outstanding{...MoneyDetails}backend{...BackendSummary}}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment MoneyDetails on Money{amount currency}", "sha256:caf534b70ff0c1fd6e2118b22bb8f8d148713d61473e3a9305963191ec0191e3");
/**
 * Changes a charge. `Backend.inputs` says which members can be changed.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const UpdateChargeDocument = /* @__PURE__ */ typedDocument<UpdateChargeMutation, UpdateChargeMutationVariables>("mutation UpdateCharge($input:UpdateChargeInput!){updateCharge(input:$input){charge{...ChargeDetails}errors{...ErrorDetails}warnings{...WarningDetails}operation{...OperationOutcome}}}fragment ChargeDetails on Charge{...ChargeSummary description notes reference cost{...MoneyDetails}recurrence{interval startsOn endsOn occurrences}customer{id name}plan{id name}service{id name}createdAt updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment ChargeSummary on Charge{id backendId name date kind status quantity amount{...MoneyDetails}taxAmount{...MoneyDetails}total{...MoneyDetails}outstanding{...MoneyDetails}backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:7f411020b91b3bc215721ab7851f407165a0e3ac069f125313f605fd778afa49");
/**
 * Voids a charge: the backend reverses, archives or deletes it.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const VoidChargeDocument = /* @__PURE__ */ typedDocument<VoidChargeMutation, VoidChargeMutationVariables>("mutation VoidCharge($input:VoidChargeInput!){voidCharge(input:$input){charge{...ChargeDetails}errors{...ErrorDetails}warnings{...WarningDetails}operation{...OperationOutcome}}}fragment ChargeDetails on Charge{...ChargeSummary description notes reference cost{...MoneyDetails}recurrence{interval startsOn endsOn occurrences}customer{id name}plan{id name}service{id name}createdAt updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment ChargeSummary on Charge{id backendId name date kind status quantity amount{...MoneyDetails}taxAmount{...MoneyDetails}total{...MoneyDetails}outstanding{...MoneyDetails}backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:c98923893aaa997a00878f6f229f2296e63fddbc34a883ad835c8130bef00db7");
/**
 * Executes a defined charge now. Two calls charge twice: give an idempotency key. A charge that was executed a short time ago, by any caller, is not executed again without `allowDuplicate: true`.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN, LIKELY_DUPLICATE.
 */
export const ExecuteChargeDocument = /* @__PURE__ */ typedDocument<ExecuteChargeMutation, ExecuteChargeMutationVariables>("mutation ExecuteCharge($input:ExecuteChargeInput!){executeCharge(input:$input){charge{...ChargeDetails}errors{...ErrorDetails}warnings{...WarningDetails}operation{...OperationOutcome}}}fragment ChargeDetails on Charge{...ChargeSummary description notes reference cost{...MoneyDetails}recurrence{interval startsOn endsOn occurrences}customer{id name}plan{id name}service{id name}createdAt updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment ChargeSummary on Charge{id backendId name date kind status quantity amount{...MoneyDetails}taxAmount{...MoneyDetails}total{...MoneyDetails}outstanding{...MoneyDetails}backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:7f737a7c48508522b7133ab90ec24a44444e1b82ffba803ec2ef4d96bac812e7");
/** Customers of all backends, or of those in `backends`. By default a page asks one backend after the other, and only those that it needs. */
export const CustomersDocument = /* @__PURE__ */ typedDocument<CustomersQuery, CustomersQueryVariables>("query Customers($first:Int$after:String$backends:[String!]$filter:CustomerFilter$interleave:Boolean){customers(first:$first after:$after backends:$backends filter:$filter interleave:$interleave){nodes{...CustomerSummary}pageInfo{...PageDetails}unavailable{...FailureDetails}}}fragment CustomerSummary on Customer{id backendId name email status reference currency amountDue{...MoneyDetails}backend{...BackendSummary}}fragment PageDetails on PageInfo{hasNextPage endCursor}fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:26f13413153f9aad2accab4e6de245b0b85cd6baf866721c06be0c3b27da6d3b");
/** A customer; null if it does not exist. */
export const CustomerDocument = /* @__PURE__ */ typedDocument<CustomerQuery, CustomerQueryVariables>("query Customer($id:ID!$first:Int$filter:ChargeFilter){customer(id:$id){...CustomerDetails applicableTaxes{nodes{...TaxSummary}unavailable{...FailureDetails}}charges(first:$first filter:$filter){nodes{...ChargeSummary}pageInfo{...PageDetails}unavailable{...FailureDetails}}}}fragment CustomerDetails on Customer{...CustomerSummary organizationName firstName lastName phone address{...AddressDetails}plan{id name}parent{id name}createdAt updatedAt}fragment TaxSummary on Tax{id backendId name active rate fixedAmount{...MoneyDetails}backend{...BackendSummary}}fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment ChargeSummary on Charge{id backendId name date kind status quantity amount{...MoneyDetails}taxAmount{...MoneyDetails}total{...MoneyDetails}outstanding{...MoneyDetails}backend{...BackendSummary}}fragment PageDetails on PageInfo{hasNextPage endCursor}fragment CustomerSummary on Customer{id backendId name email status reference currency amountDue{...MoneyDetails}backend{...BackendSummary}}fragment AddressDetails on Address{lines city state postalCode country}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:fcf92c4663de7cbedeb36e0fb1552c870ab35fab31603a69f1aa6cc2701d693d");
/** A customer; null if it does not exist. */
export const CustomerProfileDocument = /* @__PURE__ */ typedDocument<CustomerProfileQuery, CustomerProfileQueryVariables>("query CustomerProfile($id:ID!){customer(id:$id){...CustomerDetails account{...AccountSummary}}}fragment CustomerDetails on Customer{...CustomerSummary organizationName firstName lastName phone address{...AddressDetails}plan{id name}parent{id name}createdAt updatedAt}fragment AccountSummary on Account{id name createdAt updatedAt customers{...CustomerName}}fragment CustomerSummary on Customer{id backendId name email status reference currency amountDue{...MoneyDetails}backend{...BackendSummary}}fragment AddressDetails on Address{lines city state postalCode country}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:07eeb33bedbaf2d53d3e6009a0be8323cb958bac21f372dd79669b86956d73cf");
/** A customer; null if it does not exist. */
export const CustomerChargesDocument = /* @__PURE__ */ typedDocument<CustomerChargesQuery, CustomerChargesQueryVariables>("query CustomerCharges($id:ID!$first:Int$after:String$filter:ChargeFilter){customer(id:$id){id charges(first:$first after:$after filter:$filter){nodes{...ChargeSummary}pageInfo{...PageDetails}unavailable{...FailureDetails}}}}fragment ChargeSummary on Charge{id backendId name date kind status quantity amount{...MoneyDetails}taxAmount{...MoneyDetails}total{...MoneyDetails}outstanding{...MoneyDetails}backend{...BackendSummary}}fragment PageDetails on PageInfo{hasNextPage endCursor}fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:ae73f10159efe89bdc28448acac9eb9f9c200d6586b0ccf307c5a1411d927e28");
/** A customer; null if it does not exist. */
export const CustomerRecordDocument = /* @__PURE__ */ typedDocument<CustomerRecordQuery, CustomerRecordQueryVariables>("query CustomerRecord($id:ID!){customer(id:$id){...CustomerDetails}}fragment CustomerDetails on Customer{...CustomerSummary organizationName firstName lastName phone address{...AddressDetails}plan{id name}parent{id name}createdAt updatedAt}fragment CustomerSummary on Customer{id backendId name email status reference currency amountDue{...MoneyDetails}backend{...BackendSummary}}fragment AddressDetails on Address{lines city state postalCode country}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:48b270319b694fcf3cf14e8635c8b87f129042456bdd4876cb24d75b500b648f");
/** Several objects by their global ids, in the order of the ids. Null for one that does not exist; null with an error for one that cannot be read. */
export const CustomersByIdDocument = /* @__PURE__ */ typedDocument<CustomersByIdQuery, CustomersByIdQueryVariables>("query CustomersById($ids:[ID!]!){nodes(ids:$ids){__typename ...on Customer{...CustomerSummary}}}fragment CustomerSummary on Customer{id backendId name email status reference currency amountDue{...MoneyDetails}backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:4a3431129bf4cc9c440cee4849ebf2a4dfd8faea1b682f2e3514d61ff18865a0");
/** Several objects by their global ids, in the order of the ids. Null for one that does not exist; null with an error for one that cannot be read. */
export const CustomerContactsDocument = /* @__PURE__ */ typedDocument<CustomerContactsQuery, CustomerContactsQueryVariables>("query CustomerContacts($ids:[ID!]!){nodes(ids:$ids){__typename ...on Customer{...CustomerContact}}}fragment CustomerContact on Customer{...CustomerName email phone reference status address{...AddressDetails}}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment AddressDetails on Address{lines city state postalCode country}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:4dc71b07916fb2e4463eb32aa66ee145baf931d18dbc5e9b0ca3b5db0ca01db3");
/**
 * Creates a customer in each of the backends, and links those that were created into one account.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const CreateCustomerDocument = /* @__PURE__ */ typedDocument<CreateCustomerMutation, CreateCustomerMutationVariables>("mutation CreateCustomer($input:CreateCustomerInput!){createCustomer(input:$input){results{backend{...BackendSummary}subject{...SubjectSummary}status customer{...CustomerDetails}errors{...ErrorDetails}warnings{...WarningDetails}}account{...AccountSummary}operation{...OperationOutcome}}}fragment BackendSummary on Backend{id key kind kindLabel generation label}fragment SubjectSummary on OperationSubject{customerId customerName name description amount currency date}fragment CustomerDetails on Customer{...CustomerSummary organizationName firstName lastName phone address{...AddressDetails}plan{id name}parent{id name}createdAt updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment WarningDetails on Warning{code message field formField sent stored}fragment AccountSummary on Account{id name createdAt updatedAt customers{...CustomerName}}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment CustomerSummary on Customer{id backendId name email status reference currency amountDue{...MoneyDetails}backend{...BackendSummary}}fragment AddressDetails on Address{lines city state postalCode country}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}", "sha256:7d27266fa069f5a24529d0b26f7ae7094cbe49f9d40230be3aa51e4e1fe6e0a1");
/**
 * Changes a customer. `Backend.inputs` says which members can be changed.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const UpdateCustomerDocument = /* @__PURE__ */ typedDocument<UpdateCustomerMutation, UpdateCustomerMutationVariables>("mutation UpdateCustomer($input:UpdateCustomerInput!){updateCustomer(input:$input){customer{...CustomerDetails}errors{...ErrorDetails}warnings{...WarningDetails}operation{...OperationOutcome}}}fragment CustomerDetails on Customer{...CustomerSummary organizationName firstName lastName phone address{...AddressDetails}plan{id name}parent{id name}createdAt updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment CustomerSummary on Customer{id backendId name email status reference currency amountDue{...MoneyDetails}backend{...BackendSummary}}fragment AddressDetails on Address{lines city state postalCode country}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:f718b74e2f448610a4d4b75e6ba06cbb04c6c57cb364252923fff436378bc792");
/**
 * Archives a customer. Nothing is deleted permanently.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const ArchiveCustomerDocument = /* @__PURE__ */ typedDocument<ArchiveCustomerMutation, ArchiveCustomerMutationVariables>("mutation ArchiveCustomer($input:ArchiveCustomerInput!){archiveCustomer(input:$input){customer{...CustomerDetails}errors{...ErrorDetails}warnings{...WarningDetails}operation{...OperationOutcome}}}fragment CustomerDetails on Customer{...CustomerSummary organizationName firstName lastName phone address{...AddressDetails}plan{id name}parent{id name}createdAt updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment CustomerSummary on Customer{id backendId name email status reference currency amountDue{...MoneyDetails}backend{...BackendSummary}}fragment AddressDetails on Address{lines city state postalCode country}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:2e726eb13e0652dc704edf38479b6dbaa6bfa14c963ae5fec861a798174da649");
/**
 * Restores an archived customer.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const RestoreCustomerDocument = /* @__PURE__ */ typedDocument<RestoreCustomerMutation, RestoreCustomerMutationVariables>("mutation RestoreCustomer($input:RestoreCustomerInput!){restoreCustomer(input:$input){customer{...CustomerDetails}errors{...ErrorDetails}warnings{...WarningDetails}operation{...OperationOutcome}}}fragment CustomerDetails on Customer{...CustomerSummary organizationName firstName lastName phone address{...AddressDetails}plan{id name}parent{id name}createdAt updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment CustomerSummary on Customer{id backendId name email status reference currency amountDue{...MoneyDetails}backend{...BackendSummary}}fragment AddressDetails on Address{lines city state postalCode country}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:5942540b3e0036711637a78a10a8337eae4da002a1e84ef67dc01bf05a1e2faa");
/** The operations of the journal, newest first. */
export const OperationsDocument = /* @__PURE__ */ typedDocument<OperationsQuery, OperationsQueryVariables>("query Operations($first:Int$after:String$filter:OperationFilter){operations(first:$first after:$after filter:$filter){nodes{...OperationDetails}pageInfo{...PageDetails}}}fragment OperationDetails on Operation{...OperationOutcome mutation actor createdAt completedAt validateOnly subject{...SubjectSummary}subjectCount steps{backend{...BackendSummary}action status attempts sent error{...ErrorDetails}startedAt finishedAt}}fragment PageDetails on PageInfo{hasNextPage endCursor}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment SubjectSummary on OperationSubject{customerId customerName name description amount currency date}fragment BackendSummary on Backend{id key kind kindLabel generation label}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}", "sha256:8c7b655beac94406470692cc71f7fb150e851438d06a34867d9f084eb4af436f");
/** An operation: the record of a mutation. Null if it does not exist (any more). */
export const OperationDocument = /* @__PURE__ */ typedDocument<OperationQuery, OperationQueryVariables>("query Operation($id:ID!){operation(id:$id){...OperationInFull}}fragment OperationInFull on Operation{...OperationDetails steps{subject{...SubjectSummary}warnings{...WarningDetails}candidates{id differs}resolution{happened actor at reason}}}fragment OperationDetails on Operation{...OperationOutcome mutation actor createdAt completedAt validateOnly subject{...SubjectSummary}subjectCount steps{backend{...BackendSummary}action status attempts sent error{...ErrorDetails}startedAt finishedAt}}fragment SubjectSummary on OperationSubject{customerId customerName name description amount currency date}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment BackendSummary on Backend{id key kind kindLabel generation label}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}", "sha256:88228e9fcc69cd26612e430642de480803b99d580859d2a405616693c6b04b4a");
/** An operation: the record of a mutation. Null if it does not exist (any more). */
export const OperationResultsDocument = /* @__PURE__ */ typedDocument<OperationResultsQuery, OperationResultsQueryVariables>("query OperationResults($id:ID!){operation(id:$id){id steps{node{...NodeSummary}subject{customer{id name currency}object{...NodeSummary}}}}}fragment NodeSummary on Node{__typename id ...on Customer{backendId name}...on Charge{backendId name date amount{...MoneyDetails}customer{id name}}...on Tax{backendId name rate}}fragment MoneyDetails on Money{amount currency}", "sha256:92293b32be8f5b5890fac685e9aaf6dd2393e28ccb5c922b1ce90dec8c7c0116");
/** Several objects by their global ids, in the order of the ids. Null for one that does not exist; null with an error for one that cannot be read. */
export const NodesDocument = /* @__PURE__ */ typedDocument<NodesQuery, NodesQueryVariables>("query Nodes($ids:[ID!]!){nodes(ids:$ids){...NodeSummary}}fragment NodeSummary on Node{__typename id ...on Customer{backendId name}...on Charge{backendId name date amount{...MoneyDetails}customer{id name}}...on Tax{backendId name rate}}fragment MoneyDetails on Money{amount currency}", "sha256:c88b621d690aceebe70585e089ffe0cc989245fa5698621c404334a1508e5160");
/**
 * Reconciles an operation with an unknown outcome now: looks in the backends for the effects of its steps, without waiting for the gateway's next attempt. It sends no write, except the compensations that a roll-back still needs.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const ReconcileOperationDocument = /* @__PURE__ */ typedDocument<ReconcileOperationMutation, ReconcileOperationMutationVariables>("mutation ReconcileOperation($input:ReconcileOperationInput!){reconcileOperation(input:$input){operation{...OperationInFull}errors{...ErrorDetails}}}fragment OperationInFull on Operation{...OperationDetails steps{subject{...SubjectSummary}warnings{...WarningDetails}candidates{id differs}resolution{happened actor at reason}}}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment OperationDetails on Operation{...OperationOutcome mutation actor createdAt completedAt validateOnly subject{...SubjectSummary}subjectCount steps{backend{...BackendSummary}action status attempts sent error{...ErrorDetails}startedAt finishedAt}}fragment SubjectSummary on OperationSubject{customerId customerName name description amount currency date}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:9b7483996c11cf6ed4be0ef69473b8b61d80e720a0426c9880f17bda3506764d");
/**
 * Resolves a step with an unknown outcome by hand, after a person has looked. The person's name, the time and the reason are stored with the step. Then the operation goes on: later steps are closed, and a roll-back that waited for the step compensates what is left.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const ResolveOperationDocument = /* @__PURE__ */ typedDocument<ResolveOperationMutation, ResolveOperationMutationVariables>("mutation ResolveOperation($input:ResolveOperationInput!){resolveOperation(input:$input){operation{...OperationInFull}errors{...ErrorDetails}}}fragment OperationInFull on Operation{...OperationDetails steps{subject{...SubjectSummary}warnings{...WarningDetails}candidates{id differs}resolution{happened actor at reason}}}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment OperationDetails on Operation{...OperationOutcome mutation actor createdAt completedAt validateOnly subject{...SubjectSummary}subjectCount steps{backend{...BackendSummary}action status attempts sent error{...ErrorDetails}startedAt finishedAt}}fragment SubjectSummary on OperationSubject{customerId customerName name description amount currency date}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:9c785ba7dd27ace18521575a2d6da75fa3508aeaa0f6637703ea2d7369e1729e");
/** An operation as it is now, and after every change. Without an id: every operation that changes. */
export const OperationUpdatedDocument = /* @__PURE__ */ typedDocument<OperationUpdatedSubscription, OperationUpdatedSubscriptionVariables>("subscription OperationUpdated($id:ID){operationUpdated(id:$id){...OperationInFull}}fragment OperationInFull on Operation{...OperationDetails steps{subject{...SubjectSummary}warnings{...WarningDetails}candidates{id differs}resolution{happened actor at reason}}}fragment OperationDetails on Operation{...OperationOutcome mutation actor createdAt completedAt validateOnly subject{...SubjectSummary}subjectCount steps{backend{...BackendSummary}action status attempts sent error{...ErrorDetails}startedAt finishedAt}}fragment SubjectSummary on OperationSubject{customerId customerName name description amount currency date}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment BackendSummary on Backend{id key kind kindLabel generation label}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}", "sha256:1c5298c33c543674e2c41c35376fc2b3afe5bef699984e154e6b00e84bbf6966");
/** The operations of the journal, newest first. */
export const OpenOperationsDocument = /* @__PURE__ */ typedDocument<OpenOperationsQuery, OpenOperationsQueryVariables>("query OpenOperations($failedSince:DateTime){unsettled:operations(first:20 filter:{status:[UNKNOWN PARTIAL]validateOnly:false}){nodes{...OperationInFull}pageInfo{...PageDetails}}failed:operations(first:20 filter:{status:[FAILED]validateOnly:false from:$failedSince}){nodes{...OperationDetails}pageInfo{...PageDetails}}}fragment OperationInFull on Operation{...OperationDetails steps{subject{...SubjectSummary}warnings{...WarningDetails}candidates{id differs}resolution{happened actor at reason}}}fragment PageDetails on PageInfo{hasNextPage endCursor}fragment OperationDetails on Operation{...OperationOutcome mutation actor createdAt completedAt validateOnly subject{...SubjectSummary}subjectCount steps{backend{...BackendSummary}action status attempts sent error{...ErrorDetails}startedAt finishedAt}}fragment SubjectSummary on OperationSubject{customerId customerName name description amount currency date}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment BackendSummary on Backend{id key kind kindLabel generation label}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}", "sha256:0ea8eef91d59dadbaeb62c87e1608079a19353edca9e862847038921122b3398");
/** Charge runs, newest first. */
export const ChargeRunsDocument = /* @__PURE__ */ typedDocument<ChargeRunsQuery, ChargeRunsQueryVariables>("query ChargeRuns($first:Int$after:String$filter:ChargeRunFilter){chargeRuns(first:$first after:$after filter:$filter){nodes{...ChargeRunSummary}pageInfo{...PageDetails}}}fragment ChargeRunSummary on ChargeRun{id name series state actor executedBy totals{...ChargeRunTotalDetails}charged{...ChargeRunTotalDetails}createdAt finishedAt}fragment PageDetails on PageInfo{hasNextPage endCursor}fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}", "sha256:64fe6aa11a203c64b00ddd76b7455818a5ca623a715868803500fec77d5661f3");
/** A charge run; null if it does not exist (any more). */
export const ChargeRunDocument = /* @__PURE__ */ typedDocument<ChargeRunQuery, ChargeRunQueryVariables>("query ChargeRun($id:ID!){chargeRun(id:$id){...ChargeRunDetails}}fragment ChargeRunDetails on ChargeRun{...ChargeRunSummary planHash backends calls counts{state backend rows}progress{rows ended rowsPerSecond secondsLeft}approval{state askedAt expiresAt by at reason}pausedBackends{backend backendLabel code message since}updatedAt}fragment ChargeRunSummary on ChargeRun{id name series state actor executedBy totals{...ChargeRunTotalDetails}charged{...ChargeRunTotalDetails}createdAt finishedAt}fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}", "sha256:59867def51012101db01e25eb07c842e40ec61a4b61c6aa49b71f1bf656fbb01");
/** A charge run; null if it does not exist (any more). */
export const ChargeRunRowsDocument = /* @__PURE__ */ typedDocument<ChargeRunRowsQuery, ChargeRunRowsQueryVariables>("query ChargeRunRows($id:ID!$first:Int$after:String$filter:ChargeRunRowFilter){chargeRun(id:$id){id rows(first:$first after:$after filter:$filter){nodes{...ChargeRunRowDetails}pageInfo{...PageDetails}}}}fragment ChargeRunRowDetails on ChargeRunRow{line key state backend backendLabel customerId customerName customerReference name description date amount{...MoneyDetails}stored{...MoneyDetails}given{key backend customerId customerReference accountId name description notes kind serviceId amount currency taxAmount cost quantity date reference taxIds executeNow interval occurrences startsOn endsOn allowDuplicate}allowDuplicate problems{code message field retryable candidates{id name}}warnings changed reason operationId chargeId}fragment PageDetails on PageInfo{hasNextPage endCursor}fragment MoneyDetails on Money{amount currency}", "sha256:a83ec0a55d42ccd890a3efb9b205cd90ba0db7cc4ee1fea1c3d5c27614cc80cd");
/** A charge run; null if it does not exist (any more). */
export const ChargeRunUndoDocument = /* @__PURE__ */ typedDocument<ChargeRunUndoQuery, ChargeRunUndoQueryVariables>("query ChargeRunUndo($id:ID!){chargeRun(id:$id){id undoPreview{rows totals{...ChargeRunTotalDetails}cannot{backend backendLabel rows reason}planHash}}}fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}", "sha256:14f330232efaef5ab16a5306db781beb608567779a0adf257eadd73804573439");
/**
 * Corrects a row and checks it again.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const CorrectChargeRunRowDocument = /* @__PURE__ */ typedDocument<CorrectChargeRunRowMutation, CorrectChargeRunRowMutationVariables>("mutation CorrectChargeRunRow($input:CorrectChargeRunRowInput!){correctChargeRunRow(input:$input){...ChargeRunAnswer}}fragment ChargeRunAnswer on ChargeRunPayload{run{...ChargeRunDetails}errors{...ErrorDetails}}fragment ChargeRunDetails on ChargeRun{...ChargeRunSummary planHash backends calls counts{state backend rows}progress{rows ended rowsPerSecond secondsLeft}approval{state askedAt expiresAt by at reason}pausedBackends{backend backendLabel code message since}updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment ChargeRunSummary on ChargeRun{id name series state actor executedBy totals{...ChargeRunTotalDetails}charged{...ChargeRunTotalDetails}createdAt finishedAt}fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}", "sha256:0a4061a9d5ac2e409b923268dc960bdb1f77ef626a96f83a26ff83f9c977266b");
/**
 * Skips rows: they are not sent.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const SkipChargeRunRowsDocument = /* @__PURE__ */ typedDocument<SkipChargeRunRowsMutation, SkipChargeRunRowsMutationVariables>("mutation SkipChargeRunRows($input:SkipChargeRunRowsInput!){skipChargeRunRows(input:$input){...ChargeRunAnswer}}fragment ChargeRunAnswer on ChargeRunPayload{run{...ChargeRunDetails}errors{...ErrorDetails}}fragment ChargeRunDetails on ChargeRun{...ChargeRunSummary planHash backends calls counts{state backend rows}progress{rows ended rowsPerSecond secondsLeft}approval{state askedAt expiresAt by at reason}pausedBackends{backend backendLabel code message since}updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment ChargeRunSummary on ChargeRun{id name series state actor executedBy totals{...ChargeRunTotalDetails}charged{...ChargeRunTotalDetails}createdAt finishedAt}fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}", "sha256:ac606d068816611578fc63b4b18fd465b55efb475f60f154d8bb07e9a14e7c58");
/**
 * Allows rows that look like other charges: they are sent anyway.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const AllowChargeRunDuplicatesDocument = /* @__PURE__ */ typedDocument<AllowChargeRunDuplicatesMutation, AllowChargeRunDuplicatesMutationVariables>("mutation AllowChargeRunDuplicates($input:AllowChargeRunDuplicatesInput!){allowChargeRunDuplicates(input:$input){...ChargeRunAnswer}}fragment ChargeRunAnswer on ChargeRunPayload{run{...ChargeRunDetails}errors{...ErrorDetails}}fragment ChargeRunDetails on ChargeRun{...ChargeRunSummary planHash backends calls counts{state backend rows}progress{rows ended rowsPerSecond secondsLeft}approval{state askedAt expiresAt by at reason}pausedBackends{backend backendLabel code message since}updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment ChargeRunSummary on ChargeRun{id name series state actor executedBy totals{...ChargeRunTotalDetails}charged{...ChargeRunTotalDetails}createdAt finishedAt}fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}", "sha256:b010644b57886052c2c5bcfde26814dd1cef748681ddf58cf4db715bb79775c5");
/**
 * Checks rows again that were not sent, failed, were cancelled or were undone, so that the run can be executed again.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const CheckChargeRunDocument = /* @__PURE__ */ typedDocument<CheckChargeRunMutation, CheckChargeRunMutationVariables>("mutation CheckChargeRun($input:ChargeRunIdInput!){checkChargeRun(input:$input){...ChargeRunAnswer}}fragment ChargeRunAnswer on ChargeRunPayload{run{...ChargeRunDetails}errors{...ErrorDetails}}fragment ChargeRunDetails on ChargeRun{...ChargeRunSummary planHash backends calls counts{state backend rows}progress{rows ended rowsPerSecond secondsLeft}approval{state askedAt expiresAt by at reason}pausedBackends{backend backendLabel code message since}updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment ChargeRunSummary on ChargeRun{id name series state actor executedBy totals{...ChargeRunTotalDetails}charged{...ChargeRunTotalDetails}createdAt finishedAt}fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}", "sha256:a3ee42204aad2c090abe82ed057d84853e35ed5c0441df21e37f8898d393c1cf");
/**
 * Confirms the plan of a run. Its rows are then sent in the background; if a second person has to approve, after the approval.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED.
 */
export const ExecuteChargeRunDocument = /* @__PURE__ */ typedDocument<ExecuteChargeRunMutation, ExecuteChargeRunMutationVariables>("mutation ExecuteChargeRun($input:ExecuteChargeRunInput!){executeChargeRun(input:$input){...ChargeRunAnswer}}fragment ChargeRunAnswer on ChargeRunPayload{run{...ChargeRunDetails}errors{...ErrorDetails}}fragment ChargeRunDetails on ChargeRun{...ChargeRunSummary planHash backends calls counts{state backend rows}progress{rows ended rowsPerSecond secondsLeft}approval{state askedAt expiresAt by at reason}pausedBackends{backend backendLabel code message since}updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment ChargeRunSummary on ChargeRun{id name series state actor executedBy totals{...ChargeRunTotalDetails}charged{...ChargeRunTotalDetails}createdAt finishedAt}fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}", "sha256:16e0c40a27cb53d4d459b2afd2c06dc75d4a798fc501b100d6df3903ea446ec6");
/**
 * Approves a plan that another person has confirmed.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const ApproveChargeRunDocument = /* @__PURE__ */ typedDocument<ApproveChargeRunMutation, ApproveChargeRunMutationVariables>("mutation ApproveChargeRun($input:ApproveChargeRunInput!){approveChargeRun(input:$input){...ChargeRunAnswer}}fragment ChargeRunAnswer on ChargeRunPayload{run{...ChargeRunDetails}errors{...ErrorDetails}}fragment ChargeRunDetails on ChargeRun{...ChargeRunSummary planHash backends calls counts{state backend rows}progress{rows ended rowsPerSecond secondsLeft}approval{state askedAt expiresAt by at reason}pausedBackends{backend backendLabel code message since}updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment ChargeRunSummary on ChargeRun{id name series state actor executedBy totals{...ChargeRunTotalDetails}charged{...ChargeRunTotalDetails}createdAt finishedAt}fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}", "sha256:00959b414db8cfdc25896cf8a14ab1726da098524b54ae1b77b943ec0290c084");
/**
 * Refuses a plan that another person has confirmed.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const RefuseChargeRunDocument = /* @__PURE__ */ typedDocument<RefuseChargeRunMutation, RefuseChargeRunMutationVariables>("mutation RefuseChargeRun($input:RefuseChargeRunInput!){refuseChargeRun(input:$input){...ChargeRunAnswer}}fragment ChargeRunAnswer on ChargeRunPayload{run{...ChargeRunDetails}errors{...ErrorDetails}}fragment ChargeRunDetails on ChargeRun{...ChargeRunSummary planHash backends calls counts{state backend rows}progress{rows ended rowsPerSecond secondsLeft}approval{state askedAt expiresAt by at reason}pausedBackends{backend backendLabel code message since}updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment ChargeRunSummary on ChargeRun{id name series state actor executedBy totals{...ChargeRunTotalDetails}charged{...ChargeRunTotalDetails}createdAt finishedAt}fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}", "sha256:89b0fbf8fadf9d9ec3d067e51fd699fd63aec91bb6724770ce70646e8af29ebe");
/**
 * Pauses a run: nothing more is sent until it is resumed. Rows in flight are finished.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const PauseChargeRunDocument = /* @__PURE__ */ typedDocument<PauseChargeRunMutation, PauseChargeRunMutationVariables>("mutation PauseChargeRun($input:ChargeRunIdInput!){pauseChargeRun(input:$input){...ChargeRunAnswer}}fragment ChargeRunAnswer on ChargeRunPayload{run{...ChargeRunDetails}errors{...ErrorDetails}}fragment ChargeRunDetails on ChargeRun{...ChargeRunSummary planHash backends calls counts{state backend rows}progress{rows ended rowsPerSecond secondsLeft}approval{state askedAt expiresAt by at reason}pausedBackends{backend backendLabel code message since}updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment ChargeRunSummary on ChargeRun{id name series state actor executedBy totals{...ChargeRunTotalDetails}charged{...ChargeRunTotalDetails}createdAt finishedAt}fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}", "sha256:419c11b0e647a75295cfc5e1b8d93df4aeb09518ed172ec83aa268980fe097b3");
/**
 * Resumes a run that is paused, as a whole or for a backend that refused every call.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const ResumeChargeRunDocument = /* @__PURE__ */ typedDocument<ResumeChargeRunMutation, ResumeChargeRunMutationVariables>("mutation ResumeChargeRun($input:ChargeRunIdInput!){resumeChargeRun(input:$input){...ChargeRunAnswer}}fragment ChargeRunAnswer on ChargeRunPayload{run{...ChargeRunDetails}errors{...ErrorDetails}}fragment ChargeRunDetails on ChargeRun{...ChargeRunSummary planHash backends calls counts{state backend rows}progress{rows ended rowsPerSecond secondsLeft}approval{state askedAt expiresAt by at reason}pausedBackends{backend backendLabel code message since}updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment ChargeRunSummary on ChargeRun{id name series state actor executedBy totals{...ChargeRunTotalDetails}charged{...ChargeRunTotalDetails}createdAt finishedAt}fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}", "sha256:88c823c005a12f5a47954e8c1a8d5c5b4387629e1eeab168c5f1c909d8f8577d");
/**
 * Cancels a run: rows that were not sent yet are not sent.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT.
 */
export const CancelChargeRunDocument = /* @__PURE__ */ typedDocument<CancelChargeRunMutation, CancelChargeRunMutationVariables>("mutation CancelChargeRun($input:ChargeRunIdInput!){cancelChargeRun(input:$input){...ChargeRunAnswer}}fragment ChargeRunAnswer on ChargeRunPayload{run{...ChargeRunDetails}errors{...ErrorDetails}}fragment ChargeRunDetails on ChargeRun{...ChargeRunSummary planHash backends calls counts{state backend rows}progress{rows ended rowsPerSecond secondsLeft}approval{state askedAt expiresAt by at reason}pausedBackends{backend backendLabel code message since}updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment ChargeRunSummary on ChargeRun{id name series state actor executedBy totals{...ChargeRunTotalDetails}charged{...ChargeRunTotalDetails}createdAt finishedAt}fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}", "sha256:e71f7f2d53f22307fb257209c7c51a75cb84679b1c63a0f24b482e55af37d55c");
/**
 * Voids the charges that a run has created, in the background, where the backends can.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED.
 */
export const UndoChargeRunDocument = /* @__PURE__ */ typedDocument<UndoChargeRunMutation, UndoChargeRunMutationVariables>("mutation UndoChargeRun($input:UndoChargeRunInput!){undoChargeRun(input:$input){...ChargeRunAnswer}}fragment ChargeRunAnswer on ChargeRunPayload{run{...ChargeRunDetails}errors{...ErrorDetails}}fragment ChargeRunDetails on ChargeRun{...ChargeRunSummary planHash backends calls counts{state backend rows}progress{rows ended rowsPerSecond secondsLeft}approval{state askedAt expiresAt by at reason}pausedBackends{backend backendLabel code message since}updatedAt}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment ChargeRunSummary on ChargeRun{id name series state actor executedBy totals{...ChargeRunTotalDetails}charged{...ChargeRunTotalDetails}createdAt finishedAt}fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}", "sha256:d7915fbc3fe71ec328d452db0582beb200d67d93f6a5cb47415b97added83b2b");
/** A charge run as it is now, and after every change. Several changes in quick succession are one event. */
export const ChargeRunUpdatedDocument = /* @__PURE__ */ typedDocument<ChargeRunUpdatedSubscription, ChargeRunUpdatedSubscriptionVariables>("subscription ChargeRunUpdated($id:ID!){chargeRunUpdated(id:$id){...ChargeRunDetails}}fragment ChargeRunDetails on ChargeRun{...ChargeRunSummary planHash backends calls counts{state backend rows}progress{rows ended rowsPerSecond secondsLeft}approval{state askedAt expiresAt by at reason}pausedBackends{backend backendLabel code message since}updatedAt}fragment ChargeRunSummary on ChargeRun{id name series state actor executedBy totals{...ChargeRunTotalDetails}charged{...ChargeRunTotalDetails}createdAt finishedAt}fragment ChargeRunTotalDetails on ChargeRunTotal{backend backendLabel currency rows amount unpriced}", "sha256:23453d1e101df67fb3251ea65571d9f4a68107c691eb40f507b72a74b6d13d6e");
/** Finds customers, charges and taxes by text. Every word may be the beginning of a word; case, accents and punctuation are ignored. Customers are found by name, e-mail address, reference, phone number, id and place. The search asks the gateway's own directory, and also a backend that can filter its lists. Without a recent directory, and for a caller with a user of its own in a backend, it reads some pages of the backend's list for each page here; charges cannot be searched for then. `sources` says what could be searched. */
export const SearchDocument = /* @__PURE__ */ typedDocument<SearchQuery, SearchQueryVariables>("query Search($text:String!$types:[SearchType!]$backends:[String!]$first:Int$after:String){search(text:$text types:$types backends:$backends first:$first after:$after){...FoundPage}}fragment FoundPage on SearchConnection{edges{matched known{...KnownCustomerDetails}node{...Found}}pageInfo{...PageDetails}unavailable{...FailureDetails}sources{...SourceDetails}}fragment KnownCustomerDetails on KnownCustomer{id backendId name organizationName firstName lastName email phone reference postalCode city country status readAt backend{...BackendSummary}}fragment Found on SearchResult{__typename ...on Customer{...CustomerName account{...AccountSummary}}...on Charge{id name date amount{...MoneyDetails}customer{id name}backend{...BackendSummary}}...on Tax{id name backend{...BackendSummary}}}fragment PageDetails on PageInfo{hasNextPage endCursor}fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment SourceDetails on SearchSource{backend{...BackendSummary}type source refreshedAt complete reason records}fragment BackendSummary on Backend{id key kind kindLabel generation label}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment AccountSummary on Account{id name createdAt updatedAt customers{...CustomerName}}fragment MoneyDetails on Money{amount currency}", "sha256:2a4d287cf7fdad5e512fd3f665774d6837dc6efa5b47c33476e867b572a1f387");
/** Finds customers, charges and taxes by text. Every word may be the beginning of a word; case, accents and punctuation are ignored. Customers are found by name, e-mail address, reference, phone number, id and place. The search asks the gateway's own directory, and also a backend that can filter its lists. Without a recent directory, and for a caller with a user of its own in a backend, it reads some pages of the backend's list for each page here; charges cannot be searched for then. `sources` says what could be searched. */
export const FindDocument = /* @__PURE__ */ typedDocument<FindQuery, FindQueryVariables>("query Find($text:String!$first:Int){customers:search(text:$text types:[CUSTOMER]first:$first){...FoundPage}others:search(text:$text types:[CHARGE TAX]first:$first){...FoundPage}}fragment FoundPage on SearchConnection{edges{matched known{...KnownCustomerDetails}node{...Found}}pageInfo{...PageDetails}unavailable{...FailureDetails}sources{...SourceDetails}}fragment KnownCustomerDetails on KnownCustomer{id backendId name organizationName firstName lastName email phone reference postalCode city country status readAt backend{...BackendSummary}}fragment Found on SearchResult{__typename ...on Customer{...CustomerName account{...AccountSummary}}...on Charge{id name date amount{...MoneyDetails}customer{id name}backend{...BackendSummary}}...on Tax{id name backend{...BackendSummary}}}fragment PageDetails on PageInfo{hasNextPage endCursor}fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment SourceDetails on SearchSource{backend{...BackendSummary}type source refreshedAt complete reason records}fragment BackendSummary on Backend{id key kind kindLabel generation label}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment AccountSummary on Account{id name createdAt updatedAt customers{...CustomerName}}fragment MoneyDetails on Money{amount currency}", "sha256:ae5992196fa8407cee3ac5c044e014ef989696550bb61794f71a6372cb45fde1");
/** What the gateway's directory knows of a customer, without a call to its backend. Null if the directory does not have it, or if the caller has a user of its own in that backend. */
export const KnownCustomerDocument = /* @__PURE__ */ typedDocument<KnownCustomerQuery, KnownCustomerQueryVariables>("query KnownCustomer($id:ID!){knownCustomer(id:$id){...KnownCustomerDetails}}fragment KnownCustomerDetails on KnownCustomer{id backendId name organizationName firstName lastName email phone reference postalCode city country status readAt backend{...BackendSummary}}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:945ae4e1da5f45a39eaf06daf077d4d94ba1e93853c2efbfd04c5f8c1abe0ec1");
/** Every change of a customer from now on, as soon as the gateway notices it. */
export const CustomerChangedDocument = /* @__PURE__ */ typedDocument<CustomerChangedSubscription, CustomerChangedSubscriptionVariables>("subscription CustomerChanged($backends:[String!]){customerChanged(backends:$backends){...ChangeDetails}}fragment ChangeDetails on Change{type kind nodeId at noticedAt backend{...BackendSummary}}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:052d5ff98323d42d7002ad888209e47ab9df76ce2050bf476ae64e4273b8e7bb");
/** Pairs of customers of different backends that are probably the same, best first. The gateway finds them in the background, in its own directory. Pairs that are in one account or were declined are left out. Accept a suggestion with linkCustomers, decline it with declineLink. */
export const LinkSuggestionsDocument = /* @__PURE__ */ typedDocument<LinkSuggestionsQuery, LinkSuggestionsQueryVariables>("query LinkSuggestions($first:Int$after:String$backends:[String!]$customerId:ID){linkSuggestions(first:$first after:$after backends:$backends customerId:$customerId){nodes{...LinkSuggestionDetails}pageInfo{...PageDetails}unavailable{...FailureDetails}sources{...SourceDetails}}}fragment LinkSuggestionDetails on LinkSuggestion{customers{...CustomerName}score reasons{kind detail}}fragment PageDetails on PageInfo{hasNextPage endCursor}fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment SourceDetails on SearchSource{backend{...BackendSummary}type source refreshedAt complete reason records}fragment CustomerName on Customer{id name backend{...BackendSummary}}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:62631bfb2fcf610964636594f9fb606d01996fa7b74374cc865f27c3bad79fa4");
/**
 * Declines a suggestion: the two customers are not suggested again. They can still be linked.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE.
 */
export const DeclineLinkDocument = /* @__PURE__ */ typedDocument<DeclineLinkMutation, DeclineLinkMutationVariables>("mutation DeclineLink($input:DeclineLinkInput!){declineLink(input:$input){errors{...ErrorDetails}operation{...OperationOutcome}}}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment OperationOutcome on Operation{id status replayed idempotencyKey}", "sha256:ec45b0895636d17304e289e25fde93ce0a85a58668586c3939b3defa886d81b8");
/** Taxes of all backends that keep taxes, or of those in `backends`. */
export const TaxesDocument = /* @__PURE__ */ typedDocument<TaxesQuery, TaxesQueryVariables>("query Taxes($first:Int$after:String$backends:[String!]$filter:TaxFilter){taxes(first:$first after:$after backends:$backends filter:$filter){nodes{...TaxSummary}pageInfo{...PageDetails}unavailable{...FailureDetails}}}fragment TaxSummary on Tax{id backendId name active rate fixedAmount{...MoneyDetails}backend{...BackendSummary}}fragment PageDetails on PageInfo{hasNextPage endCursor}fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:13475a1001b2d66fdbb73c7a41d1283b559a48817ee69778571d64f6d90c0b4a");
/** Taxes of all backends that keep taxes, or of those in `backends`. */
export const TaxLiabilitiesDocument = /* @__PURE__ */ typedDocument<TaxLiabilitiesQuery, TaxLiabilitiesQueryVariables>("query TaxLiabilities($customerId:ID!$backends:[String!]!$first:Int$after:String){taxes(backends:$backends first:$first after:$after){nodes{...TaxSummary isLiable(customerId:$customerId)}pageInfo{...PageDetails}unavailable{...FailureDetails}}}fragment TaxSummary on Tax{id backendId name active rate fixedAmount{...MoneyDetails}backend{...BackendSummary}}fragment PageDetails on PageInfo{hasNextPage endCursor}fragment FailureDetails on BackendFailure{backend{...BackendSummary}code message retryable}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:dc297921ca6bc4bcf480452e97e2ba5910796dd4751e5fa7c0826a3daca4d3c6");
/** A tax; null if it does not exist. */
export const TaxDocument = /* @__PURE__ */ typedDocument<TaxQuery, TaxQueryVariables>("query Tax($id:ID!){tax(id:$id){...TaxDetails}}fragment TaxDetails on Tax{...TaxSummary description appliesTo defaultLiability country effectiveDate shared owner{id name}}fragment TaxSummary on Tax{id backendId name active rate fixedAmount{...MoneyDetails}backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:4512fa0138defd4dc8552d92b65e4a55f7d24a20be2d0b5ec966de8c0ae3439a");
/**
 * Creates a tax in each of the backends.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const CreateTaxDocument = /* @__PURE__ */ typedDocument<CreateTaxMutation, CreateTaxMutationVariables>("mutation CreateTax($input:CreateTaxInput!){createTax(input:$input){results{backend{...BackendSummary}subject{...SubjectSummary}status tax{...TaxDetails}errors{...ErrorDetails}warnings{...WarningDetails}}operation{...OperationOutcome}}}fragment BackendSummary on Backend{id key kind kindLabel generation label}fragment SubjectSummary on OperationSubject{customerId customerName name description amount currency date}fragment TaxDetails on Tax{...TaxSummary description appliesTo defaultLiability country effectiveDate shared owner{id name}}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment TaxSummary on Tax{id backendId name active rate fixedAmount{...MoneyDetails}backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}", "sha256:519906e5f153d33b44c1142db5af77c6762ee4ad9c048001e0234190eccec6ab");
/**
 * Changes a tax. `Backend.inputs` says which members can be changed.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const UpdateTaxDocument = /* @__PURE__ */ typedDocument<UpdateTaxMutation, UpdateTaxMutationVariables>("mutation UpdateTax($input:UpdateTaxInput!){updateTax(input:$input){tax{...TaxDetails}errors{...ErrorDetails}warnings{...WarningDetails}operation{...OperationOutcome}}}fragment TaxDetails on Tax{...TaxSummary description appliesTo defaultLiability country effectiveDate shared owner{id name}}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment TaxSummary on Tax{id backendId name active rate fixedAmount{...MoneyDetails}backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:687c2286010c8b5b9127c7c1d4421ab10939adfdefafbcb9cdaa90da2c537b6b");
/**
 * Archives a tax: the backend deletes, archives or deactivates it.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const ArchiveTaxDocument = /* @__PURE__ */ typedDocument<ArchiveTaxMutation, ArchiveTaxMutationVariables>("mutation ArchiveTax($input:ArchiveTaxInput!){archiveTax(input:$input){tax{...TaxDetails}errors{...ErrorDetails}warnings{...WarningDetails}operation{...OperationOutcome}}}fragment TaxDetails on Tax{...TaxSummary description appliesTo defaultLiability country effectiveDate shared owner{id name}}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment TaxSummary on Tax{id backendId name active rate fixedAmount{...MoneyDetails}backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:bc8b88b57b78d39483b476ae93288ca8d23a8dd610101a2edf23163476c1b691");
/**
 * Sets whether a customer, a charge or a product is liable for a tax.
 *
 * Error codes: INVALID_INPUT, FORBIDDEN, UNAVAILABLE, INTERNAL, NOT_FOUND, CONFLICT, IDEMPOTENCY_KEY_REUSED, UNAUTHENTICATED, RATE_LIMITED, TIMEOUT, BAD_RESPONSE, UNSUPPORTED, OUTCOME_UNKNOWN.
 */
export const SetTaxLiabilityDocument = /* @__PURE__ */ typedDocument<SetTaxLiabilityMutation, SetTaxLiabilityMutationVariables>("mutation SetTaxLiability($input:SetTaxLiabilityInput!){setTaxLiability(input:$input){tax{...TaxDetails}errors{...ErrorDetails}warnings{...WarningDetails}operation{...OperationOutcome}}}fragment TaxDetails on Tax{...TaxSummary description appliesTo defaultLiability country effectiveDate shared owner{id name}}fragment ErrorDetails on MutationError{code message field fieldMessage formField backendCode retryable}fragment WarningDetails on Warning{code message field formField sent stored}fragment OperationOutcome on Operation{id status replayed idempotencyKey}fragment TaxSummary on Tax{id backendId name active rate fixedAmount{...MoneyDetails}backend{...BackendSummary}}fragment MoneyDetails on Money{amount currency}fragment BackendSummary on Backend{id key kind kindLabel generation label}", "sha256:396eb232ead1db29a12665f76088468e20c3e1e509e1e11a29f401bf1c956c50");
/** The caller. */
export const ViewerDocument = /* @__PURE__ */ typedDocument<ViewerQuery, ViewerQueryVariables>("query Viewer{viewer{name scopes}}", "sha256:d7c841eed431e160aeb627ebd1ea7eb75dfc6e7b63e49a7f91006e063ba79969");