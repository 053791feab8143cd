import { BillingError, invalidInput } from "../model/errors.ts";
import type { Rows } from "./actions.ts";
import { createKeys } from "./keys.ts";
import { type GivenRow, mostRows, type ReadRow, type RowState, type Run, type RunRow, type RunState } from "./model.ts";
import { pagesOf } from "./preparing.ts";
import { nameOf, wrongState } from "./refusals.ts";
import { differences, isOpen, newRow, replaced, uniqueKey } from "./rows.ts";
import type { RowEditor } from "./store.ts";
import type { RunChanges } from "./tables.ts";

/** Corrects the rows of a run before it is executed, or after some of them failed. */
export interface RunEditing {
  /** Replaces the rows by a new version of the file. A row with the same key is the same row. */
  readonly replace: (id: string, rows: Rows) => Promise<Run>;
  readonly correct: (id: string, key: string, row: GivenRow) => Promise<Run>;
  /** @param keys null = all rows that need attention */
  readonly skip: (id: string, keys: readonly string[] | null, reason: string) => Promise<Run>;
  /** Sends rows even though they look like other charges. */
  readonly allowDuplicates: (id: string, keys: readonly string[]) => Promise<Run>;
  /** Checks rows again that need attention, failed, were cancelled or were undone. Then the run can be executed again. */
  readonly check: (id: string) => Promise<Run>;
}

export interface EditingOptions {
  readonly found: (id: string) => Promise<Run>;
  /** Changes a run if it is in one of these states. */
  readonly edit: (
    id: string,
    states: readonly RunState[],
    change: (run: Run, rows: RowEditor) => Promise<RunChanges>,
  ) => Promise<Run>;
  /** Waits until the run has left these states. After a while, returns it as it is. */
  readonly settled: (run: Run, states: readonly RunState[]) => Promise<Run>;
}

export const editable: readonly RunState[] = ["NEEDS_ATTENTION", "READY", "INCOMPLETE"];

/** Changes that make a worker check the UNCHECKED rows. */
const checkedAgain: RunChanges = {
  state: "PREPARING",
  active: true,
  planHash: null,
  approval: null,
  finishedAt: null,
  problem: null,
};

function pagesIn(editor: RowEditor, state: readonly RowState[] | null) {
  return pagesOf({ rows: (_id, ...asked) => editor.read(...asked) }, "", state);
}

/** The rows of a file, at least one and not too many. */
export async function* withinLimits(rows: Rows): AsyncGenerator<ReadRow> {
  let count = 0;
  for await (const row of rows) {
    count += 1;
    if (count > mostRows) throw invalidInput(["rows"], `may be at most ${mostRows}`);
    yield row;
  }
  if (count === 0) throw invalidInput(["rows"], "must have at least one row");
}

export function createEditing({ found, edit, settled }: EditingOptions): RunEditing {
  async function replace(id: string, rows: Rows): Promise<Run> {
    const before = await found(id);
    if (!editable.includes(before.state)) throw wrongState(before);
    // Reads all rows before anything changes: an incomplete file must not replace the rows.
    const given = await Array.fromAsync(withinLimits(rows));
    const changed = await edit(id, editable, async (run, editor) => {
      const keyOf = createKeys(run.name);
      const keys = new Set<string>();
      const known = new Map<string, RunRow>();
      for await (const page of pagesIn(editor, null)) for (const row of page) known.set(row.key, row);
      let position = Math.max(0, ...[...known.values()].map((row) => row.position));
      const saved: RunRow[] = [];
      for (const { line, row } of given) {
        const key = uniqueKey(keyOf(row), line, keys);
        const old = known.get(key.key);
        known.delete(key.key);
        if (!old) saved.push(newRow(++position, line, row, key, run.series));
        else saved.push(replaced(old, line, key.problem ? { ...row, problems: [...row.problems, key.problem] } : row));
      }
      for (const gone of known.values()) {
        if (isOpen(gone.state)) saved.push({ ...gone, state: "SKIPPED", reason: "No longer in the file." });
      }
      await editor.save([...saved, ...(await lookingAlike(editor, new Set(saved.map(({ key }) => key))))]);
      return checkedAgain;
    });
    return settled(changed, ["PREPARING"]);
  }

  /** All rows are checked again for likely duplicates when one of them changes. */
  async function lookingAlike(rows: RowEditor, besides: ReadonlySet<string>): Promise<readonly RunRow[]> {
    const found: RunRow[] = [];
    for await (const page of pagesIn(rows, ["NEEDS_ATTENTION"])) {
      for (const row of page) {
        if (!besides.has(row.key) && row.problems.some(({ code }) => code === "LIKELY_DUPLICATE"))
          found.push({ ...row, state: "UNCHECKED" });
      }
    }
    return found;
  }

  async function editRows(id: string, keys: readonly string[], change: (row: RunRow) => RunRow): Promise<Run> {
    const changed = await edit(id, editable, async (_run, rows) => {
      const wanted = await rows.byKey(keys);
      const missing = keys.find((key) => !wanted.some((row) => row.key === key));
      if (missing !== undefined) throw invalidInput(["keys"], `there is no row ${missing}`);
      const sent = wanted.find(({ state }) => !isOpen(state));
      if (sent) throw new BillingError("CONFLICT", `Row ${sent.key} is ${sent.state}: it cannot be changed any more.`);
      await rows.save([...wanted.map(change), ...(await lookingAlike(rows, new Set(keys)))]);
      return checkedAgain;
    });
    return settled(changed, ["PREPARING"]);
  }

  return {
    replace,
    correct: (id, key, row) =>
      editRows(id, [key], (old) => ({
        ...old,
        given: { ...row, key: old.given.key },
        state: "UNCHECKED",
        reason: null,
        changed: differences(old.given, row),
      })),
    skip: async (id, keys, reason) => {
      const why = nameOf(reason, "reason");
      if (keys !== null) return editRows(id, keys, (row) => ({ ...row, state: "SKIPPED", reason: why, problems: [] }));
      const changed = await edit(id, editable, async (_run, editor) => {
        for await (const page of pagesIn(editor, ["NEEDS_ATTENTION"])) {
          await editor.save(page.map((row) => ({ ...row, state: "SKIPPED", reason: why, problems: [] })));
        }
        return checkedAgain;
      });
      return settled(changed, ["PREPARING"]);
    },
    allowDuplicates: (id, keys) =>
      editRows(id, keys, (row) => ({ ...row, given: { ...row.given, allowDuplicate: true }, state: "UNCHECKED" })),
    check: async (id) => {
      const changed = await edit(id, [...editable, "DONE", "UNDONE", "CANCELLED"], async (_run, rows) => {
        await rows.move(["NEEDS_ATTENTION", "FAILED", "CANCELLED", "UNDONE", "READY"], "UNCHECKED");
        return checkedAgain;
      });
      return settled(changed, ["PREPARING"]);
    },
  };
}
