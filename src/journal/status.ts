import type { OperationStatus, Step } from "./model.ts";

/** Status of one target, from its steps. If it was compensated, the compensation decides. */
export function targetStatus(steps: readonly Step[]): OperationStatus {
  const compensation = steps.filter(({ compensates }) => compensates);
  if (compensation.length === 0) return statusOf(steps);
  const status = statusOf(compensation);
  if (status === "SUCCEEDED") return "ROLLED_BACK";
  return status === "FAILED" ? "PARTIAL" : status;
}

function statusOf(steps: readonly Step[]): OperationStatus {
  const statuses = new Set(steps.map(({ status }) => status));
  if (statuses.has("SENDING")) return "PENDING";
  if (statuses.has("UNKNOWN")) return "UNKNOWN";
  if (statuses.has("FAILED")) return statuses.has("SUCCEEDED") ? "PARTIAL" : "FAILED";
  if (statuses.has("PENDING")) return "PENDING";
  if (statuses.has("VALIDATED")) return "VALIDATED";
  return "SUCCEEDED";
}

/** Status of a whole operation: unfinished states first, then the one in which all targets agree, otherwise PARTIAL. */
export function operationStatus(steps: readonly Step[]): OperationStatus {
  const targets = Map.groupBy(steps, ({ target }) => target);
  const statuses = new Set([...targets.values()].map(targetStatus));
  if (statuses.has("UNKNOWN")) return "UNKNOWN";
  if (statuses.has("PENDING")) return "PENDING";
  if (statuses.size === 0) return "SUCCEEDED";
  // A step that failed left nothing to compensate.
  if (statuses.has("ROLLED_BACK"))
    return [...statuses].every((each) => each === "ROLLED_BACK" || each === "FAILED") ? "ROLLED_BACK" : "PARTIAL";
  const [only] = statuses;
  return statuses.size === 1 && only !== undefined ? only : "PARTIAL";
}

/**
 * Whether repeating the call would send something: a step failed without effect. Once an operation is being compensated, only its
 * compensations count.
 */
export function isResumable(steps: readonly Step[]): boolean {
  const compensation = steps.filter(({ compensates }) => compensates);
  return (compensation.length > 0 ? compensation : steps).some(isRetryable);
}

export function isRetryable({ status, errors }: Step): boolean {
  return status === "FAILED" && errors[0]?.retryable === true;
}
