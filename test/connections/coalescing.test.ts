import { describe, expect, it } from "vitest";
import type { Adapter, CallRecord, CallScope, WritePlan } from "../../src/adapter/adapter.ts";
import { coalescing, createWriteBell } from "../../src/connections/caching.ts";
import { BillingError } from "../../src/model/errors.ts";
import type { Customer } from "../../src/model/model.ts";

/** An adapter whose reads of customers end when the test says so. */
function heldAdapter() {
  const reads: { ids: readonly string[]; scope: CallScope; end: (failure?: Error) => void }[] = [];
  const getMany = async (ids: readonly string[], scope: CallScope) => {
    scope.admit?.();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    scope.signal?.addEventListener("abort", () => reject(scope.signal?.reason));
    reads.push({ ids, scope, end: (failure) => (failure ? reject(failure) : resolve()) });
    await promise;
    scope.record?.({ backend: "pbx", function: "customers/get", milliseconds: 1, rows: ids.length, outcome: "ok", attempts: 1 });
    return ids.map((id) => ({ type: "Customer", backend: "pbx", id }) as Customer);
  };
  const plan: WritePlan<Customer> = {
    steps: [{ action: "customers/update", send: async () => ({ id: "1" }), find: async () => ({ ours: [], candidates: [] }) }],
    read: async () => ({}) as Customer,
  };
  const adapter = {
    key: "pbx",
    customers: { getMany, list: async () => ({ items: [], hasNextPage: false }), update: () => plan },
    charges: { getMany: async () => [], listByCustomers: async () => [] },
  } as unknown as Adapter;
  return { adapter, reads };
}

/** One request: the calls recorded for it, and its end. */
function request(limit = Number.POSITIVE_INFINITY) {
  const calls: CallRecord[] = [];
  const client = new AbortController();
  let admitted = 0;
  const admit = (): void => {
    admitted += 1;
    if (admitted > limit) throw new BillingError("INVALID_INPUT", "too many calls");
  };
  return { calls, client, scope: { signal: client.signal, record: (call: CallRecord) => calls.push(call), admit } };
}

describe("reads in flight", () => {
  it("are one call for all that ask the same", async () => {
    const { adapter, reads } = heldAdapter();
    const { customers } = coalescing(adapter, createWriteBell());
    const [one, other] = [request(), request()];
    const answers = [customers.getMany(["1", "2"], one.scope), customers.getMany(["1", "2"], other.scope)];
    expect(reads).toHaveLength(1);
    reads[0]?.end();
    const [first, second] = await Promise.all(answers);
    expect(first?.map((customer) => (customer as Customer).id)).toEqual(["1", "2"]);
    expect(second).toBe(first);
    expect(one.calls.map(({ coalesced }) => coalesced)).toEqual([undefined]);
    expect(other.calls.map(({ coalesced }) => coalesced)).toEqual([true]);
  });

  it("are not shared with a different or a later request", async () => {
    const { adapter, reads } = heldAdapter();
    const { customers } = coalescing(adapter, createWriteBell());
    const first = customers.getMany(["1"], request().scope);
    const other = customers.getMany(["2"], request().scope);
    expect(reads).toHaveLength(2);
    for (const read of reads) read.end();
    await Promise.all([first, other]);
    const later = customers.getMany(["1"], request().scope);
    expect(reads).toHaveLength(3);
    reads[2]?.end();
    await later;
  });

  it("are never shared by two users of a backend", async () => {
    const { adapter, reads } = heldAdapter();
    const bell = createWriteBell();
    const [own, others] = [coalescing(adapter, bell), coalescing(adapter, bell)];
    const answers = [own.customers.getMany(["1"], request().scope), others.customers.getMany(["1"], request().scope)];
    expect(reads).toHaveLength(2);
    for (const read of reads) read.end();
    await Promise.all(answers);
  });

  it("fail for all that wait, and are tried again by the next", async () => {
    const { adapter, reads } = heldAdapter();
    const { customers } = coalescing(adapter, createWriteBell());
    const failure = new BillingError("UNAVAILABLE", "pbx cannot be reached.");
    const answers = [customers.getMany(["1"], request().scope), customers.getMany(["1"], request().scope)];
    reads[0]?.end(failure);
    for (const answer of answers) await expect(answer).rejects.toBe(failure);
    const next = customers.getMany(["1"], request().scope);
    reads[1]?.end();
    await expect(next).resolves.toHaveLength(1);
  });

  it("continue for the others when the first client leaves, and end with the last", async () => {
    const { adapter, reads } = heldAdapter();
    const { customers } = coalescing(adapter, createWriteBell());
    const [one, other] = [request(), request()];
    const [first, second] = [customers.getMany(["1"], one.scope), customers.getMany(["1"], other.scope)];
    one.client.abort();
    await expect(first).rejects.toMatchObject({ code: "CONFLICT" });
    expect(reads[0]?.scope.signal?.aborted).toBe(false);
    other.client.abort(new DOMException("", "TimeoutError"));
    await expect(second).rejects.toMatchObject({ code: "TIMEOUT" });
    expect(reads[0]?.scope.signal?.aborted).toBe(true);
    const third = customers.getMany(["1"], request().scope);
    expect(reads).toHaveLength(2);
    reads[1]?.end();
    await third;
  });

  it("are not started for a client that has already left", async () => {
    const { adapter } = heldAdapter();
    const gone = request();
    gone.client.abort();
    await expect(coalescing(adapter, createWriteBell()).customers.getMany(["1"], gone.scope)).rejects.toMatchObject({
      code: "CONFLICT",
    });
  });

  it("refuse only the request that has used up its calls", async () => {
    const { adapter, reads } = heldAdapter();
    const { customers } = coalescing(adapter, createWriteBell());
    await expect(customers.getMany(["1"], request(0).scope)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect(reads).toHaveLength(0);
    const answer = customers.getMany(["1"], request(1).scope);
    reads[0]?.end();
    await answer;
  });
});

describe("a write", () => {
  const intent = { stepId: "1", createdAt: "2026-01-01T00:00:00.000Z", note: null };

  it("keeps later reads from joining one that began before it was sent or before it ended, for all users", async () => {
    const { adapter, reads } = heldAdapter();
    const bell = createWriteBell();
    const [own, others] = [coalescing(adapter, bell), coalescing(adapter, bell)];
    const before = own.customers.getMany(["1"], request().scope);
    const writing = others.customers.update?.("1", {}).steps[0]?.send("1", intent, {});
    const during = own.customers.getMany(["1"], request().scope);
    expect(reads).toHaveLength(2);
    await writing;
    const after = own.customers.getMany(["1"], request().scope);
    expect(reads).toHaveLength(3);
    const together = own.customers.getMany(["1"], request().scope);
    expect(reads).toHaveLength(3);
    for (const read of reads) read.end();
    await Promise.all([before, during, after, together]);
  });
});
