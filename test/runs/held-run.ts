import type { Store } from "../../src/journal/store.ts";
import type { Run, RunHold } from "../../src/runs/model.ts";
import { createRunStore } from "../../src/runs/store.ts";

const at = "2026-11-21T10:00:00.000Z";
const reach = { actor: "ada", backends: "*" } as const;

/** Creates a run in the store that is being executed, with its holder. Its rows are of the test's own. */
export async function createHeldRun({ engine }: Pick<Store, "engine">, id: string): Promise<RunHold> {
  const hold: RunHold = { id, owner: "us", epoch: 1 };
  const run: Run = {
    ...{ id, name: id, series: "series", actor: "ada", reach, options: { dryRun: false, rowsPerSecond: null }, state: "RUNNING" },
    ...{ wanted: null, revision: 0, planHash: "plan", summary: { totals: [], calls: 0 }, backends: ["pbx"], problem: null },
    ...{ execution: { ...reach, key: "key", planHash: "plan", at, rows: 1 }, approval: null, undoing: null, paused: [] },
    ...{ owner: hold.owner, epoch: hold.epoch, createdAt: at, updatedAt: at, finishedAt: null },
  };
  const runs = createRunStore(engine);
  await runs.create(run, null, "");
  await runs.edit(id, async () => ({ active: true }));
  return hold;
}

/** Another process claims the run: the lease of its holder has lapsed, as it never had one. */
export async function takeOver({ engine }: Pick<Store, "engine">, id: string): Promise<RunHold> {
  const claimed = await createRunStore(engine).claim(id, { owner: "others", busyWith: new Set() });
  if (!claimed) throw new Error("The run could not be claimed.");
  return { id, owner: "others", epoch: claimed.epoch };
}
