import type { Plan, Service, Tax } from "../model/model.ts";
import { ChargeConnection, ChargeFilter } from "./charge-types.ts";
import { cost } from "./cost.ts";
import { backendOf, backendRef, loaded, nameOf, planRef, referred, serviceRef, taxRef } from "./refs.ts";
import { globalId, Node, pageArguments } from "./relay.ts";
import { ChargeInterval, Money, notUnderstoodDescription } from "./values.ts";

/** Catalogue: what creating a customer or a charge needs to name. */

const ofPlan = loaded<Plan>("plans");
const ofService = loaded<Service>("services");

planRef.implement({
  description: "A price plan of a backend.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: "Global id.", resolve: globalId("Plan") }),
    backend: t.field({ type: backendRef, description: "Where it lives.", resolve: backendOf }),
    backendId: t.string({ description: "The id inside that backend.", resolve: ({ id }) => id }),
    name: t.string({
      description: "What it is called.",
      resolve: nameOf("plans"),
    }),
    description: t.string({ nullable: true, description: "What it is.", resolve: ofPlan((plan) => plan.description) }),
    interval: t.field({
      type: ChargeInterval,
      nullable: true,
      description: "How often it is billed.",
      resolve: ofPlan((plan) => plan.interval),
    }),
    amount: t.field({
      type: Money,
      nullable: true,
      description: "Its price per interval.",
      resolve: ofPlan((plan) => plan.amount),
    }),
    active: t.boolean({
      nullable: true,
      description: "Whether it can be used; null where the backend does not tell.",
      resolve: ofPlan(({ active }) => active ?? null),
    }),
    notUnderstood: t.stringList({
      description: notUnderstoodDescription,
      resolve: ofPlan(({ notUnderstood }) => [...(notUnderstood ?? [])]),
    }),
    charges: t.field({
      extensions: cost({ counts: "call" }),
      type: ChargeConnection,
      description: "Charges defined on the plan for everybody on it, newest first.",
      args: { ...pageArguments(), filter: t.arg({ type: ChargeFilter, description: "Only charges that pass every part." }) },
      resolve: (plan, { filter, ...page }, { reads }) => reads.charges([plan], "plans", filter ?? {}, page),
    }),
  }),
});

serviceRef.implement({
  description: "A billable item of a backend's catalogue.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: "Global id.", resolve: globalId("Service") }),
    backend: t.field({ type: backendRef, description: "Where it lives.", resolve: backendOf }),
    backendId: t.string({ description: "The id inside that backend.", resolve: ({ id }) => id }),
    name: t.string({
      description: "What it is called.",
      resolve: nameOf("services"),
    }),
    description: t.string({ nullable: true, description: "What it is.", resolve: ofService((service) => service.description) }),
    active: t.boolean({
      nullable: true,
      description: "Whether it can be used; null where the backend does not tell.",
      resolve: ofService(({ active }) => active ?? null),
    }),
    backendStatus: t.string({
      nullable: true,
      description: "Its state in the backend's own word, where it has one.",
      resolve: ofService(({ backendStatus }) => backendStatus ?? null),
    }),
    notUnderstood: t.stringList({
      description: notUnderstoodDescription,
      resolve: ofService(({ notUnderstood }) => [...(notUnderstood ?? [])]),
    }),
    tax: t.field({
      extensions: cost({ counts: "lookup" }),
      type: taxRef,
      nullable: true,
      description: "The tax on it.",
      resolve: ofService(({ tax }, context, info) => referred<Tax>("taxes", tax, context, info)),
    }),
  }),
});
