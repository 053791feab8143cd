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
