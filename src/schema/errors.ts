import {
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isObjectType,
} from "graphql";
import type { StoredError } from "../journal/model.ts";
import type { ErrorCode as Code } from "../model/errors.ts";
import { type Warning as Shape, warningCodes } from "../model/warnings.ts";
import type { BackendFailure as Failure } from "../reads/pages.ts";
import { builder, describedEnum } from "./builder.ts";
import { backendRef } from "./refs.ts";

const meanings: Record<Code, string> = {
  INVALID_INPUT: "The input is wrong; `field` names the member.",
  NOT_FOUND: "The object does not exist, or is not visible to the caller or to the gateway's user of the backend.",
  UNAUTHENTICATED: "The backend refuses the gateway's credentials, or the gateway refuses the caller's.",
  FORBIDDEN: "The credentials are valid but do not allow this.",
  CONFLICT: "The current state of the object does not allow this.",
  UNSUPPORTED: "The backend cannot do this. See `Backend.capabilities` and `Backend.inputs`.",
  RATE_LIMITED: "The backend asks for fewer calls, or the caller has sent too many requests.",
  UNAVAILABLE: "The backend, or the gateway's store, cannot be reached or does not work. Nothing happened.",
  TIMEOUT: "The backend did not answer a read in time.",
  BAD_RESPONSE: "The backend answered a read with something that the gateway does not understand.",
  OUTCOME_UNKNOWN:
    "A write was sent and no understandable answer came: it may or may not have happened. The gateway does not send it again; it reconciles the operation.",
  IDEMPOTENCY_KEY_REUSED: "The key was used before with another input. Nothing was sent.",
  LIKELY_DUPLICATE: "A similar charge was made a short time ago. Nothing was sent; `allowDuplicate: true` sends it.",
  INTERNAL: "The gateway itself failed. Its log has the reason, under the id of the request.",
};

const ErrorCode = describedEnum(
  "ErrorCode",
  "The reason of a failure. The description of each mutation lists the codes that it can answer with.",
  meanings,
);

export const MutationError = builder.objectRef<StoredError>("MutationError").implement({
  description: "Why a mutation, or one of its targets, failed.",
  fields: (t) => ({
    code: t.field({ type: ErrorCode, description: "The reason as a code.", resolve: ({ code }) => code }),
    message: t.exposeString("message", { description: "A sentence that a person can act on." }),
    field: t.field({
      type: ["String"],
      nullable: true,
      description: 'Path of the input member at fault, e.g. ["input", "charge", "amount"].',
      resolve: ({ field }) => (field === null ? null : [...field]),
    }),
    fieldMessage: t.string({
      description: 'The message without the path in front of it, to be shown beside the form field, e.g. "is required".',
      resolve: withoutField,
    }),
    formField: t.string({
      nullable: true,
      description:
        'The input member at fault as a form names its fields: the path below "input", e.g. "charge.amount" or "charges.0.amount". Null if no single member is at fault.',
      resolve: ({ field }) => (field === null ? null : formFieldOf(field)),
    }),
    backendCode: t.exposeString("backendCode", {
      nullable: true,
      description: 'The backend\'s own code, e.g. "402", "ArgumentNullException" or "L04".',
    }),
    retryable: t.exposeBoolean("retryable", {
      description: "True: nothing happened, and the same call with the same key may succeed later.",
    }),
  }),
});

/** A message about a field begins with its path, or with the end of the path: an adapter knows only its own part of the input. */
function withoutField({ field, message }: StoredError): string {
  const paths = (field ?? []).map((_, from, parts) => `${parts.slice(from).join(".")}: `);
  const path = paths.find((each) => message.startsWith(each)) ?? "";
  return message.slice(path.length);
}

function formFieldOf(field: readonly string[]): string | null {
  const path = field[0] === "input" ? field.slice(1) : field;
  return path.length === 0 ? null : path.join(".");
}

export const BackendFailure = builder.objectRef<Failure>("BackendFailure").implement({
  description: "A backend that is missing from an answer, or some of whose items are, and why.",
  fields: (t) => ({
    backend: t.field({
      type: backendRef,
      description: "The backend that is missing, or some of whose items are.",
      resolve: ({ backend }, _arguments, { backends }) => backends.get(backend) as NonNullable<ReturnType<typeof backends.get>>,
    }),
    code: t.field({ type: ErrorCode, description: "The reason as a code.", resolve: ({ error }) => error.code }),
    message: t.string({ description: "The reason as a sentence.", resolve: ({ error }) => error.message }),
    retryable: t.boolean({ description: "Whether asking again may help.", resolve: ({ error }) => error.retryable }),
  }),
});

/**
 * The error codes that each mutation may answer with, in its payload or as an error of the request. They are added to its description,
 * for front ends that handle codes differently. They are derived from the mutation's input and payload; test/support/told-codes.ts
 * compares every answer in the tests with them.
 */

type Mutation = GraphQLField<unknown, unknown>;

/** Faults of the call, the caller's rights, the gateway's own store, and writes that an operator has switched off. */
const always: readonly Code[] = ["INVALID_INPUT", "FORBIDDEN", "UNAVAILABLE", "INTERNAL"];

/** Codes of a backend's answer to a read, besides UNAVAILABLE. */
const reading: readonly Code[] = ["UNAUTHENTICATED", "RATE_LIMITED", "TIMEOUT", "BAD_RESPONSE"];

/** Further codes of a backend's answer to a write. */
const writing: readonly Code[] = ["UNSUPPORTED", "OUTCOME_UNKNOWN"];

/** Mutations that read customers in backends, but change only records of the gateway. */
const ownRecordsOnly: ReadonlySet<string> = new Set(["linkCustomers", "unlinkCustomers", "declineLink"]);

function codesOf(mutation: Mutation): readonly Code[] {
  const input = mutation.args.map(({ type }) => getNamedType(type)).find(isInputObjectType);
  const takes = (member: string): boolean => input !== undefined && member in input.getFields();
  const payload = getNamedType(mutation.type);
  const isKeyed = takes("idempotencyKey");
  // Mutations with an operation call backends within the request; those of runs do so in the background.
  const isJournaled = isKeyed && isObjectType(payload) && "operation" in payload.getFields();
  const namesSomething = input !== undefined && hasId(input, isJournaled);
  return [
    ...always,
    ...when(namesSomething, ["NOT_FOUND", "CONFLICT"]),
    ...when(isKeyed, ["IDEMPOTENCY_KEY_REUSED"]),
    ...when(isJournaled, reading),
    ...when(isJournaled && !ownRecordsOnly.has(mutation.name), writing),
    ...when(takes("allowDuplicate"), ["LIKELY_DUPLICATE"]),
  ];
}

const when = (holds: boolean, codes: readonly Code[]): readonly Code[] => (holds ? codes : []);

/** Whether the input refers to objects by id. Faults of ids inside the rows of a run are answered with the rows. */
function hasId(input: GraphQLInputObjectType, alsoInside: boolean): boolean {
  return Object.values(input.getFields()).some(({ type }) => {
    const named = getNamedType(type);
    return isInputObjectType(named) ? alsoInside && hasId(named, true) : named.name === "ID";
  });
}

/** Adds the codes to the descriptions of the mutations. Changes the schema that it is given. */
export function describeCodes(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    field.description = `${field.description ?? ""}\n\nError codes: ${codesOf(field).join(", ")}.`.trim();
  }
  return schema;
}

const WarningCode = describedEnum("WarningCode", "Kind of a warning.", warningCodes);

export const Warning = builder.objectRef<Shape>("Warning").implement({
  description: "What a caller should know about a write that succeeded. Nothing is sent again because of it.",
  fields: (t) => ({
    code: t.field({ type: WarningCode, description: "The kind as a code.", resolve: ({ code }) => code }),
    message: t.exposeString("message", { description: "A sentence that a person can act on. It contains no values." }),
    field: t.field({
      type: ["String"],
      nullable: true,
      description:
        'Path of the input member that it is about, e.g. ["input", "charge", "amount"]. Null if it is about no single member.',
      resolve: ({ field }) => (field === null ? null : [...field]),
    }),
    formField: t.string({
      nullable: true,
      description: 'The same member as a form names its fields: the path below "input", e.g. "charge.amount".',
      resolve: ({ field }) => (field === null ? null : formFieldOf(field)),
    }),
    sent: t.exposeString("sent", {
      nullable: true,
      description:
        'The value that was sent, as text; null if none was. "(left out)" if the operation is another caller\'s, unless this caller sees everything in all backends.',
    }),
    stored: t.exposeString("stored", {
      nullable: true,
      description: "The value that the backend shows instead, as text; null if it shows none. Left out as `sent` is.",
    }),
  }),
});
