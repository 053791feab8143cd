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
}

/**
 * True when the idempotency key is used up and the next submission needs a new one. The key must be kept while the operation is
 * in flight or its outcome is unknown (PENDING, UNKNOWN), and while a failed part can be retried (PARTIAL with a retryable
 * error): a new key would act twice. FAILED means that nothing happened.
 */
export function isSettled({ operation, errors = [], results = [] }: MutationOutcome): boolean {
  switch (operation.status) {
    case "PENDING":
    case "UNKNOWN":
      return false;
    case "PARTIAL":
      return ![...errors, ...results.flatMap((result) => result.errors)].some(({ retryable }) => retryable);
    default:
      return true;
  }
}

/** Returns the payload from the answer to a document with one mutation. */
export function outcomeIn(answer: MutationAnswer): MutationOutcome {
  const [payload] = Object.values(answer);
  if (!payload) throw new TypeError("The document has no mutation.");
  return payload;
}
