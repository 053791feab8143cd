import { afterEach, beforeEach, expect, it } from "vitest";
import { createRunner } from "../../src/journal/runner.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import { callOf, createFakeBackend, journalOver } from "./fake-backend.ts";

/** What log and metrics are told of steps. */

let store: Store;
beforeEach(async () => {
  store = await openStore("sqlite::memory:");
});
afterEach(() => store.close());

async function told(key: string, endings: readonly ("done" | "lostAfter" | "lostBefore" | "refused")[], looks: number) {
  const backend = createFakeBackend();
  const targets = [backend.target({ key, endings: [...endings] })];
  const heard: string[] = [];
  const onStep = (operation: { readonly mutation: string }, step: { readonly status: string }) => {
    heard.push(`${operation.mutation} ${step.status}`);
  };
  const runner = createRunner(journalOver(store, () => targets, { settleMs: looks > 1 ? 60_000 : 0, onStep }));
  const { operation } = await runner.run(callOf(targets), {});
  for (let look = 0; look < looks; look += 1) await runner.reconcile(operation.id, {});
  return heard;
}

it("a step is reported once, when it has ended", async () => {
  expect(await told("a", ["done"], 0)).toEqual(["createCharges SUCCEEDED"]);
});

it("a step with an unknown outcome is reported again when it is settled", async () => {
  expect(await told("b", ["lostAfter"], 1)).toEqual(["createCharges UNKNOWN", "createCharges SUCCEEDED"]);
  expect(await told("c", ["lostBefore"], 1)).toEqual(["createCharges UNKNOWN", "createCharges FAILED"]);
});

it("looks that settle nothing are not reported", async () => {
  expect(await told("d", ["lostBefore"], 3)).toEqual(["createCharges UNKNOWN"]);
});
