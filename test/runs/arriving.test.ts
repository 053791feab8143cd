import { afterEach, beforeEach, expect, it } from "vitest";
import { openStore, type Store } from "../../src/journal/store.ts";
import { BillingError } from "../../src/model/errors.ts";
import { createRunActions } from "../../src/runs/actions.ts";
import type { ReadRow, Run } from "../../src/runs/model.ts";
import { createRunStore, type RunStore } from "../../src/runs/store.ts";

/** The store fails while the rows of a run arrive at a process that goes on living. */

const process = { owner: "worker", busyWith: new Set<string>() };
const given = { name: "Rent", series: null, options: { dryRun: false, rowsPerSecond: null }, idempotencyKey: "rent" };
const rows: readonly ReadRow[] = [
  { line: 1, row: { key: "a", charge: {}, customerReference: null, allowDuplicate: false, problems: [] } },
];

let journal: Store;
let store: RunStore;
beforeEach(async () => {
  journal = await openStore("sqlite::memory:");
  store = createRunStore(journal.engine);
});
afterEach(async () => journal.close());

const down = () => new BillingError("UNAVAILABLE", "The store is down.", { retryable: true });

/** From this method on, the store fails until `isUp`. */
function createOn(fails: "create" | "addRows" | "edit") {
  let isDown = false;
  const failing = <Method extends (...parameters: never[]) => Promise<unknown>>(name: string, method: Method): Method =>
    (async (...parameters: Parameters<Method>) => {
      // The first one is committed, and its answer is lost.
      const isFirst = name === fails && !isDown;
      isDown ||= isFirst;
      if (!isDown || (isFirst && name === "create")) await method(...parameters);
      if (isDown) throw down();
    }) as never;
  const create = failing("create", store.create);
  const broken: RunStore = {
    ...store,
    create: async (...parameters) => {
      await create(...parameters);
      return parameters[0];
    },
    addRows: failing("addRows", store.addRows),
    edit: failing("edit", store.edit),
    remove: failing("remove", store.remove),
    byId: failing("byId", store.byId),
  };
  return actionsOn(broken).create(given, rows);
}

function actionsOn(kept: RunStore) {
  return createRunActions({
    store: kept,
    arriving: process.busyWith,
    presence: { owner: () => process.owner, announce: () => journal.heartbeat(process.owner, 60_000) },
    reach: { actor: "ada", backends: "*" },
    found: async (id) => (await store.byId(id)) as Run,
    undoHash: async () => "",
    approval: { isNeeded: () => false, expiresAfterMs: 1 },
    // Somebody prepares it at once.
    wake: (id) => void store.edit(id, async () => ({ state: "READY" })),
  });
}

it.each(["create", "addRows", "edit"] as const)("at %s: the call with its key begins anew", async (fails) => {
  await expect(createOn(fails)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  const [left] = await store.list({}, 10, null);
  expect(left).toMatchObject({ state: "PREPARING", owner: process.owner });
  const made = await actionsOn(store).create(given, rows);
  expect(made.state).toBe("READY");
  // Whoever waited for rows that nobody sends any more would get the run that was left.
  expect(made.id).not.toBe(left?.id);
  expect(await store.list({}, 10, null)).toMatchObject([{ id: made.id }]);
  expect(await store.rows(made.id, {}, 10, 0)).toHaveLength(1);
});

it("leaves nothing behind, even if nobody repeats the call", async () => {
  await expect(createOn("addRows")).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(await store.removeBrokenOff({ owner: "another", busyWith: new Set() })).toBe(0);
  expect(await store.removeBrokenOff(process)).toBe(1);
  expect(await store.list({}, 10, null)).toEqual([]);
});
