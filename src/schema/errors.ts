import type { StoredError } from "../journal/model.ts";
import type { ErrorCode as Code } from "../model/errors.ts";
import type { BackendFailure as Failure } from "../reads/pages.ts";
import { builder } from "./builder.ts";
import { describedEnum } from "./described-enum.ts";
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

export function formFieldOf(field: readonly string[]): string | null {
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
