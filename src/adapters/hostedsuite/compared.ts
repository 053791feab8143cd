import {
  asAmount,
  asCode,
  asText,
  asTexts,
  type Compare,
  type Comparison,
  createComparison,
  type FieldPaths,
  plainValue,
  type WarningContext,
} from "../../adapter/kit/comparing.ts";

/**
 * Compares records with what was sent, under the names of the unified input: HostedSuite has no idempotency key and no place for a mark of the
 * gateway (contract 2.10). Members that are not text or amounts must be equal.
 *
 * @param differently other comparisons for some members
 */
export function comparisonIn(currency: string, differently: Readonly<Record<string, Compare>> = {}): Comparison {
  const amount = asAmount(currency);
  return createComparison({
    name: asText,
    firstName: asText,
    lastName: asText,
    phone: asText,
    notes: asText,
    description: asText,
    email: asCode,
    reference: asCode,
    amount,
    fixedAmount: amount,
    address: asTexts,
    ...differently,
  });
}

/** Paths of the unified input, where they are not the names that are compared. */
const paths: FieldPaths = {
  "address.street1": ["address", "lines"],
  "address.street2": ["address", "lines"],
  recurrence: ["recurrence", "interval"],
  status: [],
};

/** `Memorized` = repeats monthly (contract 5.1). */
const intervals = new Map<unknown, string>([
  [true, "MONTHLY"],
  [false, "ONCE"],
]);

/**
 * How to warn about a record that differs from what was sent.
 *
 * @param fields paths of members that the caller named in another place
 */
export function warningContext(backend: string, comparison: Comparison, fields: FieldPaths = {}): WarningContext {
  const text = (member: string, value: unknown): string | null =>
    member === "recurrence" ? (intervals.get(value) ?? null) : plainValue(member, value);
  return { backend, comparison, fields: { ...paths, ...fields }, text };
}
