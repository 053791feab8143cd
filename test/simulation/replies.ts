import { type Operation, targetStatus } from "../../src/journal/model.ts";
import type { Reply } from "./world.ts";

/** Compares the callers' answers with the journal in the end: only an UNKNOWN or PENDING outcome may still change. */
export function brokenWords(replies: readonly Reply[], operations: readonly Operation[]): string[] {
  const byId = new Map(operations.map((operation) => [operation.id, operation]));
  return replies.flatMap((reply) => {
    if (!("result" in reply)) return [];
    const told = reply.result.operation;
    const now = byId.get(told.id);
    if (!now) return [`a caller was told of operation ${told.id}, which the journal does not have`];
    return reply.result.results.flatMap(({ status, errors }, target) => {
      // Answered to a caller that used another caller's key: it is not about that caller's operation.
      if (errors.some(({ code }) => code === "IDEMPOTENCY_KEY_REUSED")) return [];
      const current = targetStatus(now.steps.filter((step) => step.target === target));
      const isKept = status === "SUCCEEDED" ? current === "SUCCEEDED" || now.onFailure === "ROLL_BACK" : current === status;
      const mayTurnOut = status === "UNKNOWN" || status === "PENDING" || attemptsOf(now, target) > attemptsOf(told, target);
      if (isKept || (status !== "SUCCEEDED" && mayTurnOut)) return [];
      return [`a caller was told that target ${target} of operation ${told.id} is ${status}, and it is ${current}`];
    });
  });
}

function attemptsOf({ steps }: Operation, target: number): number {
  return steps.filter((step) => step.target === target).reduce((sum, { attempts }) => sum + attempts, 0);
}
