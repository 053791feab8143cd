import { createRedaction, isSecretName } from "../../adapter/kit/redaction.ts";

/** The voucher account number, and whatever else is an account or authenticates: the column lists are undocumented. */
const ownSecret = /pass|auth|account|c[sv][cv]|(^|_)(pin|bic|key|ssn)(_|$)/i;

/** Flags of a tax that only happen to share a word with a secret. */
const harmless: ReadonlySet<string> = new Set(["accounts", "cardgroups"]);

/** A row as sent, without the members that must never leave the gateway, at any depth. */
export const publishable = createRedaction((name) => (isSecretName(name) || ownSecret.test(name)) && !harmless.has(name));
