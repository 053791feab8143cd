import { refOf } from "../adapter/backends.ts";
import type { BillingCode as Code, Customer, Plan, Tax } from "../model/model.ts";
import type { Partly } from "../reads/pages.ts";
import { access } from "./access.ts";
import { builder } from "./builder.ts";
import { ChargeConnection, ChargeFilter } from "./charge-types.ts";
import { cost } from "./cost.ts";
import { describedEnum } from "./described-enum.ts";
import { BackendFailure } from "./errors.ts";
import { backendOf, backendRef, customerRef, loaded, nameOf, planRef, referred, referredIfShown, taxRef } from "./refs.ts";
import { connectionType, globalId, listArguments, Node, pageArguments } from "./relay.ts";
import { Address, Money, notUnderstoodDescription } from "./values.ts";

const ofCustomer = loaded<Customer>("customers");

export const CustomerStatus = describedEnum("CustomerStatus", "Whether a customer is live.", {
  ACTIVE: "Live.",
  ARCHIVED: "Archived or deleted; most backends can restore it.",
  UNKNOWN: "The backend says something that the gateway does not know.",
});

const ApplicableTaxes = builder.objectRef<Partly<Tax>>("ApplicableTaxes").implement({
  description: "The taxes that apply to a customer, or why they are not known.",
  fields: (t) => ({
    nodes: t.field({ type: [taxRef], description: "The taxes.", resolve: ({ nodes }) => [...nodes] }),
    unavailable: t.field({
      extensions: cost({ length: 1 }),
      type: [BackendFailure],
      description: "The customer's backend, where it could not be asked or cannot tell.",
      resolve: ({ unavailable }) => [...unavailable],
    }),
  }),
});

const BillingCode = builder.objectRef<Code>("BillingCode").implement({
  description: "A code that a customer is billed under.",
  fields: (t) => ({
    name: t.exposeString("name", { nullable: true, description: "What it is called." }),
    code: t.exposeString("code", { nullable: true, description: "The code itself." }),
  }),
});

customerRef.implement({
  description: "Who is billed: a customer of one backend.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: "Global id.", resolve: globalId("Customer") }),
    backend: t.field({ type: backendRef, description: "Where it lives.", resolve: backendOf }),
    backendId: t.string({ description: "The id inside that backend.", resolve: ({ id }) => id }),
    reference: t.string({
      nullable: true,
      description: "The operator's own reference.",
      resolve: ofCustomer((customer) => customer.reference),
    }),
    name: t.string({
      description: "Display name: the organisation, else first and last name.",
      resolve: nameOf("customers"),
    }),
    organizationName: t.string({
      nullable: true,
      description: "The organisation.",
      resolve: ofCustomer((customer) => customer.organizationName),
    }),
    firstName: t.string({
      nullable: true,
      description: "First name of the person or contact.",
      resolve: ofCustomer((customer) => customer.firstName),
    }),
    lastName: t.string({
      nullable: true,
      description: "Last name of the person or contact.",
      resolve: ofCustomer((customer) => customer.lastName),
    }),
    email: t.string({
      nullable: true,
      description:
        "E-mail address. Some backends keep it apart: asking for it then costs one call for all customers of the answer.",
      resolve: async (customer, _arguments, { reads }) => (await reads.contact(customer))?.email ?? null,
    }),
    phone: t.string({
      nullable: true,
      description: "Telephone number; kept like the e-mail address.",
      resolve: async (customer, _arguments, { reads }) => (await reads.contact(customer))?.phone ?? null,
    }),
    address: t.field({
      type: Address,
      nullable: true,
      description: "Postal address.",
      resolve: ofCustomer((customer) => customer.address),
    }),
    status: t.field({
      type: CustomerStatus,
      description: "Whether it is live.",
      resolve: ofCustomer((customer) => customer.status),
    }),
    backendStatus: t.string({
      nullable: true,
      description: "Its state in the backend's own word, where it has one: `status` is what the gateway understands of it.",
      resolve: ofCustomer(({ backendStatus }) => backendStatus ?? null),
    }),
    billingCodes: t.field({
      type: [BillingCode],
      description: "The codes that it is billed under, where the backend keeps them with the customer; empty elsewhere.",
      resolve: ofCustomer(({ billingCodes }) => [...(billingCodes ?? [])]),
    }),
    currency: t.field({
      type: "CurrencyCode",
      description: "What it is billed in.",
      resolve: ofCustomer((customer) => customer.currency),
    }),
    amountDue: t.field({
      type: Money,
      nullable: true,
      description: "What it owes (positive); null where the backend keeps no balance.",
      resolve: ofCustomer((customer, { reads }) => reads.balance(customer, "amountDue")),
    }),
    createdAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "When it was created.",
      resolve: ofCustomer((customer) => customer.createdAt),
    }),
    updatedAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "When it was changed last.",
      resolve: ofCustomer((customer) => customer.updatedAt),
    }),
    parent: t.field({
      extensions: cost({ counts: "lookup" }),
      type: customerRef,
      nullable: true,
      description: "The reseller it belongs to. Null where the backend's user may not see it; its id alone is told all the same.",
      resolve: ofCustomer(({ parent }, context, info) => referredIfShown<Customer>("customers", parent, context, info)),
    }),
    plan: t.field({
      extensions: cost({ counts: "lookup" }),
      type: planRef,
      nullable: true,
      description: "The plan it is on.",
      resolve: ofCustomer(({ plan }, context, info) => referred<Plan>("plans", plan, context, info)),
    }),
    charges: t.field({
      extensions: cost({ counts: "call" }),
      type: ChargeConnection,
      description: "Its charges, newest first. Some backends list by date only: without `from`, the last chargeWindow.months.",
      args: { ...pageArguments(), filter: t.arg({ type: ChargeFilter, description: "Only charges that pass every part." }) },
      resolve: (customer, { filter, ...page }, { reads }) => reads.charges([customer], "customers", filter ?? {}, page),
    }),
    taxes: t.field({
      extensions: cost({ counts: "call" }),
      type: [taxRef],
      description: "The taxes that apply to it, where the backend can tell; empty elsewhere.",
      deprecationReason:
        "A failure takes the whole answer away: applicableTaxes says in `unavailable` that they could not be read.",
      resolve: async ({ backend, id }, _arguments, { reads }) => [...(await reads.load.taxesOfCustomers.load({ backend, id }))],
    }),
    applicableTaxes: t.field({
      extensions: cost({ counts: "call" }),
      type: ApplicableTaxes,
      description: "The taxes that apply to it.",
      resolve: (customer, _arguments, { reads }) => reads.taxesOf(customer),
    }),
    notUnderstood: t.stringList({
      description: notUnderstoodDescription,
      resolve: ofCustomer(({ notUnderstood }) => [...(notUnderstood ?? [])]),
    }),
    raw: t.field({
      authScopes: access.raw,
      type: "JSON",
      nullable: true,
      description: "The backend's own record without secrets and bank data.",
      resolve: ofCustomer((customer, { reads }) => reads.balance(customer, "raw")),
    }),
  }),
});

const CustomerFilter = builder.inputType("CustomerFilter", {
  description: "Customers that pass every part given.",
  fields: (t) => ({
    search: t.string({ description: "Text in the name, ignoring case." }),
    email: t.string({ description: "Exactly this e-mail address, ignoring case." }),
    reference: t.string({ description: "Exactly this reference." }),
    status: t.field({
      type: CustomerStatus,
      description: "Only these; a backend that cannot list them is named in `unavailable`.",
    }),
  }),
});

const CustomerConnection = connectionType("Customer", customerRef, { partial: true });

builder.queryFields((t) => ({
  customer: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: customerRef,
    nullable: true,
    description: "A customer; null when it does not exist.",
    args: { id: t.arg.id({ required: true, description: "Its global id." }) },
    resolve: (_root, { id }, { backends, reads }) => reads.load.customers.load(refOf(backends, "Customer", id, ["id"])),
  }),
  customerByBackendId: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: customerRef,
    nullable: true,
    description: "A customer by the id that its backend gave it; null when it does not exist.",
    args: {
      backend: t.arg.string({ required: true, description: "Key of the backend." }),
      backendId: t.arg.string({ required: true, description: "Its id there." }),
    },
    resolve: (_root, { backend, backendId }, { reads }) => reads.customerByBackendId(backend, backendId),
  }),
  customers: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: CustomerConnection,
    description:
      "Customers of all backends, or of those named: one backend after the other, asked only as far as the page needs.",
    args: {
      ...listArguments(),
      backends: t.arg.stringList({ description: "Keys of the backends to ask; default all." }),
      filter: t.arg({ type: CustomerFilter, description: "Only customers that pass every part." }),
    },
    resolve: (_root, { backends, filter, ...page }, { reads }) => reads.customers(backends, filter ?? {}, page),
  }),
}));
