import type { Intent, Trace, Written } from "../../billing/adapter.ts";
import { BillingError } from "../../billing/errors.ts";
import { instant } from "./wire.ts";

/** How far the backend's clock may be behind the gateway's before a new record passes for an old one. */
const clockSkewMs = 120_000;
const dayMs = 86_400_000;

/** False for a record that was there before the intent. One whose time is not told may be newer. */
export function mayFollow({ createdAt }: Intent, createDate: string | null): boolean {
  const at = instant(createDate);
  if (at === null) return true;
  const earliest = new Date(Date.parse(createdAt) - clockSkewMs).toISOString();
  // Some creation dates come without their time (quirk 11).
  return createDate?.length === 10 ? at.slice(0, 10) >= earliest.slice(0, 10) : at >= earliest;
}

/** The calendar date before the intent's in UTC: what was created since then is not older in any zone of the world. */
export function dayBefore({ createdAt }: Intent): string {
  return new Date(Date.parse(createdAt) - dayMs).toISOString().slice(0, 10);
}

/** The trace of a new object: no two steps can both have made it. */
export function traceOf(id: string): Trace {
  return { id, claim: id };
}

/**
 * Sends a create under a code of our own, which is the same in every attempt of its step. The refusal of a second one (A9) means
 * that the first was carried out: its record is then the step's. The code of that refusal is unknown (12.3), so every
 * refusal of the request's content has the record looked for; without one it stands.
 */
export async function sendUnlessDone<T>(
  send: () => Promise<Written<T>>,
  find: () => Promise<readonly Trace[]>,
  backend: string,
): Promise<Written<T>> {
  try {
    return await send();
  } catch (refusal) {
    if (!(refusal instanceof BillingError) || !ofContent.has(refusal.code)) throw refusal;
    const unknown = (because: string, cause: unknown) =>
      new BillingError(
        "OUTCOME_UNKNOWN",
        `${backend} refused a record that an earlier sending may have created, and ${because}. It is not sent again.`,
        { backend, backendCode: refusal.backendCode, retryable: false, cause },
      );
    const traces = await find().catch((failure: unknown) => {
      throw unknown("could not be asked for it", failure);
    });
    const [trace, ...others] = traces;
    if (others.length > 0) throw unknown(`has ${traces.length} of it`, refusal);
    if (!trace) throw refusal;
    return { id: trace.id };
  }
}

const ofContent: ReadonlySet<string> = new Set(["INVALID_INPUT", "CONFLICT"]);
