import type { Row } from "../../adapter/kit/reading.ts";
import { createRedaction, isSecretName } from "../../adapter/kit/redaction.ts";

/**
 * The record as sent, without the members that must never leave the gateway, at any depth. HostedSuite documents none on clients and
 * charges, but tenants keep what they like in custom fields: of those whose name is secret, the value is hidden.
 */
export const publishable = createRedaction(
  (name) => isSecretName(name) || (/^value$/i.test(name) && ((row) => isSecretName(customNameOf(row)))),
);

/** A custom field: its name is a member, not the member's name. */
function customNameOf(row: Row): string {
  const name = Object.entries(row).find(([member]) => /^name$/i.test(member))?.[1];
  return typeof name === "string" ? name : "";
}
