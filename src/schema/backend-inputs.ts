import type { DeclaredInput, DeclaredMember, Limits } from "../adapter/verbs.ts";
import type { Capability as Ability } from "../model/model.ts";
import { builder, describedEnum } from "./builder.ts";

const abilities: Record<Ability, string> = {
  CUSTOMER_READ: "Customers can be read.",
  CUSTOMER_CREATE: "Customers can be created.",
  CUSTOMER_UPDATE: "Customers can be changed.",
  CUSTOMER_ARCHIVE: "Customers can be archived.",
  CUSTOMER_RESTORE: "Archived customers can be restored.",
  CHARGE_READ: "Charges can be read.",
  CHARGE_CREATE: "Charges can be created.",
  CHARGE_UPDATE: "Charges can be changed.",
  CHARGE_VOID: "Charges can be voided: the backend reverses, deletes or archives them.",
  CHARGE_EXECUTE: "Defined charges can be executed at once.",
  CREDIT_CREATE: "Credits can be created, with createCredit.",
  TAX_READ: "Taxes can be read.",
  TAX_CREATE: "Taxes can be created.",
  TAX_UPDATE: "Taxes can be changed.",
  TAX_ARCHIVE: "Taxes can be archived.",
  TAX_LIABILITY: "Liability for a tax can be read and set, for single customers and charges.",
  SERVICE_READ: "The catalogue of services can be read. Charges refer to a service.",
  PLAN_READ: "The catalogue of plans can be read.",
  VALIDATE_ONLY: "The backend has a dry run of its own; validateOnly uses it.",
};

export const Capability = describedEnum(
  "Capability",
  "What a backend can do. User interfaces enable their buttons by it.",
  abilities,
);

/** The input that each write of a backend takes, for forms that know no kinds of backends. */

interface InputMember extends DeclaredMember {
  /** The backend's label, for sentences. */
  readonly backend: string;
}

interface BackendInputShape {
  readonly write: Ability;
  readonly members: readonly InputMember[];
}

export function shapesOf(inputs: readonly DeclaredInput[], backend: string): BackendInputShape[] {
  return inputs.map(({ write, members }) => ({ write, members: members.map((member) => ({ ...member, backend })) }));
}

const types = {
  TEXT: "Text.",
  EMAIL: "An e-mail address.",
  COUNTRY: "A country: a code or a name, as the limits say.",
  LINES: "A list of texts, one for each line.",
  DECIMAL: "A Decimal.",
  INTEGER: "A whole number.",
  DATE: "A Date.",
  CURRENCY: "A CurrencyCode.",
  BOOLEAN: "True or false.",
  CHOICE: "One of `values`.",
  CHOICES: "A list of `values`.",
  CUSTOMER: "Global id of a customer of this backend.",
  PLAN: "Global id of a plan of this backend.",
  SERVICE: "Global id of a service of this backend.",
  CHARGE: "Global id of a charge of this backend.",
  TAXES: "A list of global ids of taxes of this backend.",
  PARTS: 'An object. Its members follow; their names begin with its name and a dot, e.g. "address.city".',
};

const typeOf: Readonly<Record<DeclaredMember["type"], keyof typeof types>> = {
  text: "TEXT",
  email: "EMAIL",
  country: "COUNTRY",
  lines: "LINES",
  decimal: "DECIMAL",
  integer: "INTEGER",
  date: "DATE",
  currency: "CURRENCY",
  boolean: "BOOLEAN",
  chargeKind: "CHOICE",
  chargeInterval: "CHOICE",
  taxLiability: "CHOICE",
  taxScopes: "CHOICES",
  customerId: "CUSTOMER",
  planId: "PLAN",
  serviceId: "SERVICE",
  chargeId: "CHARGE",
  taxIds: "TAXES",
  parts: "PARTS",
};

const BackendInputType = describedEnum("BackendInputType", "Type of an input member's value.", types);

const BackendInputValue = builder.objectRef<NonNullable<InputMember["values"]>[number]>("BackendInputValue").implement({
  description: "A value that a member may have.",
  fields: (t) => ({
    value: t.exposeString("value", { description: "The value as it is sent." }),
    label: t.exposeString("label", { nullable: true, description: "The backend's word for it, if it is another one." }),
  }),
});

const BackendInputLimits = builder.objectRef<Limits>("BackendInputLimits").implement({
  description: "Limits of an input member beyond its type; null = no such limit is known.",
  fields: (t) => ({
    longest: t.exposeInt("longest", {
      nullable: true,
      description: "Texts: maximum number of characters (code points). Lines: the same for each line.",
    }),
    blank: t.boolean({ description: "Texts: whether an empty text is accepted.", resolve: ({ blank }) => blank ?? false }),
    pattern: t.string({
      nullable: true,
      description: "Texts: a regular expression (ECMAScript) that the whole text must match.",
      resolve: ({ pattern }) => pattern?.form.source ?? null,
    }),
    patternMeans: t.string({
      nullable: true,
      description: 'The pattern in words, as the end of a sentence that begins with "must be".',
      resolve: ({ pattern }) => pattern?.means ?? null,
    }),
    decimals: t.exposeInt("decimals", { nullable: true, description: "Decimals: maximum number of decimal places." }),
    digits: t.exposeInt("digits", {
      nullable: true,
      description: "Decimals: maximum number of significant digits, from the first that is not 0 to the last.",
    }),
    least: t.field({
      type: "Decimal",
      nullable: true,
      description: "Numbers: minimum.",
      resolve: ({ least }) => (least === undefined ? null : String(least)),
    }),
    most: t.field({
      type: "Decimal",
      nullable: true,
      description: "Numbers: maximum.",
      resolve: ({ most }) => (most === undefined ? null : String(most)),
    }),
    moreThan: t.expose("moreThan", {
      type: "Decimal",
      nullable: true,
      description: "Decimals: the value must be greater than this.",
    }),
    notZero: t.boolean({ description: "Decimals: whether 0 is refused.", resolve: ({ notZero }) => notZero ?? false }),
    earliest: t.expose("earliest", { type: "Date", nullable: true, description: "Dates: the earliest day." }),
    fewestItems: t.int({
      nullable: true,
      description: "Lists: minimum number of items.",
      resolve: ({ fewestItems }) => fewestItems ?? null,
    }),
    mostItems: t.int({
      nullable: true,
      description: "Lists: maximum number of items.",
      resolve: ({ mostItems }) => mostItems ?? null,
    }),
  }),
});

const BackendInputMember = builder.objectRef<InputMember>("BackendInputMember").implement({
  description:
    "How a backend takes one member of an input. Rules that depend on several members only show when the mutation is called, e.g. with validateOnly.",
  fields: (t) => ({
    name: t.string({
      description: 'Its path in the input as errors name it, e.g. "amount" or "address.city".',
      resolve: ({ path }) => path.join("."),
    }),
    type: t.field({ type: BackendInputType, description: "Type of its value.", resolve: ({ type }) => typeOf[type] }),
    required: t.boolean({
      description:
        "Whether it must be given, or a member that may replace it (`insteadOf`). A member of an object: whether it must be given with the object.",
      resolve: ({ rule }) => rule.use === "required",
    }),
    refused: t.string({
      nullable: true,
      description: "Why the backend refuses it, as a sentence; null if it accepts it.",
      resolve: ({ rule, backend }) => (rule.use === "refused" ? `${backend} ${rule.because}.` : null),
    }),
    clearable: t.boolean({
      description: "Changes: whether null clears it. False: null is refused.",
      resolve: ({ rule }) => rule.use !== "refused" && (rule.clearable ?? false),
    }),
    insteadOf: t.string({
      nullable: true,
      description: "Name of the member that it may replace, alone or together with others of the same `insteadOf`.",
      resolve: ({ rule }) => (rule.use === "refused" ? null : (rule.insteadOf ?? null)),
    }),
    alsoBeside: t.boolean({
      description: "Whether it may be given together with the member that it may replace. False: either one or the other.",
      resolve: ({ rule }) => rule.use !== "refused" && (rule.alsoBeside ?? false),
    }),
    sameAs: t.string({
      nullable: true,
      description: "Name of a member with which it shares one value in the backend: giving one of them is enough.",
      resolve: ({ rule }) => (rule.use === "refused" ? null : (rule.sameAs ?? null)),
    }),
    label: t.string({
      nullable: true,
      description: "The backend's word for it, if it differs from the API's.",
      resolve: ({ rule }) => (rule.use === "refused" ? null : (rule.label ?? null)),
    }),
    hint: t.string({
      nullable: true,
      description: "Hint for a person who fills it in.",
      resolve: ({ rule }) => (rule.use === "refused" ? null : (rule.hint ?? null)),
    }),
    values: t.field({
      type: [BackendInputValue],
      nullable: true,
      description: "The values that it accepts; null = any value of its type.",
      resolve: ({ values }) => values && [...values],
    }),
    limits: t.field({
      type: BackendInputLimits,
      description: "Limits beyond its type.",
      resolve: ({ rule }) => (rule.use === "refused" ? {} : rule),
    }),
  }),
});

export const BackendInput = builder.objectRef<BackendInputShape>("BackendInput").implement({
  description: "The input that one write of a backend takes.",
  fields: (t) => ({
    write: t.field({ type: Capability, description: "The write, by its capability.", resolve: ({ write }) => write }),
    members: t.field({
      type: [BackendInputMember],
      description: "All members of the input, including those that the backend refuses, in the order in which a form shows them.",
      resolve: ({ members }) => members,
    }),
  }),
});
