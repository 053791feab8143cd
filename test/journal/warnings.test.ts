import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Shown, WritePlan, WriteStep } from "../../src/adapter/adapter.ts";
import { nothingFound } from "../../src/adapter/kit/looking.ts";
import { createRunner } from "../../src/journal/runner.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import type { Target, WrittenEntity } from "../../src/journal/target.ts";
import type { Journal } from "../../src/journal/work.ts";
import { BillingError } from "../../src/model/errors.ts";
import type { Charge } from "../../src/model/model.ts";
import type { Warning } from "../../src/model/warnings.ts";
import { callOf, journalOver } from "./fake-backend.ts";

/** If something is stored differently than it was sent, the step reports it once, whoever finds out and whenever. */

let store: Store;
beforeEach(async () => {
  store = await openStore("sqlite::memory:");
});
afterEach(() => store.close());

const unknown = () => new BillingError("OUTCOME_UNKNOWN", "It may or may not have happened.");
const charge = (amount: string): WrittenEntity =>
  ({ type: "Charge", backend: "pbx", id: "7", raw: { amount } }) as unknown as Charge;

const differs = (stored: unknown): Warning => ({
  code: "STORED_DIFFERENTLY",
  message: "amount: pbx has another one.",
  field: ["amount"],
  sent: "12.50",
  stored: String(stored),
});

interface World {
  /** How the backend stores 12.50. */
  readonly stored?: string;
  readonly answers?: boolean;
  readonly lost?: boolean;
  readonly unreadable?: boolean;
  readonly undo?: WritePlan<WrittenEntity>;
}

function world({ stored = "10.00", answers = false, lost = false, unreadable = false, undo }: World) {
  const calls: string[] = [];
  const step: WriteStep<WrittenEntity> = {
    action: "charges/create",
    send: async (_id, _intent, { permit }) => {
      calls.push("send");
      permit?.take();
      if (lost) throw unknown();
      return { id: "7", ...(answers && { value: charge(stored) }) };
    },
    find: async () => (lost ? { ours: [{ id: "7", claim: "7" }], candidates: [] } : nothingFound),
    compare: async ({ raw }: Shown) => {
      calls.push("compare");
      return raw["amount"] === "12.50" ? [] : [differs(raw["amount"])];
    },
  };
  const plan: WritePlan<WrittenEntity> = {
    steps: [step],
    read: async () => {
      calls.push("read");
      if (unreadable) throw new BillingError("UNAVAILABLE", "pbx cannot be reached.");
      return charge(stored);
    },
    ...(undo && { undo: () => undo }),
  };
  const target: Target = { backend: "pbx", type: "Charge", objectId: null, plan, fieldPlace: ["input", "charge"] };
  return { target, calls };
}

const told: string[] = [];
const runnerOf = (targets: readonly Target[], changes: Partial<Journal> = {}) =>
  createRunner(
    journalOver(store, () => targets, {
      onWarnings: (operation, step, warnings) =>
        told.push(`${operation.mutation} ${step.backend} ${warnings.map(({ code }) => code)}`),
      ...changes,
    }),
  );
beforeEach(() => void told.splice(0));

const inJournal = async (id: string) => (await store.byId(id))?.steps.map(({ status, warnings }) => ({ status, warnings }));

const expectedAt = (stored: string) => ({ ...differs(stored), field: ["input", "charge", "amount"] });
const expected = expectedAt("10.00");

describe.each([
  ["answers with the object", { answers: true }, ["send", "compare"]],
  ["answers with nothing", {}, ["send", "read", "compare"]],
])("a write that %s", (_, kind, calls) => {
  it("succeeds with the warnings, which are saved with its step and reported once", async () => {
    const { target, calls: made } = world(kind);
    const runner = runnerOf([target]);
    const call = callOf([target], { idempotencyKey: "k" });
    const { operation } = await runner.run(call, {});
    expect(operation).toMatchObject({ status: "SUCCEEDED", owner: null });
    expect(operation.steps[0]?.warnings).toEqual([expected]);
    expect(await inJournal(operation.id)).toEqual([{ status: "SUCCEEDED", warnings: [expected] }]);
    expect(told).toEqual(["createCharges pbx STORED_DIFFERENTLY"]);
    expect(made).toEqual(calls);
    const again = await runner.run({ ...call, repeats: () => true }, {});
    expect(again).toMatchObject({ replayed: true, operation: { steps: [{ warnings: [expected] }] } });
    expect(made).toEqual(calls);
    expect(told).toHaveLength(1);
  });

  it("has none if all is as it was sent", async () => {
    const { target } = world({ ...kind, stored: "12.50" });
    const { operation } = await runnerOf([target]).run(callOf([target]), {});
    expect(operation.steps[0]?.warnings).toEqual([]);
    expect(told).toEqual([]);
  });
});

it("warns if the object cannot be read back", async () => {
  const { target } = world({ unreadable: true });
  const { operation } = await runnerOf([target]).run(callOf([target]), {});
  expect(operation.status).toBe("SUCCEEDED");
  expect(operation.steps[0]?.warnings).toMatchObject([{ code: "NOT_COMPARED", field: null }]);
});

it.each([
  [false, true],
  [false, false],
  [true, true],
  [true, false],
])("is compared without the object if it removes it (lost answer: %s, gone: %s)", async (lost, isGone) => {
  const { target } = world({ lost, unreadable: true });
  const { plan } = target;
  if (plan instanceof BillingError) throw plan;
  const steps = plan.steps.map(({ compare: _, ...step }): WriteStep<WrittenEntity> => {
    return { ...step, compareApart: async () => (isGone ? [] : [differs("7")]) };
  });
  const removing = { ...target, plan: { ...plan, steps } };
  const runner = runnerOf([removing]);
  const { operation } = await runner.run(callOf([removing]), {});
  const ended = lost ? await runner.reconcile(operation.id, {}) : operation;
  expect(ended).toMatchObject({ status: "SUCCEEDED", steps: [{ warnings: isGone ? [] : [expectedAt("7")] }] });
});

describe("an answered step that brings its object into a state", () => {
  /** A void of charge 7. @param shows whether the object has the state at each look at it, in turn; the last one repeats */
  function voiding(shows: readonly boolean[], apart: boolean) {
    const calls: string[] = [];
    let looks = 0;
    const isVoid = (): boolean => shows[Math.min(looks++, shows.length - 1)] ?? false;
    const compared = () => (isVoid() ? [] : [{ ...differs("DEFINED"), field: null }]);
    const step: WriteStep<WrittenEntity> = {
      action: "charges/void",
      isState: true,
      send: async () => {
        calls.push("send");
        return { id: "7" };
      },
      find: async () => (isVoid() ? { ours: [{ id: "7", claim: null }], candidates: [] } : nothingFound),
      ...(apart ? { compareApart: async () => compared() } : { compare: async () => compared() }),
    };
    const read = async () => {
      calls.push("read");
      return charge("10.00");
    };
    const { target } = world({});
    return { target: { ...target, objectId: "7", plan: { steps: [step], read } } satisfies Target, calls };
  }

  describe.each([true, false])("(the object itself does not show it: %s)", (apart) => {
    it("succeeds if the object is in it, without a further read", async () => {
      const { target, calls } = voiding([true], apart);
      const { operation } = await runnerOf([target]).run(callOf([target]), {});
      expect(operation).toMatchObject({ status: "SUCCEEDED", steps: [{ warnings: [] }] });
      expect(calls).toEqual(["send", "read"]);
    });

    it("is unknown if the object is not in it, and then done if it shows later", async () => {
      const { target, calls } = voiding([false, true], apart);
      const runner = runnerOf([target]);
      const { operation } = await runner.run(callOf([target]), {});
      expect(operation).toMatchObject({ status: "UNKNOWN", steps: [{ warnings: [], errors: [{ code: "OUTCOME_UNKNOWN" }] }] });
      expect(await runner.reconcile(operation.id, {})).toMatchObject({ status: "SUCCEEDED", steps: [{ warnings: [] }] });
      expect(calls.filter((call) => call === "send")).toHaveLength(1);
    });

    it("has failed if it never shows, and the same call sends it again", async () => {
      const { target, calls } = voiding([false, false, false, true], apart);
      const runner = runnerOf([target]);
      const call = callOf([target], { idempotencyKey: `never-${apart}`, repeats: () => true });
      const { operation } = await runner.run(call, {});
      expect(operation.status).toBe("UNKNOWN");
      expect(await runner.reconcile(operation.id, {})).toMatchObject({
        status: "FAILED",
        steps: [{ errors: [{ retryable: true }] }],
      });
      expect((await runner.run(call, {})).operation).toMatchObject({ status: "SUCCEEDED" });
      expect(calls.filter((each) => each === "send")).toHaveLength(2);
    });
  });

  it("succeeds with a warning if the object cannot be read", async () => {
    const { target } = voiding([false], false);
    const unreadable = {
      ...target,
      plan: { ...target.plan, read: () => Promise.reject(new BillingError("FORBIDDEN", "The role does not allow this.")) },
    };
    const { operation } = await runnerOf([unreadable]).run(callOf([unreadable]), {});
    expect(operation).toMatchObject({ status: "SUCCEEDED", steps: [{ warnings: [{ code: "NOT_COMPARED" }] }] });
  });
});

it("is compared even if the caller goes away", async () => {
  const { target } = world({});
  const away = new AbortController();
  const signals: (AbortSignal | undefined)[] = [];
  const { plan } = target;
  if (plan instanceof BillingError) throw plan;
  const read: typeof plan.read = (id, scope) => {
    signals.push(scope.signal);
    return plan.read(id, scope);
  };
  const watched = { ...target, plan: { ...plan, read } };
  await runnerOf([watched]).run(callOf([watched]), { signal: away.signal });
  expect(signals).toEqual([undefined]);
});

it("is compared when it is found after a lost answer", async () => {
  const { target, calls } = world({ lost: true });
  const runner = runnerOf([target]);
  const { operation } = await runner.run(callOf([target]), {});
  expect(operation).toMatchObject({ status: "UNKNOWN", steps: [{ warnings: [] }] });
  expect(await runner.reconcile(operation.id, {})).toMatchObject({ status: "SUCCEEDED", steps: [{ warnings: [expected] }] });
  expect(await inJournal(operation.id)).toEqual([{ status: "SUCCEEDED", warnings: [expected] }]);
  expect(told).toEqual(["createCharges pbx STORED_DIFFERENTLY"]);
  expect(calls.filter((each) => each === "send")).toHaveLength(1);
});

it("is compared if its process ended between the write and the comparison", async () => {
  const { target, calls } = world({});
  const { plan } = target;
  if (plan instanceof BillingError) throw plan;
  const never = { ...target, plan: { ...plan, read: () => new Promise<WrittenEntity>(() => {}) } };
  const gone = runnerOf([never], { owner: "gone", leaseMs: 1 } as Partial<Journal>);
  const call = callOf([target], { idempotencyKey: "k" });
  void gone.run({ ...call, targets: [never] }, {});
  await expect.poll(async () => (await store.list({}, 1, null))[0]?.steps[0]?.status).toBe("SUCCEEDED");
  const [left] = await store.list({}, 1, null);
  const taken = await runnerOf([target]).takeOver(left?.id ?? "", {});
  expect(taken).toMatchObject({ status: "SUCCEEDED", steps: [{ warnings: [expected] }] });
  expect(calls).toEqual(["send", "read", "compare"]);
});

it("is not read again and again while another target is unknown", async () => {
  const open = world({ stored: "12.50" });
  const lost = world({ lost: true });
  const missing: Target = {
    ...lost.target,
    plan: {
      ...(lost.target.plan as WritePlan<WrittenEntity>),
      steps: (lost.target.plan as WritePlan<WrittenEntity>).steps.map((step) => ({ ...step, find: async () => nothingFound })),
    },
  };
  const targets = [open.target, missing];
  const runner = runnerOf(targets, { settleMs: 60_000 });
  const { operation } = await runner.run(callOf(targets), {});
  for (let look = 0; look < 4; look += 1) await runner.reconcile(operation.id, {});
  expect(open.calls.filter((call) => call === "read").length).toBeLessThanOrEqual(2);
});

it("says so if its compensation did not take effect", async () => {
  const undo: WritePlan<WrittenEntity> = {
    steps: [
      {
        action: "charges/void",
        send: async () => ({ id: "7" }),
        find: async () => nothingFound,
        compare: async () => [{ ...differs("ACTIVE"), field: null }],
      },
    ],
    read: async () => charge("10.00"),
  };
  const { target } = world({ undo });
  const refused: Target = {
    ...world({ undo }).target,
    backend: "suite",
    plan: {
      ...(target.plan as WritePlan<WrittenEntity>),
      steps: [
        {
          action: "charges/create",
          send: async () => {
            throw new BillingError("FORBIDDEN", "The role does not allow this.");
          },
          find: async () => nothingFound,
        },
      ],
    },
  };
  const targets = [target, refused];
  const { operation } = await runnerOf(targets).run(callOf(targets, { onFailure: "ROLL_BACK" }), {});
  expect(operation.status).toBe("ROLLED_BACK");
  expect(operation.steps.map(({ action, warnings }) => [action, warnings.length])).toEqual([
    ["charges/create", 1],
    ["charges/create", 0],
    ["charges/void", 1],
  ]);
});
