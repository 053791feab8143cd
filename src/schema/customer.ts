import { refOf } from "../adapter/backends.ts";
import type { BillingCode as Code, Customer, Plan, Tax } from "../model/model.ts";
import type { Partly } from "../reads/pages.ts";
import { access, builder, cost, describedEnum } from "./builder.ts";
import { ChargeConnection, ChargeFilter } from "./charge.ts";
import { BackendFailure } from "./errors.ts";
import { backendOf, backendRef, customerRef, loaded, nameOf, planRef, referred, referredIfShown, taxRef } from "./refs.ts";
import { connectionType, globalId, listArguments, Node, pageArguments } from "./relay.ts";
import { Address, Money, notUnderstoodDescription } from "./values.ts";

const ofCustomer = loaded<Customer>("customers");

export const CustomerStatus = describedEnum("CustomerStatus", "Status of a customer.", {
  ACTIVE: "In use.",
  ARCHIVED: "Archived or deleted. Backends with CUSTOMER_RESTORE can restore it.",
  UNKNOWN: "The backend names a status that the gateway does not know; see `backendStatus`.",
});

const ApplicableTaxes = builder.objectRef<Partly<Tax>>("ApplicableTaxes").implement({
  description: "The taxes that apply to a customer, or why they are unknown.",
  fields: (t) => ({
    nodes: t.field({ type: [taxRef], description: "The taxes.", resolve: ({ nodes }) => nodes }),
    unavailable: t.field({
      extensions: cost({ length: 1 }),
      type: [BackendFailure],
      description: "The customer's backend if it could not be reached or cannot report them; otherwise empty.",
      resolve: ({ unavailable }) => unavailable,
    }),
  }),
});

const BillingCode = builder.objectRef<Code>("BillingCode").implement({
  description: "A code under which a customer is billed.",
  fields: (t) => ({
    name: t.exposeString("name", { nullable: true, description: "Name of the code." }),
    code: t.exposeString("code", { nullable: true, description: "The code itself." }),
  }),
});

customerRef.implement({
  description: "A customer of one backend: the one who is billed.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: "Global id.", resolve: globalId("Customer") }),
    backend: t.field({ type: backendRef, description: "The backend that keeps it.", resolve: backendOf }),
    backendId: t.string({ description: "Its id in that backend.", resolve: ({ id }) => id }),
    reference: t.string({
      nullable: true,
      description: 'The operator\'s own reference, e.g. "A-17".',
      resolve: ofCustomer((customer) => customer.reference),
    }),
    name: t.string({
      description: "Display name: the organisation, otherwise first and last name.",
      resolve: nameOf("customers"),
    }),
    organizationName: t.string({
      nullable: true,
      description: "Name of the organisation; null for a person.",
      resolve: ofCustomer((customer) => customer.organizationName),
    }),
    firstName: t.string({
      nullable: true,
      description: "First name of the person, or of the organisation's contact.",
      resolve: ofCustomer((customer) => customer.firstName),
    }),
    lastName: t.string({
      nullable: true,
      description: "Last name of the person, or of the organisation's contact.",
      resolve: ofCustomer((customer) => customer.lastName),
    }),
    email: t.string({
      nullable: true,
      description:
        "E-mail address. Some backends keep it in another record; then it costs one further call for all customers of the answer.",
      resolve: async (customer, _arguments, { reads }) => (await reads.contact(customer))?.email ?? null,
    }),
    phone: t.string({
      nullable: true,
      description: "Telephone number; it may cost a further call as `email` does.",
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
      description: "Whether it is in use.",
      resolve: ofCustomer((customer) => customer.status),
    }),
    backendStatus: t.string({
      nullable: true,
      description: "The status in the backend's own word, where it has one. `status` is the gateway's reading of it.",
      resolve: ofCustomer(({ backendStatus }) => backendStatus ?? null),
    }),
    billingCodes: t.field({
      type: [BillingCode],
      description: "The codes under which the customer is billed; empty where the backend does not keep them with the customer.",
      resolve: ofCustomer(({ billingCodes }) => billingCodes ?? []),
    }),
    currency: t.field({
      type: "CurrencyCode",
      description: "Currency in which it is billed.",
      resolve: ofCustomer((customer) => customer.currency),
    }),
    amountDue: t.field({
      type: Money,
      nullable: true,
      description:
        "Amount due: above zero, the customer owes it; below zero, it has credit. Null if the backend keeps no balance.",
      resolve: ofCustomer((customer, { reads }) => reads.balance(customer, "amountDue")),
    }),
    createdAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "Time of creation; null if the backend does not report it.",
      resolve: ofCustomer((customer) => customer.createdAt),
    }),
    updatedAt: t.field({
      type: "DateTime",
      nullable: true,
      description: "Time of the last change; null if the backend does not report it.",
      resolve: ofCustomer((customer) => customer.updatedAt),
    }),
    parent: t.field({
      extensions: cost({ counts: "lookup" }),
      type: customerRef,
      nullable: true,
      description:
        "The reseller that it belongs to. Its `id` alone is always available; with other fields it is null if the gateway's user of the backend may not see it.",
      resolve: ofCustomer(({ parent }, context, info) => referredIfShown<Customer>("customers", parent, context, info)),
    }),
    plan: t.field({
      extensions: cost({ counts: "lookup" }),
      type: planRef,
      nullable: true,
      description: "The plan that it is on; null if it is on none.",
      resolve: ofCustomer(({ plan }, context, info) => referred<Plan>("plans", plan, context, info)),
    }),
    charges: t.field({
      extensions: cost({ counts: "call" }),
      type: ChargeConnection,
      description:
        "Its charges, newest first. Some backends list charges only by date: without `filter.from` they return those of the last months (setting chargeWindow.months).",
      args: {
        ...pageArguments(),
        filter: t.arg({ type: ChargeFilter, description: "Only charges that match every member given." }),
      },
      resolve: (customer, { filter, ...page }, { reads }) => reads.charges([customer], "customers", filter ?? {}, page),
    }),
    taxes: t.field({
      extensions: cost({ counts: "call" }),
      type: [taxRef],
      description: "The taxes that apply to it; empty if the backend cannot report them.",
      deprecationReason: "A failure removes the whole answer. Use applicableTaxes, which names the failure in `unavailable`.",
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
      resolve: ofCustomer(({ notUnderstood }) => notUnderstood ?? []),
    }),
    raw: t.field({
      authScopes: access.raw,
      type: "JSON",
      nullable: true,
      description: "The backend's own record, without secrets and bank data.",
      resolve: ofCustomer((customer, { reads }) => reads.balance(customer, "raw")),
    }),
  }),
});

const CustomerFilter = builder.inputType("CustomerFilter", {
  description: "Customers that match every member given.",
  fields: (t) => ({
    search: t.string({ description: "Only with this text in the name, ignoring case." }),
    email: t.string({ description: "Only with exactly this e-mail address, ignoring case." }),
    reference: t.string({ description: 'Only with exactly this reference, e.g. "A-17", without white space around it.' }),
    status: t.field({
      type: CustomerStatus,
      description: "Only with this status. `unavailable` names a backend that cannot list by it.",
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
    description: "A customer; null if it does not exist.",
    args: { id: t.arg.id({ required: true, description: "Global id." }) },
    resolve: (_root, { id }, { backends, reads }) => reads.load.customers.load(refOf(backends, "Customer", id, ["id"])),
  }),
  customerByBackendId: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: customerRef,
    nullable: true,
    description: "A customer by its id in its backend; null if it does not exist.",
    args: {
      backend: t.arg.string({ required: true, description: 'Key of the backend, e.g. "pbx".' }),
      backendId: t.arg.string({ required: true, description: "The id in that backend, `Customer.backendId`." }),
    },
    resolve: (_root, { backend, backendId }, { reads }) => reads.customerByBackendId(backend, backendId),
  }),
  customers: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: CustomerConnection,
    description:
      "Customers of all backends, or of those in `backends`. By default a page asks one backend after the other, and only those that it needs.",
    args: {
      ...listArguments(),
      backends: t.arg.stringList({ description: 'Keys of the backends to ask, e.g. ["pbx"]. Default: all.' }),
      filter: t.arg({ type: CustomerFilter, description: "Only customers that match every member given." }),
    },
    resolve: (_root, { backends, filter, ...page }, { reads }) => reads.customers(backends, filter ?? {}, page),
  }),
}));
