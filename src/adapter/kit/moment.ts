import { z } from "zod";
import { settle } from "../../model/errors.ts";
import type { CallScope } from "../adapter.ts";
import type { Age } from "./looking.ts";

/** A moment by the backend's own clock, in a step's note: no record of the step is older. */
export const moment = z.object({
  /** Milliseconds since 1970, a whole second, as backends write whole seconds. */
  at: z.int(),
  /** False: the backend's clock is not known, so a record that looks newer may still be older. */
  certain: z.boolean(),
  /** Where the clock is known only roughly: a record up to this time may still be older. */
  latest: z.int().optional(),
  /** Where the zone of creation dates is not certain: by how much they may be behind it, in milliseconds. */
  behind: z.int().optional(),
});
export type BackendMoment = z.infer<typeof moment>;

/** The bounds of a backend's clock now (milliseconds since 1970); null while no answer has told. */
export type BackendClock = () => { readonly earliest: number; readonly latest: number } | null;

/** The largest assumed error of the clock of a backend that does not tell its time. */
const widestErrorMs = 24 * 3_600_000;

/** The usual width of the bounds: a Date header tells a second, and its answer was in flight for some time. Disagreeing answers widen it. */
const usualWidthMs = 3000;

/**
 * How far the clock that stamps records (a database's) may be behind the one that writes Date headers (a web server's, a proxy's). Hosts that
 * NTP keeps in step differ by less than a tenth of a second.
 */
export const graceMs = 5000;

/** Now, by the backend's clock; null while that is not known. */
export function momentAtOnce(clock: BackendClock): BackendMoment | null {
  const now = clock();
  if (now === null) return null;
  const wide = now.latest - now.earliest > usualWidthMs;
  return { at: wholeSecond(now.earliest), certain: true, ...(wide && { latest: Math.ceil(now.latest) }) };
}

function wholeSecond(milliseconds: number): number {
  return Math.floor(milliseconds / 1000) * 1000;
}

/**
 * Now, by the backend's clock, with a call where no answer has told it yet.
 *
 * @param probe the cheapest call; if it fails, the clock stays unknown
 */
export async function momentNow(
  clock: BackendClock,
  probe: (scope: CallScope) => Promise<unknown>,
  scope: CallScope,
): Promise<BackendMoment> {
  const known = momentAtOnce(clock);
  if (known) return known;
  await settle(probe(scope));
  return momentAtOnce(clock) ?? { at: wholeSecond(Date.now() - widestErrorMs), certain: false };
}

/**
 * The age of a record compared with a moment. A record of the same second counts as made since: a like record that a person made in that
 * second cannot be told apart. A record that is only a few seconds older is of unknown age.
 *
 * @param madeAt milliseconds since 1970 by the backend's clock; null where the record does not tell
 */
export function ageOf(madeAt: number | null, { at, certain, latest = at }: BackendMoment): Age {
  if (madeAt === null || Number.isNaN(madeAt)) return "unknown";
  if (madeAt < at - graceMs) return "older";
  return certain && madeAt >= latest ? "since" : "unknown";
}
