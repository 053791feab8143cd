import type { Capability } from "../model/model.ts";
import type { Adapter, WritePlan } from "./adapter.ts";

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
