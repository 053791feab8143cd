import { builder } from "./builder.ts";
import { mutation } from "./mutation.ts";
import { fanOutPayloadType, fanOutResultType, payloadType } from "./payloads.ts";
import { taxRef } from "./refs.ts";
import { TaxLiability, TaxScope } from "./tax.ts";
import { type InputFields, onFailureField, overrideDescription, writeOptionFields } from "./values.ts";

const tax = { member: "tax", type: taxRef, loader: "taxes" } as const;
const TaxPayload = payloadType("TaxPayload", tax);
const CreateTaxPayload = fanOutPayloadType("CreateTaxPayload", fanOutResultType("TaxResult", tax));

const taxFields = (t: InputFields) => ({
  name: t.string({ description: "Name." }),
  description: t.string({ description: "Description." }),
  rate: t.field({ type: "Decimal", description: 'Rate in percent: "20" is 20 %.' }),
  fixedAmount: t.field({ type: "Decimal", description: "Fixed amount." }),
  currency: t.field({ type: "CurrencyCode", description: "Currency of the fixed amount." }),
  appliesTo: t.field({ type: [TaxScope], description: "The services and fees that it applies to." }),
  defaultLiability: t.field({
    type: TaxLiability,
    description: "Who is liable, unless a liability is set for a customer or charge.",
  }),
});

const TaxOverrideInput = builder.inputType("TaxOverrideInput", {
  description: `Values for one of the backends in which a tax is created. ${overrideDescription}`,
  fields: (t) => ({
    backend: t.string({ required: true, description: "Key of the backend, one of `backends`." }),
    ...taxFields(t),
    ownerId: t.id({ description: "Global id of the customer in whom it is created." }),
    shared: t.boolean({ description: "Whether all customers can use it." }),
    country: t.field({ type: "CountryCode", description: "The country whose tax it is." }),
    effectiveDate: t.field({ type: "Date", description: "First day on which it is valid." }),
  }),
});

const CreateTaxInput = builder.inputType("CreateTaxInput", {
  description: "A tax to create in one or several backends.",
  fields: (t) => ({
    backends: t.stringList({ required: true, description: 'Keys of the backends, each once, e.g. ["pbx", "suite"].' }),
    ...taxFields(t),
    name: t.string({ required: true, description: "Name." }),
    currency: t.field({ type: "CurrencyCode", description: "Currency of the fixed amount. Default: the backend's." }),
    appliesTo: t.field({
      type: [TaxScope],
      description: "The services and fees that it applies to. Default: the backend's default.",
    }),
    ownerId: t.id({ description: "Global id of the customer in whom it is created. Only the customer's backend uses it." }),
    shared: t.boolean({ description: "Whether all customers can use it." }),
    country: t.field({ type: "CountryCode", description: "The country whose tax it is. Default: the backend's country." }),
    effectiveDate: t.field({ type: "Date", description: "First day on which it is valid. Some backends require it." }),
    overrides: t.field({
      type: [TaxOverrideInput],
      description:
        'Values for single backends, at most one entry each, e.g. [{ backend: "recurring", effectiveDate: "2027-01-01" }] if only that one keeps such dates.',
    }),
    onFailure: onFailureField(t),
    ...writeOptionFields(t),
  }),
});

const UpdateTaxInput = builder.inputType("UpdateTaxInput", {
  description: "Changes to a tax. Absent = unchanged, null = clear, where the backend can clear the member.",
  fields: (t) => ({
    id: t.id({ required: true, description: "Global id of the tax." }),
    ...taxFields(t),
    shared: t.boolean({ description: "Whether all customers can use it." }),
    effectiveDate: t.field({ type: "Date", description: "First day on which it is valid." }),
    active: t.boolean({ description: "Whether it is in force." }),
    ...writeOptionFields(t),
  }),
});

const ArchiveTaxInput = builder.inputType("ArchiveTaxInput", {
  description: "The tax to archive.",
  fields: (t) => ({
    id: t.id({ required: true, description: "Global id of the tax." }),
    ...writeOptionFields(t),
  }),
});

const SetTaxLiabilityInput = builder.inputType("SetTaxLiabilityInput", {
  description:
    "Whether a customer, a charge or a product is liable for a tax. Give exactly one of customerId, chargeId and productId.",
  fields: (t) => ({
    taxId: t.id({ required: true, description: "Global id of the tax." }),
    customerId: t.id({ description: "Global id of the customer." }),
    chargeId: t.id({ description: "Global id of the charge." }),
    productId: t.id({
      description: "The product's id in the backend; products have no global id. UNSUPPORTED where the backend has none.",
    }),
    liable: t.boolean({ required: true, description: "True: liable; false: not liable." }),
    ...writeOptionFields(t),
  }),
});

mutation("createTax", {
  type: CreateTaxPayload,
  description: "Creates a tax in each of the backends.",
  input: CreateTaxInput,
  about: "The tax and its backends.",
  each: "input.backends",
  resolve: (input, { writes }) => writes.createTax(input),
});

mutation("updateTax", {
  type: TaxPayload,
  description: "Changes a tax. `Backend.inputs` says which members can be changed.",
  input: UpdateTaxInput,
  about: "The tax and its changes.",
  resolve: (input, { writes }) => writes.updateTax(input),
});

mutation("archiveTax", {
  type: TaxPayload,
  description: "Archives a tax: the backend deletes, archives or deactivates it.",
  input: ArchiveTaxInput,
  about: "The tax.",
  resolve: (input, { writes }) => writes.archiveTax(input),
});

mutation("setTaxLiability", {
  type: TaxPayload,
  description: "Sets whether a customer, a charge or a product is liable for a tax.",
  input: SetTaxLiabilityInput,
  about: "The tax, the customer, charge or product, and whether it is liable.",
  resolve: (input, { writes }) => writes.setTaxLiability(input),
});
