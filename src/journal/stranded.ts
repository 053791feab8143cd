import { BillingError } from "../model/errors.ts";
import { StepClaimedError } from "./store.ts";
import { failed, type Work } from "./work.ts";

/** What this process holds and could not let go of: its work as it stood when the store failed. */
export type StrandedWork = Pick<Work, "hold" | "steps" | "neverLeft" | "announced" | "unsaved">;

/**
 * Records what the store did not hear when it failed: how steps have ended, and that some were never sent. To be called with the
 * operation claimed from exactly that hold: nobody else has had it since, so what this process knows of it is still true.
 */
export async function recordKnown(work: Work, { neverLeft, announced, unsaved }: StrandedWork): Promise<void> {
  for (const step of work.steps) {
    if (step.status !== "SENDING") continue;
    const known = unsaved.get(step.position);
    if (known && known.attempts === step.attempts) await work.save(known).catch(ignoreClaimed);
    else if (neverLeft.has(step.position) || announced.has(step.position)) {
      const message = "The gateway could not record that it is being sent. Nothing was sent.";
      const reason = new BillingError("UNAVAILABLE", message, { backend: step.backend, retryable: true });
      await work.save(failed(step, reason, []));
    }
  }
}

/** Another step has what this one made: it stays open, and is looked for. */
function ignoreClaimed(error: unknown): void {
  if (!(error instanceof StepClaimedError)) throw error;
}
