import type { Operation } from "../../src/journal/model.ts";
import type { PlannedCall } from "./mutations.ts";
import type { Records } from "./records.ts";
import type { Reply } from "./world.ts";

/** The events as lines for a person who searches for the cause. */

export function describeCall({ mutation, input }: PlannedCall): string {
  return `${mutation} ${JSON.stringify(input)}`;
}

export function describeReply(reply: Reply): string {
  if ("lost" in reply) return "no answer";
  if ("failure" in reply) return `refused: ${reply.failure}`;
  const { operation, replayed, results } = reply.result;
  return `${operation.status}${replayed ? ", replayed" : ""}: ${results.map(({ status }) => status).join(" ")}`;
}

export function describeOperation(
  { id, mutation, idempotencyKey, onFailure, status, steps }: Operation,
  call?: PlannedCall,
): string[] {
  return [
    `journal: ${id} ${mutation} ${idempotencyKey} ${onFailure} ${status} ${JSON.stringify(call?.effects)}`,
    ...steps.map((step) => {
      const node = step.nodeId === null ? "" : Buffer.from(step.nodeId, "base64url").toString();
      const errors = step.errors.map(({ code, message }) => `${code} ${message}`).join("; ");
      const mark = step.compensates ? " takes back" : "";
      return `  ${step.position} target ${step.target} ${step.backend} ${step.action}${mark} ${step.status} ×${step.attempts} ${node} ${errors}`;
    }),
  ];
}

export function differences(before: Records, after: Records): string[] {
  const added = [...after.values()].filter(({ key }) => !before.has(key));
  const changed = [...after.values()].filter(({ key, text }) => before.has(key) && before.get(key)?.text !== text);
  return [
    ...added.map(({ key, live, text }) => `new: ${key}${live ? "" : " (not live)"} ${text}`),
    ...changed.map(({ key, text }) => `changed: ${key} ${text}`),
    ...[...before.keys()].filter((key) => !after.has(key)).map((key) => `gone: ${key}`),
  ];
}
