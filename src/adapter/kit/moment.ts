import { z } from "zod";
import { settle } from "../../model/errors.ts";
import type { CallScope } from "../adapter.ts";
import type { Age } from "./looking.ts";

/** A moment by the backend's own clock, as a step notes it: whatever the step makes is not older than this. */
export const moment = z.object({
  /** Milliseconds since 1970, a whole second: backends write whole seconds. */
  at: z.int(),
  /** False: the backend's clock is not known, and what looks newer may still be older. */
  certain: z.boolean(),
  /** Where the clock is known with wide bounds only: what is not newer than this may still be older. */
  latest: z.int().optional(),
});
export type Moment = z.infer<typeof moment>;

/** Between which times (milliseconds since 1970) a backend's clock stands now; null as long as no answer has told. */
export type BackendClock = () => { readonly earliest: number; readonly latest: number } | null;

/** However wrong the clock of a backend is that does not tell its time, it is not taken to be wrong by more. */
const widestErrorMs = 24 * 3_600_000;

/** A Date header tells a second, and its answer was under way for some time. Bounds are wider when answers disagree. */
const usualWidthMs = 3000;

/**
 * The clock that stamps records (a database's) may be behind the one that writes Date headers (a web server's, a proxy's) by as
 * much. Hosts that NTP keeps in step differ by less than a tenth of a second.
 */
const graceMs = 5000;

/** Now, by a clock that is known; null while it is not. */
export function momentAtOnce(clock: BackendClock): Moment | null {
  const now = clock();
  if (now === null) return null;
  const wide = now.latest - now.earliest > usualWidthMs;
  return { at: wholeSecond(now.earliest), certain: true, ...(wide && { latest: Math.ceil(now.latest) }) };
}

function wholeSecond(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
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
  return momentAtOnce(clock) ?? { at: wholeSecond(Date.now() - widestErrorMs), certain: false };
}

/**
 * How old a record is beside a moment. A record of the same second counts as made since: a like one that a person made within
 * that very second cannot be told apart. One that is older by a few seconds only is of unknown age.
 *
 * @param madeAt milliseconds since 1970 by the backend's clock; null where the record does not tell
 */
export function ageOf(madeAt: number | null, { at, certain, latest = at }: Moment): Age {
  if (madeAt === null || Number.isNaN(madeAt)) return "unknown";
  if (madeAt < at - graceMs) return "older";
  return certain && madeAt >= latest ? "since" : "unknown";
}
