import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { WritePlan, WriteStep } from "../../src/adapter/adapter.ts";
import { createRunner, type Runner } from "../../src/journal/runner.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import type { Target, WrittenEntity } from "../../src/journal/target.ts";
import { BillingError } from "../../src/model/errors.ts";
import { callOf, createFakeBackend, journalOver } from "./fake-backend.ts";

/**
 * Cases that random faults have found: interrupted roll-backs, unknown owners, and steps that took another's work for their own.
 */

let store: Store;
let runner: Runner;
let backend: ReturnType<typeof createFakeBackend>;
let targets: readonly Target[];

beforeEach(async () => {
  store = await openStore("sqlite::memory:");
  backend = createFakeBackend();
  runner = createRunner(journalOver(store, () => targets));
});
afterEach(async () => store.close());

/** The target; its compensation fails the first time. */
function firstUnreachable(target: Target): Target {
  const plan = target.plan as WritePlan<WrittenEntity>;
  let tried = false;
  const undo = (id: string): WritePlan<WrittenEntity> => {
    const back = plan.undo?.(id) as WritePlan<WrittenEntity>;
    const [step] = back.steps as readonly [WriteStep<WrittenEntity>];
    const send: WriteStep<WrittenEntity>["send"] = async (...parameters) => {
      if (tried) return step.send(...parameters);
      tried = true;
      throw new BillingError("UNAVAILABLE", "pbx cannot be reached. Nothing was sent.");
    };
    return { ...back, steps: [{ ...step, send }] };
  };
  return { ...target, plan: { ...plan, undo } };
}

describe("a roll-back that was interrupted", () => {
  it("is finished by the same call, which sends nothing else again", async () => {
    targets = [firstUnreachable(backend.target({ key: "a" })), backend.target({ key: "b", endings: ["neverLeft", "done"] })];
    const call = callOf(targets, { idempotencyKey: "k", onFailure: "ROLL_BACK" });
    expect((await runner.run(call, {})).operation.status).toBe("PARTIAL");
    const again = await runner.run(call, {});
    expect(again).toMatchObject({ replayed: false, operation: { status: "ROLLED_BACK" } });
    expect(backend.sent).toEqual(["charges/create a", "charges/create b", "void a"]);
    expect(await runner.run(call, {})).toMatchObject({ replayed: true, operation: { status: "ROLLED_BACK" } });
  });
});

describe("the owner of a first operation", () => {
  it("has a lease before it owns it", async () => {
    const looks: number[] = [];
    const target = backend.target({ key: "a" });
    const [step] = (target.plan as WritePlan<WrittenEntity>).steps as readonly [WriteStep<WrittenEntity>];
    const send: WriteStep<WrittenEntity>["send"] = async (...parameters) => {
      looks.push((await store.orphans()).length);
      return step.send(...parameters);
    };
    targets = [{ ...target, plan: { ...(target.plan as WritePlan<WrittenEntity>), steps: [{ ...step, send }] } }];
    await runner.run(callOf(targets), {});
    expect(looks).toEqual([0]);
  });
});

describe("what a change leaves behind", () => {
  /** Executes one charge: the answer names nothing, and the backend lists all entries. */
  function execution(entries: string[], arrives: boolean): Target {
    const found = async () => ({ ours: entries.map((claim) => ({ id: "7", claim })), candidates: [] });
    const send: WriteStep<WrittenEntity>["send"] = async () => {
      if (!arrives) throw new BillingError("OUTCOME_UNKNOWN", "It may or may not have happened.");
      entries.push(`transaction:${entries.length + 1}`);
      return { id: "7", claims: [...entries] };
    };
    const plan = {
      ...(backend.target({ key: "a" }).plan as WritePlan<WrittenEntity>),
      steps: [{ action: "charges/charge", send, find: found }],
    };
    return { ...backend.target({ key: "a" }), objectId: "7", plan };
  }

  it("belongs to the step that was answered, not to an equal one that never arrived", async () => {
    const entries: string[] = [];
    const lost = [execution(entries, false)];
    targets = lost;
    const { operation } = await runner.run(callOf(lost), {});
    // The other entry belongs to another charge, and looks the same.
    const answered = [{ ...(execution(entries, true) as Target), objectId: "8" }];
    expect((await runner.run(callOf(answered), {})).operation.steps[0]?.claim).toBe("Charge:transaction:1");
    expect((await runner.reconcile(operation.id, {}))?.status).toBe("FAILED");
  });

  it("stays UNKNOWN with an explanation if the backend does not show it", async () => {
    const target = backend.target({ key: "a", endings: ["lostAfter"] });
    const plan = target.plan as WritePlan<WrittenEntity>;
    const find = async () => {
      throw new BillingError("FORBIDDEN", "pbx does not show transactions to this account.");
    };
    targets = [{ ...target, plan: { ...plan, steps: plan.steps.map((step) => ({ ...step, find })) } }];
    const { operation } = await runner.run(callOf(targets), {});
    const settled = await runner.reconcile(operation.id, {});
    expect(settled?.status).toBe("UNKNOWN");
    expect(settled?.steps[0]?.errors[0]?.message).toBe(
      "The gateway cannot reconcile this step: pbx does not show transactions to this account.",
    );
  });
});
