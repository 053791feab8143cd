import { z } from "zod";
import type { CallScope, Finding, Intent, Shown, WriteStep, Written } from "../../adapter/adapter.ts";
import { provenCreate } from "../../adapter/kit/created.ts";
import { lookAmong, readNote, type SeenRecord } from "../../adapter/kit/looking.ts";
import { BillingError, named } from "../../model/errors.ts";
import type { CodeMatch } from "./codes.ts";
import { type PriorState, priorState, priorStateAtOnce, priorStateOf, type RecordClock } from "./record-age.ts";

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
