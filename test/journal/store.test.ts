import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Operation, Step } from "../../src/journal/model.ts";
import { OwnershipLostError, StepClaimedError } from "../../src/journal/recorder.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import { startPostgres } from "../support/postgres.ts";
import { heldBy, operation, step, storeDialects } from "./fixture.ts";

const server = await startPostgres();
afterAll(() => server?.stop());

const idsOf = (operations: readonly Operation[]): string[] => operations.map(({ id }) => id);

describe.each(storeDialects(server))("the store on $name", ({ available, createUrl }) => {
  let url: string;
  let store: Store;

  beforeEach(async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    url = await createUrl();
    store = await openStore(url);
  });
  afterEach(async () => store?.close());

  it("returns all that was recorded, also after it was closed and opened again", async () => {
    const recorded = operation({
      id: "op-1",
      actor: "ada",
      input: { note: "päid \u0000 'twice' 💶", amounts: ["1", null, { nested: true }] },
      onFailure: "ROLL_BACK",
      nextLookAt: "2026-11-21T11:00:00.000Z",
    });
    await store.insert(recorded);
    const changed: Step = {
      ...step,
      status: "FAILED",
      attempts: 1,
      errors: [{ code: "INVALID_INPUT", message: "no", field: ["input", "amount"], backendCode: "400", retryable: false }],
      objectId: "object",
      nodeId: "node",
      claim: "claim",
      note: "a mark ".repeat(9_000),
      startedAt: "2026-11-21T10:00:01.000Z",
      finishedAt: "2026-11-21T10:00:02.000Z",
    };
    await store.saveStep(heldBy("op-1"), changed);
    const compensation: Step = { ...step, position: 1, action: "charges/void", compensates: true };
    await store.addSteps(heldBy("op-1"), [compensation]);
    const ending = {
      status: "FAILED",
      completedAt: "2026-11-21T10:00:03.000Z",
      owner: null,
      looks: 2,
      nextLookAt: null,
    } as const;
    await store.save(heldBy("op-1"), ending);
    const before = await store.byId("op-1");
    await store.close();
    store = await openStore(url);
    expect(before).toEqual({ ...recorded, ...ending, steps: [changed, compensation], updatedAt: expect.any(String) });
    expect(await store.byId("op-1")).toEqual(before);
  });

  it("keeps lone surrogates and NUL in JSON, and replaces them elsewhere", async () => {
    const [half, message] = ["half a character: \ud83d", "half \ud83d, and nothing: \0"];
    const errors = [{ code: "INTERNAL", message, field: null, backendCode: null, retryable: false }] as const;
    await store.insert(operation({ id: "op-1", input: { note: message }, steps: [{ ...step, note: half }] }));
    await store.saveStep(heldBy("op-1"), { ...step, note: half, claim: half, errors });
    const whole = "half a character: \ufffd";
    expect(await store.byId("op-1")).toMatchObject({ input: { note: message }, steps: [{ note: whole, claim: whole, errors }] });
  });

  it("changes only the given members", async () => {
    const before = await store.insert(operation({ id: "op-1", status: "UNKNOWN", looks: 3 }));
    await store.save(heldBy("op-1"), { nextLookAt: "2026-11-21T11:00:00.000Z" });
    expect(await store.byId("op-1")).toEqual({
      ...before,
      nextLookAt: "2026-11-21T11:00:00.000Z",
      updatedAt: expect.any(String),
    });
  });

  it("updates the time with every change, also of a step", async () => {
    const times = [(await store.insert(operation({ id: "op-1" })))?.updatedAt];
    const changes = [
      () => store.saveStep(heldBy("op-1"), { ...step, attempts: 1 }),
      () => store.addSteps(heldBy("op-1"), [{ ...step, position: 1 }]),
      () => store.save(heldBy("op-1"), { looks: 1 }),
      () => store.claim("op-1", "worker-1"),
    ];
    for (const change of changes) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      await change();
      times.push((await store.byId("op-1"))?.updatedAt);
    }
    expect(new Set(times).size).toBe(5);
    expect(times.toSorted()).toEqual(times);
    expect(times.every((time) => time !== undefined && new Date(time).toISOString() === time)).toBe(true);
  });

  it("stores a key once for an actor and a mutation; dry runs have keys of their own", async () => {
    const key = { idempotencyKey: "key-1" };
    expect(await store.insert(operation({ id: "op-1", ...key }))).toMatchObject({ id: "op-1" });
    expect(await store.insert(operation({ id: "op-2", ...key }))).toBeNull();
    expect(await store.byId("op-2")).toBeNull();
    expect(await store.insert(operation({ id: "op-3", ...key, mutation: "createTax" }))).not.toBeNull();
    expect(await store.insert(operation({ id: "op-4", ...key, actor: "ada" }))).not.toBeNull();
    expect(await store.insert(operation({ id: "op-5", ...key, validateOnly: true }))).not.toBeNull();
    const found = await store.byKey({ actor: null, mutation: "createCharge", idempotencyKey: "key-1", validateOnly: false });
    expect(found?.id).toBe("op-1");
  });

  it("lets one of many racing for a key win, without failing any", async () => {
    const racing = Array.from({ length: 20 }, (_, index) =>
      store.insert(operation({ id: `op-${index}`, idempotencyKey: "one" })),
    );
    expect((await Promise.all(racing)).filter((inserted) => inserted !== null)).toHaveLength(1);
  });

  it("keeps as many steps as a fan-out may have, in their order", async () => {
    const steps = Array.from({ length: 1_200 }, (_, position) => ({
      ...step,
      position,
      target: position,
      backend: `b${position % 7}`,
    }));
    await store.insert(operation({ id: "op-1", steps }));
    expect((await store.byId("op-1"))?.steps).toEqual(steps);
  });

  it("records nothing of an operation that it cannot record completely", async () => {
    await expect(store.insert(operation({ id: "op-1", steps: [step, step] }))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(await store.byId("op-1")).toBeNull();
  });

  it("rejects the change of a step that does not exist", async () => {
    await expect(store.saveStep(heldBy("op-2"), step)).rejects.toThrow(OwnershipLostError);
    await expect(store.save(heldBy("op-2"), { looks: 1 })).rejects.toThrow(OwnershipLostError);
  });

  it("lists newest first, in pages without gaps or repeats, filtered", async () => {
    for (let index = 0; index < 25; index += 1) {
      await store.insert(
        operation({
          // Capital letters come before small ones: bytes are compared, not words.
          id: `${index % 2 === 0 ? "a" : "B"}-${String(index).padStart(2, "0")}`,
          // Several share an instant: the id decides.
          createdAt: `2026-11-21T10:00:0${Math.floor(index / 5)}.000Z`,
          status: (["SUCCEEDED", "UNKNOWN", "FAILED"] as const)[index % 3] ?? "SUCCEEDED",
          mutation: index % 4 === 0 ? "createTax" : "createCharge",
          steps: [0, 1].map((position) => ({ ...step, position, backend: index % 5 === 0 ? "suite" : "pbx" })),
        }),
      );
    }
    const everything = await store.list({}, 50, null);
    const bytes = ({ createdAt, id }: Operation) => `${createdAt} ${id}`;
    expect(everything.map(bytes)).toEqual(everything.map(bytes).toSorted().reverse());
    expect(everything).toHaveLength(25);

    const filters = [
      {},
      { status: ["UNKNOWN"] as const },
      { status: ["UNKNOWN", "FAILED", "UNKNOWN"] as const },
      { status: [] },
      { mutation: "createTax" },
      { backend: "suite" },
      { backend: "pbx", status: ["SUCCEEDED", "FAILED"] as const, mutation: "createCharge" },
      { from: "2026-11-21T10:00:01.000Z", to: "2026-11-21T10:00:03.000Z" },
      { backend: "pbx", from: "2026-11-21T10:00:04.000Z" },
    ];
    for (const filter of filters) {
      const expected = everything.filter(
        ({ status, mutation, createdAt, steps }) =>
          (!filter.status || (filter.status as readonly string[]).includes(status)) &&
          (!filter.mutation || filter.mutation === mutation) &&
          (!filter.backend || filter.backend === steps[0]?.backend) &&
          (!filter.from || createdAt >= filter.from) &&
          (!filter.to || createdAt <= filter.to),
      );
      const paged: Operation[] = [];
      for (let page = 0; page < 10; page += 1) paged.push(...(await store.list(filter, 4, paged.at(-1) ?? null)));
      expect(paged, JSON.stringify(filter)).toEqual(expected);
    }
  });

  it("finds an operation by the backend of a step that was added later", async () => {
    await store.insert(operation({ id: "op-1" }));
    await store.addSteps(heldBy("op-1"), [{ ...step, position: 1, backend: "suite" }]);
    await store.addSteps(heldBy("op-1"), [{ ...step, position: 2, backend: "suite" }]);
    expect(idsOf(await store.list({ backend: "suite" }, 5, null))).toEqual(["op-1"]);
  });

  it("finds what blocks an object: operations with its steps in flight or unknown, oldest first", async () => {
    const onObject = (status: Step["status"], objectId = "customer") => [step, { ...step, position: 1, status, objectId }];
    const createdAt = "2026-11-21T09:00:00.000Z";
    await store.insert(operation({ id: "sending", steps: onObject("SENDING") }));
    await store.insert(operation({ id: "unknown", createdAt, steps: onObject("UNKNOWN") }));
    await store.insert(operation({ id: "done", steps: onObject("SUCCEEDED") }));
    await store.insert(operation({ id: "other", steps: onObject("UNKNOWN", "other") }));
    expect(idsOf(await store.blocking("customer"))).toEqual(["unknown", "sending"]);
    expect((await store.blocking("customer"))[0]?.steps).toHaveLength(2);
    expect(await store.blocking("nothing")).toEqual([]);
  });

  it("gives a claim to one step only, and knows which are taken", async () => {
    await store.insert(operation({ id: "op-1", steps: [step, { ...step, position: 1, backend: "suite" }] }));
    await store.insert(operation({ id: "op-2" }));
    await store.saveStep(heldBy("op-1"), { ...step, claim: "7" });
    await store.saveStep(heldBy("op-1"), { ...step, claim: "7", status: "SUCCEEDED" });
    await store.saveStep(heldBy("op-1"), { ...step, position: 1, backend: "suite", claim: "7" });
    await expect(store.saveStep(heldBy("op-2"), { ...step, claim: "7", status: "SUCCEEDED" })).rejects.toThrow(StepClaimedError);
    expect((await store.byId("op-2"))?.steps).toEqual([step]);
    expect(await store.claimed("pbx", ["6", "7"])).toEqual(new Set(["7"]));
    expect(await store.claimed("suite", ["6"])).toEqual(new Set());
    expect(await store.claimed("pbx", [])).toEqual(new Set());
    await store.saveStep(heldBy("op-1"), step);
    await store.saveStep(heldBy("op-2"), { ...step, claim: "7" });
  });

  it("gives a claim to one of several that race for it", async () => {
    const ids = Array.from({ length: 8 }, (_, index) => `op-${index}`);
    for (const id of ids) await store.insert(operation({ id }));
    const racing = await Promise.allSettled(ids.map((id) => store.saveStep(heldBy(id), { ...step, claim: "7" })));
    expect(racing.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const each of racing) if (each.status === "rejected") expect(each.reason).toBeInstanceOf(StepClaimedError);
  });

  it("gives an operation to one of several that race for it, under a new epoch, with its current steps", async () => {
    await store.insert(operation({ id: "op-1" }));
    await store.saveStep(heldBy("op-1"), { ...step, attempts: 7 });
    await store.save(heldBy("op-1"), { owner: null });
    const owners = Array.from({ length: 8 }, (_, index) => `worker-${index}`);
    await Promise.all(owners.map((owner) => store.heartbeat(owner, 60_000)));
    const claims = (await Promise.all(owners.map((owner) => store.claim("op-1", owner)))).filter((claimed) => claimed !== null);
    expect(claims).toHaveLength(1);
    expect(claims[0]).toMatchObject({ epoch: 2, steps: [{ attempts: 7 }] });
    expect(await store.byId("op-1")).toEqual(claims[0]);
    expect(await store.claim("op-1", "worker-9")).toBeNull();
    expect(await store.claim("op-2", "worker-9")).toBeNull();
  });

  it("refuses every write of an earlier holder without effect", async () => {
    await store.insert(operation({ id: "op-1" }));
    // Its owner has no lease: anyone may claim it.
    expect(await store.claim("op-1", "worker-2")).toMatchObject({ owner: "worker-2", epoch: 2 });
    const before = await store.byId("op-1");
    const holds = [heldBy("op-1"), heldBy("op-1", "worker", 2), heldBy("op-1", "worker-2", 1), heldBy("op-1", "worker-2", 3)];
    for (const hold of holds) {
      await expect(store.saveStep(hold, { ...step, status: "SUCCEEDED", claim: "7" })).rejects.toThrow(OwnershipLostError);
      await expect(store.saveStep(hold, { ...step, position: 1 }, { owner: null })).rejects.toThrow(OwnershipLostError);
      await expect(store.addSteps(hold, [{ ...step, position: 1 }])).rejects.toThrow(OwnershipLostError);
      await expect(store.save(hold, { status: "FAILED", owner: null })).rejects.toThrow(OwnershipLostError);
      expect(await store.reclaim(hold, "worker-3")).toBeNull();
    }
    expect(await store.byId("op-1")).toEqual(before);
    await store.save(heldBy("op-1", "worker-2", 2), { owner: null });
    // Once it is released, its former holder may not write either.
    await expect(store.save(heldBy("op-1", "worker-2", 2), { looks: 1 })).rejects.toThrow(OwnershipLostError);
  });

  it("lets the exact holder claim an operation again, under a new epoch", async () => {
    await store.heartbeat("worker", 60_000);
    await store.insert(operation({ id: "op-1" }));
    expect(await store.claim("op-1", "worker")).toBeNull();
    expect(await store.reclaim(heldBy("op-1"), "worker")).toMatchObject({ owner: "worker", epoch: 2 });
    expect(await store.reclaim(heldBy("op-1"), "worker")).toBeNull();
  });

  it("lets operations be claimed whose owner's lease has lapsed by the store's clock, or never existed", async () => {
    await store.insert(operation({ id: "free", owner: null }));
    await store.insert(operation({ id: "alive", owner: "a" }));
    await store.insert(operation({ id: "lapsed", owner: "b" }));
    await store.insert(operation({ id: "never-noted", owner: "c" }));
    await store.heartbeat("a", 1);
    await store.heartbeat("a", 60_000);
    await store.heartbeat("b", -1);
    expect(idsOf(await store.orphans()).sort()).toEqual(["lapsed", "never-noted"]);
    expect(await store.claim("alive", "d")).toBeNull();
    expect(await store.claim("lapsed", "d")).toMatchObject({ owner: "d", epoch: 2 });
    await store.retire("a");
    expect(idsOf(await store.orphans()).sort()).toEqual(["alive", "lapsed", "never-noted"]);
  });

  it("compares leases by its own clock, however wrong a process's clock is", async () => {
    await store.insert(operation({ id: "op-1", owner: "a" }));
    for (const wrong of [-3_600_000, 3_600_000]) {
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + wrong });
      await store.heartbeat("a", 60_000).finally(() => vi.useRealTimers());
      expect(idsOf(await store.orphans())).toEqual([]);
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + wrong });
      expect(idsOf(await store.orphans().finally(() => vi.useRealTimers()))).toEqual([]);
    }
    expect(Math.abs((await store.time()) - Date.now())).toBeLessThan(5_000);
  });

  it("knows whether another operation is sending a similar step", async () => {
    const like = { ...step, belongsTo: "customer", status: "SENDING" } as const;
    const rival = () => store.hasRival("op-1", like);
    expect(await rival()).toBe(false);
    await store.insert(operation({ id: "op-1", steps: [like] }));
    expect(await rival()).toBe(false);
    await store.insert(operation({ id: "elsewhere", steps: [{ ...like, belongsTo: "another" }] }));
    await store.insert(operation({ id: "otherwise", steps: [{ ...like, action: "charges/charge" }] }));
    await store.insert(operation({ id: "ended", steps: [{ ...like, status: "UNKNOWN" }] }));
    await store.insert(operation({ id: "let go of", owner: null, steps: [like] }));
    expect(await rival()).toBe(false);
    await store.insert(operation({ id: "op-2", steps: [step, { ...like, position: 1 }] }));
    expect(await rival()).toBe(true);
  });

  it("finds what is due for a look, those that have waited longest first", async () => {
    const unknown = { status: "UNKNOWN" } as const;
    await store.insert(operation({ id: "second", owner: null, ...unknown, nextLookAt: "2026-11-21T10:00:02.000Z" }));
    await store.insert(operation({ id: "first", owner: null, ...unknown, nextLookAt: "2026-11-21T10:00:01.000Z" }));
    await store.insert(operation({ id: "owned", ...unknown, owner: "a", nextLookAt: "2026-11-21T10:00:01.000Z" }));
    await store.insert(operation({ id: "later", owner: null, ...unknown, nextLookAt: "2999-01-01T00:00:00.000Z" }));
    await store.insert(operation({ id: "never", owner: null, ...unknown }));
    await store.insert(operation({ id: "settled", owner: null, status: "FAILED", nextLookAt: "2026-11-21T10:00:01.000Z" }));
    expect(idsOf(await store.due(10))).toEqual(["first", "second"]);
    expect(idsOf(await store.due(1))).toEqual(["first"]);
  });

  it("deletes finished operations and their keys after the retention time, never unfinished ones", async () => {
    const completedAt = "2026-11-01T00:00:00.000Z";
    const claimed = [{ ...step, claim: "7" }];
    await store.insert(
      operation({ id: "done", owner: null, idempotencyKey: "1", status: "SUCCEEDED", completedAt, steps: claimed }),
    );
    await store.insert(operation({ id: "unknown", status: "UNKNOWN" }));
    await store.insert(operation({ id: "recent", status: "FAILED", completedAt: "2026-11-20T00:00:00.000Z" }));
    expect(await store.prune("2026-11-10T00:00:00.000Z")).toBe(1);
    expect(idsOf(await store.list({}, 10, null)).sort()).toEqual(["recent", "unknown"]);
    expect(await store.claimed("pbx", ["7"])).toEqual(new Set());
    expect(await store.insert(operation({ id: "again", idempotencyKey: "1" }))).not.toBeNull();
  });

  it("deletes any number at once", async () => {
    const completedAt = "2026-11-01T00:00:00.000Z";
    for (let index = 0; index < 1_001; index += 1) {
      await store.insert(operation({ id: `op-${index}`, owner: null, status: "SUCCEEDED", completedAt, steps: [] }));
    }
    expect(await store.prune("2026-11-10T00:00:00.000Z")).toBe(1_001);
  });

  it("answers a ping, and reports UNAVAILABLE once it does not work", async () => {
    await store.ping();
    await store.close();
    const unavailable = { code: "UNAVAILABLE", retryable: true, cause: expect.any(Error) };
    await expect(store.ping()).rejects.toMatchObject(unavailable);
    await expect(store.byId("op-1")).rejects.toMatchObject(unavailable);
    await expect(store.insert(operation({ id: "op-1" }))).rejects.toMatchObject(unavailable);
    await expect(store.watch(() => {})).rejects.toMatchObject(unavailable);
  });
});
