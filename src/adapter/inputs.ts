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
 * What a write takes, as data: an adapter says it beside the verb, for every member of the unified input. One function refuses by
 * it (kit/taking.ts), GraphQL shows it, forms and the contract suite are made from it.
 */

/** What stands in a member: how it is read, and what a form offers for it. */
export type ValueType = keyof LimitsByType;

/** What a backend may say of the values of a member, by their type. Nothing said = anything of the type. */
export interface LimitsByType {
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
  /** Characters, counted as code points; of lines, those of each. */
  readonly longest?: number;
  /** An empty text, or one of white space, is taken as well. Default: it is refused. */
  readonly blank?: true;
  /** What the whole text must look like, and the same in words: "must be …". */
  readonly pattern?: { readonly form: RegExp; readonly means: string };
}

export interface DecimalLimits {
  readonly decimals?: number;
  readonly least?: string;
  readonly most?: string;
  /** More than this, and not this. */
  readonly moreThan?: string;
  /** What to do instead of giving a number below zero: ends the sentence that refuses it. */
  readonly insteadOfNegative?: string;
  readonly notZero?: true;
  /** Significant ones, from the first that is not 0 to the last. */
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
  /** What the backend calls them, where that is another word. */
  readonly words?: Readonly<Partial<Record<Value, string>>>;
}

/** How a write takes one member. */
export type Rule<Limits = object> = Refused | (Taken & Limits);

interface Refused {
  readonly use: "refused";
  /** Goes on after the backend's name: "has no plans". */
  readonly because: string;
}

interface Taken {
  /** Required: the write, or the member that it is part of, must name it. */
  readonly use: "required" | "optional";
  /** Of a change: null makes the backend forget it. Default: null is refused. */
  readonly clearable?: boolean;
  /** Goes on after "cannot be cleared: ", where there is more to say. */
  readonly unclearable?: string;
  /** The member of the same input that this one, or several together, may stand in for: one way or the other. */
  readonly insteadOf?: string;
  /** It may also be given beside that one. */
  readonly alsoBeside?: true;
  /** The backend keeps one value for this member and that one: one of them is enough. */
  readonly sameAs?: string;
  /** What people call it, where the backend's word is another than the API's. */
  readonly label?: string;
  /** What a person needs to know to fill it in: "Today unless given". */
  readonly hint?: string;
}

/** The members of an input and what stands in each; a member with parts has a table of its own. */
export interface MemberTypes {
  readonly [member: string]: ValueType | MemberTypes;
}

/** How a write takes every member: none may be left out. */
export type Takes<Members> = {
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

/** Whose liability, and whether: the last two arguments of setLiability. */
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

/** How a write takes the members of one of these inputs. */
export type TakesOf<Input extends WriteInput> = Takes<(typeof memberTypes)[Input]>;

/** The value that says the same as leaving the member out: given to a backend that has no such member, it is not refused. */
export const impliedValues: Readonly<Record<string, unknown>> = { quantity: "1", executeNow: false, appliesTo: [] };

export type CommonLimits = DecimalLimits & ChoiceLimits<string>;

/** Nobody is given money by a slip of the sign: that takes a mutation of its own. */
const notBelowZero = { least: "0", insteadOfNegative: "to give money back, use createCredit" } as const;
const chargedAmounts = { amount: notBelowZero, taxAmount: notBelowZero, quantity: notBelowZero };

/** What is asked of no backend, whatever it would take. */
export const commonLimits: { readonly [Name in WriteInput]?: Readonly<Record<string, CommonLimits>> } = {
  charge: { ...chargedAmounts, kind: { values: chargeKinds.filter((kind) => kind !== "CREDIT") } },
  chargeChange: chargedAmounts,
  credit: { amount: { moreThan: "0" } },
};
