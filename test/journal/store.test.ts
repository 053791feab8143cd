import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Operation, Step } from "../../src/journal/model.ts";
import { openStore, StepClaimedError, type Store } from "../../src/journal/store.ts";
import { startPostgres } from "../support/postgres.ts";
import { operation, step, storeDialects } from "./fixture.ts";

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

  it("gives back all that was recorded, also after it was closed and opened again", async () => {
    const recorded = operation({
      id: "op-1",
      actor: "ada",
      input: { note: "päid \u0000 'twice' 💶", amounts: ["1", null, { nested: true }] },
      onFailure: "ROLL_BACK",
      owner: "worker-1",
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
      mark: "a mark ".repeat(9_000),
      startedAt: "2026-11-21T10:00:01.000Z",
      finishedAt: "2026-11-21T10:00:02.000Z",
    };
    await store.saveStep("op-1", changed);
    const compensation: Step = { ...step, position: 1, action: "charges/void", compensates: true };
    await store.addSteps("op-1", [compensation]);
    const ending = {
      status: "FAILED",
      completedAt: "2026-11-21T10:00:03.000Z",
      owner: null,
      looks: 2,
      nextLookAt: null,
    } as const;
    await store.save("op-1", ending);
    const before = await store.byId("op-1");
    await store.close();
    store = await openStore(url);
    expect(before).toEqual({ ...recorded, ...ending, steps: [changed, compensation], updatedAt: expect.any(String) });
    expect(await store.byId("op-1")).toEqual(before);
  });

  it("keeps half characters and NUL where they are quoted, and puts whole characters where they are not", async () => {
    const [half, message] = ["half a character: \ud83d", "half \ud83d, and nothing: \0"];
    const errors = [{ code: "INTERNAL", message, field: null, backendCode: null, retryable: false }] as const;
    await store.insert(operation({ id: "op-1", input: { note: message }, steps: [{ ...step, mark: half }] }));
    await store.saveStep("op-1", { ...step, mark: half, claim: half, errors });
    const whole = "half a character: \ufffd";
    expect(await store.byId("op-1")).toMatchObject({ input: { note: message }, steps: [{ mark: whole, claim: whole, errors }] });
  });

  it("changes only what it is told to", async () => {
    const before = await store.insert(operation({ id: "op-1", owner: "worker-1", status: "UNKNOWN", looks: 3 }));
    await store.save("op-1", { nextLookAt: "2026-11-21T11:00:00.000Z" });
    expect(await store.byId("op-1")).toEqual({
      ...before,
      nextLookAt: "2026-11-21T11:00:00.000Z",
      updatedAt: expect.any(String),
    });
  });

  it("notes the time of every change, of a step's too", async () => {
    const times = [(await store.insert(operation({ id: "op-1" })))?.updatedAt];
    const changes = [
      () => store.saveStep("op-1", { ...step, attempts: 1 }),
      () => store.addSteps("op-1", [{ ...step, position: 1 }]),
      () => store.save("op-1", { looks: 1 }),
      () => store.claim("op-1", null, "worker-1"),
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

  it("takes a key once for an actor and a mutation, and dry runs apart from the others", async () => {
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

  it("lets one of many racing for a key win, and none of them fail", async () => {
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

  it("records nothing of an operation that it cannot record whole", async () => {
    await expect(store.insert(operation({ id: "op-1", steps: [step, step] }))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(await store.byId("op-1")).toBeNull();
  });

  it("does not pretend to have saved what is not there", async () => {
    await expect(store.saveStep("op-2", step)).rejects.toMatchObject({ code: "INTERNAL" });
    await expect(store.save("op-2", { looks: 1 })).rejects.toMatchObject({ code: "INTERNAL" });
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

  it("finds a backend's operations also by steps that were added", async () => {
    await store.insert(operation({ id: "op-1" }));
    await store.addSteps("op-1", [{ ...step, position: 1, backend: "suite" }]);
    await store.addSteps("op-1", [{ ...step, position: 2, backend: "suite" }]);
    expect(idsOf(await store.list({ backend: "suite" }, 5, null))).toEqual(["op-1"]);
  });

  it("knows what blocks an object: its steps that are under way or of unknown outcome, oldest first", async () => {
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

  it("lets a claim be one step's only, and knows which are taken", async () => {
    await store.insert(operation({ id: "op-1", steps: [step, { ...step, position: 1, backend: "suite" }] }));
    await store.insert(operation({ id: "op-2" }));
    await store.saveStep("op-1", { ...step, claim: "7" });
    await store.saveStep("op-1", { ...step, claim: "7", status: "SUCCEEDED" });
    await store.saveStep("op-1", { ...step, position: 1, backend: "suite", claim: "7" });
    await expect(store.saveStep("op-2", { ...step, claim: "7", status: "SUCCEEDED" })).rejects.toThrow(StepClaimedError);
    expect((await store.byId("op-2"))?.steps).toEqual([step]);
    expect(await store.claimed("pbx", ["6", "7"])).toEqual(new Set(["7"]));
    expect(await store.claimed("suite", ["6"])).toEqual(new Set());
    expect(await store.claimed("pbx", [])).toEqual(new Set());
    await store.saveStep("op-1", step);
    await store.saveStep("op-2", { ...step, claim: "7" });
  });

  it("lets one of several racing for a claim have it", async () => {
    const ids = Array.from({ length: 8 }, (_, index) => `op-${index}`);
    for (const id of ids) await store.insert(operation({ id }));
    const racing = await Promise.allSettled(ids.map((id) => store.saveStep(id, { ...step, claim: "7" })));
    expect(racing.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const each of racing) if (each.status === "rejected") expect(each.reason).toBeInstanceOf(StepClaimedError);
  });

  it("gives an operation to one of several that race for it", async () => {
    await store.insert(operation({ id: "op-1" }));
    const claims = await Promise.all(Array.from({ length: 8 }, (_, index) => store.claim("op-1", null, `worker-${index}`)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    const owner = `worker-${claims.indexOf(true)}`;
    expect((await store.byId("op-1"))?.owner).toBe(owner);
    expect(await store.claim("op-1", "somebody else", "worker-9")).toBe(false);
    expect(await store.claim("op-1", owner, "worker-9")).toBe(true);
    expect(await store.claim("op-2", null, "worker-9")).toBe(false);
  });

  it("finds the operations of owners that were not seen lately, or never", async () => {
    const start = new Date().toISOString();
    const later = new Date(Date.now() + 60_000).toISOString();
    await store.insert(operation({ id: "free" }));
    await store.insert(operation({ id: "alive", owner: "a" }));
    await store.insert(operation({ id: "never-noted", owner: "b" }));
    await store.heartbeat("a");
    await store.heartbeat("a");
    expect(idsOf(await store.orphans(start)).sort()).toEqual(["never-noted"]);
    expect(idsOf(await store.orphans(later)).sort()).toEqual(["alive", "never-noted"]);
    await store.retire("a");
    expect(idsOf(await store.orphans(start)).sort()).toEqual(["alive", "never-noted"]);
  });

  it("finds what is due to be looked at, the one that waits longest first", async () => {
    const unknown = { status: "UNKNOWN" } as const;
    await store.insert(operation({ id: "second", ...unknown, nextLookAt: "2026-11-21T10:00:02.000Z" }));
    await store.insert(operation({ id: "first", ...unknown, nextLookAt: "2026-11-21T10:00:01.000Z" }));
    await store.insert(operation({ id: "owned", ...unknown, owner: "a", nextLookAt: "2026-11-21T10:00:01.000Z" }));
    await store.insert(operation({ id: "later", ...unknown, nextLookAt: "2026-11-21T10:00:03.000Z" }));
    await store.insert(operation({ id: "never", ...unknown }));
    await store.insert(operation({ id: "settled", status: "FAILED", nextLookAt: "2026-11-21T10:00:01.000Z" }));
    expect(idsOf(await store.due("2026-11-21T10:00:02.000Z", 10))).toEqual(["first", "second"]);
    expect(idsOf(await store.due("2026-11-21T10:00:02.000Z", 1))).toEqual(["first"]);
  });

  it("forgets finished operations and their keys after the retention time, never unfinished ones", async () => {
    const completedAt = "2026-11-01T00:00:00.000Z";
    const claimed = [{ ...step, claim: "7" }];
    await store.insert(operation({ id: "done", idempotencyKey: "1", status: "SUCCEEDED", completedAt, steps: claimed }));
    await store.insert(operation({ id: "unknown", status: "UNKNOWN" }));
    await store.insert(operation({ id: "recent", status: "FAILED", completedAt: "2026-11-20T00:00:00.000Z" }));
    expect(await store.prune("2026-11-10T00:00:00.000Z")).toBe(1);
    expect(idsOf(await store.list({}, 10, null)).sort()).toEqual(["recent", "unknown"]);
    expect(await store.claimed("pbx", ["7"])).toEqual(new Set());
    expect(await store.insert(operation({ id: "again", idempotencyKey: "1" }))).not.toBeNull();
  });

  it("forgets owners that were not seen for a day", async () => {
    for (const owner of ["old", "new"]) await store.insert(operation({ id: `of ${owner}`, owner }));
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 25 * 3_600_000 });
    await store.heartbeat("old").finally(() => vi.useRealTimers());
    await store.heartbeat("new");
    await store.prune("2026-11-10T00:00:00.000Z");
    expect(idsOf(await store.orphans("2000-01-01T00:00:00.000Z"))).toEqual(["of old"]);
  });

  it("forgets however many at once", async () => {
    const completedAt = "2026-11-01T00:00:00.000Z";
    for (let index = 0; index < 1_001; index += 1) {
      await store.insert(operation({ id: `op-${index}`, status: "SUCCEEDED", completedAt, steps: [] }));
    }
    expect(await store.prune("2026-11-10T00:00:00.000Z")).toBe(1_001);
  });

  it("answers a ping, and is UNAVAILABLE, and says so, once it does not work", async () => {
    await store.ping();
    await store.close();
    const unavailable = { code: "UNAVAILABLE", retryable: true, cause: expect.any(Error) };
    await expect(store.ping()).rejects.toMatchObject(unavailable);
    await expect(store.byId("op-1")).rejects.toMatchObject(unavailable);
    await expect(store.insert(operation({ id: "op-1" }))).rejects.toMatchObject(unavailable);
    await expect(store.watch(() => {})).rejects.toMatchObject(unavailable);
  });
});
