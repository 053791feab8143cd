import { createRedaction, isSecretName } from "../../adapter/kit/quote.ts";

/** Voucher account numbers, and every other column that names an account or authenticates: column lists are not documented. */
const ownSecret = /pass|auth|account|c[sv][cv]|(^|_)(pin|bic|key|ssn)(_|$)/i;

/** Flags of a tax that share a word with a secret. */
const harmless: ReadonlySet<string> = new Set(["accounts", "cardgroups"]);

/** A row as sent, without secret members at any depth. */
export const publishable = createRedaction((name) => (isSecretName(name) || ownSecret.test(name)) && !harmless.has(name));
