import type { StoredError } from "../journal/model.ts";
import type { ErrorCode as Code } from "../model/errors.ts";
import type { BackendFailure as Failure } from "../reads/pages.ts";
import { builder } from "./builder.ts";
import { describedEnum } from "./described-enum.ts";
import { backendRef } from "./refs.ts";

const meanings: Record<Code, string> = {
  INVALID_INPUT: "Something in the input is wrong; `field` names it.",
  NOT_FOUND: "It does not exist in the backend, or the gateway's user of the backend may not see it.",
  UNAUTHENTICATED: "The backend refuses the gateway's credentials, or the gateway the caller's.",
  FORBIDDEN: "The credentials are right, but do not allow this.",
  CONFLICT: "The present state of the object does not allow this.",
  UNSUPPORTED: "The backend has no such thing; its capabilities tell beforehand.",
  RATE_LIMITED: "The backend asks for fewer calls.",
  UNAVAILABLE: "The backend cannot be reached or does not work. Nothing happened.",
  TIMEOUT: "The backend did not answer a read in time.",
  BAD_RESPONSE: "The backend answered a read with something that is not understood.",
  OUTCOME_UNKNOWN:
    "A write was sent and no understandable answer came: it may or may not have happened. It is never sent again blindly.",
  IDEMPOTENCY_KEY_REUSED: "The key was used before with another input. Nothing was sent.",
  LIKELY_DUPLICATE: "A charge like it was made a short time ago. Nothing was sent; `allowDuplicate` sends it.",
  INTERNAL: "The gateway itself failed; its log has the reason under the request's id.",
};

const ErrorCode = describedEnum("ErrorCode", "Why something failed.", meanings);

export const MutationError = builder.objectRef<StoredError>("MutationError").implement({
  description: "Why a mutation, or one target of it, did not succeed.",
  fields: (t) => ({
    code: t.field({ type: ErrorCode, description: "The reason as a code.", resolve: ({ code }) => code }),
    message: t.exposeString("message", { description: "A sentence that a person can act on." }),
    field: t.field({
      type: ["String"],
      nullable: true,
      description: 'Path of the input at fault, e.g. ["input", "amount"].',
      resolve: ({ field }) => (field === null ? null : [...field]),
    }),
    fieldMessage: t.string({
      description: 'The message without the path of the input in front, for showing beside its field: "is required".',
      resolve: withoutField,
    }),
    formField: t.string({
      nullable: true,
      description:
        'The input at fault as forms name their fields: its path below "input", e.g. "charge.amount" or "charges.0.amount". Null where no single field is at fault.',
      resolve: ({ field }) => (field === null ? null : formFieldOf(field)),
    }),
    backendCode: t.exposeString("backendCode", {
      nullable: true,
      description: 'What the backend itself said: "402", "ArgumentNullException", "L04".',
    }),
    retryable: t.exposeBoolean("retryable", { description: "True: nothing happened, the same call may be sent again." }),
  }),
});

/** Messages about a field begin with its path, or with the end of it: adapters know their own part of the input only. */
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
  description: "A backend that is missing from a list, or of which rows are, and why.",
  fields: (t) => ({
    backend: t.field({
      type: backendRef,
      description: "The backend that is missing, or of which rows are.",
      resolve: ({ backend }, _arguments, { backends }) => backends.get(backend) as NonNullable<ReturnType<typeof backends.get>>,
    }),
    code: t.field({ type: ErrorCode, description: "The reason as a code.", resolve: ({ error }) => error.code }),
    message: t.string({ description: "The reason as a sentence.", resolve: ({ error }) => error.message }),
    retryable: t.boolean({ description: "Asking again may help.", resolve: ({ error }) => error.retryable }),
  }),
});
