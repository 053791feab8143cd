import { z } from "zod";
import type { CallScope, Finding, WriteStep } from "../../adapter/adapter.ts";
import { membersBehind } from "../../adapter/kit/comparing.ts";
import { readIfThere } from "../../adapter/kit/loading.ts";
import { lookAtChange, type Members, nothingFound, readNote } from "../../adapter/kit/looking.ts";
import type { Raw } from "../../model/model.ts";
import { type Parameters, type Session, sendChange, type WriteRequest } from "./call.ts";
import { isStoredColumn, shownColumns } from "./compared.ts";
import { unlessRefused } from "./notes.ts";

/**
 * Steps that are one call about an object that exists, and how they are recognised: by the object as it was, as it was sent, and as
 * it is. Enswitch shows neither a version nor the time of a change, and its updates leave alone what they do not name (guide 4.4,
 * conventions): so there is nothing that `send` could compare first.
 */

interface Setting {
  /** What is going to be set, by names of the setting's own. */
  readonly sent: Members;
  /** The same names as the object shows them now, null for what it does not show; null when there is no such object. */
  readonly show: (scope: CallScope) => Promise<Members | null>;
  /** Whether a value that is shown is what the sent one became; default: they are equal. */
  readonly isStored?: (name: string, sent: unknown, shown: unknown) => boolean;
  /** Members of the unified input by these names; default: they are the same. */
  readonly membersOf?: (names: readonly string[]) => readonly string[];
}

/** `was`: null when there was no such object, empty when it may not be read. */
const changeNote = z.object({ was: z.record(z.string(), z.unknown()).nullable() });

export function changeStep<T>(session: Session, id: string, change: WriteRequest, setting: Setting): WriteStep<T> {
  return {
    action: change.function,
    note: async (_id, _intent, scope) => {
      const shown = await unlessRefused(setting.show(scope).then((was) => ({ was })));
      return JSON.stringify((shown ?? { was: {} }) satisfies z.input<typeof changeNote>);
    },
    send: async (_id, _intent, scope) => {
      await sendChange(session, change, scope);
      return { id };
    },
    find: async (_id, { note }, scope) => {
      const { was } = readNote(note, changeNote);
      return look(id, setting, was, await setting.show(scope));
    },
  };
}

function look(id: string, setting: Setting, was: Members | null, now: Members | null): Finding {
  const { sent, isStored, membersOf: named = (names) => names } = setting;
  // It never existed, so nothing was changed.
  if (was === null && now === null) return nothingFound;
  const names = Object.keys(sent);
  const hidden = names.filter((name) => now !== null && (now[name] ?? null) === null);
  const shown = Object.fromEntries(names.filter((name) => !hidden.includes(name)).map((name) => [name, sent[name]]));
  const { ours, candidates } = lookAtChange(id, { was: was ?? {}, version: null }, shown, now, null, isStored);
  const differs = [...candidates.flatMap((candidate) => candidate.differs), ...hidden];
  if (ours.length > 0 && hidden.length === 0) return { ours, candidates };
  // A change is made as a whole: where what is shown is as it was, what is hidden is too.
  if (ours.length === 0 && candidates.length === 0) return nothingFound;
  return { ours: [], candidates: [{ id, claim: null, differs: named(differs) }] };
}

/** An update: `columns` are its parameters without `id`. */
export function updateStep<T extends { readonly raw: Raw }>(
  session: Session,
  id: string,
  change: WriteRequest,
  columns: Parameters,
  read: (id: string, scope: CallScope) => Promise<T>,
): WriteStep<T> {
  return changeStep(session, id, change, {
    sent: columns,
    show: async (scope) => {
      const found = await readIfThere(read(id, scope));
      return found && shownColumns(columns, found.raw);
    },
    isStored: (name, _sent, shown) => typeof shown === "string" && isStoredColumn(name, columns, shown, session.timeZone),
    membersOf: (names) => membersBehind(names, change.fields ?? {}, 1),
  });
}
