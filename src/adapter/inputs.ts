import {
  type AddressInput,
  type ChargeChange,
  type ChargeInput,
  type ChargeInterval,
  type ChargeKind,
  type CreditInput,
  type CustomerChange,
  type CustomerInput,
  chargeKinds,
  type LiabilitySubject,
  type RecurrenceInput,
  type TaxChange,
  type TaxInput,
  type TaxLiability,
  type TaxScope,
} from "../model/model.ts";

/**
 * The declaration of a write's input: an adapter gives one with the verb, for every member of the unified input. The verb refuses by it
 * (kit/taking.ts), GraphQL shows it, and forms and the contract suite are made from it.
 */

/** The type of a member's value: how it is checked, and what a form offers for it. */
export type ValueType = keyof LimitsByType;

/** The limits that a backend may declare for a member, by its type. Without limits, any value of the type is accepted. */
interface LimitsByType {
  readonly text: TextLimits;
  readonly email: TextLimits;
  /** A code or a name. */
  readonly country: TextLimits;
  /** Lines of text. */
  readonly lines: TextLimits & ListLimits;
  readonly decimal: DecimalLimits;
  readonly integer: IntegerLimits;
  readonly date: DateLimits;
  readonly currency: ChoiceLimits<string>;
  readonly boolean: object;
  readonly customerId: object;
  readonly planId: object;
  readonly serviceId: object;
  readonly chargeId: object;
  readonly taxIds: ListLimits;
  readonly chargeKind: ChoiceLimits<ChargeKind>;
  readonly chargeInterval: ChoiceLimits<ChargeInterval>;
  readonly taxLiability: ChoiceLimits<TaxLiability>;
  readonly taxScopes: ChoiceLimits<TaxScope> & ListLimits;
}

export interface TextLimits {
  /** The largest number of characters (code points); for lines, of each line. */
  readonly longest?: number;
  /** True: an empty text, or one of white space, is accepted. Default: it is refused. */
  readonly blank?: true;
  /** The form of the whole text, and the same in words: "must be …". */
  readonly pattern?: { readonly form: RegExp; readonly means: string };
}

export interface DecimalLimits {
  readonly decimals?: number;
  readonly least?: string;
  readonly most?: string;
  /** An exclusive lower bound. */
  readonly moreThan?: string;
  /** The advice that ends the refusal of a number below zero. */
  readonly insteadOfNegative?: string;
  readonly notZero?: true;
  /** The largest number of significant digits: from the first that is not 0 to the last. */
  readonly digits?: number;
}

export interface IntegerLimits {
  readonly least?: number;
  readonly most?: number;
}

export interface DateLimits {
  readonly earliest?: string;
}

export interface ListLimits {
  readonly fewestItems?: number;
  readonly mostItems?: number;
}

export interface ChoiceLimits<Value extends string> {
  readonly values?: readonly Value[];
  /** The backend's words for values, where they differ. */
  readonly words?: Readonly<Partial<Record<Value, string>>>;
}

/** How a write takes one member. */
export type Rule<Limits = object> = Refused | (Taken & Limits);

interface Refused {
  readonly use: "refused";
  /** Continues a sentence that begins with the backend's name: "has no plans". */
  readonly because: string;
}

interface Taken {
  /** Required: the write, or the member that it is part of, must name it. */
  readonly use: "required" | "optional";
  /** In a change: null clears the member. Default: null is refused. */
  readonly clearable?: boolean;
  /** The reason that ends the refusal to clear it. */
  readonly unclearable?: string;
  /** The member of the same input that this one, perhaps together with others, replaces: one or the other is given. */
  readonly insteadOf?: string;
  /** True: it may also be given together with that one. */
  readonly alsoBeside?: true;
  /** The other member with the same stored value: one of the two is enough. */
  readonly sameAs?: string;
  /** The backend's word for the member, where it differs from the API's. */
  readonly label?: string;
  /** Help for a person who fills in a form: "Default: today". */
  readonly hint?: string;
}

/** The types of an input's members; a member with parts has a table of its own. */
export interface MemberTypes {
  readonly [member: string]: ValueType | MemberTypes;
}

/** The rules for all members of an input: each needs one. */
type Takes<Members> = {
  readonly [Name in keyof Members]: Members[Name] extends ValueType
    ? Rule<LimitsByType[Members[Name]]>
    : Rule<{ readonly parts: Takes<Members[Name]> }>;
};

type MembersOf<Input> = {
  readonly [Name in keyof Input]-?: NonNullable<Input[Name]> extends AddressInput | RecurrenceInput
    ? NonNullable<Input[Name]> extends string | readonly unknown[]
      ? ValueType
      : MembersOf<NonNullable<Input[Name]>>
    : ValueType;
};

const address = {
  lines: "lines",
  city: "text",
  state: "text",
  postalCode: "text",
  country: "country",
} as const satisfies MembersOf<AddressInput>;

const recurrence = {
  interval: "chargeInterval",
  occurrences: "integer",
  startsOn: "date",
  endsOn: "date",
} as const satisfies MembersOf<RecurrenceInput>;

const customerChange = {
  name: "text",
  firstName: "text",
  lastName: "text",
  email: "email",
  phone: "text",
  address,
  reference: "text",
  planId: "planId",
} as const satisfies MembersOf<CustomerChange>;

const customer = { ...customerChange, parentId: "customerId" } as const satisfies MembersOf<CustomerInput>;

const chargeChange = {
  name: "text",
  description: "text",
  notes: "text",
  amount: "decimal",
  currency: "currency",
  cost: "decimal",
  quantity: "decimal",
  date: "date",
  recurrence,
} as const satisfies MembersOf<ChargeChange>;

const charge = {
  ...chargeChange,
  kind: "chargeKind",
  customerId: "customerId",
  planId: "planId",
  serviceId: "serviceId",
  taxAmount: "decimal",
  reference: "text",
  taxIds: "taxIds",
  executeNow: "boolean",
} as const satisfies MembersOf<ChargeInput>;

const credit = {
  customerId: "customerId",
  amount: "decimal",
  currency: "currency",
  description: "text",
} as const satisfies MembersOf<CreditInput>;

const taxChange = {
  name: "text",
  description: "text",
  rate: "decimal",
  fixedAmount: "decimal",
  currency: "currency",
  appliesTo: "taxScopes",
  defaultLiability: "taxLiability",
  shared: "boolean",
  effectiveDate: "date",
  active: "boolean",
} as const satisfies MembersOf<TaxChange>;

const { active: _, ...taxOfBoth } = taxChange;
const tax = { ...taxOfBoth, ownerId: "customerId", country: "country" } as const satisfies MembersOf<TaxInput>;

/** The last two arguments of setLiability: the subject, and whether it is liable. */
const liability = {
  customerId: "customerId",
  chargeId: "chargeId",
  productId: "text",
  liable: "boolean",
} as const satisfies MemberTypes;

export const memberTypes = { customer, customerChange, charge, chargeChange, credit, tax, taxChange, liability };
export type WriteInput = keyof typeof memberTypes;

/** The inputs themselves. */
export interface Inputs {
  readonly customer: CustomerInput;
  readonly customerChange: CustomerChange;
  readonly charge: ChargeInput;
  readonly chargeChange: ChargeChange;
  readonly credit: CreditInput;
  readonly tax: TaxInput;
  readonly taxChange: TaxChange;
  readonly liability: LiabilitySubject & { readonly liable: boolean };
}

/** The rules of a write for one of these inputs. */
export type TakesOf<Input extends WriteInput> = Takes<(typeof memberTypes)[Input]>;

/** Values that mean the same as an omitted member: a backend without the member does not refuse them. */
export const impliedValues: Readonly<Record<string, unknown>> = { quantity: "1", executeNow: false, appliesTo: [] };

export type CommonLimits = DecimalLimits & ChoiceLimits<string>;

/** Amounts are not below zero: giving money takes a mutation of its own, not a slip of the sign. */
const notBelowZero = { least: "0", insteadOfNegative: "to give money back, use createCredit" } as const;
const chargedAmounts = { amount: notBelowZero, taxAmount: notBelowZero, quantity: notBelowZero };

/** Limits for all backends, whatever they would accept. */
export const commonLimits: { readonly [Name in WriteInput]?: Readonly<Record<string, CommonLimits>> } = {
  charge: { ...chargedAmounts, kind: { values: chargeKinds.filter((kind) => kind !== "CREDIT") } },
  chargeChange: chargedAmounts,
  credit: { amount: { moreThan: "0" } },
};
