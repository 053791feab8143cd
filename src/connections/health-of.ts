import { CircuitState as BreakerState } from "cockatiel";
import type { BillingError } from "../model/errors.ts";
import type { BackendHealth } from "../model/health.ts";

/** What a connection's last calls and its circuit say of the backend's health. Pure. */
export function healthOf(
  observed: { checkedAt: Date | null; latencyMs: number | null; failure: BillingError | null; failures: number },
  state: BreakerState,
): BackendHealth {
  const circuit = state === BreakerState.Closed ? "CLOSED" : state === BreakerState.HalfOpen ? "HALF_OPEN" : "OPEN";
  const seen = observed.checkedAt !== null;
  const status = !seen
    ? "UNKNOWN"
    : circuit === "OPEN" || observed.failure
      ? "DOWN"
      : observed.failures > 0 || circuit !== "CLOSED"
        ? "DEGRADED"
        : "UP";
  return {
    status,
    circuit,
    latencyMs: observed.latencyMs,
    checkedAt: observed.checkedAt?.toISOString() ?? null,
    message: observed.failure?.message ?? null,
  };
}
