export type HealthStatus = "UP" | "DEGRADED" | "DOWN" | "UNKNOWN";
export type CircuitState = "CLOSED" | "HALF_OPEN" | "OPEN";

/** What is known of a backend from the calls made to it. */
export interface BackendHealth {
  /** DOWN: the last call failed or the circuit is open; DEGRADED: it answers again after recent failures; UNKNOWN: never called. */
  readonly status: HealthStatus;
  readonly circuit: CircuitState;
  /** Of the last call. */
  readonly latencyMs: number | null;
  readonly checkedAt: string | null;
  /** A sentence for people: never a URL with credentials, never an upstream body. */
  readonly message: string | null;
}
