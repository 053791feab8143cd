import type {
  Operation,
  Resolution,
  OperationStatus as Status,
  Step,
  StepCandidate as StepCandidateShape,
} from "../journal/model.ts";
import { leftOut, publishedInput } from "../journal/published-input.ts";
import { invalidInput } from "../model/errors.ts";
import { decodeId, encodeId } from "../model/id.ts";
import { subjectOf, subjectsOf } from "../mutations/subject.ts";
import { access } from "./access.ts";
import { builder } from "./builder.ts";
import { cost } from "./cost.ts";
import { describedEnum } from "./described-enum.ts";
import { MutationError } from "./errors.ts";
import { loadNode } from "./node.ts";
import { OperationSubject } from "./operation-subject.ts";
import { backendOf, backendRef } from "./refs.ts";
import { connectionType, Node, pageArguments } from "./relay.ts";
import { Warning } from "./warnings.ts";

/** An operation, and whether an answer is its stored outcome. */
export type OperationShape = Operation & { readonly replayed?: boolean };

/** A step does not know what its operation was called with. */
type StepShape = Step & { readonly operation: OperationShape };

export const operationRef = builder.objectRef<OperationShape>("Operation");

const statuses: Record<Status, string> = {
  PENDING: "Under way, or not sent.",
  SUCCEEDED: "Done.",
  FAILED: "Nothing happened.",
  UNKNOWN: "A request was sent and no understandable answer came.",
  VALIDATED: "A dry run that found nothing wrong.",
  PARTIAL: "Some of it happened.",
  ROLLED_BACK: "What had happened was compensated.",
};

export const OperationStatus = describedEnum(
  "OperationStatus",
  "What became of a mutation, a target of it, or a step.",
  statuses,
);

const StepCandidate = builder.objectRef<StepCandidateShape>("StepCandidate").implement({
  description: "An object that could be what a step of unknown outcome made.",
  fields: (t) => ({
    id: t.exposeID("nodeId", { description: "Its global id." }),
    differs: t.exposeStringList("differs", { description: "Members of the input in which it is not as it was sent." }),
  }),
});

const StepResolution = builder.objectRef<Resolution>("StepResolution").implement({
  description: "A person's decision about a step of unknown outcome.",
  fields: (t) => ({
    happened: t.exposeBoolean("happened", { description: "Whether it happened." }),
    actor: t.exposeString("actor", { nullable: true, description: "Who said so; null where callers have no names." }),
    at: t.expose("at", { type: "DateTime", description: "When." }),
    reason: t.exposeString("reason", { description: "How that is known." }),
  }),
});

const OperationStep = builder.objectRef<StepShape>("OperationStep").implement({
  description: "One call to one backend.",
  fields: (t) => ({
    backend: t.field({ type: backendRef, description: "Which backend.", resolve: backendOf }),
    subject: t.field({
      type: OperationSubject,
      nullable: true,
      description:
        "Whom and what it is about, as the caller said it: known as well while the backend is down, and of what was never done. Null where the caller may not see `input`.",
      resolve: ({ operation, ...step }, _arguments, { operations }) =>
        operations.maySeeInput(operation) ? { ...subjectOf(operation, step), backend: step.backend } : null,
    }),
    action: t.exposeString("action", { description: 'What was called, in the backend\'s words, e.g. "charges/create".' }),
    status: t.field({
      type: OperationStatus,
      description: "What became of it.",
      resolve: ({ status }) => (status === "SENDING" ? "PENDING" : status),
    }),
    attempts: t.exposeInt("attempts", { description: "How many times it was tried." }),
    sent: t.boolean({
      description: "Whether a request of it has left, or may have: false where every attempt ended before that.",
      resolve: ({ status, mayHaveLeft }) => mayHaveLeft || status === "SENDING",
    }),
    error: t.field({
      type: MutationError,
      nullable: true,
      description: "Why it did not succeed.",
      resolve: ({ errors }) => errors[0] ?? null,
    }),
    warnings: t.field({
      extensions: cost({ length: 1 }),
      type: [Warning],
      description: "What should be known of it although it succeeded, e.g. what the backend did not store as it was sent.",
      resolve: ({ warnings }) => [...warnings],
    }),
    node: t.field({
      extensions: cost({ counts: "lookup" }),
      type: Node,
      nullable: true,
      description: "What it created or changed, as it is now.",
      resolve: ({ nodeId }, _arguments, context) => (nodeId === null ? null : loadNode(nodeId, context)),
    }),
    candidates: t.field({
      type: [StepCandidate],
      description: "While its outcome is unknown: what could be its work. A person decides, with resolveOperation.",
      resolve: ({ candidates }) => [...candidates],
    }),
    resolution: t.field({
      type: StepResolution,
      nullable: true,
      description: "What a person has said of its outcome; null when the gateway found it out itself.",
      resolve: ({ resolution }) => resolution,
    }),
    startedAt: t.expose("startedAt", { type: "DateTime", nullable: true, description: "When it was sent." }),
    finishedAt: t.expose("finishedAt", { type: "DateTime", nullable: true, description: "When it was answered." }),
  }),
});

/** What was sent is part of the operation's input: whoever may not see that sees which members are meant. */
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
  description: "The durable record of one mutation, kept before the first call is sent.",
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: "Global id.", resolve: ({ id }) => encodeId({ type: "Operation", backend: "", id }) }),
    mutation: t.exposeString("mutation", { description: "Name of the mutation." }),
    idempotencyKey: t.exposeString("idempotencyKey", { description: "The caller's key, or the one made for the call." }),
    status: t.field({ type: OperationStatus, description: "What became of it.", resolve: ({ status }) => status }),
    validateOnly: t.exposeBoolean("validateOnly", { description: "True: a dry run, which changes nothing." }),
    replayed: t.boolean({
      description: "True: this answer is the stored outcome of an earlier call with the same key.",
      resolve: ({ replayed }) => replayed ?? false,
    }),
    actor: t.exposeString("actor", { nullable: true, description: "Who called; null where callers have no names." }),
    input: t.field({
      type: "JSON",
      description:
        'What the caller said, without its key; texts in members that are called like credentials are left out. Of another caller\'s operation "(left out)", unless one sees all of every backend.',
      resolve: (operation, _arguments, { operations }) =>
        operations.maySeeInput(operation) ? publishedInput(operation.input) : leftOut,
    }),
    subject: t.field({
      type: OperationSubject,
      nullable: true,
      description:
        "Whom and what it is about, as the caller said it; of several, the first: see subjectCount and steps.subject. Null where the caller may not see `input`.",
      resolve: (operation, _arguments, { operations }) => {
        const [subject] = operations.maySeeInput(operation) ? subjectsOf(operation) : [];
        return subject ? { ...subject, backend: operation.steps[0]?.backend ?? "" } : null;
      },
    }),
    subjectCount: t.int({
      description: "How many it is about: several charges, several customers. What is created in several backends counts once.",
      resolve: (operation) => subjectsOf(operation).length,
    }),
    clientName: t.string({
      nullable: true,
      description: "The program that it was called from, by its own word: the header graphql-client-name.",
      resolve: ({ client }) => client.name,
    }),
    clientVersion: t.string({
      nullable: true,
      description: "That program's version, by its own word: the header graphql-client-version.",
      resolve: ({ client }) => client.version,
    }),
    steps: t.field({
      type: [OperationStep],
      description: "The calls to backends, in the order of the plan.",
      resolve: (operation, _arguments, { operations }) => {
        const { steps } = operation;
        const shown = operations.maySeeInput(operation) ? steps : steps.map(withoutValues);
        return shown.map((step) => ({ ...step, operation }));
      },
    }),
    createdAt: t.expose("createdAt", { type: "DateTime", description: "When it was recorded." }),
    completedAt: t.expose("completedAt", { type: "DateTime", nullable: true, description: "When its outcome was known." }),
  }),
});

const OperationFilter = builder.inputType("OperationFilter", {
  description: "Operations that pass every part given.",
  fields: (t) => ({
    status: t.field({ type: [OperationStatus], description: "In one of these states." }),
    mutation: t.string({ description: "Of this mutation." }),
    backend: t.string({ description: "With a call to this backend (key)." }),
    validateOnly: t.boolean({ description: "True: dry runs alone; false: all but those. Default: both." }),
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
    description: "The record of a mutation; null when it does not exist (any more).",
    args: { id: t.arg.id({ required: true, description: "Its global id." }) },
    resolve: (_root, { id }, { operations }) => {
      const decoded = decodeId(id);
      if (decoded?.type !== "Operation") throw invalidInput("id", "is not the id of an Operation");
      return operations.byId(decoded.id);
    },
  }),
  operations: t.field({
    extensions: cost({ counts: "call" }),
    authScopes: access.read,
    type: OperationConnection,
    description: "The journal of mutations, newest first.",
    args: { ...pageArguments(), filter: t.arg({ type: OperationFilter, description: "Only operations that pass every part." }) },
    resolve: (_root, { filter, ...page }, { backends, operations }) => {
      if (filter?.backend != null && !backends.get(filter.backend)) {
        throw invalidInput(["filter", "backend"], "there is no backend with this key");
      }
      return operations.list(filter ?? {}, page);
    },
  }),
}));
