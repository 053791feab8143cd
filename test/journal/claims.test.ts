import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Target } from "../../src/billing/planning.ts";
import type { Operation } from "../../src/journal/model.ts";
import { createRunner } from "../../src/journal/runner.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import { startPostgres } from "../support/postgres.ts";
import { callOf, createFakeBackend, journalOver } from "./fake-backend.ts";
import { operation, step, storeDialects } from "./fixture.ts";

/** Two like creates, of which one is lost and the other still under way: the lost one may be given the other's object for a moment. */

const server = await startPostgres();
afterAll(() => server?.stop());

describe.each(storeDialects(server))("a claim on $name", ({ available, createUrl }) => {
  let store: Store;
  beforeEach(async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    store = await openStore(await createUrl());
  });
  afterEach(async () => store?.close());

  const stepsOf = async (id: string) =>
    (await store.byId(id))?.steps.map(({ status, claim, nodeId }) => ({ status, claim, nodeId }));

  it("goes back to who the backend says has made the object, and the mistaken one is looked for again", async () => {
    const backend = createFakeBackend();
    const answered = Promise.withResolvers<void>();
    // Of the requests for one thing the first is lost before it acts; the answer to the second is held back.
    const lost = backend.target({ key: "a", endings: ["lostBefore", "done"] });
    const slow = heldBack(lost, answered.promise);
    const runner = createRunner(journalOver(store, () => [lost]));

    const first = await runner.run(callOf([lost]), {});
    const underWay = runner.run(callOf([slow]), {});
    await expect.poll(() => backend.all()).toEqual(["a:1"]);
    expect((await runner.reconcile(first.operation.id, {}))?.status).toBe("SUCCEEDED");
    answered.resolve();
    const second = await underWay;

    expect(second.operation).toMatchObject({ status: "SUCCEEDED", steps: [{ claim: "1" }] });
    expect(await store.byId(first.operation.id)).toMatchObject({ status: "UNKNOWN", completedAt: null, owner: null });
    expect(await stepsOf(first.operation.id)).toEqual([{ status: "UNKNOWN", claim: null, nodeId: null }]);
    expect((await runner.reconcile(first.operation.id, {}))?.status).toBe("FAILED");
    expect(backend.all()).toEqual(["a:1"]);
  });

  it("is freed only where a look has given it, and nobody is working on the operation that has it", async () => {
    const found = { ...step, status: "SUCCEEDED", claim: "7", nodeId: "node" } as const;
    await store.insert(operation({ id: "owned", looks: 1, owner: "worker", steps: [found] }));
    await store.insert(operation({ id: "rolled back", looks: 1, status: "ROLLED_BACK", steps: [{ ...found, claim: "8" }] }));
    await store.insert(operation({ id: "answered", status: "SUCCEEDED", steps: [{ ...found, claim: "11" }] }));
    await store.insert(
      operation({ id: "done", looks: 1, status: "SUCCEEDED", steps: [found, { ...found, position: 1 }].map(claiming) }),
    );
    expect(await Promise.all(["7", "8", "11", "9-0", "10"].map((claim) => store.takeBack("pbx", claim)))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
    expect(await store.claimed("pbx", ["7", "8", "9-0", "9-1"])).toEqual(new Set(["7", "8", "9-1"]));
    expect(await store.byId("done")).toMatchObject({
      status: "UNKNOWN",
      steps: [{ status: "UNKNOWN", errors: [{ code: "OUTCOME_UNKNOWN" }] }, { status: "SUCCEEDED" }],
    });
  });
});

const claiming = (each: Operation["steps"][number]): Operation["steps"][number] => ({ ...each, claim: `9-${each.position}` });

function heldBack(target: Target, until: Promise<void>): Target {
  if (target.plan instanceof Error) throw target.plan;
  const steps = target.plan.steps.map((each) => ({
    ...each,
    send: async (...parameters: Parameters<typeof each.send>) => {
      const written = await each.send(...parameters);
      await until;
      return written;
    },
  }));
  return { ...target, plan: { ...target.plan, steps } };
}
