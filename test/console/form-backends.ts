import type {
  BackendFormFragment,
  BackendInputMemberDetailsFragment,
  BackendInputType,
  Capability,
} from "../../src/client/generated/graphql.ts";

/** Backends for forms, as the API describes them: each accepts exactly the members given here. */

type Member = BackendInputMemberDetailsFragment;
type Limits = Member["limits"];

const noLimits: Limits = {
  longest: null,
  blank: false,
  pattern: null,
  patternMeans: null,
  decimals: null,
  digits: null,
  least: null,
  most: null,
  moreThan: null,
  notZero: false,
  earliest: null,
  fewestItems: null,
  mostItems: null,
};

export function member(
  name: string,
  type: BackendInputType,
  said: Partial<Omit<Member, "limits" | "values">> & {
    readonly limits?: Partial<Limits>;
    readonly values?: readonly string[];
  } = {},
): Member {
  const { limits, values, ...rest } = said;
  return {
    name,
    type,
    required: false,
    refused: null,
    clearable: false,
    insteadOf: null,
    alsoBeside: false,
    sameAs: null,
    label: null,
    hint: null,
    ...rest,
    values: values?.map((value) => ({ value, label: null })) ?? null,
    limits: { ...noLimits, ...limits },
  };
}

export function formBackend(key: string, inputs: Partial<Record<Capability, readonly Member[]>>): BackendFormFragment {
  return {
    id: key,
    key,
    kind: "ENSWITCH",
    label: key.toUpperCase(),
    kindLabel: "Invented",
    generation: null,
    currency: "EUR",
    capabilities: Object.keys(inputs) as Capability[],
    health: { status: "UP", circuit: "CLOSED", latencyMs: null, checkedAt: null, message: null },
    inputs: Object.entries(inputs).map(([write, members]) => ({ write: write as Capability, members: [...members] })),
  };
}

const required = { required: true } as const;
const recurrence = [
  member("recurrence", "PARTS"),
  member("recurrence.interval", "CHOICE", { ...required, values: ["ONCE", "IMMEDIATE", "MONTHLY"] }),
  member("recurrence.occurrences", "INTEGER", { clearable: true, limits: { least: "1" } }),
];

/** A switch: names charges, keeps one name of customers, takes a rate, an amount or both. */
export const pbx = formBackend("pbx", {
  CHARGE_CREATE: [
    member("customerId", "CUSTOMER", required),
    member("planId", "PLAN", { insteadOf: "customerId" }),
    member("name", "TEXT", required),
    member("amount", "DECIMAL", required),
    member("date", "DATE", { limits: { earliest: "1970-01-02" } }),
    ...recurrence,
    member("serviceId", "SERVICE", { refused: "PBX has no services." }),
    member("taxIds", "TAXES"),
    member("executeNow", "BOOLEAN"),
  ],
  CHARGE_UPDATE: [member("name", "TEXT"), member("amount", "DECIMAL"), ...recurrence],
  CUSTOMER_CREATE: [
    member("name", "TEXT", required),
    member("firstName", "TEXT", { insteadOf: "name" }),
    member("lastName", "TEXT", { insteadOf: "name" }),
    member("planId", "PLAN", required),
    member("parentId", "CUSTOMER"),
    member("reference", "TEXT", { clearable: true }),
    member("address", "PARTS"),
    member("address.lines", "LINES", { clearable: true, limits: { mostItems: 3, longest: 20 } }),
  ],
  TAX_CREATE: [
    member("name", "TEXT", required),
    member("rate", "DECIMAL"),
    member("fixedAmount", "DECIMAL"),
    member("ownerId", "CUSTOMER"),
  ],
});

/** Offices: charges are services, customers have a contact, and a tax is a rate or an amount. */
export const offices = formBackend("offices", {
  CHARGE_CREATE: [
    member("customerId", "CUSTOMER", required),
    member("serviceId", "SERVICE", required),
    member("amount", "DECIMAL"),
    member("date", "DATE"),
    member("notes", "TEXT"),
    member("currency", "CURRENCY", { values: ["EUR"] }),
  ],
  CUSTOMER_CREATE: [
    member("name", "TEXT", required),
    member("firstName", "TEXT", { insteadOf: "name", alsoBeside: true }),
    member("lastName", "TEXT", { insteadOf: "name", alsoBeside: true }),
    member("reference", "TEXT"),
  ],
  TAX_CREATE: [
    member("name", "TEXT", required),
    member("rate", "DECIMAL", required),
    member("fixedAmount", "DECIMAL", { insteadOf: "rate" }),
  ],
});

/** Recurring bills: one text a charge, amounts in cents, taxes from a day on. */
export const recurring = formBackend("recurring", {
  CHARGE_CREATE: [
    member("customerId", "CUSTOMER", required),
    member("description", "TEXT", { limits: { longest: 10 } }),
    member("amount", "DECIMAL", { ...required, limits: { decimals: 2, least: "-100", most: "100", notZero: true } }),
    member("date", "DATE"),
    member("name", "TEXT", { sameAs: "description" }),
    member("recurrence", "PARTS"),
    member("recurrence.interval", "CHOICE", { ...required, values: ["ONCE", "IMMEDIATE"] }),
    member("recurrence.occurrences", "INTEGER", { limits: { least: "1", most: "1" } }),
  ],
  CUSTOMER_CREATE: [
    member("name", "TEXT", { label: "Organisation" }),
    member("firstName", "TEXT", required),
    member("lastName", "TEXT", required),
  ],
  CUSTOMER_UPDATE: [
    member("name", "TEXT", { label: "Organisation" }),
    member("firstName", "TEXT"),
    member("lastName", "TEXT"),
    member("address", "PARTS"),
    member("address.country", "COUNTRY", {
      limits: { pattern: "^[A-Za-z]{2}$", patternMeans: "a code of two letters such as US" },
    }),
  ],
  TAX_CREATE: [
    member("name", "TEXT", required),
    member("rate", "DECIMAL", required),
    member("effectiveDate", "DATE", { ...required, label: "Valid from" }),
  ],
});
