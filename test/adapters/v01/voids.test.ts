import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { scripted } from "./fake-connection.ts";
import { findingOf, lose, noted, nothing, type Simulated, sendNoted, simulated, written } from "./simulated.ts";

let running: Simulated;
let customerId: string;

beforeEach(async () => {
  running = await simulated();
  customerId = await written(running.adapter.customers.create?.({ firstName: "Ann", lastName: "Lee" }), running.intent());
});
afterEach(() => running.close());

const charge = (amount = "5") => written(running.adapter.charges.create?.({ customerId, amount }), running.intent());
const voiding = (id: string) => running.adapter.charges.void?.(id);
const lost = { kind: "dropAfter", function: "~reverse" } as const;
const unsent = { kind: "dropBefore", function: "~reverse" } as const;
const reversal = expect.stringMatching(/^reversal:\d+$/);
/** The charge has changed, and nobody can tell why. */
const changed = (id: string) => ({ ours: [], candidates: [{ id, claim: null, differs: ["status"] }] });

const original = { id: 1, type: "RI", amount: 500, balance: 500 };
const reversed = { id: 9, type: "RR", amount: 500, balance: 0 };

/** Alters the entries that the backend shows. */
function alter(change: (entry: object & { id: bigint; type: string }) => object): void {
  const entries = running.state.ledgers.get(BigInt(customerId))?.transactions ?? [];
  for (const [index, entry] of entries.entries()) entries[index] = { ...entry, ...change(entry) };
}

describe("the look for a void whose answer was lost", () => {
  it("finds the new reversal, whichever others exist", async () => {
    const [voided, first, second] = [await charge(), await charge(), await charge("6")];
    await written(voiding(voided), running.intent(), voided);
    const step = await lose(running, lost, voiding(first), running.intent(), first);
    await written(voiding(second), running.intent(), second);
    running.pass(60);
    expect(await findingOf(voiding(first), step, first)).toEqual({ ours: [{ id: first, claim: reversal }], candidates: [] });
  });

  it("finds nothing while the charge is open, whichever reversals exist", async () => {
    const [open, other] = [await charge(), await charge()];
    const step = await lose(running, unsent, voiding(open), running.intent(), open);
    await written(voiding(other), running.intent(), other);
    expect(await findingOf(voiding(open), step, open)).toEqual(nothing);
    // Part of it is paid, so a reversal would leave nothing open.
    await written(running.adapter.charges.createCredit?.({ customerId, amount: "2" }), running.intent());
    expect(await findingOf(voiding(open), step, open)).toEqual(nothing);
  });

  it("finds nothing for a charge that was settled before, and is in doubt once there is a reversal of its amount", async () => {
    const [paid, other] = [await charge(), await charge()];
    await written(running.adapter.charges.createCredit?.({ customerId, amount: "5" }), running.intent());
    const step = await lose(running, unsent, voiding(paid), running.intent(), paid);
    expect(await findingOf(voiding(paid), step, paid)).toEqual(nothing);
    await written(voiding(other), running.intent(), other);
    expect(await findingOf(voiding(paid), step, paid)).toEqual({
      ours: [],
      candidates: [{ id: paid, claim: reversal, differs: [] }],
    });
  });

  it("is in doubt for a charge that was paid meanwhile", async () => {
    const [paid, other] = [await charge(), await charge()];
    const step = await lose(running, unsent, voiding(paid), running.intent(), paid);
    await written(running.adapter.charges.createCredit?.({ customerId, amount: "5" }), running.intent());
    expect(await findingOf(voiding(paid), step, paid)).toEqual(changed(paid));
    // Now there is a reversal of its amount, but two charges have nothing left since.
    const claims = (await sendNoted(voiding(other), running.intent(), other)).claims ?? [];
    expect(await findingOf(voiding(paid), step, paid)).toEqual({
      ours: [],
      candidates: claims.map((claim) => ({ id: paid, claim, differs: [] })),
    });
    expect(claims).toHaveLength(1);
  });

  it("finds one of two reversals if two charges of an amount were voided at once", async () => {
    const [one, other] = [await charge(), await charge()];
    const steps = [
      await noted(voiding(one), running.intent(), one),
      await noted(voiding(other), running.intent(), other),
    ] as const;
    await lose(running, lost, voiding(one), steps[0], one);
    const { claims } = await sendNoted(voiding(other), steps[1], other);
    const { ours, candidates } = await findingOf(voiding(one), steps[0], one);
    expect(candidates).toEqual([]);
    expect(ours.map(({ claim }) => claim)).toEqual([reversal, reversal]);
    // The other step has claimed its own reversal, so one is left.
    expect(ours.filter(({ claim }) => !claims?.includes(claim ?? ""))).toHaveLength(1);
  });

  it.each<[string, readonly object[], readonly object[]]>([
    [
      "shows no amount of the reversal",
      [
        { ...original, balance: 0 },
        { ...reversed, amount: null },
      ],
      [{ claim: "reversal:9", differs: ["amount"] }],
    ],
    ["shows no balance any more", [{ ...original, balance: null }, reversed], [{ claim: "reversal:9", differs: [] }]],
    ["shows neither balance nor reversal", [{ ...original, balance: null }], [{ claim: null, differs: ["status"] }]],
    ["does not show the charge", [], [{ claim: null, differs: ["status"] }]],
  ])("is in doubt if the backend %s", async (_title, after, candidates) => {
    let entries: readonly object[] = [original];
    const { adapter } = scripted(({ path }) => ({ json: path.endsWith("transactions") ? entries : { id: 8 } }));
    const plan = adapter.charges.void?.("8:1");
    const step = await noted(plan, running.intent(), "8:1");
    entries = after;
    expect(await findingOf(plan, step, "8:1")).toEqual({
      ours: [],
      candidates: candidates.map((each) => ({ id: "8:1", ...each })),
    });
  });

  it("is in doubt if the charge is settled and no entry shows why", async () => {
    const id = await charge();
    const step = await lose(running, lost, voiding(id), running.intent(), id);
    const entries = running.state.ledgers.get(BigInt(customerId))?.transactions ?? [];
    entries.pop();
    expect(await findingOf(voiding(id), step, id)).toEqual(changed(id));
  });
});

describe("a void", () => {
  it("ignores entries that are not charges", async () => {
    await charge();
    alter(() => ({ type: "AP" }));
    const [payment] = running.state.ledgers.get(BigInt(customerId))?.transactions ?? [];
    const id = `${customerId}:${payment?.id}`;
    await expect(noted(voiding(id), running.intent(), id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(running.backend.calls.filter(({ function: called }) => called.endsWith("~reverse"))).toEqual([]);
  });
});

describe("warnings after an accepted void", () => {
  const toldOf = async (id: string, raw: object) =>
    (await voiding(id)?.steps[0]?.compare?.({ id, raw: { id: 1, ...raw } }, running.intent(), {}))?.map(
      ({ code, field, sent, stored }) => [code, field, sent, stored],
    );

  it("report an open balance, and nothing if the balance is hidden", async () => {
    const id = await charge();
    expect(await toldOf(id, { balance: 0 })).toEqual([]);
    expect(await toldOf(id, {})).toEqual([]);
    for (const balance of [500, 1, "500", -1])
      expect(await toldOf(id, { balance })).toEqual([["STORED_DIFFERENTLY", null, "VOIDED", "OPEN"]]);
  });
});
