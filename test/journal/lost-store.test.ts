import { sql } from "kysely";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRunner } from "../../src/journal/runner.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import type { Target } from "../../src/journal/target.ts";
import { type Continuity, createContinuity } from "../../src/store/continuity.ts";
import { startPostgres } from "../support/postgres.ts";
import { callOf, createFakeBackend, journalOver } from "./fake-backend.ts";
import { operation, storeDialects } from "./fixture.ts";

/** Keys that were lost with a store must not act again, not even before the gateway has noticed the loss. */

const server = await startPostgres();
afterAll(() => server?.stop());

describe.each(storeDialects(server))(
  "a store on $name that lacks records it had a moment ago",
  ({ name, available, createUrl }) => {
    let store: Store;
    let continuity: Continuity;
    beforeEach(async ({ skip }) => {
      skip(!available, "PostgreSQL could not be started");
      store = await openStore(await createUrl());
      continuity = createContinuity({ engine: store.engine, markFile: null, report: () => {} });
      for (let beat = 0; beat < 3; beat += 1) await continuity.check();
      await store.insert(operation({ id: "earlier" }));
      await store.retire("worker");
    });
    afterEach(async () => store?.close());

    const losses: [why: string, change: string][] = [
      ["is older", "update continuity set count = 1"],
      ["is another one", "update continuity set generation = 'another'"],
      ["is empty", "delete from continuity"],
      ["was found to be so by another process", "update continuity set suspicion = 'It is another one.'"],
    ];
    // A standby has taken over. The first call meets it on a new connection, after the last check.
    if (name === "PostgreSQL") losses.push(["is on another timeline", "update continuity set timeline = 'FFFFFFFF'"]);

    it.each(losses)("because it %s accepts no new operation and lets none be claimed", async (_why, change) => {
      await sql.raw(change).execute(store.engine.database);
      await expect(store.insert(operation({ id: "new" }))).rejects.toMatchObject({ code: "UNAVAILABLE", retryable: true });
      await expect(store.claim("earlier", "other")).rejects.toMatchObject({ code: "UNAVAILABLE", retryable: true });
      expect(await store.byId("new")).toBeNull();
      expect(await store.byId("earlier")).toMatchObject({ owner: "worker", epoch: 1 });
      // The next caller checks the store first, and is refused.
      expect(continuity.problem()).toBeNull();
      await continuity.confirm();
      expect(continuity.problem()).not.toBeNull();

      await continuity.accept("ada", "restored");
      expect(await store.insert(operation({ id: "new" }))).toMatchObject({ id: "new" });
      expect(await store.claim("earlier", "other")).toMatchObject({ epoch: 2 });
    });

    it("keeps counting commits, and does not take an existing key for a loss", async () => {
      await sql.raw("update continuity set count = count + 5").execute(store.engine.database);
      expect(await store.insert(operation({ id: "earlier" }))).toBeNull();
      expect(await store.claim("unknown", "other")).toBeNull();
      expect(await store.insert(operation({ id: "new" }))).toMatchObject({ id: "new" });
    });

    it("tells a call that was under way that its outcome is unknown, and not that it is being worked on", async () => {
      const backend = createFakeBackend();
      const target = backend.target({ key: "a" });
      const runner = createRunner(journalOver(store, () => [losing(target)]));
      const told = runner.run(callOf([losing(target)]), {});
      await expect(told).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN", retryable: false });
      await expect(told).rejects.toThrow("has lost operation");
      expect(backend.all()).toEqual(["a:1"]);
    });

    /** While its step is sent, the store loses what it has recorded of it. */
    function losing(target: Target): Target {
      if (target.plan instanceof Error) throw target.plan;
      const steps = target.plan.steps.map((each) => ({
        ...each,
        send: async (...parameters: Parameters<typeof each.send>) => {
          const written = await each.send(...parameters);
          await sql`delete from operations where id <> 'earlier'`.execute(store.engine.database);
          return written;
        },
      }));
      return { ...target, plan: { ...target.plan, steps } };
    }
  },
);
