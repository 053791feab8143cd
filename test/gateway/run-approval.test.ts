import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/index.ts";
import { type CallingGateway, callerOf, startCallingGateway } from "./calling.ts";

/** A run above the limit: who may approve it, and what happens if nobody does. */

let sandbox: Sandbox;
let gateway: CallingGateway;
/** Whoever is asked there has a few milliseconds. */
let hasty: CallingGateway;

const callers = [
  callerOf("clerk", ["read", "write", "approve"]),
  callerOf("colleague", ["read", "write"]),
  callerOf("manager", ["read", "approve"]),
  // The clerk's other key.
  callerOf("Clerk ", ["read", "write", "approve"]),
  callerOf("pbx-manager", ["read", "approve"], ["pbx"]),
];

beforeAll(async () => {
  sandbox = await startSandbox({ customers: 20 });
  gateway = await startCallingGateway(sandbox, { callers, runs: { approval: "always" } });
  hasty = await startCallingGateway(sandbox, { callers, runs: { approval: "always", approvalHours: 0.0001 } });
  hasty.composition.keepHouse();
});
afterAll(async () => {
  await gateway?.composition.close();
  await hasty?.composition.close();
  await sandbox?.close();
});

interface Run {
  readonly id: string;
  readonly state: string;
  readonly planHash: string;
  readonly executedBy: string | null;
  readonly approval: { readonly state: string; readonly by: string | null; readonly reason: string | null } | null;
}

const fields = "id state planHash executedBy approval { state by reason }";

async function mutate(at: CallingGateway, caller: string, mutation: string, input: object) {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const document = `mutation Run($input: ${type}!) { done: ${mutation}(input: $input) { run { ${fields} } errors { code } } }`;
  const answer = await at.send(caller, document, { input });
  const codes = [
    ...(answer.errors ?? []).map(({ extensions }) => extensions["code"]),
    ...(answer.data?.done?.errors ?? []).map((error: { code: string }) => error.code),
  ];
  return { run: (answer.data?.done?.run ?? null) as Run | null, codes };
}

let rows = 0;
/** A run that waits for a second person; the clerk has confirmed it. */
async function awaiting(at: CallingGateway): Promise<Run> {
  rows += 1;
  const { customers } = await at.data("clerk", 'query { customers(first: 1, backends: ["recurring"]) { nodes { id } } }', {});
  const row = { customerId: customers.nodes[0].id, name: `Approved ${rows}`, amount: "1.00", date: "2026-11-05" };
  const { run } = await mutate(at, "clerk", "createChargeRun", { name: `Approval ${rows}`, rows: [row] });
  const { run: asked } = await mutate(at, "clerk", "executeChargeRun", { id: run?.id, planHash: run?.planHash });
  expect(asked).toMatchObject({ state: "AWAITING_APPROVAL", executedBy: "clerk", approval: { state: "AWAITING" } });
  return asked as Run;
}

const read = async (at: CallingGateway, id: string): Promise<Run> =>
  (await at.data("clerk", `query Run($id: ID!) { chargeRun(id: $id) { ${fields} } }`, { id })).chargeRun;

describe("the approval of a second person", () => {
  it("cannot come from the first person, from somebody without the scope, or from somebody who may not see the run; then the run is sent", async () => {
    const { id, planHash } = await awaiting(gateway);
    const yes = { id, planHash };
    expect((await mutate(gateway, "clerk", "approveChargeRun", yes)).codes).toEqual(["FORBIDDEN"]);
    expect((await mutate(gateway, "Clerk ", "approveChargeRun", yes)).codes).toEqual(["FORBIDDEN"]);
    expect((await mutate(gateway, "colleague", "approveChargeRun", yes)).codes).toEqual(["FORBIDDEN"]);
    expect((await mutate(gateway, "pbx-manager", "approveChargeRun", yes)).codes).toEqual(["NOT_FOUND"]);
    expect((await mutate(gateway, "manager", "approveChargeRun", { id, planHash: "other" })).codes).toEqual(["CONFLICT"]);
    expect((await mutate(gateway, "colleague", "refuseChargeRun", { id, reason: "no" })).codes).toEqual(["FORBIDDEN"]);
    expect((await read(gateway, id)).state).toBe("AWAITING_APPROVAL");
    const { run, codes } = await mutate(gateway, "manager", "approveChargeRun", yes);
    expect(codes).toEqual([]);
    expect(run?.approval).toMatchObject({ state: "APPROVED", by: "manager" });
    await expect.poll(async () => (await read(gateway, id)).state).toBe("DONE");
    expect(await read(gateway, id)).toMatchObject({ executedBy: "clerk", approval: { state: "APPROVED", by: "manager" } });
  });

  it("is reported to all who watch the run over server-sent events, until it ends", async () => {
    const { id, planHash } = await awaiting(gateway);
    const ending = new AbortController();
    const watched = gateway.subscribe(
      "colleague",
      "subscription Watch($id: ID!) { chargeRunUpdated(id: $id) { id state counts { state rows } progress { ended } } }",
      { id },
      ending.signal,
    );
    const states: string[] = [];
    for await (const event of watched) {
      const told = (event.data ?? event).chargeRunUpdated;
      expect(told.id).toBe(id);
      states.push(told.state);
      if (told.state === "AWAITING_APPROVAL") await mutate(gateway, "manager", "approveChargeRun", { id, planHash });
      if (told.state === "DONE") break;
    }
    ending.abort();
    expect([states[0], states.at(-1)]).toEqual(["AWAITING_APPROVAL", "DONE"]);
  });

  it("is for one plan: a refusal returns the run to its maker, with the reason", async () => {
    const { id, planHash } = await awaiting(gateway);
    const { run } = await mutate(gateway, "manager", "refuseChargeRun", { id, reason: "counted twice" });
    expect(run).toMatchObject({ state: "READY", approval: { state: "REFUSED", by: "manager", reason: "counted twice" } });
    expect((await mutate(gateway, "manager", "approveChargeRun", { id, planHash })).codes).toEqual(["CONFLICT"]);
  });

  it("is requested once with a key: the same key for another plan is refused", async () => {
    const { id, planHash } = await awaiting(gateway);
    await mutate(gateway, "manager", "refuseChargeRun", { id, reason: "look again" });
    const keyed = { id, planHash, idempotencyKey: "night job" };
    expect((await mutate(gateway, "clerk", "executeChargeRun", keyed)).codes).toEqual([]);
    expect((await mutate(gateway, "clerk", "executeChargeRun", keyed)).run?.state).toBe("AWAITING_APPROVAL");
    const other = { ...keyed, planHash: "another" };
    expect((await mutate(gateway, "clerk", "executeChargeRun", other)).codes).toEqual(["IDEMPOTENCY_KEY_REUSED"]);
  });

  it("has a time limit, after which the plan has to be confirmed again, even if nobody sends a request", async () => {
    const { id } = await awaiting(hasty);
    await expect
      .poll(() => read(hasty, id))
      .toMatchObject({ state: "READY", executedBy: null, approval: { state: "EXPIRED", by: null } });
  });
});
