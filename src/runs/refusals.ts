import { BillingError, invalidInput } from "../model/errors.ts";
import type { Run, RunOptions } from "./model.ts";

/** Checks of what people ask for, and the errors that they get. */

const longestName = 200;

export function nameOf(text: string, field: string): string {
  const name = text.normalize("NFC").trim();
  if (/^[^\p{C}]+$/u.test(name) && name.length <= longestName) return name;
  throw invalidInput([field], `must have between 1 and ${longestName} printable characters`);
}

/** Rows per second. A timer must be able to wait for the pause between two rows. */
const slowest = 0.001;
const fastest = 100_000;

export function refuseRate({ rowsPerSecond: rate }: RunOptions): void {
  if (rate === null || (rate >= slowest && rate <= fastest)) return;
  throw invalidInput(["rowsPerSecond"], `must be between ${slowest} and ${fastest}`);
}

export function noRun(): BillingError {
  return new BillingError("NOT_FOUND", "There is no such run (any more).", { field: ["id"] });
}

export function wrongState({ state }: Run): BillingError {
  return new BillingError("CONFLICT", `This is not possible while the run is ${state}.`, { field: ["id"] });
}

export function otherPlan(): BillingError {
  return new BillingError("CONFLICT", "The plan has changed since you saw it. Look at it again, then confirm it.", {
    field: ["planHash"],
  });
}

export function tooLate(): BillingError {
  return new BillingError("CONFLICT", "The time to approve the plan has passed. The run must be confirmed again.", {
    field: ["id"],
  });
}

/** This process was away, and another call with the key began anew. */
export function takenAway(): BillingError {
  return new BillingError(
    "CONFLICT",
    "The rows arrived too slowly: another call may have made the run meanwhile. Repeat the call.",
    {
      retryable: true,
    },
  );
}

export function keyReused(what: "run" | "plan"): BillingError {
  return new BillingError("IDEMPOTENCY_KEY_REUSED", `This idempotency key was used before for another ${what}.`, {
    field: ["idempotencyKey"],
  });
}
