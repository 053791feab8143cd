import { refOf } from "../adapter/backends.ts";
import type { Customer, TaxLiability as Liability, TaxScope as Scope, Tax } from "../model/model.ts";
import { access } from "./access.ts";
import { builder } from "./builder.ts";
import { cost } from "./cost.ts";
import { describedEnum } from "./described-enum.ts";
import { backendOf, backendRef, customerRef, loaded, nameOf, referredIfShown, taxRef } from "./refs.ts";
import { connectionType, globalId, listArguments, Node } from "./relay.ts";
import { Money, notUnderstoodDescription } from "./values.ts";

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
  SERVICES: "Services that name the tax.",
};

export const TaxScope = describedEnum("TaxScope", "What a tax is applied to.", scopes);

const liabilities: Record<Liability, string> = {
  NOBODY: "Nobody, unless set for a customer.",
  NEW_CUSTOMERS: "Customers created from now on.",
  ALL_CUSTOMERS: "Customers of today and those to come.",
};

export const TaxLiability = describedEnum("TaxLiability", "Who is liable for a tax unless set otherwise.", liabilities);

taxRef.implement({
  description: "A tax as a backend defines it.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: "Global id.", resolve: globalId("Tax") }),
    backend: t.field({ type: backendRef, description: "Where it lives.", resolve: backendOf }),
    backendId: t.string({ description: "The id inside that backend.", resolve: ofTax((tax) => tax.backendId) }),
    name: t.string({
      description: "What it is called.",
      resolve: nameOf("taxes"),
    }),
    description: t.string({ nullable: true, description: "What it is.", resolve: ofTax((tax) => tax.description) }),
    rate: t.field({ type: "Decimal", nullable: true, description: 'Percent: "20" is 20 %.', resolve: ofTax((tax) => tax.rate) }),
    fixedAmount: t.field({
      type: Money,
      nullable: true,
      description: "A fixed amount, added to or instead of the rate.",
      resolve: ofTax((tax) => tax.fixedAmount),
    }),
    appliesTo: t.field({ type: [TaxScope], description: "What it is applied to.", resolve: ofTax((tax) => [...tax.appliesTo]) }),
    defaultLiability: t.field({
      type: TaxLiability,
      nullable: true,
      description: "Who is liable unless set otherwise.",
      resolve: ofTax((tax) => tax.defaultLiability),
    }),
    owner: t.field({
      extensions: cost({ counts: "lookup" }),
      type: customerRef,
      nullable: true,
      description:
        "The customer it is created in. Null where the backend's user may not see it; its id alone is told all the same.",
      resolve: ofTax(({ owner }, context, info) => referredIfShown<Customer>("customers", owner, context, info)),
    }),
    shared: t.boolean({ description: "Shared with all customers of the backend.", resolve: ofTax((tax) => tax.shared) }),
    country: t.field({
      type: "CountryCode",
      nullable: true,
      description: "Whose tax it is.",
      resolve: ofTax((tax) => tax.country),
    }),
    effectiveDate: t.field({
      type: "Date",
      nullable: true,
      description: "Valid from this day.",
      resolve: ofTax((tax) => tax.effectiveDate),
    }),
    active: t.boolean({ description: "In force.", resolve: ofTax((tax) => tax.active) }),
    isLiable: t.boolean({
      extensions: cost({ counts: "call" }),
      nullable: true,
      description:
        "Whether a customer, a charge or a product is liable for it; null where the backend cannot tell. Exactly one of the three is given.",
      args: {
        customerId: t.arg.id({ description: "The customer." }),
        chargeId: t.arg.id({ description: "Or the charge." }),
        productId: t.arg.id({ description: "Or the product, by the backend's own id." }),
      },
      resolve: (tax, target, { reads }) => reads.isLiable(tax, target),
    }),
    notUnderstood: t.stringList({
      description: notUnderstoodDescription,
      resolve: ofTax(({ notUnderstood }) => [...(notUnderstood ?? [])]),
    }),
    raw: t.field({
      authScopes: access.raw,
      type: "JSON",
      nullable: true,
      description: "The backend's own record without secrets.",
      resolve: ofTax((tax) => tax.raw),
    }),
  }),
});

const TaxFilter = builder.inputType("TaxFilter", {
  description: "Taxes that pass every part given.",
  fields: (t) => ({
    search: t.string({ description: "Text in name or description, ignoring case." }),
    active: t.boolean({ description: "In force, or not." }),
    country: t.field({ type: "CountryCode", description: "Of this country." }),
  }),
});

const TaxConnection = connectionType("Tax", taxRef, { partial: true });

builder.queryFields((t) => ({
  tax: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: taxRef,
    nullable: true,
    description: "A tax; null when it does not exist.",
    args: { id: t.arg.id({ required: true, description: "Its global id." }) },
    resolve: (_root, { id }, { backends, reads }) => reads.load.taxes.load(refOf(backends, "Tax", id, ["id"])),
  }),
  taxes: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: TaxConnection,
    description: "Taxes of all backends that have any, or of those named.",
    args: {
      ...listArguments(),
      backends: t.arg.stringList({ description: "Keys of the backends to ask; default all that keep taxes." }),
      filter: t.arg({ type: TaxFilter, description: "Only taxes that pass every part." }),
    },
    resolve: (_root, { backends, filter, ...page }, { reads }) => reads.taxes(backends, filter ?? {}, page),
  }),
}));
