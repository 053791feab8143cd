import type { DriftDetailsFragment, DriftField } from "../../client/index.ts";
import { addressLines } from "../format.ts";

/** Labels of the fields in which customers can differ. */
export const driftFieldLabels: Readonly<Record<DriftField, string>> = {
  NAME: "Name",
  FIRST_NAME: "First name",
  LAST_NAME: "Last name",
  EMAIL: "E-mail",
  PHONE: "Phone",
  ADDRESS: "Address",
  TAX_LIABILITY: "Taxes",
};

type DriftValue = DriftDetailsFragment["values"][number];

/** Formats a customer's value of a field; "" when it has none. Pure. */
export function driftText({ text, address, taxes }: Pick<DriftValue, "text" | "address" | "taxes">): string {
  if (taxes) return taxes.map(({ name }) => name).join("\n");
  return address ? addressLines(address) : (text ?? "");
}

/**
 * Tells for each text whether it differs from the most common one, or from the first of several that are equally common. Compares
 * letters and digits only. The gateway decides what is a difference; this only highlights. Pure.
 */
export function deviating(texts: readonly string[]): readonly boolean[] {
  const folded = texts.map((text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ""));
  const counts = [...Map.groupBy(folded, (text) => text)].map(([text, equal]) => ({ text, count: equal.length }));
  const most = Math.max(0, ...counts.map(({ count }) => count));
  const usual = counts.find(({ count }) => count === most)?.text;
  return folded.map((text) => text !== usual);
}
