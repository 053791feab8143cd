import {
  leftOut,
  type Operation,
  publishedInput,
  type Resolution,
  type OperationStatus as Status,
  type Step,
  type StepCandidate as StepCandidateShape,
} from "../journal/model.ts";
import { invalidInput } from "../model/errors.ts";
import { encodeId } from "../model/id.ts";
import { countSubjects, subjectOf, subjectsOf } from "../mutations/subject.ts";
import { access, builder, cost, describedEnum } from "./builder.ts";
import { MutationError, Warning } from "./errors.ts";
import { loadNode } from "./node.ts";
import { OperationSubject } from "./operation-subject.ts";
import { backendRef, recordedBackendOf } from "./refs.ts";
import { connectionType, Node, ownIdOf, pageArguments } from "./relay.ts";

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
