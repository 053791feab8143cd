import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { failure, type Script, scripted } from "./fake-connection.ts";
import { lose, type Simulated, simulated, tracesOf, written } from "./simulated.ts";

let running: Simulated;

const person = { firstName: "Ann", lastName: "Lee" };
const newCustomer = () => written(running.adapter.customers.create?.(person), running.intent());
const newCharge = (customerId: string, amount = "5") =>
  written(running.adapter.charges.create?.({ customerId, amount }), running.intent());

describe("a search among records that look alike", () => {
  beforeEach(async () => {
    running = await simulated();
  });
  afterEach(() => running.close());

  it("takes no charge or customer that another call made", async () => {
    const { adapter, intent } = running;
    const customerId = await newCustomer();
    await newCharge(customerId);
    const step = intent();
    const plans = [adapter.customers.create?.(person), adapter.charges.create?.({ customerId, amount: "5" })];
    for (const plan of plans) expect(await tracesOf(plan, step)).toEqual([]);
  });

  it("takes no older tax, and tells two new ones not apart", async () => {
    const { adapter, intent, pass } = running;
    const plan = () => adapter.taxes?.create?.({ name: "Levy", rate: "7", effectiveDate: "2026-12-01" });
    await written(plan(), intent());
    pass(10);
    const step = intent();
    expect(await tracesOf(plan(), step)).toEqual([]);
    const first = await written(plan(), step);
    expect(await tracesOf(plan(), step)).toEqual([{ id: first, claim: first }]);
    const second = await written(plan(), step);
    expect((await tracesOf(plan(), step)).map(({ id }) => id)).toEqual([first, second]);
    const others = [
      { name: "Other", rate: "7", effectiveDate: "2026-12-01" },
      { name: "Levy", rate: "7.01", effectiveDate: "2026-12-01" },
      { name: "Levy", rate: "7", effectiveDate: "2026-12-02" },
      { name: "Levy", rate: "7", effectiveDate: "2026-12-01", country: "DE" },
    ];
    for (const other of others) expect(await tracesOf(adapter.taxes?.create?.(other), step)).toEqual([]);
  });

  it("takes no older reversal, and no newer one of a charge that is open", async () => {
    const { adapter, intent, pass } = running;
    const customerId = await newCustomer();
    const [paid, voided] = [await newCharge(customerId), await newCharge(customerId)];
    await written(adapter.charges.create?.({ customerId, amount: "-5" }), intent());
    await written(adapter.charges.void?.(voided), intent(), voided);
    pass(10);
    const step = intent();
    expect(await tracesOf(adapter.charges.void?.(paid), step, paid)).toEqual([]);
    const [open, other] = [await newCharge(customerId, "6"), await newCharge(customerId, "6")];
    await written(adapter.charges.void?.(other), intent(), other);
    expect(await tracesOf(adapter.charges.void?.(open), step, open)).toEqual([]);
  });

  it("claims the reversal itself, and tells two of the same amount not apart", async () => {
    const { adapter, intent, backend } = running;
    const customerId = await newCustomer();
    const charges = [await newCharge(customerId), await newCharge(customerId)];
    const traces = [];
    for (const id of charges) {
      const step = intent();
      await lose(running, { kind: "dropAfter", function: "~reverse" }, adapter.charges.void?.(id), step, id);
      traces.push(await tracesOf(adapter.charges.void?.(id), step, id));
    }
    expect(traces).toEqual([
      [{ id: charges[0], claim: expect.stringMatching(/^reversal:\d+$/) }],
      [
        { id: charges[1], claim: traces[0]?.[0]?.claim },
        { id: charges[1], claim: expect.stringMatching(/^reversal:\d+$/) },
      ],
    ]);
    expect(backend.calls.filter(({ function: called }) => called.endsWith("~reverse"))).toHaveLength(2);
  });

  it("takes a change only when all of it is there", async () => {
    const { adapter, intent } = running;
    const input = { ...person, address: { lines: ["a", "b"], city: "c" } };
    const id = await written(adapter.customers.create?.(input), intent());
    const found = async (change: object) => (await tracesOf(adapter.customers.update?.(id, change), intent(), id)).length;
    expect(await found({ firstName: "Ann", address: { lines: ["a", "b"] } })).toBe(1);
    expect(await found({ firstName: "Ann", address: { lines: ["a", "x"] } })).toBe(0);
    expect(await found({ firstName: "Ann", phone: "1" })).toBe(0);
    // It would have cleared the second line, which was refused.
    expect(await found({ address: { lines: ["a"] } })).toBe(0);
  });

  it("finds no change of what does not exist", async () => {
    const { adapter, intent } = running;
    const { customers, charges, taxes } = adapter;
    expect(await tracesOf(customers.update?.("999999999", { lastName: "x" }), intent(), "999999999")).toEqual([]);
    expect(await tracesOf(charges.void?.("999999999:1"), intent(), "999999999:1")).toEqual([]);
    expect(await tracesOf(charges.create?.({ customerId: "999999999", amount: "1" }), intent())).toEqual([]);
    expect(await tracesOf(taxes?.archive?.("US:999999999"), intent(), "US:999999999")).toEqual([]);
  });
});

describe("a search under the caller's reference", () => {
  const intent = { stepId: "s", createdAt: "2026-11-21T10:00:00.000Z", mark: null };
  const entry = { type: "RI", amount: 5400, taxAmount: 400, dueDate: "2026-12-01", note: "June", code: "r", balance: 0 };
  const record = { ...entry, id: 905, createDate: "2026-11-21 10:00:07" };
  const customer = { id: 5, code: "r", accountId: 2001, createDate: "2026-11-21 10:00:07", firstName: "Ann", lastName: "Lee" };

  const answering =
    (rows: readonly object[]): Script =>
    ({ path }) => ({ json: path.endsWith("transactions") || path === "customers" ? rows : { id: 8 } });
  const charges = (...rows: object[]) => {
    const { adapter } = scripted(answering(rows));
    const input = { customerId: "8", amount: "50", taxAmount: "4", date: "2026-12-01", description: "June", reference: "r" };
    return tracesOf(adapter.charges.create?.(input), intent);
  };
  const customers = (...rows: object[]) => {
    const { adapter } = scripted(answering(rows));
    return tracesOf(adapter.customers.create?.({ ...person, email: null, reference: "r" }), intent);
  };

  it.each([
    [{}, true],
    [{ amount: "5400", taxAmount: "400", dueDate: "2026-12-01 00:00:00", note: " June ", creatorCode: "gateway" }, true],
    [{ createDate: "2026-11-21 09:58:00" }, true],
    [{ createDate: "2026-11-21" }, true],
    [{ createDate: null }, true],
    [{ createDate: "2026-11-21 09:57:59" }, false],
    [{ createDate: "2026-11-20" }, false],
    [{ code: "R" }, false],
    [{ type: "RF" }, false],
    [{ amount: 5401 }, false],
    [{ amount: null }, false],
    [{ taxAmount: null }, false],
    [{ dueDate: "2026-12-02" }, false],
    [{ note: "july" }, false],
    [{ note: null }, false],
    [{ creatorCode: "somebody" }, false],
    [{ customerId: 9 }, false],
  ])("of a charge with %j: %s", async (changed, found) => {
    const trace = { id: "8:905", claim: "8:905" };
    expect(await charges({ ...record, id: 1, code: "other" }, { ...record, ...changed })).toEqual(found ? [trace] : []);
  });

  it("cannot tell two charges apart", async () => {
    expect((await charges(record, { ...record, id: 906 })).map(({ id }) => id)).toEqual(["8:905", "8:906"]);
  });

  it.each([
    [{}, true],
    [{ accountId: undefined, city: "more" }, true],
    [{ createDate: "2026-11-21 09:57:59" }, false],
    [{ accountId: 2002 }, false],
    [{ firstName: "Anna" }, false],
    [{ lastName: null }, false],
    [{ code: "s" }, false],
  ])("of a customer with %j: %s", async (changed, found) => {
    expect(await customers({ ...customer, ...changed })).toEqual(found ? [{ id: "5", claim: "5" }] : []);
  });

  it("looks since the day before, and for names without outer space only", async () => {
    const { adapter, sent } = scripted(answering([]));
    await tracesOf(adapter.charges.create?.({ customerId: "8", amount: "1" }), intent);
    await tracesOf(
      adapter.customers.create?.({ firstName: " Ann", lastName: "Lee", name: "Acme", email: "a@b.example" }),
      intent,
    );
    expect(sent.map(({ query }) => query)).toEqual([
      undefined,
      { createDateFrom: "2026-11-20", offset: "0", limit: "1000" },
      { accountId: "2001", lastName: "Lee", organizationName: "Acme", offset: "0", limit: "1000" },
    ]);
  });
});

describe("a search through long lists", () => {
  const intent = { stepId: "s", createdAt: "2026-11-21T10:00:00Z", mark: null };
  const input = { customerId: "8", amount: "1" };
  const ledger = Array.from({ length: 700 }, (_, index) => ({ id: index + 1, type: "RI", amount: 100, code: `c${index + 1}` }));
  const wanted = { id: 999, type: "RI", amount: 100, code: "gw-s" };

  it.each([100, 128, 1000])("follows pages that the server cuts at %i", async (cut) => {
    const rows = [...ledger, wanted];
    const { adapter } = scripted(({ path, query }) => {
      const offset = Number(query?.["offset"]);
      return { json: path === "customers/8" ? { id: 8 } : rows.slice(offset, offset + Math.min(cut, Number(query?.["limit"]))) };
    });
    expect(await tracesOf(adapter.charges.create?.(input), intent)).toEqual([{ id: "8:999", claim: "8:999" }]);
  });

  it("fails where the offset is ignored", async () => {
    const { adapter } = scripted(({ path }) => ({ json: path === "customers/8" ? { id: 8 } : ledger }));
    await expect(tracesOf(adapter.charges.create?.(input), intent)).rejects.toMatchObject({ code: "BAD_RESPONSE" });
  });

  it("takes an entry of another amount for no success, and one whose amount is not told for one", async () => {
    const found = async (amount: unknown) => {
      const { adapter } = scripted(({ path }) => ({ json: path === "customers/8" ? { id: 8 } : [{ ...wanted, amount }] }));
      return (await tracesOf(adapter.charges.create?.(input), intent)).length;
    };
    expect([await found("100"), await found(-100), await found(null), await found(101)]).toEqual([1, 1, 1, 0]);
  });
});

describe("an absence that the backend has not reported", () => {
  const intent = { stepId: "s", createdAt: "2026-11-21T10:00:00Z", mark: null };
  it.each([
    [{ status: 404 }],
    [{ status: 404, json: {} }],
    [{}],
    [{ json: {} }],
    [{ json: null }],
    [failure("F01")],
    [failure("L04")],
  ])("is not taken from %j", async (answer) => {
    const { adapter } = scripted(() => answer);
    const { customers, charges, taxes } = adapter;
    await expect(tracesOf(customers.create?.(person), intent)).rejects.toThrow();
    await expect(tracesOf(customers.update?.("5", { lastName: "x" }), intent, "5")).rejects.toThrow();
    await expect(tracesOf(charges.create?.({ customerId: "5", amount: "1" }), intent)).rejects.toThrow();
    await expect(tracesOf(charges.void?.("5:1"), intent, "5:1")).rejects.toThrow();
    await expect(tracesOf(taxes?.archive?.("US:1"), intent, "US:1")).rejects.toThrow();
  });

  it("is not taken from a tax table that the backend refuses", async () => {
    const { adapter } = scripted(() => failure("V01"));
    const plan = adapter.taxes?.create?.({ name: "Levy", rate: "7", effectiveDate: "2026-12-01" });
    await expect(tracesOf(plan, intent)).rejects.toMatchObject({ backendCode: "V01" });
  });
});
