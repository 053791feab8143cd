import { BillingError } from "../model/errors.ts";
import { StepClaimedError } from "./store.ts";
import { failed, type Work } from "./work.ts";

/** Work on an operation that this process could not release, as it was when the store failed. */
export type StrandedWork = Pick<Work, "hold" | "steps" | "neverLeft" | "announced" | "unsaved">;

/**
 * Records what the store missed when it failed: outcomes of steps, and that some steps were never sent. Call it with the
 * operation claimed from exactly that hold. Then nobody else has held it since, and what this process knows of it is still true.
 */
export async function recordKnown(work: Work, { neverLeft, announced, unsaved }: StrandedWork): Promise<void> {
  for (const step of work.steps) {
    if (step.status !== "SENDING") continue;
    const known = unsaved.get(step.position);
    if (known && known.attempts === step.attempts) await work.save(known).catch(ignoreClaimed);
    else if (neverLeft.has(step.position) || announced.has(step.position)) {
      const message = "The gateway could not record the step before sending it. Nothing was sent.";
      const reason = new BillingError("UNAVAILABLE", message, { backend: step.backend, retryable: true });
      await work.save(failed(step, reason, []));
    }
  }
}

/** Another step has the record that this step made: the step stays open and is looked for. */
function ignoreClaimed(error: unknown): void {
  if (!(error instanceof StepClaimedError)) throw error;
}
