import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Operation } from "../../src/journal/model.ts";
import { createRunner, OnceTakenError, type Runner } from "../../src/journal/runner.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import { startPostgres } from "../support/postgres.ts";
import { callOf, createFakeBackend, journalOver } from "./fake-backend.ts";
import { operation, step, storeDialects } from "./fixture.ts";

const server = await startPostgres();
afterAll(() => server?.stop());

const once = (key: string, number = 1) => ({ runId: "run", key, number });

describe.each(storeDialects(server))("what must happen once, on $name", ({ available, createUrl }) => {
  let store: Store;
  let runner: Runner;
  let backend: ReturnType<typeof createFakeBackend>;

  beforeEach(async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    store = await openStore(await createUrl());
    backend = createFakeBackend();
    runner = createRunner(journalOver(store, () => []));
  });
  afterEach(async () => store?.close());

  it("is one operation, whoever asks for it; of many that race, one sends", async () => {
    const calls = Array.from({ length: 12 }, (_, index) => ({
      ...callOf([backend.target({ key: "row" })], { idempotencyKey: `key ${index}` }),
      actor: `actor ${index % 3}`,
      once: once("row"),
    }));
    const endings = await Promise.allSettled(calls.map((call) => runner.run(call, {})));
    expect(endings.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const ending of endings) if (ending.status === "rejected") expect(ending.reason).toBeInstanceOf(OnceTakenError);
    expect(backend.sent).toHaveLength(1);
    const [recorded, ...others] = await store.ofOnce(["row", "other"]);
    expect(others).toEqual([]);
    expect(recorded).toMatchObject({ status: "SUCCEEDED", once: once("row") });
  });

  it("is repeated with its own key like any call", async () => {
    const call = {
      ...callOf([backend.target({ key: "row", endings: ["neverLeft", "done"] })], { idempotencyKey: "key" }),
      once: once("row"),
    };
    expect((await runner.run(call, {})).operation.status).toBe("FAILED");
    expect((await runner.run(call, {})).operation.status).toBe("SUCCEEDED");
    expect((await runner.run(call, {})).replayed).toBe(true);
  });

  it("may be done under the next number once the failed operation is given up, which is then never sent again", async () => {
    const call = {
      ...callOf([backend.target({ key: "row", endings: ["neverLeft", "done"] })], { idempotencyKey: "key" }),
      once: once("row"),
    };
    const { operation: failed } = await runner.run(call, {});
    expect((await runner.giveUp(failed.id, {}))?.steps[0]?.errors[0]?.retryable).toBe(false);
    expect(await runner.run(call, {})).toMatchObject({ replayed: true, operation: { status: "FAILED" } });
    expect(backend.sent).toHaveLength(1);
    const next = await runner.run({ ...call, idempotencyKey: "next", once: once("row", 2) }, {});
    expect(next.operation.status).toBe("SUCCEEDED");
    expect((await store.ofOnce(["row"])).map(({ once: of }) => of?.number).sort()).toEqual([1, 2]);
  });

  it("cannot be given up if its request may have left or it is done", async () => {
    const mayHaveLeft = {
      ...step,
      status: "FAILED",
      mayHaveLeft: true,
      errors: [{ code: "UNAVAILABLE", message: "", field: null, backendCode: null, retryable: true }],
    } as const;
    await store.insert(operation({ id: "left", status: "FAILED", owner: null, steps: [mayHaveLeft] }));
    expect((await runner.giveUp("left", {}))?.steps[0]?.errors[0]?.retryable).toBe(true);
    const { operation: done } = await runner.run(callOf([backend.target({ key: "row" })], { idempotencyKey: "key" }), {});
    expect((await runner.giveUp(done.id, {}))?.status).toBe("SUCCEEDED");
    expect(await runner.giveUp("nothing", {})).toBeNull();
  });

  it("is kept longer than other operations", async () => {
    const completedAt = "2026-11-01T00:00:00.000Z";
    const ended = { status: "SUCCEEDED", owner: null, completedAt } as const;
    await store.insert(operation({ id: "other", ...ended }));
    await store.insert(operation({ id: "row", ...ended, once: once("row") }));
    const ids = async (): Promise<string[]> => (await store.list({}, 10, null)).map(({ id }: Operation) => id);
    expect(await store.prune("2026-11-10T00:00:00.000Z")).toBe(1);
    expect(await ids()).toEqual(["row"]);
    expect(await store.prune("2026-11-10T00:00:00.000Z", "2026-10-10T00:00:00.000Z")).toBe(0);
    expect(await store.prune("2026-11-10T00:00:00.000Z", "2026-11-10T00:00:00.000Z")).toBe(1);
  });
});
