import type { OperationInFullFragment, ResolveOperationInput } from "../../client/index.ts";

/** What a person says of a step of unknown outcome: from a form's answers to the mutation's input. Pure. */

type Step = OperationInFullFragment["steps"][number];

export interface Answers {
  /** A candidate's id, or one of the two below. */
  readonly verdict: string;
  /** With `happened`: the id of what it made; empty where it changed something that was there. */
  readonly nodeId: string;
  readonly reason: string;
}

/** No id has a space. */
export const happened = "it happened";
export const didNotHappen = "it did not happen";

export function decisionInput(operationId: string, step: number, { verdict, nodeId, reason }: Answers): ResolveOperationInput {
  const decision = { operationId, step, reason: reason.trim() };
  if (verdict === didNotHappen) return { ...decision, happened: false };
  const made = verdict === happened ? nodeId.trim() : verdict;
  return { ...decision, happened: true, ...(made !== "" && { nodeId: made }) };
}

/** Messages begin with the path of the member that they are about: it is called otherwise here. */
export function refusalText(message: string): string {
  const [, member = "", rest] = /^input\.(nodeId|reason|step): (.*)$/s.exec(message) ?? [];
  const label: Readonly<Record<string, string>> = { nodeId: "What it made", reason: "How you know", step: "The step" };
  return rest === undefined ? message : `${label[member]} ${rest}.`;
}

/** The message of a step whose candidates are listed below it: their ids tell a person nothing. */
export function withoutIds(message: string, candidates: Step["candidates"]): string {
  if (!candidates.some(({ id }) => message.includes(id))) return message;
  return candidates.length === 1 ? "This could be it. Look at it and decide." : "These could be it. Look at them and decide.";
}
