import { refOf } from "../adapter/backends.ts";
import type { Customer, ChargeKind as Kind, Plan, Service, ChargeStatus as Status } from "../model/model.ts";
import { access, builder, cost, describedEnum } from "./builder.ts";
import { backendOf, backendRef, chargeRef, customerRef, planRef, referred, serviceRef } from "./refs.ts";
import { connectionType, globalId, Node, pageArguments } from "./relay.ts";
import { Money, notUnderstoodDescription, Recurrence } from "./values.ts";

/** Types of charges that customers and plans need too; the charge itself is in charge.ts. */

const kinds: Record<Kind, string> = {
  ONE_OFF: "Billed once: no recurrence.",
  RECURRING: "Billed repeatedly: see `recurrence`.",
  FEE: "A fee, e.g. for service, late payment, access or collections.",
  CREDIT: "Reduces what the customer owes; its amount is below zero. A recurring credit is RECURRING.",
};

export const ChargeKind = describedEnum("ChargeKind", "Kind of a charge.", kinds);

const statuses: Record<Status, string> = {
  DEFINED: "It exists. As far as the backend reports, nothing has been billed yet.",
  OPEN: "Billed, and nothing is paid.",
  PARTLY_PAID: "Billed, and partly paid.",
  SETTLED: "Nothing is outstanding.",
  VOIDED: "Reversed: nothing is owed.",
  ARCHIVED: "Archived or deleted in the backend.",
  UNKNOWN: "The backend names a status that the gateway does not know; see `backendStatus`.",
};

const ChargeStatus = describedEnum("ChargeStatus", "Status of a charge.", statuses);

export const ChargeFilter = builder.inputType("ChargeFilter", {
  description: "Charges that match every member given.",
  fields: (t) => ({
    from: t.field({ type: "Date", description: "`Charge.date` is on or after this day." }),
    to: t.field({ type: "Date", description: "`Charge.date` is on or before this day." }),
    status: t.field({ type: [ChargeStatus], description: "Only with one of these states." }),
    kind: t.field({ type: [ChargeKind], description: "Only of one of these kinds." }),
    search: t.string({ description: "Only with this text in name, description, notes or reference, ignoring case." }),
  }),
});

export const ChargeConnection = connectionType("Charge", chargeRef, { partial: true });

chargeRef.implement({
  description:
    "What a customer is billed: a one-off or recurring amount, a fee, or a credit, which reduces what the customer owes.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: "Global id.", resolve: globalId("Charge") }),
    backend: t.field({ type: backendRef, description: "The backend that keeps it.", resolve: backendOf }),
    backendId: t.exposeString("backendId", { description: "Its id in that backend." }),
    reference: t.exposeString("reference", { nullable: true, description: 'The operator\'s own reference, e.g. "A-17".' }),
    customer: t.field({
      extensions: cost({ counts: "lookup" }),
      type: customerRef,
      nullable: true,
      description:
        "The customer who is charged; null for a charge that is defined on a plan, and where the backend does not tell whose it is.",
      resolve: ({ customer }, _arguments, context, info) => referred<Customer>("customers", customer, context, info),
    }),
    plan: t.field({
      extensions: cost({ counts: "lookup" }),
      type: planRef,
      nullable: true,
      description: "The plan that it is defined on; null for a charge of one customer.",
      resolve: ({ plan }, _arguments, context, info) => referred<Plan>("plans", plan, context, info),
    }),
    service: t.field({
      extensions: cost({ counts: "lookup" }),
      type: serviceRef,
      nullable: true,
      description: "The service of the backend's catalogue that it is for; null where it names none.",
      resolve: ({ service }, _arguments, context, info) => referred<Service>("services", service, context, info),
    }),
    name: t.exposeString("name", { description: "Name." }),
    description: t.exposeString("description", { nullable: true, description: "Description." }),
    notes: t.exposeString("notes", { nullable: true, description: "Notes." }),
    kind: t.expose("kind", { type: ChargeKind, description: "Kind of the charge." }),
    status: t.expose("status", { type: ChargeStatus, description: "Status of the charge." }),
    backendStatus: t.string({
      nullable: true,
      description: "The status in the backend's own word, where it has one. `status` is the gateway's reading of it.",
      resolve: ({ backendStatus }) => backendStatus ?? null,
    }),
    billingCode: t.string({
      nullable: true,
      description: "The code under which the backend bills it, where it keeps one.",
      resolve: ({ billingCode }) => billingCode ?? null,
    }),
    quantity: t.expose("quantity", {
      type: "Decimal",
      description: "Quantity. `amount` is for the whole quantity, not for one unit.",
    }),
    amount: t.expose("amount", {
      type: Money,
      nullable: true,
      description:
        "Amount of the whole line, excluding taxes; null where the backend has not priced it yet. A credit's is below zero, so amounts can be added up.",
    }),
    taxAmount: t.expose("taxAmount", {
      type: Money,
      nullable: true,
      description: "Amount of taxes on it; null if the backend does not report it.",
    }),
    total: t.expose("total", { type: Money, nullable: true, description: "amount + taxAmount; null unless both are known." }),
    outstanding: t.expose("outstanding", {
      type: Money,
      nullable: true,
      description: "Amount still to be paid; null if the backend does not report it.",
    }),
    cost: t.expose("cost", {
      type: Money,
      nullable: true,
      description: "Cost to the seller; null if the backend does not report it.",
    }),
    date: t.expose("date", { type: "Date", nullable: true, description: "The day that it is for, in the backend's time zone." }),
    recurrence: t.expose("recurrence", {
      type: Recurrence,
      nullable: true,
      description: "When it falls due; null if the backend does not report it.",
    }),
    createdAt: t.expose("createdAt", {
      type: "DateTime",
      nullable: true,
      description: "Time of creation; null if the backend does not report it.",
    }),
    updatedAt: t.expose("updatedAt", {
      type: "DateTime",
      nullable: true,
      description: "Time of the last change; null if the backend does not report it.",
    }),
    notUnderstood: t.stringList({
      description: notUnderstoodDescription,
      resolve: ({ notUnderstood }) => notUnderstood ?? [],
    }),
    raw: t.field({
      authScopes: access.raw,
      type: "JSON",
      nullable: true,
      description: "The backend's own record, without secrets and bank data.",
      resolve: ({ raw }) => raw,
    }),
  }),
});

builder.queryFields((t) => ({
  charge: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: chargeRef,
    nullable: true,
    description: "A charge; null if it does not exist.",
    args: { id: t.arg.id({ required: true, description: "Global id." }) },
    resolve: (_root, { id }, { backends, reads }) => reads.load.charges.load(refOf(backends, "Charge", id, ["id"])),
  }),
  charges: t.field({
    extensions: cost({ counts: "call", each: "customerIds" }),
    authScopes: access.read,
    type: ChargeConnection,
    description: "Charges of several customers, newest first, merged over their backends.",
    args: {
      ...pageArguments(),
      customerIds: t.arg.idList({ required: true, description: "Global ids of the customers." }),
      filter: t.arg({ type: ChargeFilter, description: "Only charges that match every member given." }),
    },
    resolve: (_root, { customerIds, filter, ...page }, { backends, reads }) => {
      const owners = customerIds.map((id, index) => refOf(backends, "Customer", id, ["customerIds", String(index)]));
      return reads.charges(owners, "customers", filter ?? {}, page);
    },
  }),
}));
