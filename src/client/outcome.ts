import type { OperationStatus } from "./generated/graphql.ts";

/** The answer to a document with one mutation that asks for the outcome; its field has any name. */
export type MutationAnswer = Readonly<Record<string, MutationOutcome>>;

/** What a mutation's answer tells of its outcome, as the operations of this package ask for it. */
export interface MutationOutcome {
  readonly operation: { readonly status: OperationStatus };
  readonly errors?: readonly TargetError[];
  readonly results?: readonly { readonly errors: readonly TargetError[] }[];
}

interface TargetError {
  readonly retryable: boolean;
}

/**
 * Whether the idempotency key of a submission has done its work, so that the next submission is a new one. It has not while
 * something may still happen or may have happened unseen (PENDING, UNKNOWN), and while a part that failed can be sent again
 * without what succeeded (PARTIAL with a retryable error): a new key would then act twice. FAILED means that nothing happened.
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

/** The payload in the answer to a document with one mutation. */
export function outcomeIn(answer: MutationAnswer): MutationOutcome {
  const [payload] = Object.values(answer);
  if (!payload) throw new TypeError("The document has no mutation.");
  return payload;
}
