import { capabilitiesOf } from "../adapter/capabilities.ts";
import { inputsOf } from "../adapter/declared-inputs.ts";
import type { BackendHealth as Health } from "../model/health.ts";
import { encodeId } from "../model/id.ts";
import { whole } from "../reads/reads.ts";
import { access } from "./access.ts";
import { BackendInput, shapesOf } from "./backend-inputs.ts";
import { builder } from "./builder.ts";
import { Capability } from "./capability.ts";
import { cost } from "./cost.ts";
import { describedEnum } from "./described-enum.ts";
import { kindEnum, labelOfKind } from "./kinds.ts";
import { backendRef, planRef, serviceRef } from "./refs.ts";
import { connectionType, Node, pageArguments } from "./relay.ts";

const BackendKind = builder.enumType(kindEnum, {
  description: "What kind of billing system a backend is.",
  values: {} as Readonly<Record<string, object>>,
});

const HealthStatus = describedEnum("HealthStatus", "How a backend is, as far as calls have shown.", {
  UP: "It answers.",
  DEGRADED: "It answers again, after recent failures.",
  DOWN: "The last call failed, or the circuit is open.",
  UNKNOWN: "It has not been called yet.",
});

const CircuitState = describedEnum("CircuitState", "State of the circuit breaker in front of a backend.", {
  CLOSED: "Calls go through.",
  HALF_OPEN: "One call is let through to see whether the backend is well again.",
  OPEN: "Calls are refused without being sent, for a moment.",
});

const BackendHealth = builder.objectRef<Health>("BackendHealth").implement({
  description: "How a backend is, from the calls made to it; asked for, it is probed when nothing called it lately.",
  fields: (t) => ({
    status: t.field({ type: HealthStatus, description: "In one word.", resolve: ({ status }) => status }),
    latencyMs: t.exposeInt("latencyMs", { nullable: true, description: "Milliseconds that the last probe or call took." }),
    circuit: t.field({ type: CircuitState, description: "State of its circuit breaker.", resolve: ({ circuit }) => circuit }),
    checkedAt: t.expose("checkedAt", { type: "DateTime", nullable: true, description: "When it was called last." }),
    message: t.exposeString("message", { nullable: true, description: "What is wrong, as a sentence." }),
  }),
});

const PlanConnection = connectionType("Plan", planRef, { partial: true });
const ServiceConnection = connectionType("Service", serviceRef, { partial: true });

const takesAll = "A failure takes the whole answer away";

backendRef.implement({
  description: "One configured connection to a billing system; several of one kind may be configured.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: "Global id.", resolve: ({ key }) => encodeId({ type: "Backend", backend: key, id: "" }) }),
    key: t.exposeString("key", { description: 'Its name in the configuration, e.g. "pbx".' }),
    kind: t.field({ type: BackendKind, description: "What kind of system it is.", resolve: ({ adapter }) => adapter.kind }),
    kindLabel: t.string({
      description: "What people call its kind.",
      resolve: ({ adapter }, _arguments, _context, { schema }) => labelOfKind(schema, adapter.kind),
    }),
    generation: t.string({
      nullable: true,
      description: 'Which of the system\'s generations it speaks to, where they differ, e.g. "v2".',
      resolve: ({ adapter }) => adapter.generation ?? null,
    }),
    label: t.exposeString("label", { description: "What people call it." }),
    currency: t.field({
      type: "CurrencyCode",
      description: "Used where the backend itself names no currency.",
      resolve: ({ adapter }) => adapter.currency,
    }),
    timeZone: t.string({
      description: "IANA name of the zone that its days are cut in: dates, filters, months of statements.",
      resolve: ({ adapter }) => adapter.timeZone,
    }),
    capabilities: t.field({
      type: [Capability],
      description: "What it can really do, from its kind, generation and switches.",
      resolve: ({ adapter }) => [...capabilitiesOf(adapter)],
    }),
    inputs: t.field({
      type: [BackendInput],
      description: "What each of its writes takes: forms are made from it.",
      args: { writes: t.arg({ type: [Capability], description: "Only these writes. Default: all that it has." }) },
      resolve: ({ adapter, label }, { writes }) =>
        shapesOf(inputsOf(adapter), label).filter(({ write }) => writes?.includes(write) ?? true),
    }),
    readOnly: t.boolean({
      description: "Its operator has switched writes off: mutations are UNAVAILABLE.",
      resolve: ({ readOnly }) => readOnly === true,
    }),
    health: t.field({
      extensions: cost({ counts: "call" }),
      type: BackendHealth,
      description: "How it is.",
      resolve: ({ key }, _arguments, { reads }) => reads.health(key),
    }),
    plans: t.field({
      extensions: cost({ counts: "call" }),
      type: PlanConnection,
      description: "Its catalogue of plans; empty where it has none.",
      deprecationReason: `${takesAll}: planCatalogue says in \`unavailable\` that it could not be read.`,
      args: pageArguments(),
      resolve: ({ key }, page, { reads }) => whole(reads.plans(key, page)),
    }),
    planCatalogue: t.field({
      extensions: cost({ counts: "call" }),
      type: PlanConnection,
      description: "Its catalogue of plans; empty where it has none, and where `unavailable` says that it could not be read.",
      args: pageArguments(),
      resolve: ({ key }, page, { reads }) => reads.plans(key, page),
    }),
    services: t.field({
      extensions: cost({ counts: "call" }),
      type: ServiceConnection,
      description: "Its catalogue of services; empty where it has none.",
      deprecationReason: `${takesAll}: serviceCatalogue says in \`unavailable\` that it could not be read.`,
      args: pageArguments(),
      resolve: ({ key }, page, { reads }) => whole(reads.services(key, page)),
    }),
    serviceCatalogue: t.field({
      extensions: cost({ counts: "call" }),
      type: ServiceConnection,
      description: "Its catalogue of services; empty where it has none, and where `unavailable` says that it could not be read.",
      args: pageArguments(),
      resolve: ({ key }, page, { reads }) => reads.services(key, page),
    }),
  }),
});

builder.queryFields((t) => ({
  backends: t.field({
    authScopes: access.read,
    type: [backendRef],
    description: "All configured backends.",
    resolve: (_root, _arguments, { backends }) => [...backends.all],
  }),
  backend: t.field({
    authScopes: access.read,
    type: backendRef,
    nullable: true,
    description: "A backend by its key; null when none has it.",
    args: { key: t.arg.string({ required: true, description: 'Its name in the configuration, e.g. "pbx".' }) },
    resolve: (_root, { key }, { backends }) => backends.get(key) ?? null,
  }),
}));
