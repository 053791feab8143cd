import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createOperationReads, type OperationReads } from "../../src/journal/operation-reads.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import { anybody, type Caller, callerNamed } from "../../src/model/caller.ts";
import { patience } from "../support/patience.ts";
import { heldBy, operation, step } from "./fixture.ts";

/** The source of a subscription. */

let store: Store;
let reads: OperationReads;
beforeEach(async () => {
  store = await openStore("sqlite::memory:");
  reads = createOperationReads(store, { caller: anybody, users: {} }, 100);
});
afterEach(() => store.close());

it("reports every change after it has begun, even before the first look", async () => {
  const watched = await reads.watch(null);
  await store.insert(operation({ id: "op-1" }));
  expect(await watched.next()).toMatchObject({ done: false, value: { id: "op-1" } });
  const pending = watched.next();
  await store.save(heldBy("op-1"), { status: "SUCCEEDED" });
  expect(await pending).toMatchObject({ value: { id: "op-1", status: "SUCCEEDED" } });
  await watched.return?.();
});

it("reports one operation as it is now, and combines several changes between two looks", async () => {
  await store.insert(operation({ id: "op-1" }));
  await store.insert(operation({ id: "op-2" }));
  const watched = await reads.watch("op-1");
  expect(await watched.next()).toMatchObject({ value: { id: "op-1", status: "PENDING" } });
  await store.save(heldBy("op-2"), { status: "FAILED" });
  await store.saveStep(heldBy("op-1"), { ...step, status: "SENDING" });
  await store.saveStep(heldBy("op-1"), { ...step, status: "SUCCEEDED" });
  await store.save(heldBy("op-1"), { status: "SUCCEEDED" });
  await vi.waitFor(
    async () => expect(await watched.next()).toMatchObject({ value: { status: "SUCCEEDED", steps: [{ status: "SUCCEEDED" }] } }),
    patience,
  );
  await watched.return?.();
});

it("reads a change once for all streams, and each shows what its caller may see", async () => {
  const byId = vi.fn(store.byId);
  const counted: Store = { ...store, byId };
  const owner = callerNamed("owner", ["read"], ["*"], null);
  const stranger = callerNamed("stranger", ["read"], ["*"], null);
  const streams = (caller: Caller) =>
    Promise.all(Array.from({ length: 50 }, () => createOperationReads(counted, { caller, users: {} }, 100).watch(null)));
  const [own, others] = [await streams(owner), await streams(stranger)];
  const told = vi.fn();
  for (const watched of others) void watched.next().then(({ done }) => done || told());
  for (const status of ["PENDING", "SUCCEEDED"] as const) {
    byId.mockClear();
    const next = own.map((watched) => watched.next());
    if (status === "PENDING") await store.insert(operation({ id: "op-1", actor: "owner" }));
    else await store.save(heldBy("op-1"), { status });
    for (const { value } of await Promise.all(next)) expect(value).toMatchObject({ id: "op-1", status });
    expect(byId).toHaveBeenCalledOnce();
  }
  expect(told).not.toHaveBeenCalled();
  for (const watched of [...own, ...others]) await watched.return?.();
});

it("ends while it waits for a change that never comes, and stops listening", async () => {
  const stopped = vi.fn();
  const listening: Store["watch"] = async (listener) => {
    const stop = await store.watch(listener);
    return () => stop().then(stopped);
  };
  const watched = await createOperationReads({ ...store, watch: listening }, { caller: anybody, users: {} }, 100).watch(null);
  const pending = watched.next();
  await watched.return?.();
  expect(await pending).toEqual({ done: true, value: undefined });
  expect(await watched.next()).toEqual({ done: true, value: undefined });
  expect(stopped).toHaveBeenCalledOnce();
});

it("ends with the store's failure, and stops listening", async () => {
  const stopped = vi.fn();
  const failing: Store = { ...store, byId: () => Promise.reject(new Error("away")), watch: async () => stopped };
  const watched = await createOperationReads(failing, { caller: anybody, users: {} }, 100).watch("op-1");
  await expect(watched.next()).rejects.toThrow("away");
  expect(stopped).toHaveBeenCalledOnce();
  expect(await watched.next()).toMatchObject({ done: true });
});
