import type { DriftDetailsFragment, DriftField } from "../../client/index.ts";
import { addressLines } from "../format.ts";

/** What people call the fields in which customers can differ. */
export const driftFieldLabels: Readonly<Record<DriftField, string>> = {
  NAME: "Name",
  FIRST_NAME: "First name",
  LAST_NAME: "Last name",
  EMAIL: "E-mail address",
  PHONE: "Telephone",
  ADDRESS: "Address",
  TAX_LIABILITY: "Taxes",
};

type DriftValue = DriftDetailsFragment["values"][number];

/** What a customer has in a field, as a person reads it; "" where it has nothing. Pure. */
export function driftText({ text, address, taxes }: Pick<DriftValue, "text" | "address" | "taxes">): string {
  if (taxes) return taxes.map(({ name }) => name).join("\n");
  return address ? addressLines(address) : (text ?? "");
}

/**
 * Which of the texts are not as most of them are, or as the first is where none has a majority: what a reader looks at first. Only
 * letters and digits count: that customers differ is the gateway's judgement, this only points. Pure.
 */
export function deviating(texts: readonly string[]): readonly boolean[] {
  const folded = texts.map((text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ""));
  const counts = [...Map.groupBy(folded, (text) => text)].map(([text, equal]) => ({ text, count: equal.length }));
  const most = Math.max(0, ...counts.map(({ count }) => count));
  const usual = counts.find(({ count }) => count === most)?.text;
  return folded.map((text) => text !== usual);
}
