import { createRedaction, isSecretName } from "../../adapter/kit/quote.ts";
import type { Row } from "../../adapter/kit/reading.ts";

/**
 * A record as sent, without secret members at any depth. HostedSuite documents none on clients and charges, but tenants name custom fields as
 * they like: the value of one with a secret name is hidden.
 */
export const publishable = createRedaction(
  (name) => isSecretName(name) || (/^value$/i.test(name) && ((row) => isSecretName(customNameOf(row)))),
);

/** The name of a custom field, which is the value of its member `name`. */
function customNameOf(row: Row): string {
  const name = Object.entries(row).find(([member]) => /^name$/i.test(member))?.[1];
  return typeof name === "string" ? name : "";
}
