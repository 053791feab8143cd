import { access } from "./access.ts";
import { builder } from "./builder.ts";
import { cost } from "./cost.ts";
import { fanOutPayloadType, fanOutResultType, payloadType } from "./payloads.ts";
import { taxRef } from "./refs.ts";
import { TaxLiability, TaxScope } from "./tax.ts";
import { idempotencyKeyField, OnFailure, overrideDescription, writeOptionFields } from "./values.ts";

const tax = { member: "tax", type: taxRef, loader: "taxes" } as const;
const TaxPayload = payloadType("TaxPayload", tax);
const CreateTaxPayload = fanOutPayloadType("CreateTaxPayload", fanOutResultType("TaxResult", tax));

const TaxOverrideInput = builder.inputType("TaxOverrideInput", {
  description: `Of a tax that is created in several backends: what one of them gets. ${overrideDescription}`,
  fields: (t) => ({
    backend: t.string({ required: true, description: "Key of the backend: one of `backends`." }),
    name: t.string({ description: "What it is called." }),
    description: t.string({ description: "What it is." }),
    rate: t.field({ type: "Decimal", description: 'Percent: "20" is 20 %.' }),
    fixedAmount: t.field({ type: "Decimal", description: "A fixed amount." }),
    currency: t.field({ type: "CurrencyCode", description: "Currency of the fixed amount." }),
    appliesTo: t.field({ type: [TaxScope], description: "What it is applied to." }),
    defaultLiability: t.field({ type: TaxLiability, description: "Who is liable unless set otherwise." }),
    ownerId: t.id({ description: "The customer it is created in." }),
    shared: t.boolean({ description: "Shared with all customers." }),
    country: t.field({ type: "CountryCode", description: "Whose tax it is." }),
    effectiveDate: t.field({ type: "Date", description: "Valid from this day." }),
  }),
});

const CreateTaxInput = builder.inputType("CreateTaxInput", {
  description: "A tax to be created in one or several backends.",
  fields: (t) => ({
    backends: t.stringList({ required: true, description: "Keys of the backends, each once." }),
    name: t.string({ required: true, description: "What it is called." }),
    description: t.string({ description: "What it is." }),
    rate: t.field({ type: "Decimal", description: 'Percent: "20" is 20 %.' }),
    fixedAmount: t.field({ type: "Decimal", description: "A fixed amount." }),
    currency: t.field({ type: "CurrencyCode", description: "Currency of the fixed amount; default: the backend's." }),
    appliesTo: t.field({ type: [TaxScope], description: "What it is applied to; default: what the backend takes as default." }),
    defaultLiability: t.field({ type: TaxLiability, description: "Who is liable unless set otherwise." }),
    ownerId: t.id({ description: "The customer it is created in. Meant for the owner's own backend." }),
    shared: t.boolean({ description: "Shared with all customers." }),
    country: t.field({ type: "CountryCode", description: "Whose tax it is; default: the backend's country." }),
    effectiveDate: t.field({ type: "Date", description: "Valid from this day; some backends require it." }),
    overrides: t.field({
      type: [TaxOverrideInput],
      description:
        'Values for single backends, each once: [{ backend: "recurring", effectiveDate: "2027-01-01" }] where only that one has such dates.',
    }),
    onFailure: t.field({
      type: OnFailure,
      defaultValue: "KEEP",
      description: "What to do with what succeeded when a target fails.",
    }),
    ...writeOptionFields(t),
  }),
});

const UpdateTaxInput = builder.inputType("UpdateTaxInput", {
  description: "Changes to a tax: absent = unchanged, null = clear, where the backend can clear.",
  fields: (t) => ({
    id: t.id({ required: true, description: "Which tax." }),
    name: t.string({ description: "What it is called." }),
    description: t.string({ description: "What it is." }),
    rate: t.field({ type: "Decimal", description: "Percent." }),
    fixedAmount: t.field({ type: "Decimal", description: "A fixed amount." }),
    currency: t.field({ type: "CurrencyCode", description: "Currency of the fixed amount." }),
    appliesTo: t.field({ type: [TaxScope], description: "What it is applied to." }),
    defaultLiability: t.field({ type: TaxLiability, description: "Who is liable unless set otherwise." }),
    shared: t.boolean({ description: "Shared with all customers." }),
    effectiveDate: t.field({ type: "Date", description: "Valid from this day." }),
    active: t.boolean({ description: "In force." }),
    ...writeOptionFields(t),
  }),
});

const ArchiveTaxInput = builder.inputType("ArchiveTaxInput", {
  description: "Which tax to archive.",
  fields: (t) => ({
    id: t.id({ required: true, description: "Which tax." }),
    ...writeOptionFields(t),
  }),
});

const SetTaxLiabilityInput = builder.inputType("SetTaxLiabilityInput", {
  description:
    "Whether a customer, a charge or a product is liable for a tax. Exactly one of customerId, chargeId and productId.",
  fields: (t) => ({
    taxId: t.id({ required: true, description: "Which tax." }),
    customerId: t.id({ description: "The customer." }),
    chargeId: t.id({ description: "Or the charge." }),
    productId: t.id({
      description:
        "Or the product, by the backend's own id: products are no records of this API. UNSUPPORTED where there are none.",
    }),
    liable: t.boolean({ required: true, description: "Liable, or not." }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationFields((t) => ({
  createTax: t.field({
    extensions: cost({ counts: "call", each: "input.backends" }),
    authScopes: access.write,
    type: CreateTaxPayload,
    description: "Creates a tax in every backend named.",
    args: { input: t.arg({ type: CreateTaxInput, required: true, description: "The tax, and where." }) },
    resolve: (_root, { input }, { writes }) => writes.createTax(input),
  }),
  updateTax: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.write,
    type: TaxPayload,
    description: "Changes a tax.",
    args: { input: t.arg({ type: UpdateTaxInput, required: true, description: "The changes." }) },
    resolve: (_root, { input }, { writes }) => writes.updateTax(input),
  }),
  archiveTax: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.write,
    type: TaxPayload,
    description: "Archives a tax: deleted, archived or deactivated, whichever the backend has.",
    args: { input: t.arg({ type: ArchiveTaxInput, required: true, description: "Which one." }) },
    resolve: (_root, { input }, { writes }) => writes.archiveTax(input),
  }),
  setTaxLiability: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.write,
    type: TaxPayload,
    description: "Sets whether a customer or a charge is liable for a tax.",
    args: {
      input: t.arg({
        type: SetTaxLiabilityInput,
        required: true,
        description: "The tax, the subject, and whether it is liable.",
      }),
    },
    resolve: (_root, { input }, { writes }) => writes.setTaxLiability(input),
  }),
}));
