import { z } from "zod";
import type { CallScope } from "../../adapter/adapter.ts";
import { highestIdOf, isHigherId } from "../../adapter/kit/highest-ids.ts";
import type { Age } from "../../adapter/kit/looking.ts";
import { ageOf, type BackendClock, type Moment, moment, momentAtOnce, momentNow } from "../../adapter/kit/moment.ts";
import { spanOf } from "./wire.ts";

/** Whether a record was there before a request left. Ids grow (2.8), and records tell when they were made, without a zone (2.6). */

/** What was there of one kind of record before a request left: part of its note. */
export const before = z.object({
  /** When the request left, by the clock that creation dates are told by. */
  moment,
  /** The highest id of the kind that had been seen; null where none had. */
  highestId: z.string().nullable(),
  /** True: all records of the owner were read right before, and `highestId` is theirs. */
  whole: z.boolean(),
  /** In which creation dates were read then, so that they are read alike when the configuration has another by now. */
  timeZone: z.string().default("UTC"),
});
export type Before = z.infer<typeof before>;

export const dayMs = 86_400_000;

interface Dated {
  readonly id: string;
  readonly createDate: string | null;
}

/** Whether the id is none of those that had been seen. */
export function isNewId({ id }: Pick<Dated, "id">, { highestId }: Before): boolean {
  return highestId === null || isHigherId(id, highestId);
}

export function ageOfRecord(record: Dated, noted: Before): Age {
  const isNew = isNewId(record, noted);
  if (noted.whole) return isNew ? "since" : "older";
  const byTime = ageByTime(record.createDate, noted);
  if (isNew) return byTime;
  // A date that contradicts the id: here they do not grow as documented, or not those of all customers together.
  return byTime === "since" ? "unknown" : "older";
}

function ageByTime(createDate: string | null, { moment: at, timeZone }: Before): Age {
  const made = spanOf(createDate, timeZone);
  if (made === null) return "unknown";
  const first = ageOf(made.earliest, at);
  return first === ageOf(made.latest, at) ? first : "unknown";
}

/**
 * The clock that the creation dates of one kind of record are told by. The reference names no zone (2.6), the configured one may be
 * wrong, and the machine that keeps the records need not be the one that writes the Date header. How far the two are apart is learnt from
 * the records that this gateway creates. Before the first one, and where dates come without their time (quirk 11), a record that looks
 * newer or only hours older than the request is of unknown age. Where no zone is configured and summer time ends, the first create after
 * it tells.
 */
export interface RecordClock {
  /** In which creation dates are read. */
  readonly timeZone: string;
  /** Null as long as no answer has told the backend's time. */
  readonly atOnce: () => Moment | null;
  /** @param probe the cheapest call that tells the time */
  readonly now: (probe: (scope: CallScope) => Promise<unknown>, scope: CallScope) => Promise<Moment>;
  /** Told of a record that has just been made. */
  readonly created: (record: Dated, noted: Before) => void;
}

/** Zones are between 12 hours behind UTC and 14 ahead; the rest is for clocks that are set wrong. */
const widestMs = 15 * 3_600_000;
/** A backend's clock that is known less closely teaches nothing. */
const narrowMs = 3000;

export function createRecordClock(clock: BackendClock, timeZone: string): RecordClock {
  /** How far creation dates are ahead of the Date header, at least. */
  let ahead: number | null = null;

  const atOnce = (): Moment | null => {
    const [now, apart] = [clock(), ahead ?? -widestMs];
    const told = momentAtOnce(() => now && { earliest: now.earliest + apart, latest: now.latest + apart });
    return told && { ...told, certain: ahead !== null };
  };

  return {
    timeZone,
    atOnce,
    now: async (probe, scope) => {
      const told = await momentNow(clock, probe, scope);
      return atOnce() ?? { at: told.at - widestMs, certain: false };
    },
    created: (record, noted) => {
      const made = spanOf(record.createDate, timeZone);
      const now = clock();
      if (!isNewId(record, noted) || made === null || now === null || now.latest - now.earliest > narrowMs) return;
      // It tells a day only, or an hour that comes twice.
      if (made.latest !== made.earliest) return;
      const difference = made.latest - now.latest;
      // Further apart than any zone: the record was not made just now.
      if (Math.abs(difference) <= widestMs) ahead = difference;
    },
  };
}

/**
 * What was there, without a call; null where that is not known.
 *
 * @param needsDates false: something else tells which record is new
 */
export function beforeAtOnce(highestId: string | null, clock: RecordClock, needsDates: boolean): Before | null {
  const at = clock.atOnce();
  if (at === null || highestId === null || (needsDates && !at.certain)) return null;
  return { moment: at, highestId, whole: false, timeZone: clock.timeZone };
}

/**
 * What was there, after a read of all records of an owner, which tells the time as well.
 *
 * @param seen the highest id of the kind before that read
 */
export async function beforeOf(
  { rows, whole }: { readonly rows: readonly Pick<Dated, "id">[]; readonly whole: boolean },
  seen: string | null,
  clock: RecordClock,
  scope: CallScope,
): Promise<Before> {
  const at = await clock.now(async () => {}, scope);
  const highestId = highestIdOf(rows);
  // Of an owner who has none every record is new.
  return { moment: at, highestId: whole ? highestId : (highestId ?? seen), whole, timeZone: clock.timeZone };
}
