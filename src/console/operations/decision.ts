import type { OperationInFullFragment, ResolveOperationInput } from "../../client/index.ts";

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
