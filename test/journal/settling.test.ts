import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { WritePlan, WriteStep } from "../../src/adapter/adapter.ts";
import { startHousekeeping, usualHousekeeping } from "../../src/journal/housekeeping.ts";
import type { Operation } from "../../src/journal/model.ts";
import { createRunner, type Runner } from "../../src/journal/runner.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import type { Target, WrittenEntity } from "../../src/journal/target.ts";
import { encodeId } from "../../src/model/id.ts";
import { letTimePass } from "../support/let-time-pass.ts";
import { callOf, createFakeBackend, journalOver } from "./fake-backend.ts";

/** Unknown outcomes, retries, roll-backs and lost processes: the promises of the journal, tested on a backend in memory. */

let store: Store;
let runner: Runner;
let backend: ReturnType<typeof createFakeBackend>;
let targets: readonly Target[];
let settleMs: number;

/** By then, no request of a lost process can be in flight any more. */
const journal = (changes: { owner?: string } = {}) => journalOver(store, () => targets, { settleMs, permitMs: 0, ...changes });
const run = (changes: Parameters<typeof callOf>[1] = {}) => runner.run(callOf(targets, changes), {});
const use = (...lines: Parameters<typeof backend.target>[0][]): void => {
  targets = lines.map(backend.target);
};
const statuses = ({ steps }: Operation): string[] => steps.map(({ status }) => status);

beforeEach(async () => {
  settleMs = 0;
  store = await openStore("sqlite::memory:");
  backend = createFakeBackend();
  targets = [];
  runner = createRunner(journalOver(store, () => targets, { settleMs: 0 }));
});
afterEach(async () => store.close());

describe("an unknown outcome", () => {
  it("becomes SUCCEEDED with its node if it happened, and is sent once", async () => {
    use({ key: "a", endings: ["lostAfter"] });
    const { operation } = await run();
    expect(operation.status).toBe("UNKNOWN");
    const settled = await runner.reconcile(operation.id, {});
    expect(settled).toMatchObject({ status: "SUCCEEDED", owner: null, nextLookAt: null });
    expect(settled?.steps[0]?.nodeId).toBe(encodeId({ type: "Charge", backend: "pbx", id: "1" }));
    expect(backend.sent).toEqual(["charges/create a"]);
  });

  it("becomes FAILED and retryable if it did not happen, and the same call then sends it", async () => {
    use({ key: "a", endings: ["lostBefore", "done"] });
    const { operation } = await run({ idempotencyKey: "k" });
    const settled = await runner.reconcile(operation.id, {});
    expect(settled?.status).toBe("FAILED");
    expect(settled?.steps[0]?.errors[0]?.retryable).toBe(true);
    const again = await run({ idempotencyKey: "k" });
    expect(again.operation.status).toBe("SUCCEEDED");
    expect(again.operation.steps[0]?.attempts).toBe(2);
    expect(backend.all()).toHaveLength(1);
  });

  it("stays UNKNOWN until settleSeconds have passed, and while the backend does not answer", async () => {
    use({ key: "a", endings: ["lostBefore"] });
    const patient = createRunner(journalOver(store, () => targets, { settleMs: 60_000 }));
    const { operation } = await patient.run(callOf(targets), {});
    expect((await patient.reconcile(operation.id, {}))?.status).toBe("UNKNOWN");
    await letTimePass(store);
    backend.setDown(true);
    expect((await runner.reconcile(operation.id, {}))?.status).toBe("UNKNOWN");
    backend.setDown(false);
    expect((await runner.reconcile(operation.id, {}))?.status).toBe("FAILED");
  });

  it("stays UNKNOWN if a record could be its work, names the record and its differences, and is not sent again", async () => {
    use({ key: "a", endings: ["lostAfter"] });
    const { operation } = await run({ idempotencyKey: "k" });
    backend.things.set("a", [{ id: "1", name: "corrected by a person" }]);
    const settled = await runner.reconcile(operation.id, {});
    const nodeId = encodeId({ type: "Charge", backend: "pbx", id: "1" });
    expect(settled).toMatchObject({
      status: "UNKNOWN",
      steps: [{ candidates: [{ nodeId, claim: "1", differs: ["name"] }] }],
    });
    expect(settled?.steps[0]?.errors[0]?.message).toContain(`${nodeId} (differs in name)`);
    expect((await run({ idempotencyKey: "k" })).operation.status).toBe("UNKNOWN");
    expect(backend.sent).toEqual(["charges/create a"]);
  });

  it("stays UNKNOWN if several objects could be its work, and names them", async () => {
    use({ key: "a", endings: ["lostAfter"] });
    const { operation } = await run();
    backend.things.set("a", [
      { id: "1", name: "charges/create" },
      { id: "2", name: "charges/create" },
    ]);
    const settled = await runner.reconcile(operation.id, {});
    for (const id of ["1", "2"]) {
      const nodeId = encodeId({ type: "Charge", backend: "pbx", id });
      expect(settled?.steps[0]?.errors[0]?.message).toContain(`${nodeId} (agrees, but may belong to another request)`);
    }
    expect(settled?.status).toBe("UNKNOWN");
  });

  it("never takes an object that another operation made", async () => {
    use({ key: "a", endings: ["done", "lostBefore"] });
    await run();
    const { operation } = await run();
    expect((await runner.reconcile(operation.id, {}))?.status).toBe("FAILED");
    expect(backend.all()).toEqual(["a:1"]);
  });

  it("of two equal steps gets one object each, or one stays unknown; they never get the same one", async () => {
    use({ key: "a", endings: ["lostAfter"] });
    const [first, second] = [await run(), await run()];
    // Both find both objects: they cannot be told apart.
    expect((await runner.reconcile(first.operation.id, {}))?.status).toBe("UNKNOWN");
    expect((await runner.reconcile(second.operation.id, {}))?.status).toBe("UNKNOWN");
    // A person removes one. The step that looks first gets the other.
    backend.things.set("a", [{ id: "2", name: "charges/create" }]);
    expect((await runner.reconcile(first.operation.id, {}))?.status).toBe("SUCCEEDED");
    expect((await runner.reconcile(second.operation.id, {}))?.status).toBe("FAILED");
  });

  it("is reconciled by itself, with pauses", async () => {
    use({ key: "a", endings: ["lostAfter"] });
    const { operation } = await run();
    const housekeeping = startHousekeeping(journal(), runner, {
      ...usualHousekeeping,
      takeOverEveryMs: 3_000,
      retentionMs: 1e9,
      lookEveryMs: 5,
    });
    await expect.poll(async () => (await store.byId(operation.id))?.status).toBe("SUCCEEDED");
    await housekeeping.stop();
  });

  it("is reconciled when planned, however often a person or a caller looks in between", async () => {
    const patient = createRunner(journalOver(store, () => targets, { settleMs: 60_000, pausesMs: [60_000, 600_000] }));
    use({ key: "a", endings: ["lostBefore"] });
    const call = callOf(targets, { idempotencyKey: "k" });
    const { operation } = await patient.run(call, {});
    const planned = operation.nextLookAt;
    for (let times = 0; times < 3; times += 1) {
      expect(await patient.reconcile(operation.id, {})).toMatchObject({ status: "UNKNOWN", nextLookAt: planned, looks: 0 });
      expect((await patient.run(call, {})).operation).toMatchObject({ status: "UNKNOWN", nextLookAt: planned, looks: 0 });
    }
    const looked = await patient.reconcile(operation.id, {}, "reconciler");
    expect(looked).toMatchObject({ status: "UNKNOWN", looks: 1 });
    expect(Date.parse(looked?.nextLookAt ?? "") - Date.parse(planned ?? "")).toBeGreaterThan(500_000);
  });

  it("is reconciled without longer pauses after looks that the backend did not answer", async () => {
    const patient = createRunner(journalOver(store, () => targets, { settleMs: 60_000, pausesMs: [1_000, 600_000] }));
    use({ key: "a", endings: ["lostBefore"] });
    const { operation } = await patient.run(callOf(targets), {});
    backend.setDown(true);
    for (let times = 0; times < 3; times += 1) {
      const looked = await patient.reconcile(operation.id, {}, "reconciler");
      expect(looked?.looks).toBe(0);
      expect(Date.parse(looked?.nextLookAt ?? "")).toBeLessThan(Date.now() + 300_000);
    }
    backend.setDown(false);
    expect((await patient.reconcile(operation.id, {}, "reconciler"))?.looks).toBe(1);
  });

  it("is reconciled first when the same call is repeated", async () => {
    use({ key: "a", endings: ["lostAfter"] });
    await run({ idempotencyKey: "k" });
    const again = await run({ idempotencyKey: "k" });
    expect(again).toMatchObject({ replayed: true, operation: { status: "SUCCEEDED" } });
    expect(backend.sent).toEqual(["charges/create a"]);
  });

  it("blocks its own object: another change of it is refused with CONFLICT until it is settled", async () => {
    const object = encodeId({ type: "Charge", backend: "pbx", id: "7" });
    targets = [backend.change({ key: "a", endings: ["lostBefore", "done"] }, "7")];
    const patient = createRunner(journalOver(store, () => targets, { settleMs: 60_000 }));
    const { operation } = await patient.run(callOf(targets), {});
    expect(operation.steps[0]?.objectId).toBe(object);
    const refused = await patient.run(callOf(targets), {});
    expect(refused.operation.steps[0]?.errors).toMatchObject([
      { code: "CONFLICT", retryable: true, field: ["input", "charge", "id"] },
    ]);
    expect(refused.operation.steps[0]?.errors[0]?.message).toContain(
      encodeId({ type: "Operation", backend: "", id: operation.id }),
    );
    expect(backend.sent).toHaveLength(1);
    // After the settling time, the blocking step is reconciled first, which frees the object, and the change goes through.
    await letTimePass(store);
    const { operation: through } = await run();
    expect(through.status).toBe("SUCCEEDED");
    expect((await store.byId(operation.id))?.status).toBe("FAILED");
  });
});

describe("two changes of one object at once", () => {
  it("are sent one after the other", async () => {
    const order: string[] = [];
    const slow = (key: string): Target => {
      const change = backend.change({ key }, "7");
      const plan = change.plan as WritePlan<WrittenEntity>;
      const steps = plan.steps.map((step) => ({
        ...step,
        send: async (...parameters: Parameters<typeof step.send>) => {
          order.push(`${key} begins`);
          await new Promise((resolve) => setTimeout(resolve, 60));
          order.push(`${key} ends`);
          return step.send(...parameters);
        },
      }));
      return { ...change, plan: { ...plan, steps } };
    };
    const outcomes = await Promise.all(
      ["a", "b", "c"].map(async (key) => {
        const target = slow(key);
        for (let tries = 0; tries < 20; tries += 1) {
          const { operation } = await runner.run(callOf([target], { idempotencyKey: key }), {});
          if (operation.status === "SUCCEEDED") return operation;
          expect(operation.steps[0]?.errors[0]).toMatchObject({ code: "CONFLICT", retryable: true });
        }
        return null;
      }),
    );
    expect(outcomes.map((operation) => operation?.status)).toEqual(["SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]);
    for (let index = 0; index < order.length; index += 2) {
      expect(order[index + 1]).toBe(order[index]?.replace("begins", "ends"));
    }
    expect(order).toHaveLength(6);
  });
});

describe("the same call again", () => {
  it("sends what failed without effect, never what succeeded or was refused", async () => {
    use({ key: "a" }, { key: "b", endings: ["neverLeft", "done"] }, { key: "c", endings: ["refused"] });
    const first = await run({ idempotencyKey: "k" });
    expect(first.operation.status).toBe("PARTIAL");
    const second = await run({ idempotencyKey: "k" });
    expect(second.replayed).toBe(false);
    expect(statuses(second.operation)).toEqual(["SUCCEEDED", "SUCCEEDED", "FAILED"]);
    expect(second.operation.steps.map(({ attempts }) => attempts)).toEqual([1, 2, 1]);
    expect(backend.sent).toEqual(["charges/create a", "charges/create b", "charges/create c", "charges/create b"]);
    const third = await run({ idempotencyKey: "k" });
    expect(third.replayed).toBe(true);
    expect(backend.sent).toHaveLength(4);
  });

  it("many times at once, acts once", async () => {
    use({ key: "a", endings: ["neverLeft", "done"] });
    await run({ idempotencyKey: "k" });
    await Promise.all(Array.from({ length: 10 }, () => run({ idempotencyKey: "k" })));
    expect(backend.all()).toHaveLength(1);
  });
});

describe("ROLL_BACK", () => {
  it("compensates what succeeded when a target fails, each as a step", async () => {
    use({ key: "a" }, { key: "b", endings: ["refused"] }, { key: "c" });
    const { operation } = await run({ onFailure: "ROLL_BACK" });
    expect(operation.status).toBe("ROLLED_BACK");
    expect(backend.all()).toEqual([]);
    expect(
      operation.steps.filter(({ compensates }) => compensates).map(({ target, action, status }) => [target, action, status]),
    ).toEqual([
      [0, "void", "SUCCEEDED"],
      [2, "void", "SUCCEEDED"],
    ]);
  });

  it("keeps everything when nothing fails", async () => {
    use({ key: "a" }, { key: "b" });
    expect((await run({ onFailure: "ROLL_BACK" })).operation.status).toBe("SUCCEEDED");
    expect(backend.all()).toHaveLength(2);
  });

  it("is refused before anything is sent if a target cannot be compensated", async () => {
    use({ key: "a" }, { key: "b", undo: "impossible" });
    const { operation } = await run({ onFailure: "ROLL_BACK" });
    expect(operation.status).toBe("FAILED");
    expect(operation.steps.map(({ errors }) => errors[0]?.code)).toEqual(["CONFLICT", "UNSUPPORTED"]);
    expect(backend.sent).toEqual([]);
  });

  it("settles an unknown target before it decides", async () => {
    use({ key: "a", endings: ["lostAfter"] }, { key: "b", endings: ["refused"] });
    const { operation } = await run({ onFailure: "ROLL_BACK" });
    expect(operation.status).toBe("UNKNOWN");
    expect(backend.all()).toEqual(["a:1"]);
    const settled = await runner.reconcile(operation.id, {});
    expect(settled?.status).toBe("ROLLED_BACK");
    expect(backend.all()).toEqual([]);
  });

  it("is PARTIAL when a compensation is refused, and UNKNOWN while the outcome of one is unknown", async () => {
    use({ key: "a", undo: "refused" }, { key: "b", endings: ["refused"] });
    expect((await run({ onFailure: "ROLL_BACK" })).operation.status).toBe("PARTIAL");
    use({ key: "c", undo: "lostAfter" }, { key: "b", endings: ["refused"] });
    const { operation } = await run({ onFailure: "ROLL_BACK" });
    expect(operation.status).toBe("UNKNOWN");
    expect((await runner.reconcile(operation.id, {}))?.status).toBe("ROLLED_BACK");
  });
});

describe("a lost process", () => {
  /** The journal's content when a process is killed between recording, sending and answering. */
  async function dieWith(step: "PENDING" | "SENDING", lines: Parameters<typeof backend.target>[0][]): Promise<Operation> {
    use(...lines);
    const { operation } = await createRunner(journalOver(store, () => targets)).run(callOf(lines.map(backend.target)), {});
    await sql`update operations set status = 'PENDING', owner = 'dead-process', completed_at = null`.execute(
      store.engine.database,
    );
    await sql`update steps set status = ${step}, node_id = null, claim = null, errors = '[]', finished_at = null`.execute(
      store.engine.database,
    );
    return operation;
  }

  const keepHouse = (owner: string, lease: { readonly leaseMs?: number } = {}) => {
    const own = journal({ owner, ...lease });
    return startHousekeeping(own, createRunner(own), {
      ...usualHousekeeping,
      retentionMs: 1e9,
      takeOverEveryMs: 5,
      lookEveryMs: 5,
    });
  };

  it("has its operations settled by another one, which looks for what was being sent", async () => {
    const operation = await dieWith("SENDING", [{ key: "a" }, { key: "b", endings: ["lostBefore"] }]);
    const housekeeping = keepHouse("other");
    await expect.poll(async () => (await store.byId(operation.id))?.status).toBe("PARTIAL");
    await housekeeping.stop();
    expect(statuses((await store.byId(operation.id)) as Operation)).toEqual(["SUCCEEDED", "FAILED"]);
    expect(backend.all()).toHaveLength(1);
  });

  it("leaves its unsent steps FAILED and retryable, and the same call sends them", async () => {
    const operation = await dieWith("PENDING", [{ key: "a", endings: ["refused", "done"] }]);
    const housekeeping = keepHouse("other");
    await expect.poll(async () => (await store.byId(operation.id))?.status).toBe("FAILED");
    await housekeeping.stop();
    const { operation: again } = await run({ idempotencyKey: operation.idempotencyKey });
    expect(again).toMatchObject({ id: operation.id, status: "SUCCEEDED" });
  });

  it("that was only paused sends nothing more of operations that another has taken over, and answers from the journal", async () => {
    use({ key: "a" }, { key: "b" });
    const plans = targets.map((target) => target.plan as WritePlan<WrittenEntity>);
    const [first, second] = plans.map((plan) => plan.steps[0] as WriteStep<WrittenEntity>);
    const paused: WriteStep<WrittenEntity> = {
      ...(first as WriteStep<WrittenEntity>),
      send: async (...parameters) => {
        const written = await (first as WriteStep<WrittenEntity>).send(...parameters);
        const [operation] = await store.list({}, 1, null);
        await store.retire("this-process");
        const claimed = await store.claim(operation?.id ?? "", "other");
        const hold = { id: claimed?.id ?? "", owner: "other", epoch: claimed?.epoch ?? 0 };
        await store.save(hold, { status: "UNKNOWN", owner: null });
        return written;
      },
    };
    const both = { ...(plans[0] as WritePlan<WrittenEntity>), steps: [paused, second as WriteStep<WrittenEntity>] };
    targets = [{ ...(targets[0] as Target), plan: both }];
    const { operation } = await run();
    expect(operation.status).toBe("UNKNOWN");
    expect(operation).toEqual(await store.byId(operation.id));
    expect(backend.sent).toEqual(["charges/create a"]);
  });

  it("is replaced by one replica only, and a live process never", async () => {
    const operation = await dieWith("SENDING", [{ key: "a" }]);
    await store.heartbeat("dead-process", 60_000);
    const replicas = ["one", "two", "three"].map((owner) => keepHouse(owner));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect((await store.byId(operation.id))?.owner).toBe("dead-process");
    await store.retire("dead-process");
    await expect.poll(async () => (await store.byId(operation.id))?.status).toBe("SUCCEEDED");
    await Promise.all(replicas.map((replica) => replica.stop()));
    expect(backend.all()).toHaveLength(1);
  });
});
