import { afterAll, afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Operation, Step } from "../../src/journal/model.ts";
import { createRunner } from "../../src/journal/runner.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import type { Target } from "../../src/journal/target.ts";
import { BillingError } from "../../src/model/errors.ts";
import type { Warning } from "../../src/model/warnings.ts";
import { startPostgres } from "../support/postgres.ts";
import { callOf, createFakeBackend, journalOver } from "./fake-backend.ts";
import { storeDialects } from "./fixture.ts";

/** Two equal creates; one is lost, the other still in flight. For a moment the lost one could be given the other's object. */

const server = await startPostgres();
afterAll(() => server?.stop());

describe.each(storeDialects(server))("a claim on $name", ({ available, createUrl }) => {
  let store: Store;
  beforeEach(async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    store = await openStore(await createUrl());
  });
  afterEach(async () => store?.close());

  it("is not given to a lost step while a similar step that could have made the object is being sent", async () => {
    const backend = createFakeBackend();
    const answered = Promise.withResolvers<void>();
    // Two requests for the same thing: the first is lost before it acts, the answer to the second is held back.
    const lost = backend.target({ key: "a", endings: ["lostBefore", "done"] });
    const slow = heldBack(lost, answered.promise);
    const runner = createRunner(journalOver(store, () => [lost]));

    const first = await runner.run(callOf([lost]), {});
    const underWay = runner.run(callOf([slow]), {});
    await expect.poll(() => backend.all()).toEqual(["a:1"]);
    expect((await runner.reconcile(first.operation.id, {}))?.status).toBe("UNKNOWN");
    answered.resolve();
    const second = await underWay;

    expect(second.operation).toMatchObject({ status: "SUCCEEDED", steps: [{ claim: "Charge:1" }] });
    expect((await runner.reconcile(first.operation.id, {}))?.status).toBe("FAILED");
    expect(backend.all()).toEqual(["a:1"]);
  });

  it("is given to any of the similar objects that no other step has, if the answer does not say which one it is", async () => {
    const backend = createFakeBackend();
    const target = untold(backend.target({ key: "a" }), () =>
      backend
        .all()
        .map((each) => each.slice(2))
        .toReversed(),
    );
    const runner = createRunner(journalOver(store, () => [target]));
    const outcomes = await Promise.all([1, 2, 3].map(() => runner.run(callOf([target]), {})));
    const steps = outcomes.flatMap(({ operation }) => operation.steps);
    expect(steps.map(({ claim }) => claim).toSorted()).toEqual(["Charge:1", "Charge:2", "Charge:3"]);
    expect(new Set(steps.map(({ nodeId }) => nodeId)).size).toBe(3);
    // Each has the object that it was recorded with.
    for (const { operation, values } of outcomes) expect(`Charge:${values.get(0)?.id}`).toBe(operation.steps[0]?.claim);
  });

  it("that another step has, makes an answer doubtful: the call is told so, and no charge is lost", async () => {
    const backend = createFakeBackend();
    const target = backend.target({ key: "a" });
    // It answers the second call with what the first one made, and has done nothing.
    let answers = 0;
    const repeating = answering(target, async (send) => {
      answers += 1;
      return answers === 2 ? { id: "1" } : send();
    });
    const runner = createRunner(journalOver(store, () => [repeating]));
    const first = await runner.run(callOf([repeating]), {});
    expect(first.operation).toMatchObject({ status: "SUCCEEDED", steps: [{ claim: "Charge:1" }] });
    const call = callOf([repeating], { idempotencyKey: "second" });
    const second = await runner.run(call, {});
    expect(second.operation).toMatchObject({
      status: "UNKNOWN",
      steps: [{ nodeId: null, claim: null, errors: [{ code: "OUTCOME_UNKNOWN" }], candidates: [{ claim: "1" }] }],
    });
    expect(second.values.size).toBe(0);
    // There is nothing that no other step has. Still it may have happened, so it is not sent again before somebody has looked.
    const reconciled = await runner.reconcile(second.operation.id, {});
    expect(reconciled).toMatchObject({ status: "UNKNOWN", steps: [{ candidates: [{ claim: "1", answered: true }] }] });
    expect(reconciled?.steps[0]?.errors[0]?.message).toContain("gives ids again");
    expect((await runner.run(call, {})).operation.status).toBe("UNKNOWN");
    expect(backend.all()).toEqual(["a:1"]);
    const decided = await runner.resolve({ ...decisionOn(second.operation.id), happened: false }, {});
    expect(decided.status).toBe("FAILED");
    expect((await runner.run(call, {})).operation).toMatchObject({ status: "SUCCEEDED", steps: [{ claim: "Charge:2" }] });
    expect(backend.all()).toEqual(["a:1", "a:2"]);
    expect(await store.byId(first.operation.id)).toMatchObject({ status: "SUCCEEDED", steps: [{ claim: "Charge:1" }] });
  });

  it("that another step has, makes that step's success doubtful too: its caller is warned, once", async () => {
    const backend = createFakeBackend();
    const target = backend.target({ key: "a" });
    let answers = 0;
    const repeating = answering(target, async (send) => {
      answers += 1;
      return answers > 1 ? { id: "1" } : send();
    });
    const told: string[] = [];
    const journal = journalOver(store, () => [repeating]);
    const onWarnings = (operation: Operation, step: Step, warnings: readonly Warning[]): void => {
      told.push(...warnings.map(({ code }) => `${operation.id} ${step.position} ${code}`));
    };
    const runner = createRunner({ ...journal, onWarnings });
    const first = await runner.run(callOf([repeating], { idempotencyKey: "first" }), {});
    const changed: string[] = [];
    const unwatch = await store.watch((id) => changed.push(id));
    onTestFinished(unwatch);
    expect(first.operation.steps).toMatchObject([{ status: "SUCCEEDED", warnings: [] }]);

    const second = await runner.run(callOf([repeating], { idempotencyKey: "second" }), {});
    expect(second.operation.status).toBe("UNKNOWN");
    const repeated = await runner.run(callOf([repeating], { idempotencyKey: "first" }), {});
    expect(repeated).toMatchObject({ replayed: true, operation: { status: "SUCCEEDED" } });
    expect(repeated.operation.steps).toMatchObject([{ claim: "Charge:1", warnings: [{ code: "NAMED_TWICE" }] }]);
    await expect.poll(() => changed).toContain(first.operation.id);

    // Neither another look nor a third such answer says it again.
    await runner.reconcile(second.operation.id, {});
    await runner.run(callOf([repeating], { idempotencyKey: "third" }), {});
    expect((await store.byId(first.operation.id))?.steps).toMatchObject([{ warnings: [{ code: "NAMED_TWICE" }] }]);
    expect(told).toEqual([`${first.operation.id} 0 NAMED_TWICE`]);
  });

  it("that another target of the same call has, makes both doubtful", async () => {
    const backend = createFakeBackend();
    const target = backend.target({ key: "a" });
    let made: ReturnType<Send> | undefined;
    const repeating = answering(target, (send) => {
      made ??= send();
      return made;
    });
    const runner = createRunner(journalOver(store, () => [repeating, repeating]));
    const { operation } = await runner.run(callOf([repeating, repeating]), {});
    expect(operation.steps.map(({ status }) => status).toSorted()).toEqual(["SUCCEEDED", "UNKNOWN"]);
    const warned = operation.steps.filter(({ warnings }) => warnings.some(({ code }) => code === "NAMED_TWICE"));
    expect(warned).toMatchObject([{ status: "SUCCEEDED", claim: "Charge:1" }]);
    expect((await store.byId(operation.id))?.steps).toEqual(operation.steps);
  });

  it("is warned of later if the store failed at that moment", async () => {
    const backend = createFakeBackend();
    const target = backend.target({ key: "a" });
    let answers = 0;
    const repeating = answering(target, async (send) => {
      answers += 1;
      return answers > 1 ? { id: "1" } : send();
    });
    let fails = true;
    const warnClaimants: Store["warnClaimants"] = async (...parameters) => {
      if (fails) throw new BillingError("UNAVAILABLE", "The store is down.");
      return store.warnClaimants(...parameters);
    };
    const runner = createRunner({ ...journalOver(store, () => [repeating]), store: { ...store, warnClaimants } });
    const first = await runner.run(callOf([repeating]), {});
    const second = await runner.run(callOf([repeating]), {});
    expect(second.operation.status).toBe("UNKNOWN");
    expect((await store.byId(first.operation.id))?.steps).toMatchObject([{ warnings: [] }]);
    fails = false;
    await runner.reconcile(second.operation.id, {});
    expect((await store.byId(first.operation.id))?.steps).toMatchObject([{ warnings: [{ code: "NAMED_TWICE" }] }]);
  });

  it("that another step has, is no obstacle for a person who knows that the backend gives ids again", async () => {
    const backend = createFakeBackend();
    const target = backend.target({ key: "a" });
    const runner = createRunner(journalOver(store, () => [target]));
    const first = await runner.run(callOf([target]), {});
    // The backend is restored from a backup that lacks the first charge.
    const restored = createFakeBackend();
    const again = restored.target({ key: "a" });
    const later = createRunner(journalOver(store, () => [again]));
    const second = await later.run(callOf([again], { idempotencyKey: "second" }), {});
    expect(second.operation.status).toBe("UNKNOWN");
    expect((await later.reconcile(second.operation.id, {}))?.status).toBe("UNKNOWN");
    const nodeId = first.operation.steps[0]?.nodeId ?? null;
    const decided = await later.resolve({ ...decisionOn(second.operation.id), happened: true, nodeId }, {});
    expect(decided).toMatchObject({ status: "SUCCEEDED", steps: [{ nodeId, claim: null }] });
    expect(restored.all()).toEqual(["a:1"]);
  });

  it("that another step has wrongly, leaves the step what it really made", async () => {
    const backend = createFakeBackend();
    const target = backend.target({ key: "a" });
    let answers = 0;
    const misnaming = answering(target, async (send) => {
      const written = await send();
      answers += 1;
      return answers === 2 ? { ...written, id: "1" } : written;
    });
    const runner = createRunner(journalOver(store, () => [misnaming]));
    await runner.run(callOf([misnaming]), {});
    const second = await runner.run(callOf([misnaming]), {});
    expect(second.operation.status).toBe("UNKNOWN");
    expect(await runner.reconcile(second.operation.id, {})).toMatchObject({
      status: "SUCCEEDED",
      steps: [{ claim: "Charge:2" }],
    });
    expect(backend.all()).toEqual(["a:1", "a:2"]);
  });

  it("is missing if the object cannot be found: the step succeeds with a warning that nothing was compared", async () => {
    const backend = createFakeBackend();
    const hidden = untold(backend.target({ key: "a" }), () => []);
    const runner = createRunner(journalOver(store, () => [hidden]));
    const { operation, values } = await runner.run(callOf([hidden]), {});
    expect(operation.status).toBe("SUCCEEDED");
    expect(operation.steps).toMatchObject([
      { status: "SUCCEEDED", nodeId: null, claim: null, warnings: [{ code: "NOT_COMPARED" }] },
    ]);
    expect(values.size).toBe(0);
    expect(await store.byId(operation.id)).toMatchObject({ status: "SUCCEEDED", steps: [{ nodeId: null }] });
    expect((await runner.reconcile(operation.id, {}))?.status).toBe("SUCCEEDED");
    expect(backend.all()).toEqual(["a:1"]);
  });
});

/** Its answers do not say what was made. `seen`: what a look finds. */
function untold(target: Target, seen: () => readonly string[]): Target {
  if (target.plan instanceof Error) throw target.plan;
  const steps = target.plan.steps.map((each) => ({
    ...each,
    compare: async () => [],
    send: async (...parameters: Parameters<typeof each.send>) => {
      await each.send(...parameters);
      const alike = seen();
      return { id: alike[0] ?? null, alike };
    },
  }));
  return { ...target, plan: { ...target.plan, steps } };
}

type Send = Exclude<Target["plan"], Error>["steps"][number]["send"];

function answering(target: Target, answer: (send: () => ReturnType<Send>) => ReturnType<Send>): Target {
  if (target.plan instanceof Error) throw target.plan;
  const steps = target.plan.steps.map((each) => ({
    ...each,
    send: (...parameters: Parameters<Send>) => answer(() => each.send(...parameters)),
  }));
  return { ...target, plan: { ...target.plan, steps } };
}

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

function decisionOn(operationId: string) {
  return { operationId, step: 0, nodeId: null, reason: "looked at the backend", actor: "ada" };
}
