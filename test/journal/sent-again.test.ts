import { Client } from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { createRunner } from "../../src/journal/runner.ts";
import { openStore } from "../../src/journal/store.ts";
import type { Target } from "../../src/journal/target.ts";
import { BillingError } from "../../src/model/errors.ts";
import { startPostgres } from "../support/postgres.ts";
import { callOf, createFakeBackend, journalOver } from "./fake-backend.ts";
import { operation, sqliteFile } from "./fixture.ts";

/** While a call continues an operation that had failed, nobody may take it for one that is over. */

const server = await startPostgres();
afterAll(() => server?.stop());

describe("an operation that is continued after it had failed", () => {
  it("is in flight as soon as a last look finds that it happened after all", async () => {
    const store = await openStore(`sqlite:${sqliteFile()}`);
    const backend = createFakeBackend();
    const free = Promise.withResolvers<void>();
    const reading = Promise.withResolvers<void>();
    const { plan, ...rest } = backend.target({ key: "a", endings: ["lostBefore"] });
    if (plan instanceof BillingError) throw plan;
    const read: typeof plan.read = async (...parameters) => {
      reading.resolve();
      await free.promise;
      return plan.read(...parameters);
    };
    const target: Target = { ...rest, plan: { ...plan, read } };
    const runner = createRunner(journalOver(store, () => [target]));
    const call = callOf([target], { idempotencyKey: "key", repeats: () => true });
    const { id } = (await runner.run(call, {})).operation;
    expect((await runner.reconcile(id, {}))?.status).toBe("FAILED");
    // It was only late.
    backend.things.set("a", [{ id: "1", name: "charges/create" }]);
    const again = runner.run(call, {});
    await reading.promise;
    expect(await store.byId(id)).toMatchObject({ status: "PENDING", completedAt: null, steps: [{ status: "SUCCEEDED" }] });
    free.resolve();
    expect((await again).operation.status).toBe("SUCCEEDED");
    expect(backend.sent).toHaveLength(1);
    await store.close();
  });

  it.runIf(server !== null)("is kept by a deletion in PostgreSQL that began before it was continued", async () => {
    const url = (await server?.createDatabase()) ?? "";
    const [store, holder] = [await openStore(url), new Client(url)];
    try {
      await holder.connect();
      const old = { owner: null, status: "FAILED", completedAt: "2026-11-01T00:00:00.000Z" } as const;
      await store.insert(operation({ id: "continued", ...old }));
      await store.insert(operation({ id: "over", idempotencyKey: "other", ...old }));
      await holder.query("begin");
      await holder.query("update operations set owner = 'another', epoch = epoch + 1 where id = 'continued'");
      const pruned = store.prune("2026-11-10T00:00:00.000Z");
      const waits = "select 1 from pg_locks where not granted";
      await expect.poll(async () => (await holder.query(waits)).rowCount).toBe(1);
      await holder.query("commit");
      expect(await pruned).toBe(1);
      expect(await store.byId("continued")).toMatchObject({ owner: "another" });
      expect(await store.byId("over")).toBeNull();
    } finally {
      await Promise.all([holder.end(), store.close()]);
    }
  });
});
