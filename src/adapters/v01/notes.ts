import { z } from "zod";
import type { CallScope, Finding, Intent, Shown, WriteStep, Written } from "../../adapter/adapter.ts";
import { provenCreate } from "../../adapter/kit/created.ts";
import {
  type Age,
  ageOf,
  type BackendClock,
  type BackendMoment,
  graceMs,
  lookAmong,
  moment,
  momentAtOnce,
  momentNow,
  readNote,
  type SeenRecord,
} from "../../adapter/kit/looking.ts";
import { highestIdOf, isHigherId } from "../../adapter/kit/rows.ts";
import { zoneOf } from "../../adapter/settings.ts";
import { BillingError, named } from "../../model/errors.ts";
import { nextShifts, offsetOf, type Shift } from "../../model/zones.ts";
import type { CodeMatch } from "./codes.ts";
import { spanOf } from "./wire.ts";

/** Tells whether a record is older than a request. Ids grow (2.8), and records have a creation date without a zone (2.6). */

/** The records of one kind before a request left; part of its note. */
export const priorState = z.object({
  /** When the request left, by the clock of creation dates. */
  moment,
  /** The highest id seen of the kind; null before the first. */
  highestId: z.string().nullable(),
  /** True: all records of the owner were read right before, and `highestId` is their highest. */
  whole: z.boolean(),
  /** The zone of creation dates at that time: later looks use the same, even if the configuration has changed. */
  timeZone: z.string().default("UTC"),
});
export type PriorState = z.infer<typeof priorState>;

export const dayMs = 86_400_000;

interface Dated {
  readonly id: string;
  readonly createDate: string | null;
}

/** Whether the id is higher than all that had been seen. */
export function isNewId({ id }: Pick<Dated, "id">, { highestId }: PriorState): boolean {
  return highestId === null || isHigherId(id, highestId);
}

export function ageOfRecord(record: Dated, noted: PriorState): Age {
  const isNew = isNewId(record, noted);
  if (noted.whole) return isNew ? "since" : "older";
  const byTime = ageByTime(record.createDate, noted);
  if (isNew) return byTime;
  // The date contradicts the id: ids do not grow here as documented, or not over all customers.
  return byTime === "since" ? "unknown" : "older";
}

function ageByTime(createDate: string | null, { moment: at, timeZone }: PriorState): Age {
  const made = spanOf(createDate, timeZone);
  if (made === null) return "unknown";
  const first = ageOf(made.earliest, at);
  if (first === "older" && made.latest >= at.at - (at.behind ?? 0) - graceMs) return "unknown";
  return first === ageOf(made.latest, at) ? first : "unknown";
}

/**
 * The clock of the creation dates of one kind of record. The reference names no zone (2.6), the configured one may be wrong, and the machine
 * that stores records need not be the one that writes the Date header. The records that this gateway creates teach the offset between the
 * two. Before the first one, and where dates have no time (quirk 11), a record that looks newer, or only hours older, than the request is of
 * unknown age. Where no zone is configured, or another one, the offset changes when summer time begins and ends in the backend's zone, and the
 * first create afterwards teaches the new one. Once clocks may have been set back, a record with a new id that looks up to so much older is of
 * unknown age; once they may have been set forward, so is one that looks up to so much newer.
 */
export interface RecordClock {
  /** IANA name of the zone of creation dates. */
  readonly timeZone: string;
  /** Now; null while no answer has told the backend's time. */
  readonly atOnce: () => BackendMoment | null;
  /** Now, with a call where it takes one. @param probe the cheapest call that tells the time */
  readonly now: (probe: (scope: CallScope) => Promise<unknown>, scope: CallScope) => Promise<BackendMoment>;
  /** Learns from a record that has just been created. */
  readonly created: (record: Dated, noted: PriorState) => void;
}

/** The largest offset: zones are between 12 hours behind UTC and 14 ahead; the rest is for clocks that are set wrong. */
const widestMs = 15 * 3_600_000;
/** A request that has left before clocks are set back may be stored afterwards. */
const inFlightMs = 300_000;
/** Clocks of one zone differ by less. */
const sameZoneMs = 450_000;
/** A backend's clock that is known less exactly teaches nothing. */
const narrowMs = 3000;

/** @param configured the zone in the configuration */
export function createRecordClock(clock: BackendClock, configured: string | undefined): RecordClock {
  const timeZone = zoneOf({ timeZone: configured });
  /** How far creation dates are ahead of the Date header, at least. */
  let ahead: number | null = null;

  /** When that was learnt. */
  let learntAt = 0;
  /** By how much creation dates may have fallen behind what was learnt, or run ahead of it. */
  const mayBeOff = (now: number): { readonly behind: number; readonly ahead: number } => {
    if (ahead === null || (configured !== undefined && Math.abs(ahead) < sameZoneMs)) return { behind: 0, ahead: 0 };
    const { back, forward } = nextShifts(ahead + offsetOf(learntAt, timeZone), learntAt);
    const by = (shift: Shift | null, at: number): number => (shift !== null && at >= shift.at ? shift.byMs : 0);
    return { behind: by(back, now + inFlightMs), ahead: by(forward, now) };
  };

  const atOnce = (): BackendMoment | null => {
    const [now, apart] = [clock(), ahead ?? -widestMs];
    const told = momentAtOnce(() => now && { earliest: now.earliest + apart, latest: now.latest + apart });
    if (told === null || now === null) return null;
    const off = mayBeOff(now.latest);
    return {
      ...told,
      certain: ahead !== null,
      ...(off.behind > 0 && { behind: off.behind }),
      ...(off.ahead > 0 && { latest: Math.ceil((told.latest ?? now.latest + apart) + off.ahead) }),
    };
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
      // The date has no time, or an hour that comes twice.
      if (made.latest !== made.earliest) return;
      const difference = made.latest - now.latest;
      // Further apart than any zone: the record was not made just now.
      if (Math.abs(difference) > widestMs) return;
      [ahead, learntAt] = [difference, now.latest];
    },
  };
}

/**
 * The records before a request, without a call; null where they are not known.
 *
 * @param needsDates false where something else tells which record is new
 */
export function priorStateAtOnce(highestId: string | null, clock: RecordClock, needsDates: boolean): PriorState | null {
  const at = clock.atOnce();
  if (at === null || highestId === null || (needsDates && !at.certain)) return null;
  return { moment: at, highestId, whole: false, timeZone: clock.timeZone };
}

/**
 * The records before a request, from a list of all records of an owner. That list tells the backend's time as well.
 *
 * @param seen the highest id of the kind before that list was read
 */
export async function priorStateOf(
  { rows, whole }: { readonly rows: readonly Pick<Dated, "id">[]; readonly whole: boolean },
  seen: string | null,
  clock: RecordClock,
  scope: CallScope,
): Promise<PriorState> {
  const at = await clock.now(async () => {}, scope);
  const highestId = highestIdOf(rows);
  // For an owner without records, every record is new.
  return { moment: at, highestId: whole ? highestId : (highestId ?? seen), whole, timeZone: clock.timeZone };
}

/** The note of a create. */
export const createNote = z.object({
  before: priorState,
  /** The request's parameters with the code; a charge's text is not noted, as it has no bound and follows from the input. */
  sent: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type CreateNote = z.infer<typeof createNote>;

/** A create that sends a code. */
interface CodedCreate<T> extends Pick<WriteStep<T>, "compare"> {
  readonly backend: string;
  readonly action: string;
  /** True: the code is the gateway's own. It tells by itself which record is new; a caller's reference leaves that to creation dates. */
  readonly isOwn: boolean;
  readonly recordClock: RecordClock;
  /** The request's parameters, see CreateNote. */
  readonly sent: (intent: Intent) => CreateNote["sent"];
  /** The highest id of the kind in all answers so far. */
  readonly highestId: () => string | null;
  /** Reads all records of the owner. */
  readonly listing: (scope: CallScope) => Promise<{ readonly rows: readonly { readonly id: string }[]; readonly whole: boolean }>;
  readonly send: (noted: CreateNote, scope: CallScope) => Promise<Written<T>>;
  /** Reads the record of an id; null where there is none. */
  readonly read: (id: string, scope: CallScope) => Promise<T | null>;
  /** Whether the create cannot have made a record. */
  readonly isOther: (shown: T, noted: CreateNote) => boolean;
  /** Looks for the record after a lost answer. */
  readonly find: (noted: CreateNote, intent: Intent, scope: CallScope) => Promise<Finding>;
  /** Looks for the record under the gateway's own code. Nothing is sent again after it. */
  readonly findUnderCode: (noted: CreateNote, intent: Intent, scope: CallScope) => Promise<Finding>;
}

/** The step of a create that sends a code. */
export function codedCreateStep<T extends Shown>(create: CodedCreate<T>): WriteStep<T> {
  const { backend, action, isOwn, recordClock, sent, highestId, listing, send, find, findUnderCode, compare } = create;
  const { read, isOther } = create;
  const noteOf = (intent: Intent, state: PriorState): string =>
    JSON.stringify({ before: state, sent: sent(intent) } satisfies CreateNote);
  const noteAtOnce = (intent: Intent): string | null => {
    const state = priorStateAtOnce(highestId(), recordClock, !isOwn);
    return state && noteOf(intent, state);
  };
  const step: WriteStep<T> = {
    action,
    noteAtOnce,
    note: async (_id, intent, scope) => {
      // Another create may have taught the missing facts meanwhile.
      const atOnce = noteAtOnce(intent);
      if (atOnce !== null) return atOnce;
      const seen = highestId();
      return noteOf(intent, await priorStateOf(await listing(scope), seen, recordClock, scope));
    },
    send: async (_id, intent, scope) => {
      const noted = readNote(intent.note, createNote);
      if (!isOwn) return send(noted, scope);
      return sendUnlessDone(
        () => send(noted, scope),
        () => findUnderCode(noted, intent, scope),
        backend,
      );
    },
    find: async (_id, intent, scope) => find(readNote(intent.note, createNote), intent, scope),
    ...(compare && { compare }),
  };
  return provenCreate(step, {
    backend,
    read,
    isOther: (shown, intent) => isOther(shown, readNote(intent.note, createNote)),
  });
}

/** A record, compared with a create. */
export interface Judged {
  readonly record: SeenRecord;
  readonly code: CodeMatch;
  /** Its id is higher than all that had been seen before. */
  readonly isNew: boolean;
  /** It shows another amount, rate or person than was sent, which no backend changes on storing. */
  readonly isContrary: boolean;
}

/** Looks for a create among rows. @param judge compares a row; null where the create cannot have made it */
export function lookThrough<Row>(rows: readonly Row[], judge: (row: Row) => Judged | null): Finding {
  return lookAmong(rows.flatMap((row) => judge(row)?.record ?? []));
}

/**
 * The row of an answer that the create has made. An answer of one record is that row, unless it cannot be. In a list, even of one, it is
 * the row with the code that was sent, or else the row that agrees in everything; undefined where that is none or several.
 */
export function createdRow<Row>(rows: readonly Row[], isList: boolean, judge: (row: Row) => Judged | null): Row | undefined {
  const possible = rows.flatMap((row) => {
    const judged = judge(row);
    return judged && (judged.code === "same" || (judged.isNew && judged.code !== "other" && !judged.isContrary))
      ? [{ row, ...judged }]
      : [];
  });
  if (!isList) return possible[0]?.row;
  const coded = possible.filter(({ code }) => code === "same");
  // Without its code, all the rest must agree.
  const agrees = ({ record }: Judged) => record.differs.every((member) => member === "reference");
  const [only, ...others] = coded.length > 0 ? coded : possible.filter(agrees);
  return others.length === 0 ? only?.row : undefined;
}

/**
 * Sends a create under the gateway's own code, which is the same in every attempt of its step. A refusal of a second create with this code
 * (A9) means that the first succeeded: the result is then its record. Which failure code that refusal has is unknown (12.3), so `find` looks
 * for the record after every refusal of the request's content; without one, the refusal stands. Throws OUTCOME_UNKNOWN where the look
 * fails or is not clear.
 *
 * @param find looks for records under the code
 */
async function sendUnlessDone<T>(
  send: () => Promise<Written<T>>,
  find: () => Promise<Finding>,
  backend: string,
): Promise<Written<T>> {
  try {
    return await send();
  } catch (refusal) {
    if (!(refusal instanceof BillingError) || !ofContent.has(refusal.code)) throw refusal;
    const unknown = (because: string, cause: unknown) =>
      new BillingError(
        "OUTCOME_UNKNOWN",
        `${named(backend)} refused a record that an earlier attempt may have created, and ${because}. It is not sent again.`,
        { backend, backendCode: refusal.backendCode, retryable: false, cause },
      );
    const { ours, candidates } = await find().catch((failure: unknown) => {
      throw unknown("could not be searched for it", failure);
    });
    const [trace, ...others] = ours;
    if (others.length > 0) throw unknown(`has ${ours.length} such records`, refusal);
    if (candidates.length > 0) throw unknown("has another record with its code", refusal);
    if (!trace) throw refusal;
    return { id: trace.id };
  }
}

const ofContent: ReadonlySet<string> = new Set(["INVALID_INPUT", "CONFLICT"]);
