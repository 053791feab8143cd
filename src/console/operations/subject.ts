import type { CurrencyCode, OperationDetailsFragment, SubjectSummaryFragment } from "../../client/index.ts";
import { formatDay, formatMoney, formatUnnamed } from "../format.ts";

/** Whom and what an operation is about, in words, from what its caller said. Pure. */

/** Amount, what it is for, its day: what was said of them. @param currency where the caller named none: the customer's */
export function factsOf(subject: SubjectSummaryFragment, currency?: CurrencyCode | null): string[] {
  const { amount, name, description, date } = subject;
  const unit = subject.currency ?? currency ?? null;
  const money = amount !== null && (unit === null ? formatUnnamed(amount) : formatMoney({ amount, currency: unit }));
  return [money, name, description === name ? null : description, date !== null && formatDay(date)].filter(
    (fact) => typeof fact === "string",
  );
}

/** What is known of a customer besides what the gateway keeps, once its backend has been asked. */
export interface KnownCustomer {
  readonly name: string;
  readonly currency: CurrencyCode;
}

/** On one line, to tell it from others and to compare it with what it may have made; empty where nothing was said. */
export const subjectText = (subject: SubjectSummaryFragment, customer: KnownCustomer | null = null): string =>
  [customer?.name ?? subject.customerName, ...factsOf(subject, customer?.currency)].filter((fact) => fact !== null).join(" · ");

/** The same of an operation that may be about several. */
export function aboutText(
  { subject, subjectCount }: Pick<OperationDetailsFragment, "subject" | "subjectCount">,
  customer: KnownCustomer | null = null,
): string {
  const others = subjectCount > 1 ? `and ${subjectCount - 1} more` : "";
  return [subject ? subjectText(subject, customer) : "", others].filter((part) => part !== "").join(" · ");
}
