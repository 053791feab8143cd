import type { Raw } from "../../billing/model.ts";
import { isRow, type Row } from "./fields.ts";

/**
 * Names of members that are never published: credentials and bank data. HostedSuite documents none on clients and charges, but
 * tenants keep what they like in custom fields.
 */
const denied =
  /pass(word|wd|phrase|code)|\bpwd\b|secret|token|credential|api.?key|\bpin\b|bank|iban|\bbic\b|swift|routing.?n|sort.?code|account.?n(umbe|o\b|r)|card|\bcsc\b|\bcvv|\bcvc|licen[cs]e|social.?security|\bssn\b/i;

/** The record as sent, without denied members at any depth, and without values of custom fields whose name is denied. */
export function publishable(row: Row): Raw {
  const custom = Object.entries(row).find(([key]) => /^name$/i.test(key))?.[1];
  const valueDenied = typeof custom === "string" && denied.test(custom);
  const kept = Object.entries(row).filter(([key]) => !denied.test(key) && !(valueDenied && /^value$/i.test(key)));
  return Object.fromEntries(kept.map(([key, value]) => [key, publishableValue(value)]));
}

function publishableValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(publishableValue);
  return isRow(value) ? publishable(value) : value;
}
