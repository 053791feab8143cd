import { placeOf } from "../../client/errors.ts";
import type {
  BackendSummaryFragment,
  ErrorDetailsFragment,
  OperationOutcomeFragment,
  OperationStatus,
  WarningDetailsFragment,
} from "../../client/generated/graphql.ts";
import type { Field } from "./fields.ts";
import { ownName } from "./several-backends.ts";

/** The outcome of a submission, in one form for mutations of one object and of several. */
export interface Outcome {
  readonly operation: OperationOutcomeFragment;
  /** In the order of the input. */
  readonly targets: readonly TargetOutcome[];
  /** The account that links the targets; absent when they were not linked. */
  readonly account?: { readonly id: string; readonly name: string } | null;
}

export interface TargetOutcome {
  /** Unique among the rows. */
  readonly key: string;
  /** The row's subject: a customer, a tax. */
  readonly title: string;
  /** Label of its backend, if the title does not name it. */
  readonly where?: string | undefined;
  /** The backend's amount, or else the amount requested. */
  readonly amount?: string | undefined;
  readonly status: OperationStatus;
  readonly errors: readonly ErrorDetailsFragment[];
  /** Warnings of a write that succeeded. */
  readonly warnings: readonly WarningDetailsFragment[];
  /** Key of its backend, if the form has fields for each backend. */
  readonly owner?: string | undefined;
  /** Global id of the customer. */
  readonly id?: string | undefined;
  /** Address of the view that shows what was written. */
  readonly href?: string | undefined;
}

interface Payload {
  readonly operation: OperationOutcomeFragment;
  readonly errors: readonly ErrorDetailsFragment[];
  /** Absent when the mutation writes to no backend. */
  readonly warnings?: readonly WarningDetailsFragment[];
}

/** The outcome of a mutation of one object. */
export function outcomeOfOne({ operation, errors, warnings = [] }: Payload, title: string): Outcome {
  return { operation, targets: [{ key: "", title, status: operation.status, errors, warnings }] };
}

interface FanOutPayload<Result> {
  readonly operation: OperationOutcomeFragment;
  readonly results: readonly Result[];
}
interface Result {
  readonly backend: BackendSummaryFragment;
  readonly status: OperationStatus;
  readonly errors: readonly ErrorDetailsFragment[];
  readonly warnings: readonly WarningDetailsFragment[];
}

/**
 * The outcome of a mutation of several objects. `describe` makes a row's title and link from its result and its place in the
 * input.
 */
export function outcomeOfSeveral<Each extends Result>(
  { operation, results }: FanOutPayload<Each>,
  describe: (result: Each, index: number) => Pick<TargetOutcome, "title" | "where" | "amount" | "owner" | "id" | "href">,
): Outcome {
  const targets = results.map((result, index) => ({
    key: String(index),
    status: result.status,
    errors: result.errors,
    warnings: result.warnings,
    ...describe(result, index),
  }));
  return { operation, targets };
}

/** True while the outcome is not known: only the same call with the same key is safe. */
export function isUnsettled({ operation: { status } }: Outcome): boolean {
  return status === "UNKNOWN" || status === "PENDING";
}

/** True when some targets were done: a new submission would do them twice. */
export function isPartial({ operation: { status } }: Outcome): boolean {
  return status === "PARTIAL";
}

/** True when nothing was done, or when the key of the same input answers for what was done. */
export function mayBeSubmittedAgain(outcome: Outcome): boolean {
  const { status } = outcome.operation;
  return status === "FAILED" || status === "VALIDATED" || isUnsettled(outcome) || isReused(outcome);
}

/** True when a target has warnings. */
export function hasWarnings({ targets }: Outcome): boolean {
  return targets.some(({ warnings }) => warnings.length > 0);
}

/** True when a backend stored something otherwise than it was sent. */
export function isStoredOtherwise({ targets }: Outcome): boolean {
  return targets.some(({ warnings }) => warnings.some(({ code }) => code === "NOT_STORED" || code === "STORED_DIFFERENTLY"));
}

/** True when this key belongs to another input, whose outcome this form never learned: nothing was sent. */
export function isReused({ targets }: Outcome): boolean {
  return targets.some(({ errors }) => errors.some(({ code }) => code === "IDEMPOTENCY_KEY_REUSED"));
}

/** Places of the targets that were not sent because they look like other charges. */
export function likelyDuplicates({ targets }: Outcome): readonly number[] {
  return targets.flatMap(({ errors }, place) => (errors.some(({ code }) => code === "LIKELY_DUPLICATE") ? [place] : []));
}

/** True when something was not done, and sending the same again may help. */
export function isRepeatable(outcome: Outcome): boolean {
  return isUnsettled(outcome) || outcome.targets.some(({ errors }) => errors.some(({ retryable }) => retryable));
}

/** The shared part of a mutation's own errors and of a refused request's errors. */
export type FormError = Pick<ErrorDetailsFragment, "message" | "backendCode"> & {
  /** Absent when the request itself was refused. */
  readonly code?: string;
  readonly field: readonly string[] | null;
  /** Key of the backend that it concerns, if the form has fields for each backend. */
  readonly owner?: string | undefined;
};

export interface SortedErrors {
  /** One message for each field, by the field's name. */
  readonly atFields: Readonly<Record<string, string>>;
  readonly others: readonly FormError[];
}

/**
 * Assigns errors to fields. `errors[].field` is the path of the input at fault, and `prefix` the start that all of the form's
 * paths share.
 */
export function sortErrors(errors: readonly FormError[], fields: readonly Field[], prefix: readonly string[]): SortedErrors {
  const placed = errors.map((error) => ({ error, field: fieldOf(error, fields, prefix) }));
  const atFields = placed.flatMap(({ error, field }) => (field ? [[field.name, messageAt(error)] as const] : []));
  return {
    // The first error of a field wins.
    atFields: Object.fromEntries(atFields.toReversed()),
    others: placed.flatMap(({ error, field }) => (field ? [] : [error])),
  };
}

/** Cuts the field's path off a message, as the field is in view: "input.charge.amount: must not be zero" → "Must not be zero". */
function messageAt({ field, message }: FormError): string {
  const { fieldMessage } = placeOf(field, message);
  return fieldMessage.charAt(0).toUpperCase() + fieldMessage.slice(1);
}

function fieldOf({ field: path, owner }: FormError, fields: readonly Field[], prefix: readonly string[]): Field | undefined {
  if (path === null || !prefix.every((part, index) => path[index] === part)) return undefined;
  const inside = path.slice(prefix.length);
  // Values for one backend only have a place of their own (schema: CreateTaxInput.overrides).
  const name = (inside[0] === "overrides" ? inside.slice(2) : inside).join("/");
  const named = (searched: string) => fields.find((field) => searched === field.name || searched.startsWith(`${field.name}/`));
  return (owner === undefined ? undefined : named(ownName({ key: owner }, name))) ?? named(name);
}
