import { CircuitState as BreakerState } from "cockatiel";
import type { BillingError } from "../model/errors.ts";
import type { BackendHealth } from "../model/health.ts";

/** A connection's observations of its backend. */
export interface Observed {
  checkedAt: Date | null;
  latencyMs: number | null;
  /** The failure of the last call, if it speaks of the backend's health. */
  failure: BillingError | null;
  /** False: the backend is up, but its answer was not understood. */
  isDown: boolean;
  failures: number;
}

/** Derives a backend's health from a connection's last calls and its circuit. Pure. */
export function healthOf(observed: Readonly<Observed>, state: BreakerState, label: string): BackendHealth {
  const circuit = state === BreakerState.Closed ? "CLOSED" : state === BreakerState.HalfOpen ? "HALF_OPEN" : "OPEN";
  const seen = observed.checkedAt !== null;
  const status = !seen
    ? "UNKNOWN"
    : circuit === "OPEN" || (observed.failure && observed.isDown)
      ? "DOWN"
      : observed.failures > 0 || circuit !== "CLOSED"
        ? "DEGRADED"
        : "UP";
  return {
    status,
    circuit,
    latencyMs: observed.latencyMs,
    checkedAt: observed.checkedAt?.toISOString() ?? null,
    message: observed.failure?.called(label).message ?? null,
  };
}
