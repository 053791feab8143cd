import { asAmount, asCode, asText, asTexts, type Comparison, createComparison } from "../../adapter/kit/comparing.ts";
import type { Members } from "../../adapter/kit/looking.ts";

/**
 * How a write is recognised. HostedSuite takes no mark of ours along and knows no idempotency key (contract 2.10), so what was sent
 * is compared with what is stored, by the names of the unified input. What has no text in it is as it was sent, or it is not.
 */
export function comparisonIn(currency: string): Comparison {
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
  });
}

/** Without the members that are not given. */
export function given(members: Members): Members {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
