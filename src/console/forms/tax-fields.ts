import type { BackendDetailsFragment, TaxDetailsFragment, TaxLiability, TaxScope } from "../../client/generated/graphql.ts";
import type { Field, Values } from "./fields.ts";

/** Which fields taxes have in each kind of backend (schema: CreateTaxInput and UpdateTaxInput). */

type EnswitchScope = Exclude<TaxScope, "SERVICES">;
const scopes: Readonly<Record<EnswitchScope, string>> = {
  ACCOUNTS: "Account fees",
  CALLS: "Calls",
  CARD_GROUPS: "Card groups",
  CHARGES: "Charges",
  FEATURES: "Features",
  MESSAGES: "Messages",
  NUMBERS: "Numbers",
  PRODUCTS: "Products",
};
const liabilities: Readonly<Record<TaxLiability, string>> = {
  ALL_CUSTOMERS: "All customers, of today and to come",
  NEW_CUSTOMERS: "Customers created from now on",
  NOBODY: "Nobody, unless set for a customer",
};
const optionsOf = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels).map(([value, label]) => ({ value, label }));

const optional = { required: false, clearable: false } as const;
const clearable = { required: false, clearable: true } as const;
const needed = { required: true, clearable: false } as const;
const nameField = { name: "name", label: "Name", control: { kind: "text" }, ...needed } as const;
const rate = { name: "rate", label: "Rate", hint: "Percent: 20 is 20 %", control: { kind: "decimal" } } as const;
const fixedAmount = { name: "fixedAmount", label: "Fixed amount", control: { kind: "decimal" } } as const;
const effectiveDate = { name: "effectiveDate", label: "Valid from", control: { kind: "date" }, ...needed } as const;

const enswitchFields: readonly Field[] = [
  nameField,
  { name: "description", label: "Description", control: { kind: "text" }, ...clearable },
  { ...rate, ...clearable },
  { ...fixedAmount, ...clearable },
  { name: "appliesTo", label: "Applies to", control: { kind: "choices", options: optionsOf(scopes) }, ...clearable },
  { name: "defaultLiability", label: "Who is liable", control: { kind: "choice", options: optionsOf(liabilities) }, ...optional },
  { name: "shared", label: "Shared with all customers", control: { kind: "switch" }, ...optional },
];

/** HostedSuite keeps a rate or a fixed amount, never both. */
const otherThan = (name: string) => (values: Values) => String(values[name] ?? "").trim() === "";

type Taxed = Pick<BackendDetailsFragment, "key" | "kind" | "capabilities">;

export function newTaxFields({ key, kind, capabilities }: Taxed): readonly Field[] {
  if (!capabilities.includes("TAX_CREATE")) return [];
  switch (kind) {
    case "ENSWITCH":
      return [
        ...enswitchFields,
        {
          name: "ownerId",
          label: "Created in",
          hint: "A reseller with taxes of its own; the gateway’s own customer unless given",
          control: { kind: "customer", backend: key },
          ...optional,
        },
      ];
    case "HOSTED_SUITE":
      return [
        nameField,
        { ...rate, when: otherThan("fixedAmount"), ...needed },
        { ...fixedAmount, when: otherThan("rate"), ...optional },
      ];
    case "V01":
      return [
        nameField,
        { ...rate, ...needed },
        effectiveDate,
        {
          name: "country",
          label: "Country",
          hint: "Two letters, such as US; the backend’s own unless given",
          control: { kind: "text" },
          ...optional,
        },
      ];
  }
}

export function changedTaxFields({ kind, capabilities }: Taxed, tax: TaxDetailsFragment): readonly Field[] {
  if (!capabilities.includes("TAX_UPDATE")) return [];
  switch (kind) {
    case "ENSWITCH":
      return enswitchFields;
    case "HOSTED_SUITE":
      return [nameField, tax.fixedAmount === null ? { ...rate, ...needed } : { ...fixedAmount, ...needed }];
    case "V01":
      return [
        nameField,
        { ...rate, ...needed },
        effectiveDate,
        { name: "active", label: "In force", control: { kind: "switch" }, ...optional },
      ];
  }
}

/** What a tax holds, for the fields of its form. */
export function taxValues(tax: TaxDetailsFragment): Values {
  return {
    name: tax.name,
    description: tax.description ?? "",
    rate: tax.rate ?? "",
    fixedAmount: tax.fixedAmount?.amount ?? "",
    appliesTo: [...tax.appliesTo],
    defaultLiability: tax.defaultLiability ?? "",
    shared: tax.shared,
    effectiveDate: tax.effectiveDate ?? "",
    active: tax.active,
  };
}
