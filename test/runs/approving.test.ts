import { afterEach, beforeEach, expect, it } from "vitest";
import { openStore, type Store } from "../../src/journal/store.ts";
import { createRunActions } from "../../src/runs/actions.ts";
import type { Run } from "../../src/runs/model.ts";
import { createRunStore, type RunStore } from "../../src/runs/store.ts";

/** A second person approves a plan. There is no worker here, so nobody else notices that the approval has expired. */

let journal: Store;
let store: RunStore;
beforeEach(async () => {
  journal = await openStore("sqlite::memory:");
  store = createRunStore(journal.engine);
});
afterEach(async () => journal.close());

/** Asks for approval of a plan with the hash "plan". */
async function ask(expiresAt: string): Promise<void> {
  const at = "2026-01-31T10:00:00.000Z";
  const reach = { actor: "clerk", backends: "*" } as const;
  const asked = { state: "AWAITING", planHash: "plan", askedAt: at, expiresAt, by: null, at: null, reason: null } as const;
  const run: Run = {
    ...{ id: "run", name: "Run", series: "Run", actor: "clerk", reach, options: { dryRun: false, rowsPerSecond: null } },
    ...{ state: "AWAITING_APPROVAL", wanted: null, revision: 0, planHash: "plan", summary: { totals: [], calls: 1 } },
    ...{ backends: ["pbx"], problem: null, execution: { ...reach, key: "key", planHash: "plan", at, rows: 1 }, approval: asked },
    ...{ undoing: null, paused: [], owner: null, epoch: 0, createdAt: at, updatedAt: at, finishedAt: null },
  };
  await store.create(run, null, "");
}

async function approve(expiresAt: string): Promise<Run> {
  await ask(expiresAt);
  return actionsOf("manager").approve("run", "plan");
}

function actionsOf(actor: string) {
  return createRunActions({
    store,
    arriving: new Set(),
    presence: { owner: () => "", announce: async () => undefined },
    reach: { actor, backends: "*" },
    found: async () => (await store.byId("run")) as Run,
    undoHash: async () => "",
    approval: { isNeeded: () => true, expiresAfterMs: 1 },
    wake: () => undefined,
  });
}

it("starts the run in time", async () => {
  expect(await approve("2999-01-01T00:00:00.000Z")).toMatchObject({
    state: "RUNNING",
    approval: { state: "APPROVED", by: "manager" },
  });
});

it("is refused when too late, and the plan can be confirmed again", async () => {
  await expect(approve("2026-01-31T10:00:01.000Z")).rejects.toMatchObject({ code: "CONFLICT" });
  expect(await store.byId("run")).toMatchObject({ state: "READY", execution: null, approval: { state: "EXPIRED", by: null } });
});

it("answers a repeated approval, whose first answer was lost, with the run; another person's is refused", async () => {
  const approved = await approve("2999-01-01T00:00:00.000Z");
  const as = (actor: string) => actionsOf(actor).approve("run", "plan");
  expect(await as("manager")).toMatchObject({ state: "RUNNING", approval: approved.approval });
  await store.edit("run", async () => ({ state: "DONE" }));
  expect(await as("manager")).toMatchObject({ state: "DONE", approval: approved.approval });
  await expect(as("other")).rejects.toMatchObject({ code: "CONFLICT" });
});

it("refuses the plan that the person has seen, and no other", async () => {
  await ask("2999-01-01T00:00:00.000Z");
  const refuse = (planHash: string | null) => actionsOf("manager").refuse("run", "counted twice", planHash);
  await expect(refuse("an earlier plan")).rejects.toMatchObject({ code: "CONFLICT", field: ["planHash"] });
  expect(await store.byId("run")).toMatchObject({ state: "AWAITING_APPROVAL", approval: { state: "AWAITING" } });
  expect(await refuse("plan")).toMatchObject({ state: "READY", approval: { state: "REFUSED", by: "manager" } });
});

it("answers a repeated refusal, whose first answer was lost, with the run; another one is refused", async () => {
  await ask("2999-01-01T00:00:00.000Z");
  const refuse = (actor: string, reason: string, planHash: string | null) => actionsOf(actor).refuse("run", reason, planHash);
  const refused = await refuse("manager", "counted twice", "plan");
  for (const planHash of ["plan", null]) {
    expect(await refuse("manager", " counted twice ", planHash)).toMatchObject({ state: "READY", approval: refused.approval });
  }
  await expect(refuse("other", "counted twice", "plan")).rejects.toMatchObject({ code: "CONFLICT" });
  await expect(refuse("manager", "too early", "plan")).rejects.toMatchObject({ code: "CONFLICT" });
  await expect(refuse("manager", "counted twice", "another plan")).rejects.toMatchObject({ code: "CONFLICT" });
});
