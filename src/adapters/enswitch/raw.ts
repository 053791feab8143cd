import { createRedaction } from "../../adapter/kit/redaction.ts";

/**
 * Credentials, bank and card data, and the voucher account number, by what their columns are or might be called: the column
 * lists are undocumented, so names are refused by pattern.
 */
const secret =
  /pass|token|secret|credent|auth|api_?key|bank|iban|swift|sort_?code|card|c[sv][cv]|account|licen[cs]e|totp|(^|_)(pin|bic|key|ssn)(_|$)/i;

/** Flags of a tax that only happen to share a word with a secret. */
const harmless: ReadonlySet<string> = new Set(["accounts", "cardgroups"]);

/** A row as sent, without the members that must never leave the gateway, at any depth. */
export const withoutSecrets = createRedaction((name) => secret.test(name) && !harmless.has(name));
