import type { Drift as DriftShape, DriftValue as Value } from "../accounts/drift.ts";
import type { DriftReport as Report } from "../accounts/views.ts";
import { decodeId } from "../model/id.ts";
import { builder, cost, describedEnum, type Mutations } from "./builder.ts";
import { CustomerResult } from "./customer-mutations.ts";
import { BackendFailure } from "./errors.ts";
import { fanOutPayloadType, mutation } from "./payloads.ts";
import { accountRef, customerRef, taxRef } from "./refs.ts";
import { Address, writeOptionFields } from "./values.ts";

/** The fields in which an account's customers are compared. References are not: each backend has its own. */
const DriftField = describedEnum("DriftField", "A field in which the customers of an account are compared.", {
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

const AlignCustomersPayload = fanOutPayloadType("AlignCustomersPayload", CustomerResult);

builder.objectField(AlignCustomersPayload, "account", (t) =>
  t.field({
    extensions: cost({ counts: "lookup" }),
    type: accountRef,
    nullable: true,
    description: "The account whose customers were aligned.",
    resolve: ({ operation }, _arguments, { accounts }) => {
      const { accountId } = operation.input as Mutations["alignCustomers"]["input"];
      const decoded = decodeId(accountId);
      return decoded && accounts.byId(decoded.id);
    },
  }),
);

const AlignCustomersInput = builder.inputType("AlignCustomersInput", {
  description: "The customers to align, and the fields.",
  fields: (t) => ({
    accountId: t.id({ required: true, description: "Global id of the account." }),
    from: t.id({ required: true, description: "Global id of the customer of the account whose values are right." }),
    fields: t.field({
      type: [DriftField],
      required: true,
      description: "The fields that the other customers get from it. TAX_LIABILITY is refused: use setTaxLiability.",
    }),
    ...writeOptionFields(t),
  }),
});

mutation("alignCustomers", {
  type: AlignCustomersPayload,
  description:
    "Gives the values of one customer of an account to the others, where they differ. There is one result for each customer that differs. If a backend cannot take a field, its target fails and the others go on. The values are read from the backends before the call is recorded; repeating the call with its key writes the same values. If a customer cannot be read, the whole call fails with the reason, and nothing is recorded or sent: repeat it later, or unlink a customer that does not exist any more.",
  input: AlignCustomersInput,
  about: "The account, the customer whose values are right, and the fields.",
  resolve: (input, { writes }) => writes.alignCustomers(input),
});
