import { z } from "zod";
import type { CallScope, Finding, WriteStep } from "../../adapter/adapter.ts";
import { type Comparison, comparisonBy, type WarningContext } from "../../adapter/kit/comparing.ts";
import { readIfThere } from "../../adapter/kit/loading.ts";
import { lookAtChange, type Members, nothingFound } from "../../adapter/kit/looking.ts";
import type { Row } from "../../adapter/kit/reading.ts";
import { changeStep as kitStep } from "../../adapter/kit/steps.ts";
import type { Raw } from "../../model/model.ts";
import { type FunctionParameters, type Session, sendChange, type WriteRequest } from "./call.ts";
import { isStoredColumn, shownColumns, warningContext } from "./compared.ts";
import { unlessRefused } from "./notes.ts";

/**
 * Steps that change an existing object with one call. The object as it was, as it was sent and as it is now tell whether the change
 * happened. Enswitch shows neither a version nor a change time, and an update keeps every column that it does not name (guide 4.4,
 * conventions): so `send` has nothing to compare first.
 */

interface Setting extends Pick<WarningContext, "fields" | "text"> {
  /** The values to set, under names of the setting's own. */
  readonly sent: Members;
  /** Reads the same names now: null for a hidden value, or for an object that does not exist. */
  readonly show: (scope: CallScope) => Promise<Members | null>;
  /** Recognises the change after a lost answer. */
  readonly recognition: Comparison;
  /** Decides about warnings, see ObjectChange. */
  readonly comparison?: Comparison;
  readonly shown?: (row: Row) => Members;
  /** See WriteStep. */
  readonly isState?: true;
}

/** `was`: null where the object did not exist, empty where the role may not read it. */
const changeNote = z.object({ was: z.record(z.string(), z.unknown()).nullable() });

export function changeStep<T>(session: Session, id: string, change: WriteRequest, setting: Setting): WriteStep<T> {
  const { sent, show, recognition, comparison = recognition } = setting;
  return kitStep(id, {
    ...setting,
    backend: session.backend,
    comparison,
    action: change.function,
    noted: changeNote,
    note: async (scope) => (await unlessRefused(show(scope).then((was) => ({ was })))) ?? { was: {} },
    before: ({ was }) => ({ was: was ?? {}, version: null }),
    send: async (_noted, _intent, scope) => {
      await sendChange(session, change, scope);
      return { id };
    },
    sent: () => sent,
    now: async (_noted, scope) => {
      const members = await show(scope);
      return members && { members, version: null };
    },
    look: ({ was }, now) => look(id, setting, was, now?.members ?? null),
    depth: 1,
  });
}

function look(id: string, { sent, recognition }: Setting, was: Members | null, now: Members | null): Finding {
  // The object never existed, so nothing was changed.
  if (was === null && now === null) return nothingFound;
  const names = Object.keys(sent);
  const hidden = names.filter((name) => now !== null && (now[name] ?? null) === null);
  const shown = Object.fromEntries(names.filter((name) => !hidden.includes(name)).map((name) => [name, sent[name]]));
  const { ours, candidates } = lookAtChange(id, { was: was ?? {}, version: null }, shown, now, null, recognition);
  const differs = [...candidates.flatMap((candidate) => candidate.differs), ...hidden];
  if (ours.length > 0 && hidden.length === 0) return { ours, candidates };
  // A change happens as a whole: where the shown columns are as they were, so are the hidden ones.
  if (ours.length === 0 && candidates.length === 0) return nothingFound;
  return { ours: [], candidates: [{ id, claim: null, differs }] };
}

/** The step of an update. @param columns its parameters without `id` */
export function updateStep<T extends { readonly raw: Raw }>(
  session: Session,
  id: string,
  change: WriteRequest,
  columns: FunctionParameters,
  read: (id: string, scope: CallScope) => Promise<T>,
): WriteStep<T> {
  const { fields = {} } = change;
  const sentColumns = shownColumns(columns, columns);
  return changeStep(session, id, change, {
    ...warningContext(session, columns, fields),
    sent: columns,
    show: async (scope) => {
      const found = await readIfThere(read(id, scope));
      return found && shownColumns(columns, found.raw);
    },
    recognition: comparisonBy(
      (name, _sent, shown) => typeof shown === "string" && isStoredColumn(name, columns, shown, session.timeZone),
      (name, _sent, shown) => sentColumns[name] === shown,
    ),
    shown: (row) => row,
  });
}
