import { z } from "zod";
import type { CallScope } from "../../billing/adapter.ts";
import { settle } from "../../billing/errors.ts";
import type { Age } from "./looking.ts";

/** A moment by the backend's own clock, as a step notes it: whatever the step makes is not older than this. */
export const moment = z.object({
  /** Milliseconds since 1970, a whole second: backends write whole seconds. */
  at: z.int(),
  /** False: the backend's clock is not known, and what looks newer may still be older. */
  certain: z.boolean(),
});
export type Moment = z.infer<typeof moment>;

/** Between which times (milliseconds since 1970) a backend's clock stands now; null as long as no answer has told. */
export type BackendClock = () => { readonly earliest: number; readonly latest: number } | null;

/** However wrong the clock of a backend is that does not tell its time, it is not taken to be wrong by more. */
const widestErrorMs = 24 * 3_600_000;

/** Now, by a clock that is known; null while it is not. */
export function momentAtOnce(clock: BackendClock): Moment | null {
  const now = clock();
  return now && { at: Math.floor(now.earliest / 1000) * 1000, certain: true };
}

/**
 * Now, by the backend's clock. Where no answer has told it yet, `probe` fetches one.
 *
 * @param probe the cheapest call; its failure means that the clock stays unknown
 */
export async function momentNow(
  clock: BackendClock,
  probe: (scope: CallScope) => Promise<unknown>,
  scope: CallScope,
): Promise<Moment> {
  const known = momentAtOnce(clock);
  if (known) return known;
  await settle(probe(scope));
  return momentAtOnce(clock) ?? { at: Math.floor((Date.now() - widestErrorMs) / 1000) * 1000, certain: false };
}

/**
 * How old a record is beside a moment. A record of the same second counts as made since: a like one that a person made within
 * that very second cannot be told apart.
 *
 * @param madeAt milliseconds since 1970 by the backend's clock; null where the record does not tell
 */
export function ageOf(madeAt: number | null, { at, certain }: Moment): Age {
  if (madeAt === null || Number.isNaN(madeAt)) return "unknown";
  if (madeAt < at) return "older";
  return certain ? "since" : "unknown";
}
