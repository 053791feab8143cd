import type { BackendDetailsFragment, ChargeDetailsFragment, ChargeInterval } from "../../client/generated/graphql.ts";
import type { Field, Option, Values } from "./fields.ts";

/** Which fields charges have in each kind of backend (schema: ChargeSpec and UpdateChargeInput; what a backend lacks it refuses). */

const intervals: Readonly<Record<ChargeInterval, string>> = {
  IMMEDIATE: "Once, when executed",
  ONCE: "Once",
  WEEKLY: "Every week",
  MONTHLY: "Every month",
  QUARTERLY: "Every three months",
  SEMIANNUALLY: "Every six months",
  ANNUALLY: "Every year",
};

const optional = { required: false, clearable: false } as const;
const needed = { required: true, clearable: false } as const;

const text = {
  name: { name: "name", label: "Name", control: { kind: "text" } },
  description: { name: "description", label: "Description", control: { kind: "text" } },
  notes: { name: "notes", label: "Notes", control: { kind: "paragraph" } },
} as const;
const amount = {
  name: "amount",
  label: "Amount",
  hint: "The whole line, excluding taxes",
  control: { kind: "decimal" },
} as const;
const cost = { name: "cost", label: "Cost", hint: "What it costs us", control: { kind: "decimal" } } as const;
const quantity = { name: "quantity", label: "Quantity", hint: "1 unless given", control: { kind: "decimal" } } as const;
const date = { name: "date", label: "Date", hint: "Today unless given", control: { kind: "date" } } as const;

const recurs = (values: Values): boolean => !["", "ONCE", "IMMEDIATE"].includes(String(values["recurrence/interval"] ?? ""));

function interval(offered: readonly ChargeInterval[]): Field {
  const options: Option[] = offered.map((value) => ({ value, label: intervals[value] }));
  return {
    name: "recurrence/interval",
    label: "How often",
    hint: "Once unless given",
    control: { kind: "choice", options },
    ...optional,
  };
}

const enswitchRecurrence: readonly Field[] = [
  interval(["ONCE", "MONTHLY", "QUARTERLY", "ANNUALLY"]),
  {
    name: "recurrence/occurrences",
    label: "How many times",
    hint: "Without end unless given",
    control: { kind: "integer" },
    when: recurs,
    ...optional,
    clearable: true,
  },
  { name: "recurrence/endsOn", label: "Until", control: { kind: "date" }, when: recurs, ...optional, clearable: true },
];

type Charged = Pick<BackendDetailsFragment, "key" | "kind" | "capabilities">;

/** The fields of a new charge of a customer. */
export function newChargeFields({ key, kind, capabilities }: Charged): readonly Field[] {
  switch (kind) {
    case "ENSWITCH":
      return [
        { ...text.name, ...needed },
        { ...amount, ...needed },
        { ...text.description, ...optional },
        { ...date, ...optional },
        ...enswitchRecurrence,
        { ...cost, ...optional },
        ...(capabilities.includes("TAX_LIABILITY")
          ? [
              {
                name: "taxIds",
                label: "Taxes",
                hint: "Exactly these apply; the customer’s own unless given",
                control: { kind: "taxes", backend: key },
                ...optional,
              } as const,
            ]
          : []),
        ...(capabilities.includes("CHARGE_EXECUTE")
          ? [
              {
                name: "executeNow",
                label: "Take the money at once",
                hint: "Otherwise it is defined, and billed on its date",
                control: { kind: "switch" },
                ...optional,
              } as const,
            ]
          : []),
      ];
    case "HOSTED_SUITE":
      return [
        { name: "serviceId", label: "Service", control: { kind: "service", backend: key }, ...needed },
        { ...amount, hint: "Priced by the contract unless given; 0 is free", ...optional },
        { ...quantity, ...optional },
        // v2, the generation whose charges cannot be changed, writes descriptions itself.
        ...(capabilities.includes("CHARGE_UPDATE") ? [{ ...text.description, ...optional }] : []),
        { ...date, ...optional },
        interval(["ONCE", "MONTHLY"]),
        { ...text.notes, ...optional },
      ];
    case "V01":
      return [
        { ...text.description, ...optional },
        { ...amount, hint: "Excluding taxes; below zero it is a credit", ...needed },
        { name: "taxAmount", label: "Tax", hint: "Taxes on it", control: { kind: "decimal" }, ...optional },
        { ...date, hint: "When it is due", ...optional },
        {
          name: "kind",
          label: "Kind",
          hint: "An invoice unless given",
          control: {
            kind: "choice",
            options: [
              { value: "ONE_OFF", label: "Invoice" },
              { value: "FEE", label: "Service fee" },
            ],
          },
          ...optional,
        },
        {
          name: "reference",
          label: "Reference",
          hint: "Your own; one is made unless given",
          control: { kind: "text" },
          ...optional,
        },
      ];
  }
}

/** The fields of a charge that can be changed; none where charges cannot be (CHARGE_UPDATE). */
export function changedChargeFields({ kind, capabilities }: Charged): readonly Field[] {
  if (!capabilities.includes("CHARGE_UPDATE")) return [];
  return kind === "ENSWITCH"
    ? [
        { ...text.name, ...needed },
        { ...amount, ...needed },
        { ...text.description, ...optional, clearable: true },
        { ...date, hint: "", ...needed },
        ...enswitchRecurrence,
        { ...cost, ...optional },
      ]
    : [
        { ...amount, ...optional },
        { ...quantity, hint: "", ...needed },
        { ...text.description, ...optional },
        { ...date, hint: "", ...needed },
        interval(["ONCE", "MONTHLY"]),
        { ...text.notes, ...optional },
      ];
}

/** What a charge holds, for the fields of its form. */
export function chargeValues(charge: ChargeDetailsFragment): Values {
  const { recurrence } = charge;
  return {
    name: charge.name,
    description: charge.description ?? "",
    notes: charge.notes ?? "",
    amount: charge.amount?.amount ?? "",
    cost: charge.cost?.amount ?? "",
    quantity: charge.quantity,
    date: charge.date ?? "",
    "recurrence/interval": recurrence?.interval ?? "ONCE",
    "recurrence/occurrences": recurrence?.occurrences == null ? "" : String(recurrence.occurrences),
    "recurrence/endsOn": recurrence?.endsOn ?? "",
  };
}
