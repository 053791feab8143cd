import type { OperationStatus } from "./generated/graphql.ts";

/** The answer to a document with one mutation that selects its outcome. The name of the field does not matter. */
export type MutationAnswer = Readonly<Record<string, MutationOutcome>>;

/** The outcome of a mutation, as this package's operations select it. */
export interface MutationOutcome {
  readonly operation: { readonly status: OperationStatus };
  readonly errors?: readonly TargetError[];
  readonly results?: readonly { readonly errors: readonly TargetError[] }[];
}

interface TargetError {
  readonly retryable: boolean;
  readonly code?: string;
}

/**
 * True when the idempotency key is used up and the next submission needs a new one. The key must be kept while the operation is
 * in flight or its outcome is unknown (PENDING, UNKNOWN): a new key would act twice. It must also be kept while the same call would
 * send again what failed (FAILED or PARTIAL with a retryable error): whoever else has the key, such as a duplicated tab, would act
 * besides a new one.
 */
export function isSettled(outcome: MutationOutcome): boolean {
  switch (outcome.operation.status) {
    case "PENDING":
    case "UNKNOWN":
      return false;
    case "FAILED":
    case "PARTIAL":
      return !errorsOf(outcome).some(({ retryable }) => retryable);
    default:
      return true;
  }
}

/** True when the key belongs to another input, with which nothing happened: a new key acts once. */
export function isOfNoEffect(outcome: MutationOutcome): boolean {
  return outcome.operation.status === "FAILED" && errorsOf(outcome).some(({ code }) => code === "IDEMPOTENCY_KEY_REUSED");
}

function errorsOf({ errors = [], results = [] }: MutationOutcome): readonly TargetError[] {
  return [...errors, ...results.flatMap((result) => result.errors)];
}

/** Returns the payload from the answer to a document with one mutation. */
export function outcomeIn(answer: MutationAnswer): MutationOutcome {
  const [payload] = Object.values(answer);
  if (!payload) throw new TypeError("The document has no mutation.");
  return payload;
}
