import type {
  BackendSummaryFragment,
  ErrorDetailsFragment,
  OperationOutcomeFragment,
  OperationStatus,
  WarningDetailsFragment,
} from "../../client/generated/graphql.ts";
import type { Field } from "./fields.ts";
import { ownName } from "./several-backends.ts";

/** What became of a submission, in one form for mutations of one object and of several. */
export interface Outcome {
  readonly operation: OperationOutcomeFragment;
  /** In the order of the input. */
  readonly targets: readonly TargetOutcome[];
  /** What the targets were linked into; absent where nothing was. */
  readonly account?: { readonly id: string; readonly name: string } | null;
}

export interface TargetOutcome {
  /** Unlike that of every other row. */
  readonly key: string;
  /** What the row is about: a customer, a tax. */
  readonly title: string;
  /** Label of its backend, where the title does not say it. */
  readonly where?: string | undefined;
  /** How much: as the backend has it, else as it was to be. */
  readonly amount?: string | undefined;
  readonly status: OperationStatus;
  readonly errors: readonly ErrorDetailsFragment[];
  /** What should be known of it although it succeeded. */
  readonly warnings: readonly WarningDetailsFragment[];
  /** Key of its backend, where the form has fields for each. */
  readonly owner?: string | undefined;
  /** Global id of the customer that the row is about. */
  readonly id?: string | undefined;
  /** Where what was written can be seen. */
  readonly href?: string | undefined;
}

interface Payload {
  readonly operation: OperationOutcomeFragment;
  readonly errors: readonly ErrorDetailsFragment[];
  /** Absent where nothing is written to a backend. */
  readonly warnings?: readonly WarningDetailsFragment[];
}

/** Of a mutation of one object. */
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

/** Of a mutation of several; `title` and `href` of a row from its result and its place in the input. */
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

/** Nobody knows yet whether it happened: only the same call, under the same key, is safe now. */
export function isUnsettled({ operation: { status } }: Outcome): boolean {
  return status === "UNKNOWN" || status === "PENDING";
}

/** Some targets have what was asked for: a new submission of them would do it twice. */
export function isPartial({ operation: { status } }: Outcome): boolean {
  return status === "PARTIAL";
}

/** There is something to be known of what was done. */
export function hasWarnings({ targets }: Outcome): boolean {
  return targets.some(({ warnings }) => warnings.length > 0);
}

/** Something of what was written is not as it was sent. */
export function isStoredOtherwise({ targets }: Outcome): boolean {
  return targets.some(({ warnings }) => warnings.some(({ code }) => code === "NOT_STORED" || code === "STORED_DIFFERENTLY"));
}

/** The form's last submission, never settled here, had this key and another input: nothing was sent. */
export function isReused({ targets }: Outcome): boolean {
  return targets.some(({ errors }) => errors.some(({ code }) => code === "IDEMPOTENCY_KEY_REUSED"));
}

/** Places of the targets that were not sent because they look like other charges. */
export function likelyDuplicates({ targets }: Outcome): readonly number[] {
  return targets.flatMap(({ errors }, place) => (errors.some(({ code }) => code === "LIKELY_DUPLICATE") ? [place] : []));
}

/** Something of it did not happen, and sending the same again may help. */
export function isRepeatable(outcome: Outcome): boolean {
  return isUnsettled(outcome) || outcome.targets.some(({ errors }) => errors.some(({ retryable }) => retryable));
}

/** What a mutation's own errors and those of a refused request have in common. */
export type FormError = Pick<ErrorDetailsFragment, "message" | "backendCode"> & {
  /** Absent where the request itself was refused. */
  readonly code?: string;
  readonly field: readonly string[] | null;
  /** Key of the backend that it is of, where the form has fields for each. */
  readonly owner?: string | undefined;
};

export interface SortedErrors {
  /** Message by the name of the field that it is about. */
  readonly atFields: Readonly<Record<string, string>>;
  readonly others: readonly FormError[];
}

/** Puts each error at its field: `errors[].field` is the path of the input at fault, `prefix` what all fields of a form share. */
export function sortErrors(errors: readonly FormError[], fields: readonly Field[], prefix: readonly string[]): SortedErrors {
  const placed = errors.map((error) => ({ error, field: fieldOf(error, fields, prefix) }));
  const atFields = placed.flatMap(({ error, field }) => (field ? [[field.name, messageAt(field, error.message)] as const] : []));
  return {
    // Of several errors at one field the first is shown.
    atFields: Object.fromEntries(atFields.toReversed()),
    others: placed.flatMap(({ error, field }) => (field ? [] : [error])),
  };
}

/** Messages may begin with the path of their field, which is in view here: "amount: must not be zero" → "Must not be zero". */
function messageAt({ name }: Field, message: string): string {
  const prefix = `${name.slice(name.indexOf(":") + 1).replaceAll("/", ".")}: `;
  const rest = message.startsWith(prefix) ? message.slice(prefix.length) : message;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

function fieldOf({ field: path, owner }: FormError, fields: readonly Field[], prefix: readonly string[]): Field | undefined {
  if (path === null || !prefix.every((part, index) => path[index] === part)) return undefined;
  const inside = path.slice(prefix.length);
  // What only one backend gets stands in a place of its own (schema: CreateTaxInput.overrides).
  const name = (inside[0] === "overrides" ? inside.slice(2) : inside).join("/");
  const named = (searched: string) => fields.find((field) => searched === field.name || searched.startsWith(`${field.name}/`));
  return (owner === undefined ? undefined : named(ownName({ key: owner }, name))) ?? named(name);
}
