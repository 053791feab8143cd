import type { Row } from "../../adapter/kit/reading.ts";
import { createRedaction } from "../../adapter/kit/redaction.ts";

/**
 * Names of members that are never published: credentials and bank data. HostedSuite documents none on clients and charges, but
 * tenants keep what they like in custom fields.
 */
const denied =
  /pass(word|wd|phrase|code)|\bpwd\b|secret|token|credential|api.?key|\bpin\b|bank|iban|\bbic\b|swift|routing.?n|sort.?code|account.?n(umbe|o\b|r)|card|\bcsc\b|\bcvv|\bcvc|licen[cs]e|social.?security|\bssn\b/i;

/** The record as sent, without denied members at any depth, and without values of custom fields whose name is denied. */
export const publishable = createRedaction((name) => denied.test(name) || (/^value$/i.test(name) && hasDeniedName));

/** A custom field: its name is a member, not the member's name. */
function hasDeniedName(row: Row): boolean {
  const name = Object.entries(row).find(([member]) => /^name$/i.test(member))?.[1];
  return typeof name === "string" && denied.test(name);
}
