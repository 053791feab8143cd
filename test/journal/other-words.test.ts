import { afterEach, beforeEach, expect, it } from "vitest";
import type { WriteStep } from "../../src/adapter/adapter.ts";
import { createRunner, KeyReusedError, type Runner } from "../../src/journal/runner.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import type { Target, WrittenEntity } from "../../src/journal/target.ts";
import { BillingError } from "../../src/model/errors.ts";
import type { Charge } from "../../src/model/model.ts";
import { sameInput } from "../../src/mutations/idempotency.ts";
import { callOf, journalOver } from "./fake-backend.ts";

/** A call is repeated with an input that is written differently: its steps are those planned from the recorded input. */

interface Said {
  readonly charge: { readonly amount: string; readonly taxIds: readonly string[] };
}

let store: Store;
let runner: Runner;
let sent: string[];
let failing: string | null;

beforeEach(async () => {
  store = await openStore("sqlite::memory:");
  runner = createRunner(journalOver(store, ({ input }) => targetsOf(input as Said)));
  sent = [];
  failing = null;
});
afterEach(() => store.close());

/** One step for each tax, in the order of the input. */
function targetsOf({ charge }: Said): readonly Target[] {
  const step = (action: string): WriteStep<WrittenEntity> => ({
    action,
    find: async () => ({ ours: [], candidates: [] }),
    send: async (id) => {
      if (action === failing) throw new BillingError("RATE_LIMITED", "Not now.");
      sent.push(action);
      return { id: id ?? "7" };
    },
  });
  const steps = [step("create"), ...charge.taxIds.map((tax) => step(`set ${tax}`))];
  const read = async (id: string): Promise<WrittenEntity> => ({ type: "Charge", backend: "pbx", id }) as Charge;
  return [{ backend: "pbx", type: "Charge", objectId: null, plan: { steps, read }, fieldPlace: ["input", "charge"] }];
}

function run(input: Said) {
  const repeats = (recorded: unknown): boolean => sameInput(recorded, input, { nullClears: false });
  const call = { ...callOf(targetsOf(input)), mutation: "createCharge", idempotencyKey: "key", input, repeats };
  return runner.run(call, {});
}

it("sends each step once, although the repeated call would send them in another order", async () => {
  failing = "set state";
  const first = await run({ charge: { amount: "19.90", taxIds: ["city", "state"] } });
  expect(first.operation.status).toBe("PARTIAL");
  failing = null;
  const again = await run({ charge: { amount: "19.9", taxIds: ["state", "city"] } });
  expect(again).toMatchObject({ replayed: false, operation: { id: first.operation.id, status: "SUCCEEDED" } });
  expect(sent).toEqual(["create", "set city", "set state"]);
  expect((await run({ charge: { amount: "19.900", taxIds: ["state", "city"] } })).replayed).toBe(true);
  expect(again.operation.input).toEqual({ charge: { amount: "19.90", taxIds: ["city", "state"] } });
});

it("refuses the key for a call with another meaning", async () => {
  await run({ charge: { amount: "19.90", taxIds: ["city", "state"] } });
  await expect(run({ charge: { amount: "19.90", taxIds: ["city"] } })).rejects.toThrow(KeyReusedError);
  await expect(run({ charge: { amount: "1990", taxIds: ["city", "state"] } })).rejects.toThrow(KeyReusedError);
  expect(sent).toEqual(["create", "set city", "set state"]);
});
