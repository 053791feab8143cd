import {
  asAmount,
  asCode,
  asText,
  asTexts,
  type Compare,
  type Comparison,
  createComparison,
  type FieldPaths,
} from "../../adapter/kit/comparing.ts";
import type { Members } from "../../adapter/kit/looking.ts";
import { plainValue, type WarningContext } from "../../adapter/kit/warnings.ts";

/**
 * How a write is recognised. HostedSuite takes no mark of ours along and knows no idempotency key (contract 2.10), so what was sent
 * is compared with what is stored, by the names of the unified input. What has no text in it is as it was sent, or it is not.
 *
 * @param differently members that are compared in another way
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

/** The parts of an address as the unified input has them. */
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
 * How it is told where a record is not as it was sent.
 *
 * @param fields members that the caller has named otherwise
 */
export function warningContext(backend: string, comparison: Comparison, fields: FieldPaths = {}): WarningContext {
  const text = (member: string, value: unknown): string | null =>
    member === "recurrence" ? (intervals.get(value) ?? null) : plainValue(member, value);
  return { backend, comparison, fields: { ...paths, ...fields }, text };
}

/** Without the members that are not given. */
export function given(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** What of it was said: a member that was left out, or may not be there, is nothing that could be lacking. */
export function mentioned(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
}
