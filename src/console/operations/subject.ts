import type { CurrencyCode, OperationDetailsFragment, SubjectSummaryFragment } from "../../client/index.ts";
import { formatDay, formatMoney, formatUnnamed } from "../format.ts";

/** Says what an operation is about, from its caller's words. Pure. */

/**
 * Amount, description and day, as far as they were given.
 * @param currency the customer's: used if the caller named none
 */
export function factsOf(subject: SubjectSummaryFragment, currency?: CurrencyCode | null): string[] {
  const { amount, name, description, date } = subject;
  const unit = subject.currency ?? currency ?? null;
  const money = amount !== null && (unit === null ? formatUnnamed(amount) : formatMoney({ amount, currency: unit }));
  return [money, name, description === name ? null : description, date !== null && formatDay(date)].filter(
    (fact) => typeof fact === "string",
  );
}

/** The customer as its backend shows it, once it has answered. */
export interface KnownCustomer {
  readonly name: string;
  readonly currency: CurrencyCode;
}

/** One line that tells an operation from others; empty when nothing was given. */
export const subjectText = (subject: SubjectSummaryFragment, customer: KnownCustomer | null = null): string =>
  [customer?.name ?? subject.customerName, ...factsOf(subject, customer?.currency)].filter((fact) => fact !== null).join(" · ");

/** The same for an operation with one or several subjects. */
export function aboutText(
  { subject, subjectCount }: Pick<OperationDetailsFragment, "subject" | "subjectCount">,
  customer: KnownCustomer | null = null,
): string {
  const others = subjectCount > 1 ? `and ${subjectCount - 1} more` : "";
  return [subject ? subjectText(subject, customer) : "", others].filter((part) => part !== "").join(" · ");
}
