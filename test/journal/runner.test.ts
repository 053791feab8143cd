import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { WritePlan, WriteStep } from "../../src/adapter/adapter.ts";
import { nothingFound } from "../../src/adapter/kit/looking.ts";
import type { MutationCall } from "../../src/journal/planned-operation.ts";
import { createRunner, type Runner } from "../../src/journal/runner.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import type { Target, WrittenEntity } from "../../src/journal/target.ts";
import { BillingError, invalidInput } from "../../src/model/errors.ts";
import type { Charge } from "../../src/model/model.ts";
import { journalOver } from "./fake-backend.ts";

type Thing = WrittenEntity;
const thing = (id: string, name: string): Thing => ({ type: "Charge", backend: "pbx", id, name }) as Charge;

let store: Store;
let runner: Runner;
/** Requests to "the backend", in order. */
let sent: string[];

beforeEach(async () => {
  store = await openStore("sqlite::memory:");
  runner = createRunner(journalOver(store, () => []));
  sent = [];
});
afterEach(async () => store.close());

const step = (
  action: string,
  ending: () => { id: string; value?: Thing } | BillingError = () => ({ id: "7" }),
): WriteStep<Thing> => ({
  action,
  find: async () => nothingFound,
  send: async () => {
    sent.push(action);
    const result = ending();
    if (result instanceof Error) throw result;
    return result;
  },
});

const plan = (...steps: WriteStep<Thing>[]): WritePlan<Thing> => ({
  steps,
  read: async (id) => thing(id, "read back"),
});

const target = (each: WritePlan<Thing> | BillingError, backend = "pbx"): Target => ({
  backend,
  type: "Charge",
  objectId: null,
  plan: each,
  fieldPlace: ["input", "charge"],
});

const call = (changes: Partial<MutationCall>): MutationCall => ({
  mutation: "createCharge",
  actor: null,
  users: {},
  idempotencyKey: null,
  input: { amount: "1" },
  validateOnly: false,
  onFailure: "KEEP",
  targets: [target(plan(step("charges/create")))],
  repeats: () => false,
  maySee: () => true,
  ...changes,
});

describe("a mutation", () => {
  it("is stored with its steps before anything is sent, and each step is SENDING before its request leaves", async () => {
    const seen: unknown[] = [];
    const spying: WriteStep<Thing> = {
      action: "charges/create",
      find: async () => nothingFound,
      send: async () => {
        const [recorded] = await store.list({}, 1, null);
        seen.push(
          recorded?.status,
          recorded?.steps.map(({ action, status, attempts }) => [action, status, attempts]),
        );
        return { id: "7" };
      },
    };
    await runner.run(call({ targets: [target(plan(spying, step("charges/charge")))] }), {});
    expect(seen).toEqual([
      "PENDING",
      [
        ["charges/create", "SENDING", 1],
        ["charges/charge", "PENDING", 0],
      ],
    ]);
  });

  it("answers with the object, and makes a key if none is given", async () => {
    const { operation, values, replayed } = await runner.run(call({}), {});
    expect(values.get(0)).toEqual(thing("7", "read back"));
    expect(replayed).toBe(false);
    expect(operation.status).toBe("SUCCEEDED");
    expect(operation.idempotencyKey).toMatch(/^[0-9a-f-]{36}$/);
    expect(await store.byId(operation.id)).toEqual({ ...operation, updatedAt: expect.any(String) });
  });

  it("passes the id that the first step created to the later ones, and stops at the first that fails", async () => {
    const ids: (string | null)[] = [];
    const noting = (action: string): WriteStep<Thing> => ({
      action,
      find: async () => nothingFound,
      send: async (id) => {
        ids.push(id);
        return { id: "42" };
      },
    });
    const refusal = new BillingError("FORBIDDEN", "The role does not allow this.", { backendCode: "402" });
    const { operation } = await runner.run(
      call({
        targets: [
          target(
            plan(
              noting("create"),
              noting("liable"),
              step("charge", () => refusal),
              step("never"),
            ),
          ),
        ],
      }),
      {},
    );
    expect(ids).toEqual([null, "42"]);
    expect(sent).toEqual(["charge"]);
    expect(operation.steps.map(({ status }) => status)).toEqual(["SUCCEEDED", "SUCCEEDED", "FAILED", "PENDING"]);
    expect(operation.status).toBe("PARTIAL");
    expect(operation.steps[2]?.errors).toEqual([
      { code: "FORBIDDEN", message: "The role does not allow this.", field: null, backendCode: "402", retryable: false },
    ]);
  });

  it("with an unknown outcome is UNKNOWN, is sent once, and sends nothing after it", async () => {
    const unknown = new BillingError("OUTCOME_UNKNOWN", "It may or may not have happened.");
    const { operation } = await runner.run(
      call({
        targets: [
          target(
            plan(
              step("create", () => unknown),
              step("charge"),
            ),
          ),
        ],
      }),
      {},
    );
    expect(sent).toEqual(["create"]);
    expect(operation.status).toBe("UNKNOWN");
    expect(operation.completedAt).toBeNull();
  });

  it("with a refused plan is FAILED, names the field in the caller's input, and sends nothing", async () => {
    const refused = invalidInput("amount", "must be positive");
    const { operation } = await runner.run(call({ targets: [target(refused)] }), {});
    expect(operation.status).toBe("FAILED");
    expect(operation.steps[0]?.errors[0]?.field).toEqual(["input", "charge", "amount"]);
    expect(sent).toEqual([]);
  });
});

describe("a fan-out", () => {
  it("reports per target, and one failure does not stop the others", async () => {
    const down = new BillingError("UNAVAILABLE", "suite cannot be reached. Nothing was sent.");
    const { operation, values } = await runner.run(
      call({
        targets: [
          target(plan(step("a"))),
          target(plan(step("b", () => down)), "suite"),
          target(invalidInput("name", "is required"), "recurring"),
          target(plan(step("c", () => ({ id: "9", value: thing("9", "answered") })))),
        ],
      }),
      {},
    );
    expect(operation.status).toBe("PARTIAL");
    expect(operation.steps.map(({ target: index, status }) => [index, status])).toEqual([
      [0, "SUCCEEDED"],
      [1, "FAILED"],
      [2, "FAILED"],
      [3, "SUCCEEDED"],
    ]);
    expect([...values.keys()].sort()).toEqual([0, 3]);
    expect(values.get(3)?.name).toBe("answered");
  });

  it("keeps few targets in flight at once", async () => {
    let running = 0;
    let most = 0;
    const slow: WriteStep<Thing> = {
      action: "create",
      find: async () => nothingFound,
      send: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 2));
        running -= 1;
        return { id: "1" };
      },
    };
    await runner.run(call({ targets: Array.from({ length: 100 }, () => target(plan(slow))) }), {});
    expect(most).toBeLessThanOrEqual(16);
  });
});

describe("the same key", () => {
  it("with the same input replays the stored outcome and sends nothing", async () => {
    const first = await runner.run(call({ idempotencyKey: "k", input: { amount: "1", name: "x" } }), {});
    const second = await runner.run(call({ idempotencyKey: "k", input: { name: "x", amount: "1", currency: undefined } }), {});
    expect(second.replayed).toBe(true);
    expect(second.operation).toEqual({ ...first.operation, updatedAt: expect.any(String) });
    expect(sent).toEqual(["charges/create"]);
  });

  it("with other input is refused, names the operation, and sends nothing", async () => {
    const first = await runner.run(call({ idempotencyKey: "k" }), {});
    await expect(runner.run(call({ idempotencyKey: "k", input: { amount: "2" } }), {})).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_REUSED",
      operation: { id: first.operation.id },
    });
    expect(sent).toEqual(["charges/create"]);
  });

  it("sent many times at once acts once, and all callers get the outcome", async () => {
    const slow: WriteStep<Thing> = {
      action: "create",
      find: async () => nothingFound,
      send: async () => {
        sent.push("create");
        await new Promise((resolve) => setTimeout(resolve, 30));
        return { id: "1" };
      },
    };
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => runner.run(call({ idempotencyKey: "k", targets: [target(plan(slow))] }), {})),
    );
    expect(sent).toEqual(["create"]);
    expect(outcomes.every(({ operation }) => operation.status === "SUCCEEDED")).toBe(true);
    expect(outcomes.filter(({ replayed }) => !replayed)).toHaveLength(1);
  });

  it("distinguishes null from absent: in a change, null means clear", async () => {
    const change = { mutation: "updateCustomer", idempotencyKey: "k" };
    await runner.run(call({ ...change, input: { id: "1" } }), {});
    await expect(runner.run(call({ ...change, input: { id: "1", email: null } }), {})).rejects.toMatchObject({
      code: "IDEMPOTENCY_KEY_REUSED",
    });
  });
});

describe("a dry run", () => {
  it("sends nothing, lists every call that would be made, and leaves the key to the real call", async () => {
    const targets = [target(plan(step("charges/create"), step("taxes/liable/set"), step("charges/charge")))];
    const dry = await runner.run(call({ idempotencyKey: "k", validateOnly: true, targets }), {});
    expect(sent).toEqual([]);
    expect(dry.operation.status).toBe("VALIDATED");
    expect(dry.operation.steps.map(({ action, status }) => [action, status])).toEqual([
      ["charges/create", "VALIDATED"],
      ["taxes/liable/set", "VALIDATED"],
      ["charges/charge", "VALIDATED"],
    ]);
    expect((await runner.run(call({ idempotencyKey: "k", targets }), {})).operation.status).toBe("SUCCEEDED");
  });

  it("uses the backend's own dry run and reports its refusals", async () => {
    const refusing = {
      ...plan(step("charges/create")),
      validate: async () => Promise.reject(invalidInput("amount", "is not a number")),
    };
    const { operation } = await runner.run(call({ validateOnly: true, targets: [target(refusing)] }), {});
    expect(operation.status).toBe("FAILED");
    expect(operation.steps[0]?.errors[0]?.field).toEqual(["input", "charge", "amount"]);
  });
});

describe("a store that does not work", () => {
  it("stops a mutation before anything is sent", async () => {
    await store.close();
    await expect(runner.run(call({}), {})).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(sent).toEqual([]);
    store = await openStore("sqlite::memory:");
  });
});
