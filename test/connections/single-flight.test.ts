import { describe, expect, it } from "vitest";
import type { CallRecord } from "../../src/adapter/adapter.ts";
import { createSingleFlight, type SharedScope } from "../../src/connections/single-flight.ts";
import { BillingError } from "../../src/model/errors.ts";

const call: CallRecord = { backend: "pbx", function: "customers/list", milliseconds: 5, rows: 1, outcome: "ok", attempts: 1 };

/** Answers that come when the test says so. */
function flights(joinableMs = 60_000) {
  const left = (reason: unknown) => new BillingError("CONFLICT", "left", { cause: reason });
  const shared = createSingleFlight({ left, joinableMs });
  const begun: { readonly scope: SharedScope; readonly end: (answer: object) => void }[] = [];
  const answerLater = (scope: SharedScope): Promise<object> => {
    const { promise, resolve } = Promise.withResolvers<object>();
    begun.push({ scope, end: resolve });
    return promise;
  };
  const ask = (key = "customers", admit: () => void = () => {}) => {
    const client = new AbortController();
    const calls: CallRecord[] = [];
    const waiter = { signal: client.signal, record: (made: CallRecord) => void calls.push(made), admit };
    return { answer: Promise.resolve(shared.share(key, answerLater, waiter)), calls, leave: () => client.abort("gone") };
  };
  return { shared, begun, ask, renew: shared.renew };
}

describe("the same question while it is in flight", () => {
  it("is answered by the one that was asked first, with the calls that others caused marked as theirs", async () => {
    const { begun, ask } = flights();
    const first = ask();
    begun[0]?.scope.record(call);
    const second = ask();
    begun[0]?.scope.record({ ...call, function: "customers/get" });
    begun[0]?.end({ customers: null });
    expect(await second.answer).toBe(await first.answer);
    expect(begun).toHaveLength(1);
    expect(first.calls.map(({ coalesced }) => coalesced)).toEqual([undefined, undefined]);
    expect(second.calls).toEqual(first.calls.map((made) => ({ ...made, coalesced: true })));
  });

  it("is asked again once that has ended", async () => {
    const { begun, ask } = flights();
    const first = ask();
    begun[0]?.end({});
    await first.answer;
    ask();
    expect(begun).toHaveLength(2);
  });

  it("is asked again after a write in between", async () => {
    const { begun, ask, renew } = flights();
    const before = ask();
    renew();
    const after = ask();
    begun[0]?.end({ value: "old" });
    await before.answer;
    const joined = ask();
    expect(begun).toHaveLength(2);
    begun[1]?.end({ value: "new" });
    expect(await Promise.all([before.answer, after.answer, joined.answer])).toEqual(
      ["old", "new", "new"].map((value) => ({ value })),
    );
  });

  it("is asked again when that began too long ago", () => {
    const { begun, ask } = flights(0);
    ask();
    ask();
    expect(begun).toHaveLength(2);
  });

  it("differs under another key", () => {
    const { begun, ask } = flights();
    ask("one");
    ask("another");
    expect(begun).toHaveLength(2);
  });

  it("fails for all who wait, and is asked anew by the next", async () => {
    const { shared } = flights();
    let asked = 0;
    const failure = new Error("no");
    const fail = async (): Promise<never> => {
      asked += 1;
      throw failure;
    };
    const answers = [shared.share("key", fail, {}), shared.share("key", fail, {})];
    for (const answer of answers) await expect(answer).rejects.toBe(failure);
    expect(asked).toBe(1);
    await expect(shared.share("key", fail, {})).rejects.toBe(failure);
    expect(asked).toBe(2);
  });

  it("is not shared if the answer comes at once", () => {
    const { shared } = flights();
    expect([1, 2].map((answer) => shared.share("key", () => answer, {}))).toEqual([1, 2]);
  });
});

describe("a waiter that leaves", () => {
  it("does not take the answer from the others", async () => {
    const { begun, ask } = flights();
    const [first, second] = [ask(), ask()];
    first.leave();
    await expect(first.answer).rejects.toMatchObject({ code: "CONFLICT", cause: "gone" });
    expect(begun[0]?.scope.signal.aborted).toBe(false);
    begun[0]?.scope.record(call);
    begun[0]?.end({ customers: [] });
    expect(await second.answer).toEqual({ customers: [] });
    expect([first.calls, second.calls]).toEqual([[], [{ ...call, coalesced: true }]]);
  });

  it("ends what is in flight when it is the last, which nobody joins from then on", async () => {
    const { begun, ask } = flights();
    const [first, second] = [ask(), ask()];
    first.leave();
    second.leave();
    expect(begun[0]?.scope.signal.aborted).toBe(true);
    begun[0]?.scope.record(call);
    const third = ask();
    expect(begun).toHaveLength(2);
    for (const { end } of begun) end({});
    for (const { answer } of [first, second]) await expect(answer).rejects.toMatchObject({ code: "CONFLICT" });
    expect(await third.answer).toEqual({});
    expect(second.calls).toEqual([{ ...call, coalesced: true }]);
  });

  it("asks for nothing if it has already left", async () => {
    const { begun, shared } = flights();
    const asked = shared.share("key", () => expect.unreachable(), { signal: AbortSignal.abort("gone") });
    await expect(asked).rejects.toMatchObject({ code: "CONFLICT", cause: "gone" });
    expect(begun).toEqual([]);
  });
});

describe("a call in flight", () => {
  it("is made as long as it is within the limit of one who waits", () => {
    const { begun, ask } = flights();
    let left = 1;
    const limited = (): void => {
      left -= 1;
      if (left < 0) throw new BillingError("INVALID_INPUT", "too many calls");
    };
    ask("key", limited);
    const other = { left: 2 };
    ask("key", () => {
      other.left -= 1;
      if (other.left < 0) throw new BillingError("INVALID_INPUT", "too many calls");
    });
    const admit = begun[0]?.scope.admit as SharedScope["admit"];
    admit();
    admit();
    expect(admit).toThrow("too many calls");
    expect([left, other.left]).toEqual([-2, -1]);
  });
});
