import {
  leftOut,
  type Operation,
  publishedInput,
  type Resolution,
  type OperationStatus as Status,
  type Step,
  type StepCandidate as StepCandidateShape,
} from "../journal/model.ts";
import { BillingError, invalidInput, settle } from "../model/errors.ts";
import { decodeId, encodeId } from "../model/id.ts";
import type { Ref } from "../model/model.ts";
import { countSubjects, type Subject, subjectOf, subjectsOf } from "../mutations/subject.ts";
import { access, builder, type Context, cost, describedEnum } from "./builder.ts";
import { MutationError, Warning } from "./errors.ts";
import { loadNode } from "./node.ts";
import { backendRef, customerRef, recordedBackendOf } from "./refs.ts";
import { connectionType, Node, ownIdOf, pageArguments } from "./relay.ts";

type SubjectShape = Subject & { readonly backend: string };

/** The customer and the object that a step of an operation is about. */
export const OperationSubject = builder.objectRef<SubjectShape>("OperationSubject").implement({
  description: "The customer and the object that a call to a backend is about, from the input of the mutation.",
  fields: (t) => ({
    customerId: t.exposeID("customerId", {
      nullable: true,
      description: "Global id of the customer: a charge's customer, a tax's owner. Null if the input names none.",
    }),
    customerName: t.string({
      extensions: cost({ counts: "lookup" }),
      nullable: true,
      description:
        "Name of the customer as the gateway last read it, or from the input that creates it. Null if it is unknown. Costs no call to the backend, unless the caller has a user of its own there.",
      resolve: ({ customerId, customerName }, _arguments, { directory }) =>
        (customerId !== null && localOf(customerId, (ref) => directory.customerName(ref))) || customerName,
    }),
    customer: t.field({
      extensions: cost({ counts: "lookup" }),
      type: customerRef,
      nullable: true,
      description: "The customer as it is now; null if there is none, or if it cannot be read.",
      resolve: ({ customerId }, _arguments, { reads }) =>
        customerId === null ? null : unlessMissing(localOf(customerId, (ref) => reads.load.customers.load(ref))),
    }),
    object: t.field({
      extensions: cost({ counts: "lookup" }),
      type: Node,
      nullable: true,
      description: "The object to be changed, as it is now. Null for an object to be created, or if it cannot be read.",
      resolve: ({ objectId }, _arguments, context) => (objectId === null ? null : unlessMissing(loadNode(objectId, context))),
    }),
    name: t.exposeString("name", { nullable: true, description: "Name of the charge or tax in the input." }),
    description: t.exposeString("description", {
      nullable: true,
      description: "Description in the input, otherwise its notes.",
    }),
    amount: t.expose("amount", {
      type: "Decimal",
      nullable: true,
      description: "Amount of a charge, excluding taxes, or fixed amount of a tax. Null if the input has none.",
    }),
    currency: t.field({
      type: "CurrencyCode",
      nullable: true,
      description: "Currency in the input, otherwise the only one that the backend takes. Null if the backend decides.",
      resolve: ({ currency, amount, backend }, _arguments, { backends }) =>
        currency ?? (amount === null ? null : onlyCurrency(backends, backend)),
    }),
    date: t.expose("date", { type: "Date", nullable: true, description: "The day of a charge; null if the input has none." }),
  }),
});

async function localOf<T>(globalId: string, load: (ref: Ref) => Promise<T>): Promise<T | null> {
  const decoded = decodeId(globalId);
  return decoded === null ? null : load({ backend: decoded.backend, id: decoded.id });
}

/** Null if it cannot be read: that must not hide the operation. */
async function unlessMissing<T>(loading: Promise<T | null>): Promise<T | null> {
  const loaded = await settle(loading);
  return loaded instanceof BillingError ? null : loaded;
}

function onlyCurrency(backends: Context["backends"], key: string): string | null {
  const rule = backends.get(key)?.adapter.charges.create?.takes.currency;
  if (rule === undefined || rule.use === "refused") return null;
  const [only, ...others] = rule.values ?? [];
  return others.length === 0 ? (only ?? null) : null;
}

/** An operation, and whether the answer replays its stored outcome. */
export type OperationShape = Operation & { readonly replayed?: boolean };

/** A step with its operation, which has the input. */
type StepShape = Step & { readonly operation: OperationShape };

export const operationRef = builder.objectRef<OperationShape>("Operation");

const statuses: Record<Status, string> = {
  PENDING: "In flight, or not sent yet.",
  SUCCEEDED: "Everything happened.",
  FAILED: "Nothing happened.",
  UNKNOWN: "A request was sent and no understandable answer came. The gateway reconciles it, or a person resolves it.",
  VALIDATED: "A dry run found nothing wrong. Nothing happened.",
  PARTIAL: "A part of it happened.",
  ROLLED_BACK: "What had happened was compensated (rolled back).",
};

export const OperationStatus = describedEnum(
  "OperationStatus",
  "Status of a mutation, of one of its targets, or of a step.",
  statuses,
);

const StepCandidate = builder.objectRef<StepCandidateShape>("StepCandidate").implement({
  description: "An object that a step with an unknown outcome may have made.",
  fields: (t) => ({
    id: t.exposeID("nodeId", { description: "Global id." }),
    differs: t.exposeStringList("differs", { description: "Members of the input in which it differs from what was sent." }),
  }),
});

const StepResolution = builder.objectRef<Resolution>("StepResolution").implement({
  description: "A person's decision about a step with an unknown outcome.",
  fields: (t) => ({
    happened: t.exposeBoolean("happened", { description: "Whether it happened." }),
    actor: t.exposeString("actor", {
      nullable: true,
      description: "Name of the person who decided; null where callers have no names.",
    }),
    at: t.expose("at", { type: "DateTime", description: "Time of the decision." }),
    reason: t.exposeString("reason", { description: "How the person knows." }),
  }),
});

const OperationStep = builder.objectRef<StepShape>("OperationStep").implement({
  description: "One step: one call to one backend.",
  fields: (t) => ({
    backend: t.field({ type: backendRef, description: "The backend.", resolve: recordedBackendOf }),
    subject: t.field({
      type: OperationSubject,
      nullable: true,
      description:
        "The customer and the object that it is about, from the input. Available even if the backend is down or nothing was sent. Null if the caller may not see `Operation.input`.",
      resolve: ({ operation, ...step }, _arguments, { operations }) =>
        operations.maySeeInput(operation) ? { ...subjectOf(operation, step), backend: step.backend } : null,
    }),
    action: t.exposeString("action", { description: 'The call in the backend\'s words, e.g. "charges/create".' }),
    status: t.field({
      type: OperationStatus,
      description: "Status of the step.",
      resolve: ({ status }) => (status === "SENDING" ? "PENDING" : status),
    }),
    attempts: t.exposeInt("attempts", { description: "Number of attempts." }),
    sent: t.boolean({
      description: "Whether a request was sent, or may have been. False if every attempt ended before that.",
      resolve: ({ status, mayHaveLeft }) => mayHaveLeft || status === "SENDING",
    }),
    error: t.field({
      type: MutationError,
      nullable: true,
      description: "Why it failed, or why its outcome is unknown; otherwise null.",
      resolve: ({ errors }) => errors[0] ?? null,
    }),
    warnings: t.field({
      extensions: cost({ length: 1 }),
      type: [Warning],
      description: "Warnings about a success, e.g. a member that the backend stored differently than it was sent.",
      resolve: ({ warnings }) => warnings,
    }),
    node: t.field({
      extensions: cost({ counts: "lookup" }),
      type: Node,
      nullable: true,
      description: "The object that it created or changed, as it is now.",
      resolve: ({ nodeId }, _arguments, context) => (nodeId === null ? null : loadNode(nodeId, context)),
    }),
    candidates: t.field({
      type: [StepCandidate],
      description: "While the outcome is unknown: objects that it may have made. A person decides with resolveOperation.",
      resolve: ({ candidates }) => candidates,
    }),
    resolution: t.field({
      type: StepResolution,
      nullable: true,
      description: "A person's decision about an unknown outcome; null if nobody decided.",
      resolve: ({ resolution }) => resolution,
    }),
    startedAt: t.expose("startedAt", { type: "DateTime", nullable: true, description: "Time at which the last attempt began." }),
    finishedAt: t.expose("finishedAt", {
      type: "DateTime",
      nullable: true,
      description: "Time at which its outcome was last recorded.",
    }),
  }),
});

/** Values in warnings are part of the input. A caller who may not see the input sees only which members the warnings are about. */
function withoutValues(step: Step): Step {
  const hidden = (value: string | null) => (value === null ? null : leftOut);
  const warnings = step.warnings.map((warning) => ({
    ...warning,
    sent: hidden(warning.sent),
    stored: hidden(warning.stored),
  }));
  return { ...step, warnings };
}

operationRef.implement({
  description: "The durable record of one mutation. It is stored before the first call to a backend is sent.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: "Global id.", resolve: ({ id }) => encodeId({ type: "Operation", backend: "", id }) }),
    mutation: t.exposeString("mutation", { description: "Name of the mutation." }),
    idempotencyKey: t.exposeString("idempotencyKey", {
      description: "The caller's idempotency key, or the one that the gateway made.",
    }),
    status: t.field({ type: OperationStatus, description: "Status of the mutation.", resolve: ({ status }) => status }),
    validateOnly: t.exposeBoolean("validateOnly", { description: "Whether it is a dry run, which changes nothing." }),
    replayed: t.boolean({
      description: "Whether this answer replays the stored outcome of an earlier call with the same key.",
      resolve: ({ replayed }) => replayed ?? false,
    }),
    actor: t.exposeString("actor", { nullable: true, description: "Name of the caller; null where callers have no names." }),
    input: t.field({
      type: "JSON",
      description:
        'The input of the call, without the idempotency key. Members named like credentials have the value "(left out)". The whole input is "(left out)" if the operation is another caller\'s, unless this caller sees everything in all backends.',
      resolve: (operation, _arguments, { operations }) =>
        operations.maySeeInput(operation) ? publishedInput(operation.input) : leftOut,
    }),
    subject: t.field({
      type: OperationSubject,
      nullable: true,
      description:
        "The customer and the object that it is about, from the input. If there are several, the first with an unknown outcome, else the first that failed, else the first: see `subjectCount` and `steps.subject`. Null if the caller may not see `input`.",
      resolve: (operation, _arguments, { operations }) => {
        const [subject] = operations.maySeeInput(operation) ? subjectsOf(operation) : [];
        return subject ?? null;
      },
    }),
    subjectCount: t.int({
      description:
        "Number of objects that it is about, e.g. of charges. An object that is created in several backends counts once.",
      resolve: countSubjects,
    }),
    clientName: t.string({
      nullable: true,
      description: "Name of the calling program, from its header graphql-client-name.",
      resolve: ({ client }) => client.name,
    }),
    clientVersion: t.string({
      nullable: true,
      description: "Version of the calling program, from its header graphql-client-version.",
      resolve: ({ client }) => client.version,
    }),
    steps: t.field({
      type: [OperationStep],
      description: "The steps, i.e. calls to backends, in the order of the plan.",
      resolve: (operation, _arguments, { operations }) => {
        const { steps } = operation;
        const shown = operations.maySeeInput(operation) ? steps : steps.map(withoutValues);
        return shown.map((step) => ({ ...step, operation }));
      },
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "Time at which it was recorded." }),
    completedAt: t.expose("completedAt", {
      type: "DateTime",
      nullable: true,
      description: "Time at which its outcome was known; null before.",
    }),
  }),
});

const OperationFilter = builder.inputType("OperationFilter", {
  description: "Operations that match every member given.",
  fields: (t) => ({
    status: t.field({ type: [OperationStatus], description: "Only with one of these states." }),
    mutation: t.string({ description: 'Name of the mutation, e.g. "createCharge".' }),
    backend: t.string({ description: 'Key of a backend, e.g. "pbx": only with a call to it.' }),
    validateOnly: t.boolean({ description: "True: only dry runs; false: no dry runs. Default: both." }),
    from: t.field({ type: "DateTime", description: "Recorded at or after this instant." }),
    to: t.field({ type: "DateTime", description: "Recorded at or before this instant." }),
  }),
});

const OperationConnection = connectionType("Operation", operationRef, { partial: false });

builder.queryFields((t) => ({
  operation: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: operationRef,
    nullable: true,
    description: "An operation: the record of a mutation. Null if it does not exist (any more).",
    args: { id: t.arg.id({ required: true, description: "Global id." }) },
    resolve: (_root, { id }, { operations }) => operations.byId(ownIdOf("Operation", id, ["id"])),
  }),
  operations: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: OperationConnection,
    description: "The operations of the journal, newest first.",
    args: {
      ...pageArguments(),
      filter: t.arg({ type: OperationFilter, description: "Only operations that match every member given." }),
    },
    resolve: (_root, { filter, ...page }, { backends, operations }) => {
      if (filter?.backend != null && !backends.get(filter.backend)) {
        throw invalidInput(["filter", "backend"], "there is no backend with this key");
      }
      return operations.list(filter ?? {}, page);
    },
  }),
}));
