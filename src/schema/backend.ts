import { capabilitiesOf, inputsOf } from "../adapter/verbs.ts";
import type { BackendHealth as Health } from "../model/health.ts";
import { encodeId } from "../model/id.ts";
import { whole } from "../reads/reads.ts";
import { BackendInput, Capability, shapesOf } from "./backend-inputs.ts";
import { access, builder, cost, describedEnum } from "./builder.ts";
import { isGone, kindEnum, labelOfKind } from "./kinds.ts";
import { backendRef, planRef, serviceRef } from "./refs.ts";
import { connectionType, Node, pageArguments } from "./relay.ts";

const BackendKind = builder.enumType(kindEnum, {
  description: "Kind of billing system.",
  values: {} as Readonly<Record<string, object>>,
});

const HealthStatus = describedEnum("HealthStatus", "Health of a backend, as its last calls show it.", {
  UP: "It answers.",
  DEGRADED: "It answers, but calls failed a short time ago.",
  DOWN: "The last call failed, or the circuit is open.",
  UNKNOWN: "It has not been called yet.",
});

const CircuitState = describedEnum(
  "CircuitState",
  "State of the circuit breaker in front of a backend: it stops calls to a backend that keeps failing.",
  {
    CLOSED: "Calls go through.",
    HALF_OPEN: "One call is let through to test whether the backend works again.",
    OPEN: "Calls fail at once, without being sent, until the next test.",
  },
);

const BackendHealth = builder.objectRef<Health>("BackendHealth").implement({
  description: "Health of a backend, from the calls made to it. Asking for it probes the backend if it was not called recently.",
  fields: (t) => ({
    status: t.field({ type: HealthStatus, description: "Status in one word.", resolve: ({ status }) => status }),
    latencyMs: t.exposeInt("latencyMs", { nullable: true, description: "Duration of the last probe or call, in milliseconds." }),
    circuit: t.field({ type: CircuitState, description: "State of the circuit breaker.", resolve: ({ circuit }) => circuit }),
    checkedAt: t.expose("checkedAt", {
      type: "DateTime",
      nullable: true,
      description: "Time of the last call; null if there was none.",
    }),
    message: t.exposeString("message", { nullable: true, description: "What is wrong, as a sentence; null if nothing is." }),
  }),
});

const PlanConnection = connectionType("Plan", planRef, { partial: true });
const ServiceConnection = connectionType("Service", serviceRef, { partial: true });

const failsWhole = "A failure removes the whole answer.";

backendRef.implement({
  description: "One configured connection to a billing system. Several of one kind may be configured.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: "Global id.", resolve: ({ key }) => encodeId({ type: "Backend", backend: key, id: "" }) }),
    key: t.exposeString("key", { description: 'Its key in the configuration, e.g. "pbx".' }),
    kind: t.field({ type: BackendKind, description: "Kind of billing system.", resolve: ({ adapter }) => adapter.kind }),
    kindLabel: t.string({
      description: "Name of its kind for people.",
      resolve: ({ adapter }, _arguments, _context, { schema }) => labelOfKind(schema, adapter.kind),
    }),
    generation: t.string({
      nullable: true,
      description: 'Generation of the system\'s API, e.g. "v2"; null where there is only one.',
      resolve: ({ adapter }) => adapter.generation ?? null,
    }),
    label: t.exposeString("label", { description: 'Its name for people, from the configuration, e.g. "Telephony".' }),
    currency: t.field({
      type: "CurrencyCode",
      description: "Currency of amounts for which the backend names none.",
      resolve: ({ adapter }) => adapter.currency,
    }),
    timeZone: t.string({
      description: 'Time zone of its dates, date filters and months of statements, by its IANA name, e.g. "Europe/Berlin".',
      resolve: ({ adapter }) => adapter.timeZone,
    }),
    capabilities: t.field({
      type: [Capability],
      description: "The capabilities of the backend, by its kind, generation and settings.",
      resolve: (backend) => (isGone(backend) ? [] : [...capabilitiesOf(backend.adapter)]),
    }),
    inputs: t.field({
      type: [BackendInput],
      description: "The input that each of its writes takes; forms can be built from it.",
      args: { writes: t.arg({ type: [Capability], description: "Only these writes. Default: all that the backend has." }) },
      resolve: ({ adapter, label }, { writes }) =>
        shapesOf(inputsOf(adapter), label).filter(({ write }) => writes?.includes(write) ?? true),
    }),
    readOnly: t.boolean({
      description: "Whether its operator has switched off writes; mutations then answer UNAVAILABLE.",
      resolve: ({ readOnly }) => readOnly === true,
    }),
    health: t.field({
      extensions: cost({ counts: "call" }),
      type: BackendHealth,
      description: "Health of the backend.",
      resolve: (backend, _arguments, { reads }) => (isGone(backend) ? backend.health() : reads.health(backend.key)),
    }),
    plans: t.field({
      extensions: cost({ counts: "call" }),
      type: PlanConnection,
      description: "Catalogue of plans; empty if it has none.",
      deprecationReason: `${failsWhole} Use planCatalogue, which names the failure in \`unavailable\`.`,
      args: pageArguments(),
      resolve: ({ key }, page, { reads }) => whole(reads.plans(key, page)),
    }),
    planCatalogue: t.field({
      extensions: cost({ counts: "call" }),
      type: PlanConnection,
      description: "Catalogue of plans; empty if it has none, or if it could not be read (see `unavailable`).",
      args: pageArguments(),
      resolve: ({ key }, page, { reads }) => reads.plans(key, page),
    }),
    services: t.field({
      extensions: cost({ counts: "call" }),
      type: ServiceConnection,
      description: "Catalogue of services; empty if it has none.",
      deprecationReason: `${failsWhole} Use serviceCatalogue, which names the failure in \`unavailable\`.`,
      args: pageArguments(),
      resolve: ({ key }, page, { reads }) => whole(reads.services(key, page)),
    }),
    serviceCatalogue: t.field({
      extensions: cost({ counts: "call" }),
      type: ServiceConnection,
      description: "Catalogue of services; empty if it has none, or if it could not be read (see `unavailable`).",
      args: pageArguments(),
      resolve: ({ key }, page, { reads }) => reads.services(key, page),
    }),
  }),
});

builder.queryFields((t) => ({
  backends: t.field({
    authScopes: access.read,
    type: [backendRef],
    description: "All backends that the caller may see.",
    resolve: (_root, _arguments, { backends }) => [...backends.all],
  }),
  backend: t.field({
    authScopes: access.read,
    type: backendRef,
    nullable: true,
    description: "A backend by its key; null if there is none.",
    args: { key: t.arg.string({ required: true, description: 'Its key in the configuration, e.g. "pbx".' }) },
    resolve: (_root, { key }, { backends }) => backends.get(key) ?? null,
  }),
}));
