import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Finding, WriteStep } from "../../src/adapter/adapter.ts";
import type { Operation } from "../../src/journal/model.ts";
import { createRunner, type Runner } from "../../src/journal/runner.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import type { Target, WrittenEntity } from "../../src/journal/target.ts";
import { BillingError } from "../../src/model/errors.ts";
import { encodeId } from "../../src/model/id.ts";
import { callOf, createFakeBackend, journalOver } from "./fake-backend.ts";

/** A backend's key stands for another system than the one to which a step was sent. */

let store: Store;
let runner: Runner;
let backends: Readonly<Record<string, ReturnType<typeof createFakeBackend>>>;
/** The system for which the key stands now; null = a version that did not record it. */
let current: string | null;
let plan: (backend: ReturnType<typeof createFakeBackend>) => Target;

const targets = (): Target[] => [plan(backends[current ?? "old"] as ReturnType<typeof createFakeBackend>)];
const run = async (): Promise<Operation> => {
  const call = callOf(targets(), { idempotencyKey: "key", repeats: () => true });
  return (await runner.run(call, {})).operation;
};
const reconcile = async ({ id }: Operation): Promise<Operation> => {
  const operation = await runner.reconcile(id, {});
  if (!operation) throw new Error("the operation is gone");
  return operation;
};
const messageOf = ({ steps: [step] }: Operation): string => step?.errors[0]?.message ?? "";
const decide = (operationId: string, happened: boolean, nodeId: string | null = null) =>
  runner.resolve({ operationId, step: 0, happened, nodeId, reason: "seen in the old system", actor: null }, {});

/** The line's target, its steps altered. */
function altered(target: Target, alter: (step: WriteStep<WrittenEntity>) => Partial<WriteStep<WrittenEntity>>): Target {
  if (target.plan instanceof BillingError) throw target.plan;
  return { ...target, plan: { ...target.plan, steps: target.plan.steps.map((step) => ({ ...step, ...alter(step) })) } };
}

beforeEach(async () => {
  store = await openStore("sqlite::memory:");
  backends = { old: createFakeBackend("o"), new: createFakeBackend("n") };
  current = "old";
  runner = createRunner(journalOver(store, targets, { systemOf: () => current }));
});
afterEach(async () => store.close());

describe("an unknown outcome", () => {
  it.each(["lostBefore", "lostAfter"] as const)(
    "(%s) is not settled by another system, and nothing is sent there",
    async (ending) => {
      plan = (backend) => backend.target({ key: "a", endings: [ending, "done"] });
      const lost = await run();
      expect(lost.status).toBe("UNKNOWN");
      current = "new";
      for (const again of [await reconcile(lost), await run()]) {
        expect(again).toMatchObject({ status: "UNKNOWN", steps: [{ system: "old", attempts: 1 }] });
        expect(messageOf(again)).toMatch(
          /cannot reconcile this step: .* has changed since .* Restore the address.*resolveOperation/,
        );
      }
      expect(backends["new"]?.sent).toEqual([]);

      current = "old";
      expect((await reconcile(lost)).status).toBe(ending === "lostAfter" ? "SUCCEEDED" : "FAILED");
      expect((await run()).status).toBe("SUCCEEDED");
      expect(backends["old"]?.all()).toHaveLength(1);
    },
  );

  it("is not settled by what looks like it in another system, be it as it was sent, or corrected", async () => {
    plan = (backend) => backend.target({ key: "a", endings: ["lostAfter"] });
    const lost = await run();
    current = "new";
    for (const name of ["charges/create", "corrected by a person"]) {
      backends["new"]?.things.set("a", [{ id: "n1", name }]);
      expect(await reconcile(lost)).toMatchObject({ status: "UNKNOWN", steps: [{ candidates: [] }] });
    }
  });

  it("is not settled by the state of the object with its id in another system", async () => {
    const states: Finding[] = [
      { ours: [{ id: "o1", claim: null }], candidates: [] },
      { ours: [], candidates: [{ id: "o1", claim: null, differs: ["name"] }] },
    ];
    for (const state of states) {
      plan = (backend) => ({
        ...altered(backend.target({ key: "a", endings: ["lostAfter"] }), () => ({ find: async () => state })),
      });
      current = "old";
      const call = callOf(targets(), { idempotencyKey: null });
      const lost = (await runner.run(call, {})).operation;
      current = "new";
      expect((await reconcile(lost)).status).toBe("UNKNOWN");
    }
  });

  it("is settled by a trace with the step's own mark: only the address of its system has changed", async () => {
    const marked = ({ find }: WriteStep<WrittenEntity>) => ({
      find: async (...parameters: Parameters<typeof find>): Promise<Finding> => {
        const { ours, candidates } = await find(...parameters);
        return { ours: ours.map((trace) => ({ ...trace, isMarked: true })), candidates };
      },
    });
    plan = (backend) => altered(backend.target({ key: "a", endings: ["lostAfter"] }), marked);
    const lost = await run();
    current = "new";
    expect((await reconcile(lost)).status).toBe("UNKNOWN");
    backends["new"]?.things.set("a", [{ id: "o1", name: "charges/create" }]);
    expect(await reconcile(lost)).toMatchObject({ status: "SUCCEEDED", steps: [{ system: "new" }] });
    expect(backends["new"]?.sent).toEqual([]);
  });

  it("that a version without this knowledge recorded is settled as before", async () => {
    plan = (backend) => backend.target({ key: "a", endings: ["lostBefore"] });
    current = null;
    const lost = await run();
    expect(lost.steps[0]?.system).toBeNull();
    current = "new";
    expect((await reconcile(lost)).status).toBe("FAILED");
  });

  it("keeps the candidates of its own system while the key stands for another", async () => {
    plan = (backend) => backend.target({ key: "a", endings: ["lostAfter"] });
    const lost = await run();
    backends["old"]?.things.set("a", [{ id: "o1", name: "corrected by a person" }]);
    const { candidates } = (await reconcile(lost)).steps[0] ?? {};
    expect(candidates).toHaveLength(1);
    current = "new";
    expect((await reconcile(lost)).steps[0]?.candidates).toEqual(candidates);
  });
});

describe("a person's decision, while the key stands for another system,", () => {
  it("that it did not happen lets a repeat of the call send it there, once", async () => {
    plan = (backend) => backend.target({ key: "a", endings: backend === backends["old"] ? ["lostBefore"] : ["done"] });
    const lost = await run();
    current = "new";
    await reconcile(lost);
    expect((await decide(lost.id, false)).status).toBe("FAILED");
    expect(await run()).toMatchObject({ status: "SUCCEEDED", steps: [{ system: "new", attempts: 2 }] });
    expect(await run()).toMatchObject({ status: "SUCCEEDED" });
    expect(backends["new"]?.all()).toEqual(["a:n1"]);
  });

  it("that it happened may name an object that only the other system has", async () => {
    plan = (backend) => {
      const target = backend.target({ key: "a", endings: ["lostAfter"] });
      if (target.plan instanceof BillingError) return target;
      const missing = async () => {
        throw new BillingError("NOT_FOUND", "There is no such charge.");
      };
      return { ...target, plan: { ...target.plan, read: missing } };
    };
    const lost = await run();
    current = "new";
    const nodeId = encodeId({ type: "Charge", backend: "pbx", id: "o1" });
    expect(await decide(lost.id, true, nodeId)).toMatchObject({ status: "SUCCEEDED", steps: [{ nodeId }] });
    expect(backends["new"]?.sent).toEqual([]);
  });
});

describe("a call that is repeated after the key stands for another system", () => {
  it("does not send again what failed but may have reached the old one, until it is certain there", async () => {
    plan = (backend) => backend.target({ key: "a", endings: ["lostBefore", "done"] });
    const lost = await run();
    // Nothing was there: but the last look before it is sent again belongs to the same system.
    expect((await reconcile(lost)).status).toBe("FAILED");
    current = "new";
    const again = await run();
    expect(again).toMatchObject({ status: "UNKNOWN", steps: [{ attempts: 1, system: "old" }] });
    expect(messageOf(again)).toMatch(/Restore the address/);
    expect(backends["new"]?.sent).toEqual([]);
    current = "old";
    expect((await reconcile(lost)).status).toBe("FAILED");
    expect((await run()).status).toBe("SUCCEEDED");
    expect(backends["old"]?.all()).toHaveLength(1);
  });

  it("sends what never left", async () => {
    plan = (backend) => backend.target({ key: "a", endings: backend === backends["old"] ? ["neverLeft"] : ["done"] });
    expect((await run()).status).toBe("FAILED");
    current = "new";
    expect(await run()).toMatchObject({ status: "SUCCEEDED", steps: [{ system: "new" }] });
    expect(backends["new"]?.all()).toEqual(["a:n1"]);
  });

  it("does not go on there with an object that the old one made", async () => {
    plan = (backend) => {
      const [first, second] = [backend.target({ key: "a" }), backend.target({ key: "b", endings: ["neverLeft", "done"] })];
      if (first.plan instanceof BillingError || second.plan instanceof BillingError) throw new Error("no plan");
      return { ...first, plan: { ...first.plan, steps: [...first.plan.steps, ...second.plan.steps] } };
    };
    expect((await run()).steps.map(({ status }) => status)).toEqual(["SUCCEEDED", "FAILED"]);
    current = "new";
    const again = await run();
    expect(again).toMatchObject({ status: "PARTIAL", steps: [{ status: "SUCCEEDED" }, { status: "FAILED" }] });
    expect(again.steps[1]?.errors[0]?.message).toMatch(/Not sent: the address of the backend.* has changed/);
    expect(backends["new"]?.sent).toEqual([]);
    current = "old";
    expect((await run()).steps.map(({ status }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED"]);
  });
});
