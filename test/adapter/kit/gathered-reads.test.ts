import { expect, test } from "vitest";
import type { CallRecord, CallScope, Loaded } from "../../../src/adapter/adapter.ts";
import { gatherReads } from "../../../src/adapter/kit/gathered-reads.ts";
import { BillingError } from "../../../src/model/errors.ts";

interface Row {
  readonly id: string;
}

/** A backend whose reads end when they are let go. */
function backend(answer: (ids: readonly string[]) => readonly Loaded<Row>[] = (ids) => ids.map((id) => ({ id }))) {
  const reads: { readonly ids: readonly string[]; readonly end: () => void }[] = [];
  const getMany = async (ids: readonly string[], { record }: CallScope): Promise<readonly Loaded<Row>[]> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    reads.push({ ids, end: resolve });
    await promise;
    record?.({ backend: "suite", function: "list", milliseconds: 1, rows: ids.length, outcome: "ok", attempts: 1 });
    return answer(ids);
  };
  return {
    reads,
    idsRead: () => reads.map(({ ids }) => ids.join(" ")),
    /** Waits until so many reads have begun, and ends them. */
    endOf: async (count: number) => {
      await expect.poll(() => reads.length, { interval: 1 }).toBeGreaterThanOrEqual(count);
      for (const { end } of reads) end();
    },
    read: gatherReads<Row>((id) => id.slice(0, 1), getMany),
  };
}

const scope: CallScope = {};
const refusal = () => new BillingError("INVALID_INPUT", "No such id.");

test("reads asked for at once are one call, and each gets its own record", async () => {
  const { read, endOf, idsRead } = backend((ids) => ids.map((id) => (id === "a2" ? null : { id })));
  const calls: [string, CallRecord["coalesced"]][] = [];
  const ask = (id: string) => read(id, { record: ({ coalesced }) => void calls.push([id, coalesced]) });
  const asked = ["a1", "a2", "a3"].map(ask);
  await endOf(1);
  expect(await Promise.all(asked)).toEqual([{ id: "a1" }, null, { id: "a3" }]);
  expect(idsRead()).toEqual(["a1 a2 a3"]);
  // Each is told of the call; it counts once.
  expect(calls).toEqual([
    ["a1", undefined],
    ["a2", true],
    ["a3", true],
  ]);
});

test("nobody joins a read that has begun", async () => {
  const { read, endOf, reads, idsRead } = backend();
  const first = read("a1", scope);
  await expect.poll(() => reads.length, { interval: 1 }).toBe(1);
  const later = [read("a2", scope), read("a1", scope)];
  await endOf(1);
  await first;
  await endOf(2);
  expect(await Promise.all(later)).toEqual([{ id: "a2" }, { id: "a1" }]);
  expect(idsRead()).toEqual(["a1", "a2 a1"]);
});

test("a read that takes long holds up nobody", async () => {
  const { read, reads } = backend();
  const slow = read("a1", scope);
  await expect.poll(() => reads.length, { interval: 1 }).toBe(1);
  const quick = read("a2", scope);
  await expect.poll(() => reads.length, { interval: 1 }).toBe(2);
  reads[1]?.end();
  expect(await quick).toEqual({ id: "a2" });
  reads[0]?.end();
  expect(await slow).toEqual({ id: "a1" });
});

test("groups are read at once", async () => {
  const { read, endOf, idsRead } = backend();
  const asked = ["a1", "b1", "a2"].map((id) => read(id, scope));
  await endOf(2);
  await Promise.all(asked);
  expect(idsRead()).toEqual(["a1 a2", "b1"]);
});

test.each([
  [
    "fails",
    (): readonly Loaded<Row>[] => {
      throw refusal();
    },
  ],
  ["has a failure for each", (ids: readonly string[]) => ids.map(refusal)],
  ["has no answer for each", () => []],
])("where a read of several %s, each is read by itself", async (_what, ofSeveral) => {
  const { read, endOf, idsRead } = backend((ids) => {
    if (ids.length > 1) return ofSeveral(ids);
    return ids.map((id) => (id === "a2" ? refusal() : { id }));
  });
  const asked = ["a1", "a2", "a3"].map((id) => read(id, scope));
  const ended = Promise.allSettled(asked);
  await endOf(1);
  await endOf(4);
  expect(await ended).toMatchObject([
    { value: { id: "a1" } },
    { status: "rejected", reason: { code: "INVALID_INPUT" } },
    { value: { id: "a3" } },
  ]);
  expect(idsRead()).toEqual(["a1 a2 a3", "a1", "a2", "a3"]);
});
