import type { z } from "zod";
import type { CallScope, Finding, Intent, Shown, WriteStep, Written } from "../adapter.ts";
import { type Comparison, createComparison, membersBehind, type WarningContext, warningsOf } from "./comparing.ts";
import { readIfThere } from "./loading.ts";
import { lookAtChange, lookAtState, type Members, type NotedObject, readNote } from "./looking.ts";
import type { Row } from "./reading.ts";

/** An object as it is now, under the names that are compared. */
interface Now {
  readonly members: Members;
  /** Its version or change date; null where it has none. */
  readonly version: string | null;
}

/** A call that changes an existing object. */
export interface ObjectChange<T, Noted> extends WarningContext {
  readonly action: string;
  readonly noted: z.ZodType<Noted>;
  /** Notes the object before the change, and the values to send as far as they depend on it. */
  readonly note: (scope: CallScope) => Promise<Noted>;
  /** The object in the note. */
  readonly before: (noted: Noted) => NotedObject;
  readonly send: (noted: Noted, intent: Intent, scope: CallScope) => Promise<Written<T>>;
  /** The sent values, under the names that are compared. */
  readonly sent: (noted: Noted) => Members;
  /** Reads the object; null where it does not exist. */
  readonly now: (noted: Noted, scope: CallScope) => Promise<Now | null>;
  /** Looks first, where something else than the noted object tells; null where the object does. */
  readonly find?: (noted: Noted, scope: CallScope) => Promise<Finding | null>;
  /** The values of the record after the change, under the names that are compared. Absent: no record is at hand. */
  readonly shown?: (record: Row) => Members;
  /** Reads the values to warn about, where the record at hand does not show them. */
  readonly reread?: (noted: Noted, scope: CallScope) => Promise<Members>;
  /** Recognises a lost change, where that differs from the comparison for warnings. Default: `comparison`. */
  readonly recognition?: Comparison;
  /** Looks, where the object alone does not tell whether it was changed. Default: lookAtChange. */
  readonly look?: (noted: Noted, now: Now | null) => Finding;
  /** How many parts of a path name a differing member: 1 = "address", not "address.city". Default: all. */
  readonly depth?: number;
  /** See WriteStep. */
  readonly isState?: true | undefined;
}

/** The step of a change: notes the object, sends, looks whether the object is as the change would have left it, and warns where not. */
export function changeStep<T, Noted>(id: string, change: ObjectChange<T, Noted>): WriteStep<T> {
  const {
    action,
    noted: schema,
    note,
    before,
    send,
    sent,
    now,
    shown,
    reread,
    recognition = change.comparison,
    fields = {},
    depth,
    isState,
  } = change;
  const look =
    change.look ??
    ((noted: Noted, current: Now | null) =>
      lookAtChange(id, before(noted), sent(noted), current?.members ?? null, current?.version ?? null, recognition));
  return {
    action,
    ...(isState && { isState }),
    note: async (_id, _intent, scope) => JSON.stringify(await note(scope)),
    send: (_id, intent, scope) => send(readNote(intent.note, schema), intent, scope),
    find: async (_id, intent, scope) => {
      const noted = readNote(intent.note, schema);
      const { ours, candidates } = (await change.find?.(noted, scope)) ?? look(noted, await now(noted, scope));
      const named = candidates.map((each) => ({ ...each, differs: membersBehind(each.differs, fields, depth) }));
      return { ours, candidates: named };
    },
    ...((shown || reread) && {
      compare: async ({ raw }, intent, scope) => {
        const noted = readNote(intent.note, schema);
        return warningsOf(change, sent(noted), reread ? await reread(noted, scope) : (shown?.(raw) ?? {}));
      },
    }),
  };
}

/** A call after which an object is not shown any more. */
interface Removal<T extends Shown> {
  readonly backend: string;
  readonly action: string;
  /** Rejects with NOT_FOUND where the object is gone. */
  readonly read: (id: string, scope: CallScope) => Promise<T>;
  readonly send: (scope: CallScope) => Promise<void>;
  /** The object after its removal, from the object before. */
  readonly gone: (before: T) => T;
  /** Whether an object that is shown anyway is marked as removed. */
  readonly isMarked: (now: T) => boolean;
  /** The wanted member of the unified input, and its value while the object is still there. */
  readonly wanted: Members;
  readonly otherwise: Members;
  /** See WarningContext. */
  readonly fields?: Readonly<Record<string, readonly string[]>>;
}

/** The step of a removal: sends, and looks whether the object is gone. It needs no note, as nothing brings the object back. */
export function removalStep<T extends Shown>(id: string, removal: Removal<T>): WriteStep<T> {
  const { backend, action, read, send, gone, isMarked, wanted, otherwise, fields = {} } = removal;
  const isGone = async (scope: CallScope): Promise<boolean> => {
    const now = await readIfThere(read(id, scope));
    return now === null || isMarked(now);
  };
  return {
    action,
    isState: true,
    send: async (_id, _intent, scope) => {
      // Read first: afterwards the object cannot be read.
      const before = await read(id, scope);
      await send(scope);
      return { id, value: gone(before) };
    },
    find: async (_id, _intent, scope) => lookAtState(id, await isGone(scope)),
    compareApart: async (_id, _intent, scope) =>
      warningsOf({ backend, comparison: createComparison({}), fields }, wanted, (await isGone(scope)) ? wanted : otherwise),
  };
}
