import { afterEach, beforeEach, expect, it } from "vitest";
import type { Hold, Operation, Step } from "../../src/journal/model.ts";
import { OwnershipLostError, StepClaimedError } from "../../src/journal/recorder.ts";
import type { Store } from "../../src/journal/store.ts";
import { operation, step } from "./fixture.ts";

const idsOf = (operations: readonly Operation[]): string[] => operations.map(({ id }) => id);
const longMs = 60_000;

/** What the write protocol requires of a store: who holds an operation, and that statements of others change nothing. */
export function testHolding(open: () => Promise<Store>): void {
  let store: Store;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(async () => store?.close());

  /** Recorded by a process whose lease is valid, or has lapsed. */
  async function recorded(id: string, owner: string | null, leaseMs: number, changes: Partial<Operation> = {}): Promise<Hold> {
    if (owner !== null) await store.heartbeat(owner, leaseMs);
    const inserted = await store.insert(operation({ id, owner, ...changes }));
    if (!inserted) throw new Error(`${id} exists already.`);
    return { id, owner: inserted.owner ?? "", epoch: inserted.epoch };
  }

  async function claimed(id: string, owner: string): Promise<Hold> {
    const { epoch } = (await store.claim(id, owner)) ?? { epoch: 0 };
    expect(epoch, `${owner} claims ${id}`).toBeGreaterThan(0);
    return { id, owner, epoch };
  }

  /** Every statement of a holder. Each would have a visible effect. */
  const statements = (hold: Hold): readonly (() => Promise<void>)[] => [
    () => store.saveStep(hold, { ...step, status: "SENDING", attempts: 7 }),
    () => store.saveStep(hold, { ...step, status: "SUCCEEDED" }, { status: "SUCCEEDED", owner: null }),
    () => store.addSteps(hold, [{ ...step, position: 1 }]),
    () => store.save(hold, { status: "FAILED", owner: null }),
    () => store.save(hold, { looks: 5 }),
  ];

  async function expectRefused(hold: Hold): Promise<void> {
    const before = await store.byId(hold.id);
    for (const statement of statements(hold)) await expect(statement()).rejects.toThrow(OwnershipLostError);
    expect(await store.byId(hold.id)).toEqual(before);
  }

  it("gives what nobody holds to whoever claims it, under a new epoch, with its current steps", async () => {
    await recorded("op-1", null, 0, { steps: [step, { ...step, position: 1 }] });
    const first = await store.claim("op-1", "a");
    expect(first).toMatchObject({ id: "op-1", owner: "a", epoch: 2, steps: [{ position: 0 }, { position: 1 }] });
    expect(await store.byId("op-1")).toEqual(first);
    const hold = { id: "op-1", owner: "a", epoch: 2 };
    await store.saveStep(hold, { ...step, position: 1, attempts: 1 });
    await store.save(hold, { owner: null });
    expect(await store.claim("op-1", "b")).toMatchObject({ owner: "b", epoch: 3, steps: [{ attempts: 0 }, { attempts: 1 }] });
    expect(await store.claim("op-2", "b")).toBeNull();
  });

  it("takes nothing from a holder with a valid lease, even for that holder itself", async () => {
    const hold = await recorded("op-1", "a", longMs);
    expect(await store.claim("op-1", "b")).toBeNull();
    expect(await store.claim("op-1", "a")).toBeNull();
    for (const statement of statements(hold).slice(0, 1)) await statement();
    expect(await store.byId("op-1")).toMatchObject({ owner: "a", epoch: 1, steps: [{ attempts: 7 }] });
  });

  it("takes from a holder whose lease has lapsed, was given up or never existed", async () => {
    await recorded("lapsed", "a", -1_000);
    await recorded("given up", "b", longMs);
    await store.insert(operation({ id: "never was", owner: "c" }));
    expect(await store.claim("given up", "z")).toBeNull();
    await store.retire("b");
    for (const id of ["lapsed", "given up", "never was"]) expect(await store.claim(id, "z")).toMatchObject({ owner: "z" });
  });

  it("renews leases, also lapsed ones", async () => {
    await recorded("op-1", "a", -1_000);
    await store.heartbeat("a", longMs);
    expect(await store.claim("op-1", "b")).toBeNull();
    await store.heartbeat("a", -1_000);
    expect(await store.claim("op-1", "b")).toMatchObject({ owner: "b" });
  });

  it("refuses every request of an earlier holder", async () => {
    const hold = await recorded("op-1", "a", -1_000);
    await claimed("op-1", "b");
    await expectRefused(hold);
  });

  it("refuses an earlier claim by the same name, and the right epoch of another name", async () => {
    await recorded("op-1", null, 0);
    const first = await claimed("op-1", "a");
    await store.save(first, { owner: null });
    const second = await claimed("op-1", "a");
    await expectRefused(first);
    await expectRefused({ ...second, owner: "b" });
    await store.save(second, { looks: 1 });
    expect(await store.byId("op-1")).toMatchObject({ owner: "a", looks: 1 });
  });

  it("refuses a holder that has released it, and an operation that was never recorded", async () => {
    await recorded("op-1", null, 0);
    const hold = await claimed("op-1", "a");
    await store.save(hold, { owner: null });
    await expectRefused(hold);
    await expectRefused({ id: "op-2", owner: "a", epoch: 1 });
  });

  it("lets a step's outcome and the operation's release be one statement", async () => {
    await recorded("op-1", null, 0);
    const hold = await claimed("op-1", "a");
    const ending = { status: "SUCCEEDED", owner: null, completedAt: "2026-11-21T10:00:03.000Z", nextLookAt: null } as const;
    await store.saveStep(hold, { ...step, status: "SUCCEEDED" }, ending);
    expect(await store.byId("op-1")).toMatchObject({ ...ending, epoch: hold.epoch, steps: [{ status: "SUCCEEDED" }] });
    await expectRefused(hold);
  });

  it("lets no statement of an earlier holder through that is requested during a claim", async () => {
    const hold = await recorded("op-1", "a", -1_000);
    const racing = await Promise.allSettled([
      store.saveStep(hold, { ...step, status: "SENDING", attempts: 1 }),
      store.claim("op-1", "b"),
      store.saveStep(hold, { ...step, status: "SENDING", attempts: 2 }),
    ]);
    const claim = racing[1].status === "fulfilled" ? racing[1].value : null;
    // The claim returned the current state: a statement that came later was refused.
    expect(claim).not.toBeNull();
    expect((await store.byId("op-1"))?.steps).toEqual(claim?.steps);
    expect(await store.byId("op-1")).toMatchObject({ owner: "b", epoch: 2 });
  });

  it("gives it to one of many that race", async () => {
    await recorded("op-1", "a", -1_000);
    const names = Array.from({ length: 20 }, (_, index) => `b${index}`);
    const claims = await Promise.all(
      names.map(async (name) => {
        await store.heartbeat(name, longMs);
        return store.claim("op-1", name);
      }),
    );
    const winners = claims.flatMap((each) => each?.owner ?? []);
    expect(winners).toHaveLength(1);
    expect(await store.byId("op-1")).toMatchObject({ owner: winners[0], epoch: 2 });
  });

  it("gives it again to its exact holder, whether or not the lease is valid, and to nobody else", async () => {
    const hold = await recorded("op-1", "a", longMs);
    expect(await store.reclaim({ ...hold, epoch: 2 }, "a2")).toBeNull();
    expect(await store.reclaim({ ...hold, owner: "b" }, "a2")).toBeNull();
    expect(await store.reclaim({ ...hold, id: "op-2" }, "a2")).toBeNull();
    expect(await store.reclaim(hold, "a2")).toMatchObject({ owner: "a2", epoch: 2, steps: [step] });
    expect(await store.reclaim(hold, "a3")).toBeNull();
    await expectRefused(hold);
    const lapsed = await recorded("op-3", "c", -1_000);
    expect(await store.reclaim(lapsed, "c2")).toMatchObject({ owner: "c2", epoch: 2 });
  });

  it("finds the operations whose owner is lost", async () => {
    await recorded("free", null, 0);
    await recorded("held", "a", longMs);
    await recorded("lapsed", "b", -1_000);
    await store.insert(operation({ id: "never noted", owner: "c" }));
    expect(idsOf(await store.orphans()).sort()).toEqual(["lapsed", "never noted"]);
    await store.retire("a");
    expect(idsOf(await store.orphans()).sort()).toEqual(["held", "lapsed", "never noted"]);
    await store.heartbeat("b", longMs);
    await store.claim("held", "b");
    expect(idsOf(await store.orphans())).toEqual(["never noted"]);
  });

  it("finds what an owner holds", async () => {
    await recorded("free", null, 0);
    const one = await recorded("one", "a", longMs, { steps: [step, { ...step, position: 1 }] });
    await recorded("two", "a", longMs);
    await recorded("another's", "b", longMs);
    expect(idsOf(await store.heldBy("a")).sort()).toEqual(["one", "two"]);
    await store.save(one, { owner: null });
    expect(await store.heldBy("a")).toEqual([await store.byId("two")]);
    await store.heartbeat("a", -1_000);
    expect(idsOf(await store.heldBy("a"))).toEqual(["two"]);
    expect(await store.heldBy("nobody")).toEqual([]);
  });

  it("finds what is due for a look by its own clock, those that have waited longest first", async () => {
    const time = await store.time();
    const inMs = (ms: number): string => new Date(time + ms).toISOString();
    const unknown = { status: "UNKNOWN" } as const;
    await recorded("second", null, 0, { ...unknown, nextLookAt: inMs(-1_000) });
    await recorded("first", null, 0, { ...unknown, nextLookAt: inMs(-2_000) });
    await recorded("owned", "a", longMs, { ...unknown, nextLookAt: inMs(-2_000) });
    await recorded("later", null, 0, { ...unknown, nextLookAt: inMs(longMs) });
    await recorded("never", null, 0, unknown);
    await recorded("settled", null, 0, { status: "FAILED", nextLookAt: inMs(-2_000) });
    expect(idsOf(await store.due(10))).toEqual(["first", "second"]);
    expect(idsOf(await store.due(1))).toEqual(["first"]);
  });

  const sending: Step = { ...step, status: "SENDING", belongsTo: "customer" };

  it("knows whether another held operation is sending a similar step", async () => {
    const rival = await recorded("rival", "a", longMs, { steps: [sending] });
    await recorded("op-1", null, 0, { steps: [{ ...sending, status: "UNKNOWN" }] });
    expect(await store.hasRival("op-1", sending)).toBe(true);
    expect(await store.hasRival("rival", sending)).toBe(false);
    const unlike: readonly Partial<Step>[] = [
      { backend: "suite" },
      { action: "charges/update" },
      { belongsTo: "another" },
      { belongsTo: null },
      { objectId: "object" },
    ];
    for (const changes of unlike) expect(await store.hasRival("op-1", { ...sending, ...changes })).toBe(false);
    await store.saveStep(rival, { ...sending, status: "UNKNOWN" });
    expect(await store.hasRival("op-1", sending)).toBe(false);
    await store.saveStep(rival, sending);
    expect(await store.hasRival("op-1", sending)).toBe(true);
    await store.save(rival, { owner: null });
    expect(await store.hasRival("op-1", sending)).toBe(false);
  });

  it("knows which claims are taken, and gives each to one step of a backend", async () => {
    const one = await recorded("op-1", "a", longMs, { steps: [step, { ...step, position: 1, backend: "suite" }] });
    const two = await recorded("op-2", "a", longMs);
    await store.saveStep(one, { ...step, claim: "7" });
    await store.saveStep(one, { ...step, claim: "7", status: "SUCCEEDED" });
    await store.saveStep(one, { ...step, position: 1, backend: "suite", claim: "7" });
    await expect(store.saveStep(two, { ...step, claim: "7" }, { looks: 9 })).rejects.toThrow(StepClaimedError);
    expect(await store.byId("op-2")).toMatchObject({ looks: 0, steps: [{ claim: null }] });
    expect(await store.claimed("pbx", ["6", "7"])).toEqual(new Set(["7"]));
    expect(await store.claimed("suite", ["6"])).toEqual(new Set());
    expect(await store.claimed("pbx", [])).toEqual(new Set());
    await store.saveStep(one, step);
    await store.saveStep(two, { ...step, claim: "7" });
  });

  it("refuses a taken claim only to the current holder: a process that lost the operation learns that first", async () => {
    const one = await recorded("op-1", "a", longMs);
    const two = await recorded("op-2", "b", -1_000);
    await store.saveStep(one, { ...step, claim: "7" });
    await claimed("op-2", "c");
    await expect(store.saveStep(two, { ...step, claim: "7" })).rejects.toThrow(OwnershipLostError);
  });

  it("adds steps, and changes only those columns of a step that may change", async () => {
    const hold = await recorded("op-1", "a", longMs);
    const undo: Step = { ...step, position: 1, action: "charges/void", compensates: true };
    await store.addSteps(hold, [undo]);
    await store.saveStep(hold, { ...undo, action: "something else", status: "SUCCEEDED", mayHaveLeft: true, note: "a note" });
    const done: Step = { ...undo, status: "SUCCEEDED", mayHaveLeft: true, note: "a note" };
    expect((await store.byId("op-1"))?.steps).toEqual([step, done]);
    const warned: Step = {
      ...done,
      warnings: [{ code: "STORED_DIFFERENTLY", message: "m", field: ["input", "name"], sent: "Ångström 😀", stored: 'a "b" \\' }],
      compared: true,
    };
    await store.saveStep(hold, warned);
    expect((await store.byId("op-1"))?.steps).toEqual([step, warned]);
    await expect(store.addSteps(hold, [undo])).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  it("stores a key once for an actor and a mutation; one of many that race for it wins", async () => {
    const racing = Array.from({ length: 10 }, (_, index) =>
      store.insert(operation({ id: `op-${index}`, idempotencyKey: "one" })),
    );
    const winners = (await Promise.all(racing)).flatMap((each) => each?.id ?? []);
    expect(winners).toHaveLength(1);
    const key = { actor: null, mutation: "createCharge", idempotencyKey: "one", validateOnly: false };
    expect((await store.byKey(key))?.id).toBe(winners[0]);
    expect(await store.byKey({ ...key, validateOnly: true })).toBeNull();
    expect(await store.insert(operation({ id: "other", idempotencyKey: "one", actor: "ada" }))).not.toBeNull();
  });

  it("finds what blocks an object: operations with its steps in flight or unknown, oldest first", async () => {
    const onObject = (status: Step["status"], objectId = "customer") => [step, { ...step, position: 1, status, objectId }];
    await store.insert(operation({ id: "sending", steps: onObject("SENDING") }));
    await store.insert(operation({ id: "unknown", createdAt: "2026-11-21T09:00:00.000Z", steps: onObject("UNKNOWN") }));
    await store.insert(operation({ id: "done", steps: onObject("SUCCEEDED") }));
    await store.insert(operation({ id: "other", steps: onObject("UNKNOWN", "other") }));
    expect(idsOf(await store.blocking("customer"))).toEqual(["unknown", "sending"]);
    expect(await store.blocking("nothing")).toEqual([]);
  });
}
