import type {
  CurrencyCode,
  OperationDetailsFragment,
  OperationInFullFragment,
  ResolveOperationInput,
  SubjectSummaryFragment,
} from "../../client/index.ts";
import { formatDay, formatMoney, formatUnnamed, isolated } from "../format.ts";

/** Labels of the mutations. The journal holds no others. */
export const mutationLabels: Readonly<Record<string, string>> = {
  createCharge: "Create a charge",
  createCharges: "Create charges",
  createCredit: "Give a credit",
  createCredits: "Give credits",
  updateCharge: "Update a charge",
  voidCharge: "Void a charge",
  executeCharge: "Execute a charge",
  createCustomer: "Create a customer",
  updateCustomer: "Update a customer",
  archiveCustomer: "Archive a customer",
  restoreCustomer: "Restore a customer",
  createTax: "Create a tax",
  updateTax: "Update a tax",
  archiveTax: "Archive a tax",
  setTaxLiability: "Set who is liable for a tax",
  linkCustomers: "Link customers",
  unlinkCustomers: "Unlink customers",
  alignCustomers: "Align customers",
  declineLink: "Decline a suggestion",
};

export const mutationLabel = (name: string): string => mutationLabels[name] ?? name;

/** Says what an operation is about, from its caller's words. Pure. */

/**
 * Amount, description and day, as far as they were given.
 * @param currency the customer's: used if the caller named none
 */
export function factsOf(subject: SubjectSummaryFragment, currency?: CurrencyCode | null): string[] {
  const { amount, name, description, date } = subject;
  const unit = subject.currency ?? currency ?? null;
  const money = amount !== null && (unit === null ? formatUnnamed(amount) : formatMoney({ amount, currency: unit }));
  const texts = [name, description === name ? null : description].map((text) => text !== null && isolated(text));
  return [money, ...texts, date !== null && formatDay(date)].filter((fact) => typeof fact === "string");
}

/** The customer as its backend shows it, once it has answered. */
export interface KnownCustomer {
  readonly name: string;
  readonly currency: CurrencyCode;
}

/** One line that tells an operation from others; empty when nothing was given. */
export function subjectText(subject: SubjectSummaryFragment, customer: KnownCustomer | null = null): string {
  const who = customer?.name ?? subject.customerName;
  return [...(who === null ? [] : [isolated(who)]), ...factsOf(subject, customer?.currency)].join(" · ");
}

/** The same for an operation with one or several subjects. */
export function aboutText(
  { subject, subjectCount }: Pick<OperationDetailsFragment, "subject" | "subjectCount">,
  customer: KnownCustomer | null = null,
): string {
  const others = subjectCount > 1 ? `and ${subjectCount - 1} more` : "";
  return [subject ? subjectText(subject, customer) : "", others].filter((part) => part !== "").join(" · ");
}

/** A person's finding about a step with an unknown outcome: makes the mutation's input from the form's values. Pure. */

type Step = OperationInFullFragment["steps"][number];

export interface Answers {
  /** A candidate's id, or one of the two values below. */
  readonly verdict: string;
  /** With `happened`: the id of what the step created; empty if the step changed an existing object. */
  readonly nodeId: string;
  readonly reason: string;
}

/** Cannot be mistaken for an id: no id has a space. */
export const happened = "it happened";
export const didNotHappen = "it did not happen";

export function decisionInput(operationId: string, step: number, { verdict, nodeId, reason }: Answers): ResolveOperationInput {
  const decision = { operationId, step, reason: reason.trim() };
  if (verdict === didNotHappen) return { ...decision, happened: false };
  const made = verdict === happened ? nodeId.trim() : verdict;
  return { ...decision, happened: true, ...(made !== "" && { nodeId: made }) };
}

/** Replaces the API's path at the start of a message by the form's label. */
export function refusalText(message: string): string {
  const [, member = "", rest] = /^input\.(nodeId|reason|step): (.*)$/s.exec(message) ?? [];
  const label: Readonly<Record<string, string>> = { nodeId: "ID of the new object", reason: "Reason", step: "Step" };
  return rest === undefined ? message : `${label[member]} ${rest}.`;
}

/** Cuts the candidates' ids off a step's message. The candidates are listed below it, and ids tell a person nothing. */
export function withoutIds(message: string, candidates: Step["candidates"]): string {
  if (!candidates.some(({ id }) => message.includes(id))) return message;
  return candidates.length === 1 ? "Possible match. Check it, then decide." : "Possible matches. Check them, then decide.";
}
