import type { DeclaredInput, DeclaredMember, Limits } from "../adapter/declared-inputs.ts";
import type { Capability as Ability } from "../model/model.ts";
import { builder } from "./builder.ts";
import { Capability } from "./capability.ts";
import { describedEnum } from "./described-enum.ts";

/** What each write of a backend takes, for whoever makes forms without knowing the kinds of backends. */

interface InputMember extends DeclaredMember {
  /** What people call the backend, for sentences. */
  readonly backend: string;
}

export interface BackendInputShape {
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
  LINES: "A list of texts, one a line.",
  DECIMAL: "A Decimal.",
  INTEGER: "A whole number.",
  DATE: "A Date.",
  CURRENCY: "A CurrencyCode.",
  BOOLEAN: "Yes or no.",
  CHOICE: "One of `values`.",
  CHOICES: "A list of `values`.",
  CUSTOMER: "The id of a customer of this backend.",
  PLAN: "The id of one of its plans.",
  SERVICE: "The id of one of its services.",
  CHARGE: "The id of one of its charges.",
  TAXES: "A list of ids of its taxes.",
  PARTS: "An object: its members follow, under names that begin with its own and a dot.",
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

const BackendInputType = describedEnum("BackendInputType", "What stands in a member of an input.", types);

const BackendInputValue = builder.objectRef<NonNullable<InputMember["values"]>[number]>("BackendInputValue").implement({
  description: "A value that a member may have.",
  fields: (t) => ({
    value: t.exposeString("value", { description: "As it is sent." }),
    label: t.exposeString("label", { nullable: true, description: "What the backend calls it, where that is another word." }),
  }),
});

const BackendInputLimits = builder.objectRef<Limits>("BackendInputLimits").implement({
  description: "What is refused at a member though it is of its type; null = no such limit is known.",
  fields: (t) => ({
    longest: t.exposeInt("longest", {
      nullable: true,
      description: "Of texts: at most so many characters (code points); of lines, each.",
    }),
    blank: t.boolean({ description: "Of texts: an empty one is taken as well.", resolve: ({ blank }) => blank ?? false }),
    pattern: t.string({
      nullable: true,
      description: "Of texts: a regular expression (ECMAScript) that the whole must match.",
      resolve: ({ pattern }) => pattern?.form.source ?? null,
    }),
    patternMeans: t.string({
      nullable: true,
      description: 'The pattern in words, to go on after "must be".',
      resolve: ({ pattern }) => pattern?.means ?? null,
    }),
    decimals: t.exposeInt("decimals", { nullable: true, description: "Of decimals: at most so many places." }),
    digits: t.exposeInt("digits", {
      nullable: true,
      description: "Of decimals: at most so many significant digits, from the first that is not 0 to the last.",
    }),
    least: t.field({
      type: "Decimal",
      nullable: true,
      description: "Of numbers: this or more.",
      resolve: ({ least }) => (least === undefined ? null : String(least)),
    }),
    most: t.field({
      type: "Decimal",
      nullable: true,
      description: "Of numbers: this or less.",
      resolve: ({ most }) => (most === undefined ? null : String(most)),
    }),
    moreThan: t.expose("moreThan", { type: "Decimal", nullable: true, description: "Of decimals: more than this." }),
    notZero: t.boolean({ description: "Of decimals: 0 is refused.", resolve: ({ notZero }) => notZero ?? false }),
    earliest: t.expose("earliest", { type: "Date", nullable: true, description: "Of dates: this day or later." }),
    fewestItems: t.int({
      nullable: true,
      description: "Of lists: at least so many.",
      resolve: ({ fewestItems }) => fewestItems ?? null,
    }),
    mostItems: t.int({
      nullable: true,
      description: "Of lists: at most so many.",
      resolve: ({ mostItems }) => mostItems ?? null,
    }),
  }),
});

const BackendInputMember = builder.objectRef<InputMember>("BackendInputMember").implement({
  description:
    "How a backend takes one member of an input. What depends on several members shows when the mutation is called with validateOnly.",
  fields: (t) => ({
    name: t.string({
      description: 'Where it stands in the input, as errors name it: "amount", "address.city".',
      resolve: ({ path }) => path.join("."),
    }),
    type: t.field({ type: BackendInputType, description: "What stands in it.", resolve: ({ type }) => typeOf[type] }),
    required: t.boolean({
      description: "It must be given, or what stands in for it (`insteadOf`); a part, where its object is given.",
      resolve: ({ rule }) => rule.use === "required",
    }),
    refused: t.string({
      nullable: true,
      description: "Why the backend cannot keep it, as a sentence; null where it can.",
      resolve: ({ rule, backend }) => (rule.use === "refused" ? `${backend} ${rule.because}.` : null),
    }),
    clearable: t.boolean({
      description: "Of a change: null makes the backend forget it. False: null is refused.",
      resolve: ({ rule }) => rule.use !== "refused" && (rule.clearable ?? false),
    }),
    insteadOf: t.string({
      nullable: true,
      description: "The member that it may stand in for, alone or with others that say the same.",
      resolve: ({ rule }) => (rule.use === "refused" ? null : (rule.insteadOf ?? null)),
    }),
    alsoBeside: t.boolean({
      description: "It may also be given beside the member that it stands in for; otherwise one way or the other.",
      resolve: ({ rule }) => rule.use !== "refused" && (rule.alsoBeside ?? false),
    }),
    sameAs: t.string({
      nullable: true,
      description: "The backend keeps one value for it and this member: one of them is enough.",
      resolve: ({ rule }) => (rule.use === "refused" ? null : (rule.sameAs ?? null)),
    }),
    label: t.string({
      nullable: true,
      description: "What people call it there, where that is another word than the API's.",
      resolve: ({ rule }) => (rule.use === "refused" ? null : (rule.label ?? null)),
    }),
    hint: t.string({
      nullable: true,
      description: "What a person needs to know to fill it in.",
      resolve: ({ rule }) => (rule.use === "refused" ? null : (rule.hint ?? null)),
    }),
    values: t.field({
      type: [BackendInputValue],
      nullable: true,
      description: "What it may be; null = anything of its type.",
      resolve: ({ values }) => values && [...values],
    }),
    limits: t.field({
      type: BackendInputLimits,
      description: "What is refused at it though it is of its type.",
      resolve: ({ rule }) => (rule.use === "refused" ? {} : rule),
    }),
  }),
});

export const BackendInput = builder.objectRef<BackendInputShape>("BackendInput").implement({
  description: "What one write of a backend takes.",
  fields: (t) => ({
    write: t.field({ type: Capability, description: "Which write, by its capability.", resolve: ({ write }) => write }),
    members: t.field({
      type: [BackendInputMember],
      description: "Every member of the input, those that it refuses included, in the order in which a form shows them.",
      resolve: ({ members }) => [...members],
    }),
  }),
});
