import type { Drift as DriftShape, DriftValue as Value } from "../accounts/drift.ts";
import type { DriftReport as Report } from "../accounts/views.ts";
import { builder } from "./builder.ts";
import { cost } from "./cost.ts";
import { describedEnum } from "./described-enum.ts";
import { BackendFailure } from "./errors.ts";
import { customerRef, taxRef } from "./refs.ts";
import { Address } from "./values.ts";

/** The fields in which an account's customers are compared. References are not: each backend has its own. */
export const DriftField = describedEnum("DriftField", "A field in which the customers of an account are compared.", {
  NAME: "The display name.",
  FIRST_NAME: "First name of the person, or of the organisation's contact.",
  LAST_NAME: "Last name of the person, or of the organisation's contact.",
  EMAIL: "E-mail address.",
  PHONE: "Telephone number.",
  ADDRESS: "Postal address.",
  TAX_LIABILITY: "The taxes that apply, where the backends report them. Change them with setTaxLiability.",
});

const DriftValue = builder.objectRef<Value>("DriftValue").implement({
  description: "The value of one customer in a field.",
  fields: (t) => ({
    customer: t.field({ type: customerRef, description: "The customer.", resolve: ({ customer }) => customer }),
    text: t.exposeString("text", { nullable: true, description: "The value of a text field; null = it has none." }),
    address: t.field({
      type: Address,
      nullable: true,
      description: "The value of ADDRESS; null = it has none.",
      resolve: ({ address }) => address,
    }),
    taxes: t.field({
      type: [taxRef],
      nullable: true,
      description: "The value of TAX_LIABILITY: the taxes that apply.",
      resolve: ({ taxes }) => (taxes === null ? null : [...taxes]),
    }),
    alignable: t.exposeBoolean("alignable", {
      description: "Whether alignCustomers can give it another customer's value: its backend takes the field.",
    }),
  }),
});

const Drift = builder.objectRef<DriftShape>("Drift").implement({
  description: "A field in which the customers of an account differ.",
  fields: (t) => ({
    field: t.field({ type: DriftField, description: "The field.", resolve: ({ field }) => field }),
    values: t.field({
      type: [DriftValue],
      description: "The values of all customers that have the field or could be given it, in the order of `Account.customers`.",
      resolve: ({ values }) => values,
    }),
  }),
});

export const DriftReport = builder.objectRef<Report>("DriftReport").implement({
  description:
    "Fields in which the customers of an account differ. Values are compared by meaning: case, white space, punctuation and the form of a country or of a telephone number make no difference. A field that a backend does not keep is not compared there.",
  fields: (t) => ({
    fields: t.field({
      type: [Drift],
      description: "The fields in which they differ; empty if all customers that could be read agree.",
      resolve: ({ fields }) => fields,
    }),
    unavailable: t.field({
      extensions: cost({ length: 1 }),
      type: [BackendFailure],
      description: "Backends that could not be reached; their customers were not compared.",
      resolve: ({ unavailable }) => unavailable,
    }),
  }),
});
