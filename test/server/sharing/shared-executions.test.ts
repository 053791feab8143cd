import { type ExecutionResult, type OperationDefinitionNode, parse } from "graphql";
import { describe, expect, it } from "vitest";
import type { CallRecord } from "../../../src/adapter/adapter.ts";
import { createSharedExecutions, type SharedScope } from "../../../src/server/sharing/shared-executions.ts";

const operationOf = (text: string) => parse(text).definitions[0] as OperationDefinitionNode;
const operation = operationOf("{ customers { nodes { id } } }");
const call: CallRecord = { backend: "pbx", function: "customers/list", milliseconds: 5, rows: 1, outcome: "ok", attempts: 1 };

/** Executions that end when the test says so. */
function executions(joinableMs = 60_000) {
  const shared = createSharedExecutions(joinableMs);
  const begun: { readonly scope: SharedScope; readonly end: (result: ExecutionResult) => void }[] = [];
  const execute = (scope: SharedScope): Promise<ExecutionResult> => {
    const { promise, resolve } = Promise.withResolvers<ExecutionResult>();
    begun.push({ scope, end: resolve });
    return promise;
  };
  const ask = (name = "caller", asked = operation) => {
    const client = new AbortController();
    const calls: CallRecord[] = [];
    const waiter = { signal: client.signal, record: (made: CallRecord) => void calls.push(made) };
    return { answer: Promise.resolve(shared.share(asked, name, execute, waiter)), calls, leave: () => client.abort() };
  };
  return { begun, ask, renew: shared.renew };
}

describe("the same query while it is being executed", () => {
  it("is answered by that execution, with the calls that others caused marked as theirs", async () => {
    const { begun, ask } = executions();
    const first = ask();
    begun[0]?.scope.record(call);
    const second = ask();
    begun[0]?.scope.record({ ...call, function: "customers/get" });
    begun[0]?.end({ data: { customers: null } });
    expect(await second.answer).toBe(await first.answer);
    expect(begun).toHaveLength(1);
    expect(first.calls.map(({ coalesced }) => coalesced)).toEqual([undefined, undefined]);
    expect(second.calls).toEqual(first.calls.map((made) => ({ ...made, coalesced: true })));
  });

  it("is executed anew once that has ended", async () => {
    const { begun, ask } = executions();
    const first = ask();
    begun[0]?.end({ data: {} });
    await first.answer;
    ask();
    expect(begun).toHaveLength(2);
  });

  it("is executed anew when something was written meanwhile", async () => {
    const { begun, ask, renew } = executions();
    const before = ask();
    renew();
    const after = ask();
    begun[1]?.end({ data: { value: "new" } });
    begun[0]?.end({ data: { value: "old" } });
    expect(await before.answer).toEqual({ data: { value: "old" } });
    expect(await after.answer).toEqual({ data: { value: "new" } });
  });

  it("is executed anew when that began too long ago", () => {
    const { begun, ask } = executions(0);
    ask();
    ask();
    expect(begun).toHaveLength(2);
  });

  it("is executed for itself where it is another's, or another operation of the same text", () => {
    const { begun, ask } = executions();
    ask("one");
    ask("another");
    ask("one", operationOf("{ customers { nodes { id } } }"));
    expect(begun).toHaveLength(3);
  });
});

describe("a request that is given up", () => {
  it("leaves the others their answer", async () => {
    const { begun, ask } = executions();
    const [first, second] = [ask(), ask()];
    first.leave();
    expect((await first.answer).errors?.[0]?.extensions).toMatchObject({ code: "CONFLICT" });
    expect(begun[0]?.scope.signal.aborted).toBe(false);
    begun[0]?.end({ data: { customers: [] } });
    expect(await second.answer).toEqual({ data: { customers: [] } });
  });

  it("ends the execution when it is the last, which nobody joins from then on", async () => {
    const { begun, ask } = executions();
    const [first, second] = [ask(), ask()];
    first.leave();
    second.leave();
    expect(begun[0]?.scope.signal.aborted).toBe(true);
    const third = ask();
    expect(begun).toHaveLength(2);
    for (const { end } of begun) end({ data: {} });
    expect(await Promise.all([second.answer, third.answer])).toEqual([{ data: {} }, { data: {} }]);
  });
});
