export type HealthStatus = "UP" | "DEGRADED" | "DOWN" | "UNKNOWN";
type CircuitState = "CLOSED" | "HALF_OPEN" | "OPEN";

/** A backend's health, as its calls have shown. */
export interface BackendHealth {
  /**
   * DOWN: the last call failed or the circuit is open; DEGRADED: it answers again after recent failures; UNKNOWN: never called.
   */
  readonly status: HealthStatus;
  readonly circuit: CircuitState;
  /** Duration of the last call, in milliseconds. */
  readonly latencyMs: number | null;
  readonly checkedAt: string | null;
  /** A sentence for people, without credentials and without the backend's answer. */
  readonly message: string | null;
}

/** Whether the backend was called in the last `milliseconds`. A call in the future was made before the clock was set back: nobody knows when. */
export function wasCalledWithin({ checkedAt }: BackendHealth, milliseconds: number): boolean {
  return checkedAt !== null && Math.abs(Date.now() - Date.parse(checkedAt)) < milliseconds;
}
