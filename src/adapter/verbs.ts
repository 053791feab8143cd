import { type Capability, chargeIntervals, chargeKinds, taxLiabilities, taxScopes } from "../model/model.ts";
import type { Adapter, Declared, WritePlan } from "./adapter.ts";
import {
  type ChoiceLimits,
  type DateLimits,
  type DecimalLimits,
  type IntegerLimits,
  type ListLimits,
  type MemberTypes,
  memberTypes,
  type Rule,
  type TextLimits,
  type ValueType,
  type WriteInput,
} from "./inputs.ts";

type AnyFunction = (...given: never[]) => unknown;

/** The groups of verbs of an adapter. */
export type VerbGroup = {
  [Name in keyof Adapter]-?: NonNullable<Adapter[Name]> extends string | boolean | readonly unknown[] | AnyFunction
    ? never
    : Name;
}[keyof Adapter];

type Verbs<Group extends VerbGroup> = Required<NonNullable<Adapter[Group]>>;

type Effect<Verb> = Verb extends (...given: never[]) => WritePlan<infer _> ? "write" : "read";

/**
 * The effect of every verb: "read" reads, with the call's scope as last argument; "write" plans a write. A missing verb, or a wrong effect,
 * does not compile.
 */
export const effectOfVerbs: {
  readonly [Group in VerbGroup]: { readonly [Verb in keyof Verbs<Group>]: Effect<Verbs<Group>[Verb]> };
} = {
  customers: {
    getMany: "read",
    list: "read",
    getContacts: "read",
    create: "write",
    update: "write",
    archive: "write",
    restore: "write",
  },
  charges: {
    getMany: "read",
    listByCustomers: "read",
    listByPlans: "read",
    create: "write",
    update: "write",
    void: "write",
    execute: "write",
    createCredit: "write",
  },
  taxes: {
    getMany: "read",
    list: "read",
    listByCustomers: "read",
    isLiable: "read",
    create: "write",
    update: "write",
    archive: "write",
    setLiability: "write",
  },
  plans: { getMany: "read", list: "read" },
  services: { getMany: "read", list: "read" },
};

export const verbGroups = Object.keys(effectOfVerbs) as readonly VerbGroup[];

/** The verb, or group of verbs, behind each capability: an adapter has the one exactly if it has the other. */
const verbs: Readonly<Record<Capability, (adapter: Adapter) => unknown>> = {
  CUSTOMER_READ: ({ customers }) => customers,
  CUSTOMER_CREATE: ({ customers }) => customers.create,
  CUSTOMER_UPDATE: ({ customers }) => customers.update,
  CUSTOMER_ARCHIVE: ({ customers }) => customers.archive,
  CUSTOMER_RESTORE: ({ customers }) => customers.restore,
  CHARGE_READ: ({ charges }) => charges,
  CHARGE_CREATE: ({ charges }) => charges.create,
  CHARGE_UPDATE: ({ charges }) => charges.update,
  CHARGE_VOID: ({ charges }) => charges.void,
  CHARGE_EXECUTE: ({ charges }) => charges.execute,
  CREDIT_CREATE: ({ charges }) => charges.createCredit,
  TAX_READ: ({ taxes }) => taxes,
  TAX_CREATE: ({ taxes }) => taxes?.create,
  TAX_UPDATE: ({ taxes }) => taxes?.update,
  TAX_ARCHIVE: ({ taxes }) => taxes?.archive,
  TAX_LIABILITY: ({ taxes }) => taxes?.setLiability,
  SERVICE_READ: ({ services }) => services,
  PLAN_READ: ({ plans }) => plans,
  VALIDATE_ONLY: ({ dryRun }) => dryRun,
};

/** The capabilities of a connection: they depend on its kind, generation and settings. */
export function capabilitiesOf(adapter: Adapter): readonly Capability[] {
  return (Object.keys(verbs) as Capability[]).filter((capability) => verbs[capability](adapter) !== undefined);
}

/** The declarations of an adapter's verbs as lists of members, for GraphQL, forms and tests. */

/** The verbs with an input, by their capability. */
const declaringVerbs = {
  CUSTOMER_CREATE: verb("customer", ({ customers }) => customers.create),
  CUSTOMER_UPDATE: verb("customerChange", ({ customers }) => customers.update),
  CHARGE_CREATE: verb("charge", ({ charges }) => charges.create),
  CHARGE_UPDATE: verb("chargeChange", ({ charges }) => charges.update),
  CREDIT_CREATE: verb("credit", ({ charges }) => charges.createCredit),
  TAX_CREATE: verb("tax", ({ taxes }) => taxes?.create),
  TAX_UPDATE: verb("taxChange", ({ taxes }) => taxes?.update),
  TAX_LIABILITY: verb("liability", ({ taxes }) => taxes?.setLiability),
} satisfies Partial<Record<Capability, unknown>>;

function verb<Name extends WriteInput>(input: Name, of: (adapter: Adapter) => Declared<Name> | undefined) {
  return { types: memberTypes[input] as MemberTypes, takes: (adapter: Adapter) => of(adapter)?.takes as Rules | undefined };
}

export type WriteCapability = keyof typeof declaringVerbs;

/** The limits of all types of values together. */
export interface Limits
  extends TextLimits,
    DateLimits,
    ListLimits,
    Omit<DecimalLimits, "least" | "most">,
    Omit<IntegerLimits, "least" | "most"> {
  readonly least?: string | number;
  readonly most?: string | number;
}

export interface DeclaredMember {
  /** Its path in the input, as in errors: ["address", "city"]. */
  readonly path: readonly string[];
  /** "parts": it consists of the members whose paths begin with its own. */
  readonly type: ValueType | "parts";
  readonly rule: Rule<Limits>;
  /** The allowed values; null = any value of its type. */
  readonly values: readonly { readonly value: string; readonly label: string | null }[] | null;
}

export interface DeclaredInput {
  readonly write: WriteCapability;
  /** Every member of the API's input, in the order of a form. */
  readonly members: readonly DeclaredMember[];
}

/** The declared input of each write of an adapter. */
export function inputsOf(adapter: Adapter): readonly DeclaredInput[] {
  return (Object.keys(declaringVerbs) as WriteCapability[]).flatMap((write) => {
    const takes = declaringVerbs[write].takes(adapter);
    return takes ? [{ write, members: membersOf(takes, declaringVerbs[write].types, []) }] : [];
  });
}

type Rules = Readonly<Record<string, Rule<{ readonly parts?: Rules }>>>;

function membersOf(rules: Rules, types: MemberTypes, parents: readonly string[]): DeclaredMember[] {
  return Object.entries(rules).flatMap(([name, rule]): DeclaredMember[] => {
    const type = types[name];
    if (type === undefined) return [];
    const path = [...parents, name];
    if (typeof type === "string") return [{ path, type, rule, values: valuesOf(type, rule) }];
    const parts = rule.use === "refused" ? [] : membersOf(rule.parts ?? {}, type, path);
    return [{ path, type: "parts", rule, values: null }, ...parts];
  });
}

const unifiedValues: Readonly<Partial<Record<ValueType, readonly string[]>>> = {
  chargeKind: chargeKinds,
  chargeInterval: chargeIntervals,
  taxLiability: taxLiabilities,
  taxScopes,
};

function valuesOf(type: ValueType, rule: Rule): DeclaredMember["values"] {
  if (rule.use === "refused") return null;
  const { values, words } = rule as ChoiceLimits<string>;
  const offered = values ?? unifiedValues[type];
  return offered ? offered.map((value) => ({ value, label: words?.[value] ?? null })) : null;
}
