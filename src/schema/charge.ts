import { refOf } from "../adapter/backends.ts";
import type { Customer, Plan, Service } from "../model/model.ts";
import { access } from "./access.ts";
import { builder } from "./builder.ts";
import { ChargeConnection, ChargeFilter, ChargeKind, ChargeStatus } from "./charge-types.ts";
import { cost } from "./cost.ts";
import { backendOf, backendRef, chargeRef, customerRef, planRef, referred, serviceRef } from "./refs.ts";
import { globalId, Node, pageArguments } from "./relay.ts";
import { Money, notUnderstoodDescription, Recurrence } from "./values.ts";

chargeRef.implement({
  description: "What a customer is billed: a one-off or recurring amount, or a fee. A credit too, which lowers what is owed.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: "Global id.", resolve: globalId("Charge") }),
    backend: t.field({ type: backendRef, description: "Where it lives.", resolve: backendOf }),
    backendId: t.exposeString("backendId", { description: "The id inside that backend." }),
    reference: t.exposeString("reference", { nullable: true, description: "The operator's own reference." }),
    customer: t.field({
      extensions: cost({ counts: "lookup" }),
      type: customerRef,
      nullable: true,
      description: "Who is charged; null for a charge defined on a rate plan.",
      resolve: ({ customer }, _arguments, context, info) => referred<Customer>("customers", customer, context, info),
    }),
    plan: t.field({
      extensions: cost({ counts: "lookup" }),
      type: planRef,
      nullable: true,
      description: "The rate plan it is defined on.",
      resolve: ({ plan }, _arguments, context, info) => referred<Plan>("plans", plan, context, info),
    }),
    service: t.field({
      extensions: cost({ counts: "lookup" }),
      type: serviceRef,
      nullable: true,
      description: "What it is for.",
      resolve: ({ service }, _arguments, context, info) => referred<Service>("services", service, context, info),
    }),
    name: t.exposeString("name", { description: "What it is called." }),
    description: t.exposeString("description", { nullable: true, description: "What it is." }),
    notes: t.exposeString("notes", { nullable: true, description: "Remarks." }),
    kind: t.expose("kind", { type: ChargeKind, description: "What kind it is." }),
    status: t.expose("status", { type: ChargeStatus, description: "Where it is in its life." }),
    backendStatus: t.string({
      nullable: true,
      description: "Its state in the backend's own word, where it has one: `status` is what the gateway understands of it.",
      resolve: ({ backendStatus }) => backendStatus ?? null,
    }),
    billingCode: t.string({
      nullable: true,
      description: "The code that the backend bills it under, where it keeps one.",
      resolve: ({ billingCode }) => billingCode ?? null,
    }),
    quantity: t.expose("quantity", { type: "Decimal", description: "How many; part of the line that `amount` is for." }),
    amount: t.expose("amount", {
      type: Money,
      nullable: true,
      description:
        "The whole line, excluding taxes; null where the backend has not priced it yet. Of a credit it is below zero, so that amounts can be added up.",
    }),
    taxAmount: t.expose("taxAmount", { type: Money, nullable: true, description: "Taxes on it, where the backend tells." }),
    total: t.expose("total", { type: Money, nullable: true, description: "amount + taxAmount where both are known." }),
    outstanding: t.expose("outstanding", { type: Money, nullable: true, description: "What is still to be paid." }),
    cost: t.expose("cost", { type: Money, nullable: true, description: "What the item costs the seller." }),
    date: t.expose("date", { type: "Date", nullable: true, description: "The day it is for." }),
    recurrence: t.expose("recurrence", { type: Recurrence, nullable: true, description: "When it falls due again." }),
    createdAt: t.expose("createdAt", { type: "DateTime", nullable: true, description: "When it was created." }),
    updatedAt: t.expose("updatedAt", { type: "DateTime", nullable: true, description: "When it was changed last." }),
    notUnderstood: t.stringList({
      description: notUnderstoodDescription,
      resolve: ({ notUnderstood }) => [...(notUnderstood ?? [])],
    }),
    raw: t.field({
      authScopes: access.raw,
      type: "JSON",
      nullable: true,
      description: "The backend's own record without secrets and bank data.",
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
    description: "A charge; null when it does not exist.",
    args: { id: t.arg.id({ required: true, description: "Its global id." }) },
    resolve: (_root, { id }, { backends, reads }) => reads.load.charges.load(refOf(backends, "Charge", id, ["id"])),
  }),
  charges: t.field({
    extensions: cost({ counts: "call", each: "customerIds" }),
    authScopes: access.read,
    type: ChargeConnection,
    description: "Charges of several customers, newest first, merged over their backends.",
    args: {
      ...pageArguments(),
      customerIds: t.arg.idList({ required: true, description: "Whose charges." }),
      filter: t.arg({ type: ChargeFilter, description: "Only charges that pass every part." }),
    },
    resolve: (_root, { customerIds, filter, ...page }, { backends, reads }) => {
      const owners = customerIds.map((id, index) => refOf(backends, "Customer", id, ["customerIds", String(index)]));
      return reads.charges(owners, "customers", filter ?? {}, page);
    },
  }),
}));
