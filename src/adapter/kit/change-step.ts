import type { z } from "zod";
import type { CallScope, Finding, Intent, WriteStep, Written } from "../adapter.ts";
import { type Comparison, membersBehind } from "./comparing.ts";
import { lookAtChange, type Members, type NotedObject, readNote } from "./looking.ts";
import type { Row } from "./reading.ts";
import { type Told, warningsOf } from "./warnings.ts";

/** An object as it is now, by the names that a change is compared by. */
export interface Now {
  readonly members: Members;
  /** Its version or change date; null where it has none. */
  readonly version: string | null;
}

/** A call that changes an object which exists. */
export interface ObjectChange<T, Noted> extends Told {
  readonly action: string;
  readonly noted: z.ZodType<Noted>;
  /** The object before the change, and what is going to be sent as far as that depends on it. */
  readonly note: (scope: CallScope) => Promise<Noted>;
  /** Of what is noted, what the object was. */
  readonly before: (noted: Noted) => NotedObject;
  readonly send: (noted: Noted, intent: Intent, scope: CallScope) => Promise<Written<T>>;
  /** What is sent, by the names that it is compared by. */
  readonly sent: (noted: Noted) => Members;
  /** Null when there is no such object. */
  readonly now: (noted: Noted, scope: CallScope) => Promise<Now | null>;
  /** Where it is not an object of before that tells: asked first, null = it is. */
  readonly find?: (noted: Noted, scope: CallScope) => Promise<Finding | null>;
  /** What a record shows under the names that it is compared by. Absent: no record is shown after this change. */
  readonly shown?: (record: Row) => Members;
  /** What is asked for instead, where the record that is at hand after the change does not tell. */
  readonly asked?: (noted: Noted, scope: CallScope) => Promise<Members>;
  /** By what a lost change is recognised, where that is not what warnings go by. Default: `comparison`. */
  readonly recognition?: Comparison;
  /** Where the object alone does not tell whether it was changed. Default: lookAtChange. */
  readonly look?: (noted: Noted, now: Now | null) => Finding;
  /** How many parts of a member's path name it where it differs: 1 = "address", not "address.city". Default: all. */
  readonly depth?: number;
}

/** Notes the object, sends, looks whether the object is as the change would have left it, and tells where it is not. */
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
    asked,
    recognition = change.comparison,
    fields = {},
    depth,
  } = change;
  const look =
    change.look ??
    ((noted: Noted, current: Now | null) =>
      lookAtChange(id, before(noted), sent(noted), current?.members ?? null, current?.version ?? null, recognition.isStored));
  return {
    action,
    note: async (_id, _intent, scope) => JSON.stringify(await note(scope)),
    send: (_id, intent, scope) => send(readNote(intent.note, schema), intent, scope),
    find: async (_id, intent, scope) => {
      const noted = readNote(intent.note, schema);
      const { ours, candidates } = (await change.find?.(noted, scope)) ?? look(noted, await now(noted, scope));
      const named = candidates.map((each) => ({ ...each, differs: membersBehind(each.differs, fields, depth) }));
      return { ours, candidates: named };
    },
    ...((shown || asked) && {
      compare: async ({ raw }, intent, scope) => {
        const noted = readNote(intent.note, schema);
        return warningsOf(change, sent(noted), asked ? await asked(noted, scope) : (shown?.(raw) ?? {}));
      },
    }),
  };
}
