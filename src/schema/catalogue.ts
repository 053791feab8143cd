import type { Plan, Service, Tax } from "../model/model.ts";
import { cost } from "./builder.ts";
import { ChargeConnection, ChargeFilter } from "./charge.ts";
import { backendOf, backendRef, loaded, nameOf, planRef, referred, serviceRef, taxRef } from "./refs.ts";
import { globalId, Node, pageArguments } from "./relay.ts";
import { ChargeInterval, Money, notUnderstoodDescription } from "./values.ts";

/** The catalogue: plans and services, which new customers and charges refer to. */

const ofPlan = loaded<Plan>("plans");
const ofService = loaded<Service>("services");

planRef.implement({
  description: "A price plan of a backend.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: "Global id.", resolve: globalId("Plan") }),
    backend: t.field({ type: backendRef, description: "The backend that keeps it.", resolve: backendOf }),
    backendId: t.string({ description: "Its id in that backend.", resolve: ({ id }) => id }),
    name: t.string({
      description: "Name.",
      resolve: nameOf("plans"),
    }),
    description: t.string({ nullable: true, description: "Description.", resolve: ofPlan((plan) => plan.description) }),
    interval: t.field({
      type: ChargeInterval,
      nullable: true,
      description: "How often it is billed; null if the backend does not report it.",
      resolve: ofPlan((plan) => plan.interval),
    }),
    amount: t.field({
      type: Money,
      nullable: true,
      description: "Price per interval; null if the backend does not report it.",
      resolve: ofPlan((plan) => plan.amount),
    }),
    active: t.boolean({
      nullable: true,
      description: "Whether it can be used; null if the backend does not report it.",
      resolve: ofPlan(({ active }) => active ?? null),
    }),
    notUnderstood: t.stringList({
      description: notUnderstoodDescription,
      resolve: ofPlan(({ notUnderstood }) => notUnderstood ?? []),
    }),
    charges: t.field({
      extensions: cost({ counts: "call" }),
      type: ChargeConnection,
      description: "Charges that are defined on the plan for all its customers, newest first.",
      args: {
        ...pageArguments(),
        filter: t.arg({ type: ChargeFilter, description: "Only charges that match every member given." }),
      },
      resolve: (plan, { filter, ...page }, { reads }) => reads.charges([plan], "plans", filter ?? {}, page),
    }),
  }),
});

serviceRef.implement({
  description: "A billable item of a backend's catalogue.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: "Global id.", resolve: globalId("Service") }),
    backend: t.field({ type: backendRef, description: "The backend that keeps it.", resolve: backendOf }),
    backendId: t.string({ description: "Its id in that backend.", resolve: ({ id }) => id }),
    name: t.string({
      description: "Name.",
      resolve: nameOf("services"),
    }),
    description: t.string({ nullable: true, description: "Description.", resolve: ofService((service) => service.description) }),
    active: t.boolean({
      nullable: true,
      description: "Whether it can be used; null if the backend does not report it.",
      resolve: ofService(({ active }) => active ?? null),
    }),
    backendStatus: t.string({
      nullable: true,
      description: "The status in the backend's own word, where it has one.",
      resolve: ofService(({ backendStatus }) => backendStatus ?? null),
    }),
    notUnderstood: t.stringList({
      description: notUnderstoodDescription,
      resolve: ofService(({ notUnderstood }) => notUnderstood ?? []),
    }),
    tax: t.field({
      extensions: cost({ counts: "lookup" }),
      type: taxRef,
      nullable: true,
      description: "The tax on it; null if it has none.",
      resolve: ofService(({ tax }, context, info) => referred<Tax>("taxes", tax, context, info)),
    }),
  }),
});
