import { Client } from "pg";
import { afterAll, describe, expect, it, vi } from "vitest";
import type { WriteStep } from "../../src/adapter/adapter.ts";
import { createRunner } from "../../src/journal/runner.ts";
import { openStore } from "../../src/journal/store.ts";
import type { Target, WrittenEntity } from "../../src/journal/target.ts";
import { BillingError } from "../../src/model/errors.ts";
import { patience } from "../support/patience.ts";
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

describe("a step that can never be looked for", () => {
  /** Executes charge 7. @param endings of its sends, in turn; the last one repeats */
  function executing(endings: readonly ("busy" | "lost" | "done")[], lookFails: BillingError) {
    const sent: string[] = [];
    const step: WriteStep<WrittenEntity> = {
      action: "charges/charge",
      send: async (_id, _intent, { permit }) => {
        const ending = endings[Math.min(sent.length, endings.length - 1)];
        if (ending !== "lost") permit?.take();
        sent.push(ending ?? "");
        if (ending === "busy") throw new BillingError("RATE_LIMITED", "pbx has too many requests.", { backendCode: "429" });
        if (ending === "lost") throw new BillingError("OUTCOME_UNKNOWN", "It may or may not have happened.");
        return { id: "7" };
      },
      find: async () => {
        throw lookFails;
      },
    };
    const read = () => Promise.reject(new BillingError("NOT_FOUND", "There is none."));
    const target: Target = { backend: "pbx", type: "Charge", objectId: "7", plan: { steps: [step], read }, fieldPlace: [] };
    return { target, sent };
  }
  const never = new BillingError("BAD_RESPONSE", "pbx does not report the charge's owner.", { retryable: false });
  const now = new BillingError("UNAVAILABLE", "pbx cannot be reached.");

  const opened = async (target: Target) => {
    const store = await openStore(`sqlite:${sqliteFile()}`);
    const runner = createRunner(journalOver(store, () => [target]));
    const call = callOf([target], { idempotencyKey: "key", repeats: () => true });
    return { runner, run: async () => (await runner.run(call, {})).operation, close: () => store.close() };
  };

  it("is sent again after a refusal that its backend made before it acted", async () => {
    const { target, sent } = executing(["busy", "busy", "done"], never);
    const { run, close } = await opened(target);
    for (const status of ["FAILED", "FAILED", "SUCCEEDED", "SUCCEEDED"]) expect((await run()).status).toBe(status);
    expect(sent).toEqual(["busy", "busy", "done"]);
    await close();
  });

  it("is sent again after a person's decision that it did not happen, and not before", async () => {
    const { target, sent } = executing(["lost", "lost", "done"], never);
    const { runner, run, close } = await opened(target);
    for (const _ of ["first", "second"]) {
      const { id, status } = await run();
      expect(status).toBe("UNKNOWN");
      expect((await run()).status).toBe("UNKNOWN");
      const decision = { operationId: id, step: 0, happened: false, nodeId: null, reason: "looked", actor: null };
      // Nobody can decide so while the request may be in flight.
      const decided = await vi.waitFor(() => runner.resolve(decision, {}), patience);
      expect(decided).toMatchObject({ status: "FAILED", steps: [{ errors: [{ retryable: true }] }] });
    }
    expect((await run()).status).toBe("SUCCEEDED");
    expect(sent).toEqual(["lost", "lost", "done"]);
    await close();
  });

  it("is not sent again while its backend could answer later", async () => {
    const { target, sent } = executing(["busy", "done"], now);
    const { run, close } = await opened(target);
    await run();
    expect(await run()).toMatchObject({ status: "FAILED", steps: [{ errors: [{ retryable: true }] }] });
    expect(sent).toEqual(["busy"]);
    await close();
  });
});
