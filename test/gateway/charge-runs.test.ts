import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ runs: { approval: { above: { USD: 10_000, EUR: 10_000, GBP: 10_000, CHF: 10_000 } } } });
});
afterAll(() => gateway?.close());

const runFields = `id name series state planHash calls backends
  totals { backend currency rows amount unpriced }
  counts { state backend rows }
  pausedBackends { backend code }
  progress { rows ended }
  rows(first: 20) { nodes {
    line key state backend customer { id } amount { amount currency } stored { amount currency }
    problems { code message field candidates { id } } warnings changed reason operationId chargeId
  } }`;

interface Row {
  readonly key: string;
  readonly state: string;
  readonly operationId: string | null;
  readonly chargeId: string | null;
  readonly warnings: readonly string[];
  readonly changed: readonly string[];
  readonly reason: string | null;
  readonly customer: { readonly id: string } | null;
  readonly stored: { readonly amount: string; readonly currency: string } | null;
  readonly problems: readonly { code: string; message: string; field: string[] | null; candidates: { id: string }[] }[];
}

interface Run {
  readonly id: string;
  readonly series: string;
  readonly state: string;
  readonly planHash: string | null;
  readonly totals: readonly { backend: string; currency: string; rows: number; amount: string; unpriced: number }[];
  readonly counts: readonly { state: string; rows: number }[];
  readonly rows: { readonly nodes: readonly Row[] };
}

async function mutate(
  mutation: string,
  input: object,
  fields = runFields,
): Promise<{ run: Run | null; errors: { code: string; message: string }[] }> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const types: Record<string, string> = {
    checkChargeRun: "ChargeRunIdInput",
    pauseChargeRun: "ChargeRunIdInput",
    resumeChargeRun: "ChargeRunIdInput",
    cancelChargeRun: "ChargeRunIdInput",
  };
  const document = `mutation Run($input: ${types[mutation] ?? type}!) { result: ${mutation}(input: $input) { run { ${fields} } errors { code message } } }`;
  return (await gateway.data(document, { input })).result;
}

async function run(mutation: string, input: object): Promise<Run> {
  const { run: made, errors } = await mutate(mutation, input);
  if (!made) throw new Error(JSON.stringify(errors));
  return made;
}

const read = async (id: string): Promise<Run> =>
  (await gateway.data(`query Run($id: ID!) { chargeRun(id: $id) { ${runFields} } }`, { id })).chargeRun;

const ended = async (id: string): Promise<Run> => {
  await expect.poll(async () => (await read(id)).state).not.toMatch(/RUNNING|WAITING|UNDOING/);
  return read(id);
};

interface Known {
  readonly id: string;
  readonly reference: string | null;
  readonly status: string;
}

const customersIn = async (backend: string): Promise<readonly Known[]> =>
  (
    await gateway.data(
      "query Customers($backends: [String!]) { customers(first: 100, backends: $backends) { nodes { id reference status } } }",
      { backends: [backend] },
    )
  ).customers.nodes;

/** Active customers whose reference nobody else has. */
async function referred(backend: string): Promise<readonly { id: string; reference: string }[]> {
  const all = await customersIn(backend);
  return all.flatMap(({ id, reference, status }) =>
    reference !== null && status === "ACTIVE" && all.filter((other) => other.reference === reference).length === 1
      ? [{ id, reference }]
      : [],
  );
}

let names = 0;
/** A charge that no other test makes. */
const row = (changes: object) => {
  names += 1;
  return { backend: "recurring", name: `Copies ${names}`, amount: "12.50", date: "2026-11-05", ...changes };
};

const chargesCreated = (): number =>
  Object.values(gateway.callsSince())
    .flat()
    .filter((call) => /transactions|charges\/create|save/i.test(JSON.stringify(call)) && !/"GET"/.test(JSON.stringify(call)))
    .length;

describe("a charge run", () => {
  it("reports in each row what its backend stored differently", async () => {
    const [one, two] = await referred("recurring");
    gateway.sandbox.backends.recurring.setConditions({ storedAs: { dueDate: "2026-11-09" } });
    const rows = [row({ customerId: one?.id }), row({ customerId: two?.id, date: "2026-11-09" })];
    const prepared = await run("createChargeRun", { name: "Told 2026-11", rows });
    await run("executeChargeRun", { id: prepared.id, planHash: prepared.planHash });
    const done = await ended(prepared.id);
    gateway.sandbox.backends.recurring.setConditions({});
    expect(done.rows.nodes.map(({ state, warnings }) => [state, warnings])).toEqual([
      ["SUCCEEDED", ["date: Subscriptions has another value than the one that was sent. Sent: 2026-11-05; stored: 2026-11-09."]],
      ["SUCCEEDED", []],
    ]);
  });

  it("is checked without effect, confirmed once, and done; its rows never act again in its series", async () => {
    const [one, two] = await referred("recurring");
    const [pbx] = await referred("pbx");
    const rows = [
      row({ key: "a", customerReference: one?.reference }),
      row({ key: "b", customerId: two?.id, amount: "0.10" }),
      row({ key: "c", backend: "pbx", customerReference: pbx?.reference, amount: "0.20" }),
    ];
    const before = await readCharges();
    const prepared = await run("createChargeRun", { name: "Copier 2026-11", rows, idempotencyKey: "copier" });
    expect(prepared).toMatchObject({ series: "Copier", state: "READY", planHash: expect.any(String) });
    expect(prepared.totals).toEqual([
      { backend: "pbx", currency: expect.any(String), rows: 1, amount: "0.20", unpriced: 0 },
      { backend: "recurring", currency: "USD", rows: 2, amount: "12.60", unpriced: 0 },
    ]);
    expect(await readCharges()).toEqual(before);
    expect((await run("createChargeRun", { name: "Copier 2026-11", rows, idempotencyKey: "copier" })).id).toBe(prepared.id);
    const other = await mutate("createChargeRun", { name: "Copier 2026-12", rows, idempotencyKey: "copier" });
    expect(other.errors).toMatchObject([{ code: "IDEMPOTENCY_KEY_REUSED" }]);

    const wrong = await mutate("executeChargeRun", { id: prepared.id, planHash: "other" });
    expect(wrong.errors).toMatchObject([{ code: "CONFLICT" }]);
    const confirmation = { id: prepared.id, planHash: prepared.planHash, idempotencyKey: "go" };
    const started = await run("executeChargeRun", confirmation);
    expect(started.id).toBe(prepared.id);
    const done = await ended(prepared.id);
    expect(done.state).toBe("DONE");
    expect(done.rows.nodes.map(({ state }) => state)).toEqual(["SUCCEEDED", "SUCCEEDED", "SUCCEEDED"]);
    expect(done.rows.nodes.map(({ stored }) => stored?.amount)).toEqual(["12.50", "0.10", "0.20"]);
    expect(done.rows.nodes[2]?.stored?.currency).toBe(prepared.totals[0]?.currency);
    expect(done.rows.nodes.every(({ chargeId, operationId }) => chargeId !== null && operationId !== null)).toBe(true);
    // Confirmed again by the same key: nothing happens.
    expect((await run("executeChargeRun", confirmation)).state).toBe("DONE");
    const after = await readCharges();
    expect(after).not.toEqual(before);

    const more = [...rows, row({ key: "d", customerId: two?.id, amount: "1" })];
    const again = await run("createChargeRun", { name: "Copier December 2026", rows: more });
    expect(again.rows.nodes.map(({ state }) => state)).toEqual(["LEFT_OUT", "LEFT_OUT", "LEFT_OUT", "READY"]);
    expect(again.rows.nodes.slice(0, 3).map(({ operationId }) => operationId)).toEqual(
      done.rows.nodes.map(({ operationId }) => operationId),
    );
    await run("executeChargeRun", { id: again.id, planHash: again.planHash });
    expect((await ended(again.id)).state).toBe("DONE");
    const third = await run("createChargeRun", { name: "Copier January 2027", rows: more });
    expect(third.state).toBe("DONE");
  });

  it("explains what is wrong with rows, and accepts corrections, skips and another version of the file", async () => {
    const [one, two] = await referred("recurring");
    const similar = ` ${one?.reference.toLowerCase()} `;
    const rows = [
      row({ key: "unknown", customerReference: similar.trim() }),
      row({ key: "service", backend: "suite", customerId: (await customersIn("suite"))[0]?.id, serviceId: "999999" }),
      row({ key: "currency", customerId: two?.id, currency: "CHF" }),
      row({ key: "fine", customerId: two?.id }),
      row({ key: "fine", customerId: two?.id, amount: "3" }),
      row({ key: "nobody", customerReference: null, customerId: null }),
    ];
    const made = await run("createChargeRun", { name: "Broken", rows });
    expect(made).toMatchObject({ state: "NEEDS_ATTENTION", planHash: null });
    const problems = Object.fromEntries(made.rows.nodes.map(({ key, problems: [first] }) => [key, first]));
    expect(problems["unknown"]).toMatchObject({ code: "NOT_FOUND", field: ["customerReference"], candidates: [{ id: one?.id }] });
    expect(problems["service"]).toMatchObject({ code: "NOT_FOUND", field: ["serviceId"] });
    expect(problems["currency"]?.field).toEqual(["currency"]);
    expect(problems["fine"]).toBeUndefined();
    expect(problems["fine (line 5)"]).toMatchObject({ field: ["key"] });
    expect(problems["nobody"]).toMatchObject({ code: "INVALID_INPUT" });

    const corrected = await run("correctChargeRunRow", {
      id: made.id,
      key: "unknown",
      row: { ...rows[0], customerReference: one?.reference },
    });
    expect(corrected.rows.nodes[0]).toMatchObject({ state: "READY", changed: ["customerReference"], customer: { id: one?.id } });
    const skipped = await run("skipChargeRunRows", { id: made.id, keys: ["nobody"], reason: "moved away" });
    expect(skipped.rows.nodes[5]).toMatchObject({ state: "SKIPPED", reason: "moved away" });
    expect(skipped.state).toBe("NEEDS_ATTENTION");
    const version = [
      rows[0] && { ...rows[0], customerReference: one?.reference },
      rows[3],
      row({ key: "new", customerId: two?.id, amount: "4" }),
    ];
    const replaced = await run("replaceChargeRunRows", { id: made.id, rows: version });
    expect(Object.fromEntries(replaced.rows.nodes.map(({ key, state }) => [key, state]))).toEqual({
      unknown: "READY",
      service: "SKIPPED",
      currency: "SKIPPED",
      fine: "READY",
      "fine (line 5)": "SKIPPED",
      nobody: "SKIPPED",
      new: "READY",
    });
    expect(replaced).toMatchObject({ state: "READY", planHash: expect.any(String) });
    expect(replaced.planHash).not.toBe(corrected.planHash);
    const cancelled = await run("cancelChargeRun", { id: made.id });
    expect(cancelled.state).toBe("CANCELLED");
    expect((await mutate("executeChargeRun", { id: made.id, planHash: replaced.planHash })).errors).toMatchObject([
      { code: "CONFLICT" },
    ]);
  });

  it("finds likely duplicates in the run, in the journal and in the backend", async () => {
    const [, , three, four] = await referred("recurring");
    const charge = row({ customerId: three?.id, amount: "77.10" });
    const mutation =
      "mutation Create($input: CreateChargeInput!) { createCharge(input: $input) { charge { id } errors { message } } }";
    const { backend: _, ...single } = charge;
    await gateway.data(mutation, { input: { charge: single } });
    const rows = [
      { ...charge, key: "journal", amount: "77.1" },
      row({ key: "first", customerId: four?.id, name: "Same", amount: "5" }),
      row({ key: "second", customerId: four?.id, name: "same ", amount: "5.00" }),
      row({ key: "other", customerId: four?.id, name: "Same", amount: "5.01" }),
    ];
    const made = await run("createChargeRun", { name: "Alike", rows });
    expect(made.rows.nodes.map(({ state }) => state)).toEqual(["NEEDS_ATTENTION", "READY", "NEEDS_ATTENTION", "READY"]);
    expect(made.rows.nodes[0]?.problems[0]).toMatchObject({
      code: "LIKELY_DUPLICATE",
      message: expect.stringContaining("operation "),
    });
    expect(made.rows.nodes[2]?.problems[0]?.message).toContain("line 2 of this run");
    // Once the first row is left out, the second looks like no other charge.
    const skipped = await run("skipChargeRunRows", { id: made.id, keys: ["first"], reason: "twice" });
    expect(skipped.rows.nodes.map(({ state }) => state)).toEqual(["NEEDS_ATTENTION", "SKIPPED", "READY", "READY"]);
    const allowed = await run("allowChargeRunDuplicates", { id: made.id, keys: ["journal"] });
    expect(allowed.state).toBe("READY");
    expect(allowed.rows.nodes[0]?.warnings[0]).toContain("looks the same");
    await run("cancelChargeRun", { id: made.id });
  });

  it("does not send a row that looks like a charge made since the check, until a person confirms it", async () => {
    const [, , , , , six] = await referred("recurring");
    const rows = [row({ key: "z", customerId: six?.id, amount: "6.60" }), row({ key: "y", customerId: six?.id, amount: "6.61" })];
    // Two series, both checked before either is sent.
    const one = await run("createChargeRun", { name: "Ours", rows });
    const two = await run("createChargeRun", { name: "Theirs", rows: rows.slice(0, 1) });
    expect([one.state, two.state]).toEqual(["READY", "READY"]);
    await run("executeChargeRun", { id: two.id, planHash: two.planHash });
    expect((await ended(two.id)).state).toBe("DONE");
    await run("executeChargeRun", { id: one.id, planHash: one.planHash });
    const incomplete = await ended(one.id);
    expect(incomplete.state).toBe("INCOMPLETE");
    expect(incomplete.rows.nodes.map(({ state }) => state)).toEqual(["FAILED", "SUCCEEDED"]);
    expect(incomplete.rows.nodes[0]?.problems).toMatchObject([{ code: "LIKELY_DUPLICATE" }]);
    await run("checkChargeRun", { id: one.id });
    const allowed = await run("allowChargeRunDuplicates", { id: one.id, keys: ["z"] });
    expect(allowed).toMatchObject({ state: "READY", rows: { nodes: [{ state: "READY" }, { state: "SUCCEEDED" }] } });
    await run("executeChargeRun", { id: one.id, planHash: allowed.planHash });
    expect((await ended(one.id)).state).toBe("DONE");
  });

  it("needs a second person's approval above the limit", async () => {
    const [one] = await referred("recurring");
    const made = await run("createChargeRun", { name: "Large", rows: [row({ customerId: one?.id, amount: "10000.01" })] });
    const asked = await run("executeChargeRun", { id: made.id, planHash: made.planHash });
    expect(asked.state).toBe("AWAITING_APPROVAL");
    // Without authentication there is no second person.
    expect((await mutate("approveChargeRun", { id: made.id, planHash: made.planHash })).errors).toMatchObject([
      { code: "FORBIDDEN" },
    ]);
    expect((await run("refuseChargeRun", { id: made.id, reason: "too much" })).state).toBe("READY");
  });

  it("is undone as far as the backends can, after a preview, and its rows can then be sent again", async () => {
    const [, , , , five] = await referred("recurring");
    const rows = [row({ key: "x", customerId: five?.id }), row({ key: "y", customerId: five?.id, amount: "2" })];
    const made = await run("createChargeRun", { name: "Mistake", rows });
    await run("executeChargeRun", { id: made.id, planHash: made.planHash });
    expect((await ended(made.id)).state).toBe("DONE");
    const { chargeRun } = await gateway.data(
      "query Undo($id: ID!) { chargeRun(id: $id) { undoPreview { rows totals { amount } cannot { backend } planHash } } }",
      { id: made.id },
    );
    expect(chargeRun.undoPreview).toMatchObject({ rows: 2, totals: [{ amount: "14.50" }], cannot: [] });
    expect((await mutate("undoChargeRun", { id: made.id, planHash: "other" })).errors).toMatchObject([{ code: "CONFLICT" }]);
    await run("undoChargeRun", { id: made.id, planHash: chargeRun.undoPreview.planHash });
    const undone = await ended(made.id);
    expect(undone.rows.nodes.map(({ state }) => state)).toEqual(["UNDONE", "UNDONE"]);
    const again = await run("createChargeRun", { name: "Mistake", rows: rows.map((each) => ({ ...each, amount: "3" })) });
    expect(again.rows.nodes.map(({ state }) => state)).toEqual(["READY", "READY"]);
  });

  it("shows what it has charged, and which rows are far from their customer's usual charges", async () => {
    const [, , , , , , seven] = await referred("recurring");
    const rowsOf = (month: string, amount: string) => [
      row({ customerId: seven?.id, name: `Meter ${month}`, date: `${month}-05`, amount, taxIds: [] }),
    ];
    for (const [month, amount] of [
      ["2026-08", "10"],
      ["2026-09", "12.5"],
    ] as const) {
      const { id, planHash } = await run("createChargeRun", { name: `Meters ${month}`, rows: rowsOf(month, amount) });
      await run("executeChargeRun", { id, planHash });
      expect((await ended(id)).state).toBe("DONE");
    }
    const strange = await run("createChargeRun", { name: "Meters 2026-10", rows: rowsOf("2026-10", "125.00") });
    expect(strange).toMatchObject({ state: "READY", series: "Meters" });
    const { chargeRun, chargeRuns } = await gateway.data(
      `query History($id: ID!) {
        chargeRun(id: $id) { rows(filter: { warned: true }) { nodes { warnings customerName customerId given { backend customerId name amount date allowDuplicate kind } } } }
        chargeRuns(filter: { series: "Meters" }, first: 5) { nodes { name charged { amount rows currency } } }
      }`,
      { id: strange.id },
    );
    expect(chargeRun.rows.nodes).toMatchObject([
      { warnings: [expect.stringContaining("far from usual")], customerName: expect.any(String), customerId: seven?.id },
    ]);
    expect(chargeRun.rows.nodes[0].given).toEqual({
      backend: "recurring",
      customerId: seven?.id,
      name: "Meter 2026-10",
      amount: "125.00",
      date: "2026-10-05",
      allowDuplicate: false,
      kind: null,
    });
    expect(chargeRuns.nodes).toEqual([
      { name: "Meters 2026-10", charged: null },
      { name: "Meters 2026-09", charged: [{ amount: "12.50", rows: 1, currency: "USD" }] },
      { name: "Meters 2026-08", charged: [{ amount: "10.00", rows: 1, currency: "USD" }] },
    ]);
    // The given values are returned unchanged.
    const again = await run("correctChargeRunRow", {
      id: strange.id,
      key: strange.rows.nodes[0]?.key,
      row: { ...chargeRun.rows.nodes[0].given, amount: "12.5" },
    });
    expect(again.rows.nodes[0]).toMatchObject({ changed: ["amount"], warnings: [] });
  });

  it("exists only for callers who may see all its backends", async () => {
    const { chargeRuns } = await gateway.data("{ chargeRuns(first: 2) { nodes { id } pageInfo { hasNextPage endCursor } } }");
    expect(chargeRuns.nodes).toHaveLength(2);
    const { chargeRuns: next } = await gateway.data(
      "query Next($after: String) { chargeRuns(first: 100, after: $after) { nodes { id } } }",
      {
        after: chargeRuns.pageInfo.endCursor,
      },
    );
    expect(next.nodes.length).toBeGreaterThan(1);
    expect(
      (await gateway.data("query Node($id: ID!) { node(id: $id) { __typename id } }", { id: next.nodes[0].id })).node.__typename,
    ).toBe("ChargeRun");
    expect(chargesCreated()).toBeGreaterThan(0);
  });
});

/** Ids of the newest charges of the customers that the tests charge. */
async function readCharges(): Promise<readonly string[]> {
  const ids = [...(await referred("recurring")), ...(await referred("pbx"))].slice(0, 40).map(({ id }) => id);
  const { charges } = await gateway.data(
    "query Charges($ids: [ID!]!) { charges(customerIds: $ids, first: 200) { nodes { id } } }",
    { ids },
  );
  return charges.nodes.map(({ id }: { id: string }) => id);
}
