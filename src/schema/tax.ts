import { refOf } from "../adapter/backends.ts";
import type { Customer, TaxLiability as Liability, TaxScope as Scope, Tax } from "../model/model.ts";
import { access, builder, cost, describedEnum } from "./builder.ts";
import { fanOutPayloadType, fanOutResultType, mutation, payloadType } from "./payloads.ts";
import { backendOf, backendRef, customerRef, loaded, nameOf, referredIfShown, taxRef } from "./refs.ts";
import { connectionType, globalId, listArguments, Node } from "./relay.ts";
import {
  type InputFields,
  Money,
  notUnderstoodDescription,
  onFailureField,
  overrideDescription,
  writeOptionFields,
} from "./values.ts";

const ofTax = loaded<Tax>("taxes");

const scopes: Record<Scope, string> = {
  ACCOUNTS: "Account fees of each billing cycle.",
  CALLS: "Calls.",
  CARD_GROUPS: "Card groups.",
  CHARGES: "Charges.",
  FEATURES: "Telephony features.",
  MESSAGES: "Text messages.",
  NUMBERS: "Telephone numbers.",
  PRODUCTS: "Products.",
  SERVICES: "Services that refer to the tax.",
};

const TaxScope = describedEnum("TaxScope", "What a tax applies to.", scopes);

const liabilities: Record<Liability, string> = {
  NOBODY: "Nobody, unless a liability is set for a customer.",
  NEW_CUSTOMERS: "Customers created from now on.",
  ALL_CUSTOMERS: "Existing customers, and customers created from now on.",
};

const TaxLiability = describedEnum(
  "TaxLiability",
  "Who is liable for a tax, unless a liability is set for a customer or charge.",
  liabilities,
);

taxRef.implement({
  description: "A tax, as a backend defines it.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: "Global id.", resolve: globalId("Tax") }),
    backend: t.field({ type: backendRef, description: "The backend that keeps it.", resolve: backendOf }),
    backendId: t.string({ description: "Its id in that backend.", resolve: ofTax((tax) => tax.backendId) }),
    name: t.string({
      description: "Name.",
      resolve: nameOf("taxes"),
    }),
    description: t.string({ nullable: true, description: "Description.", resolve: ofTax((tax) => tax.description) }),
    rate: t.field({
      type: "Decimal",
      nullable: true,
      description: 'Rate in percent: "20" is 20 %.',
      resolve: ofTax((tax) => tax.rate),
    }),
    fixedAmount: t.field({
      type: Money,
      nullable: true,
      description: "Fixed amount, in addition to the rate or instead of it.",
      resolve: ofTax((tax) => tax.fixedAmount),
    }),
    appliesTo: t.field({
      type: [TaxScope],
      description: "The services and fees that it applies to.",
      resolve: ofTax((tax) => [...tax.appliesTo]),
    }),
    defaultLiability: t.field({
      type: TaxLiability,
      nullable: true,
      description: "Who is liable, unless a liability is set for a customer or charge.",
      resolve: ofTax((tax) => tax.defaultLiability),
    }),
    owner: t.field({
      extensions: cost({ counts: "lookup" }),
      type: customerRef,
      nullable: true,
      description:
        "The customer in whom it was created. Its `id` alone is always available; with other fields it is null if the gateway's user of the backend may not see it.",
      resolve: ofTax(({ owner }, context, info) => referredIfShown<Customer>("customers", owner, context, info)),
    }),
    shared: t.boolean({ description: "Whether all customers of the backend can use it.", resolve: ofTax((tax) => tax.shared) }),
    country: t.field({
      type: "CountryCode",
      nullable: true,
      description: "The country whose tax it is.",
      resolve: ofTax((tax) => tax.country),
    }),
    effectiveDate: t.field({
      type: "Date",
      nullable: true,
      description: "First day on which it is valid.",
      resolve: ofTax((tax) => tax.effectiveDate),
    }),
    active: t.boolean({ description: "Whether it is in force.", resolve: ofTax((tax) => tax.active) }),
    isLiable: t.boolean({
      extensions: cost({ counts: "call" }),
      nullable: true,
      description:
        "Whether a customer, a charge or a product is liable for it; null if the backend cannot report it. Give exactly one of customerId, chargeId and productId.",
      args: {
        customerId: t.arg.id({ description: "Global id of the customer." }),
        chargeId: t.arg.id({ description: "Global id of the charge." }),
        productId: t.arg.id({ description: "The product's id in the backend; products have no global id." }),
      },
      resolve: (tax, target, { reads }) => reads.isLiable(tax, target),
    }),
    notUnderstood: t.stringList({
      description: notUnderstoodDescription,
      resolve: ofTax(({ notUnderstood }) => notUnderstood ?? []),
    }),
    raw: t.field({
      authScopes: access.raw,
      type: "JSON",
      nullable: true,
      description: "The backend's own record, without secrets.",
      resolve: ofTax((tax) => tax.raw),
    }),
  }),
});

const TaxFilter = builder.inputType("TaxFilter", {
  description: "Taxes that match every member given.",
  fields: (t) => ({
    search: t.string({ description: "Only with this text in name or description, ignoring case." }),
    active: t.boolean({ description: "True: only taxes in force; false: only others." }),
    country: t.field({ type: "CountryCode", description: "Only of this country." }),
  }),
});

const TaxConnection = connectionType("Tax", taxRef, { partial: true });

builder.queryFields((t) => ({
  tax: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: taxRef,
    nullable: true,
    description: "A tax; null if it does not exist.",
    args: { id: t.arg.id({ required: true, description: "Global id." }) },
    resolve: (_root, { id }, { backends, reads }) => reads.load.taxes.load(refOf(backends, "Tax", id, ["id"])),
  }),
  taxes: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: TaxConnection,
    description: "Taxes of all backends that keep taxes, or of those in `backends`.",
    args: {
      ...listArguments(),
      backends: t.arg.stringList({ description: 'Keys of the backends to ask, e.g. ["pbx"]. Default: all that keep taxes.' }),
      filter: t.arg({ type: TaxFilter, description: "Only taxes that match every member given." }),
    },
    resolve: (_root, { backends, filter, ...page }, { reads }) => reads.taxes(backends, filter ?? {}, page),
  }),
}));

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
