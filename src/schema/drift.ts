import type { Drift as DriftShape, DriftValue as Value } from "../accounts/drift.ts";
import type { DriftReport as Report } from "../accounts/views.ts";
import { builder } from "./builder.ts";
import { cost } from "./cost.ts";
import { describedEnum } from "./described-enum.ts";
import { BackendFailure } from "./errors.ts";
import { customerRef, taxRef } from "./refs.ts";
import { Address } from "./values.ts";

/** The fields that an account's customers are compared in. References are each backend's own and may well differ. */
export const DriftField = describedEnum("DriftField", "What the customers of an account are compared in.", {
  NAME: "The display name.",
  FIRST_NAME: "First name of the person or contact.",
  LAST_NAME: "Last name of the person or contact.",
  EMAIL: "E-mail address.",
  PHONE: "Telephone number.",
  ADDRESS: "Postal address.",
  TAX_LIABILITY: "The taxes that apply, where backends tell; set with setTaxLiability.",
});

const DriftValue = builder.objectRef<Value>("DriftValue").implement({
  description: "What one customer has in a field.",
  fields: (t) => ({
    customer: t.field({ type: customerRef, description: "Whose value it is.", resolve: ({ customer }) => customer }),
    text: t.exposeString("text", { nullable: true, description: "The value, where it is a text; null = none." }),
    address: t.field({
      type: Address,
      nullable: true,
      description: "Of ADDRESS; null = none.",
      resolve: ({ address }) => address,
    }),
    taxes: t.field({
      type: [taxRef],
      nullable: true,
      description: "Of TAX_LIABILITY: the taxes that apply.",
      resolve: ({ taxes }) => (taxes === null ? null : [...taxes]),
    }),
    alignable: t.exposeBoolean("alignable", {
      description: "alignCustomers can give it another customer's value: its backend takes it.",
    }),
  }),
});

const Drift = builder.objectRef<DriftShape>("Drift").implement({
  description: "A field in which the customers of an account differ.",
  fields: (t) => ({
    field: t.field({ type: DriftField, description: "Which field.", resolve: ({ field }) => field }),
    values: t.field({
      type: [DriftValue],
      description: "Of every customer that has the field or could be given it, in the order in which they were linked.",
      resolve: ({ values }) => [...values],
    }),
  }),
});

export const DriftReport = builder.objectRef<Report>("DriftReport").implement({
  description:
    "In what the customers of an account differ. What counts is the meaning: case, white space, punctuation, country codes and telephone numbers with or without theirs do not. What a backend does not keep is no difference.",
  fields: (t) => ({
    fields: t.field({
      type: [Drift],
      description: "The fields in which they differ; empty when those that could be read agree.",
      resolve: ({ fields }) => [...fields],
    }),
    unavailable: t.field({
      extensions: cost({ length: 1 }),
      type: [BackendFailure],
      description: "Backends that could not be asked: their customers are compared with nobody.",
      resolve: ({ unavailable }) => [...unavailable],
    }),
  }),
});
