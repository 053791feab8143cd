import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Adapter, WritePlan } from "../../../src/adapter/adapter.ts";
import { failure, type Script, type SentCall, scope, scripted } from "./fake-connection.ts";
import { findingOf, noted, nothing, type Simulated, simulated, written } from "./simulated.ts";

let running: Simulated;

const person = { firstName: "Ann", lastName: "Lee" };
const newCustomer = () => written(running.adapter.customers.create?.(person), running.intent());
const newCharge = (customerId: string, amount = "5") =>
  written(running.adapter.charges.create?.({ customerId, amount }), running.intent());

describe("a look among similar records", () => {
  beforeEach(async () => {
    running = await simulated();
  });
  afterEach(() => running.close());

  it("takes no charge or customer that another call made, earlier or later", async () => {
    const { adapter, intent } = running;
    const customerId = await newCustomer();
    await newCharge(customerId);
    for (const plan of [adapter.customers.create?.(person), adapter.charges.create?.({ customerId, amount: "5" })]) {
      const step = await noted(plan, intent());
      await newCharge(customerId);
      await newCustomer();
      expect(await findingOf(plan, step)).toEqual(nothing);
    }
  });

  it("takes no older tax, and does not distinguish two new ones", async () => {
    const { adapter, intent } = running;
    const input = { name: "Levy", rate: "7", effectiveDate: "2026-12-01" };
    const plan = (changed = {}) => adapter.taxes?.create?.({ ...input, ...changed });
    await written(plan(), intent());
    const step = await noted(plan(), intent());
    expect(await findingOf(plan(), step)).toEqual(nothing);
    const first = await written(plan(), step);
    expect((await findingOf(plan(), step)).ours).toEqual([{ id: first, claim: first }]);
    const second = await written(plan(), intent());
    expect((await findingOf(plan(), step)).ours.map(({ id }) => id)).toEqual([first, second]);
    for (const [changed, differs] of [
      [{ name: "Other" }, ["name"]],
      [{ rate: "7.01" }, ["rate"]],
      [{ effectiveDate: "2026-12-02" }, ["effectiveDate"]],
    ] as const) {
      const other = await noted(plan(changed), intent());
      const id = await written(plan(), intent());
      expect(await findingOf(plan(changed), other)).toEqual({ ours: [], candidates: [{ id, claim: id, differs }] });
    }
    const elsewhere = await noted(plan({ country: "DE" }), intent());
    await written(plan(), intent());
    expect(await findingOf(plan({ country: "DE" }), elsewhere)).toEqual(nothing);
  });

  it("finds no change of a missing object, and sends none", async () => {
    const { customers, charges, taxes } = running.adapter;
    running.backend.clearCalls();
    for (const [plan, id] of [
      [customers.update?.("999999999", { lastName: "x" }), "999999999"],
      [charges.void?.("999999999:1"), "999999999:1"],
      [taxes?.archive?.("US:999999999"), "US:999999999"],
    ] as const) {
      await expect(noted(plan, running.intent(), id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    }
    expect(running.backend.calls.filter(({ function: called }) => !/~(find|load)$/.test(called))).toEqual([]);
  });
});

describe("a look under the caller's reference", () => {
  const intent = { stepId: "s", createdAt: "2026-11-21T10:00:00.000Z", note: null };
  const older = { createDate: "2026-11-21 09:50:00" };
  const entry = { type: "RI", amount: 5400, taxAmount: 400, dueDate: "2026-12-01", note: "June", code: "r", balance: 0 };
  const record = { ...entry, id: 905, createDate: "2026-11-21 10:00:07" };
  const customer = { id: 5, code: "r", accountId: 2001, createDate: "2026-11-21 10:00:07", firstName: "Ann", lastName: "Lee" };

  /** Creates something at ten o'clock first, which shows the backend's zone; then `rows` are listed. */
  async function among<T>(plan: (adapter: Adapter) => WritePlan<T> | undefined, rows: readonly object[]) {
    let listed: readonly object[] = [];
    const { adapter } = scripted(({ path, effect, body }) => {
      const made = body && "json" in body ? { id: 3, createDate: "2026-11-21 10:00:00", ...(body.json as object) } : {};
      if (effect === "write") return { json: made };
      return { json: path.endsWith("transactions") || path === "customers" ? listed : { id: 8 } };
    });
    await written(adapter.charges.create?.({ customerId: "8", amount: "1" }), intent);
    await written(adapter.customers.create?.(person), intent);
    const step = await noted(plan(adapter), intent);
    listed = rows;
    const { ours, candidates } = await findingOf(plan(adapter), step);
    return candidates.length > 0 ? candidates.map(({ differs }) => differs) : ours.map(({ id }) => id);
  }
  const input = { customerId: "8", amount: "50", taxAmount: "4", date: "2026-12-01", description: "June", reference: "r" };
  const charges = (...rows: object[]) => among((adapter) => adapter.charges.create?.(input), rows);
  const customers = (...rows: object[]) =>
    among((adapter) => adapter.customers.create?.({ ...person, email: null, reference: "r" }), rows);

  it.each<[object, readonly unknown[]]>([
    [{}, ["8:905"]],
    [{ amount: "5400", taxAmount: "400", dueDate: "2026-12-01 00:00:00", note: " June ", creatorCode: "gateway" }, ["8:905"]],
    [{ code: "R" }, ["8:905"]],
    // Clocks of two hosts differ by some seconds.
    [{ createDate: "2026-11-21 09:59:57" }, [[]]],
    [{ createDate: "2026-11-21" }, [[]]],
    [{ createDate: "2026-11-21 00:00:00" }, [[]]],
    [{ createDate: "2026-11-22" }, ["8:905"]],
    [{ createDate: null }, [[]]],
    [{ createDate: "2026-11-21 09:58:00" }, []],
    [{ createDate: "2026-11-20" }, []],
    [{ id: 3, createDate: null }, []],
    [{ ...older, id: 2 }, []],
    // On this installation, ids do not grow.
    [{ id: 2 }, [[]]],
    // Made by hand since then.
    [{ code: "other" }, [["reference"]]],
    // Another step's.
    [{ code: "gw-other" }, []],
    [{ code: null }, [["reference"]]],
    [{ code: "905" }, [["reference"]]],
    [{ code: "905", type: "AP" }, []],
    [{ code: "905", type: "RR" }, []],
    [{ code: "905", type: null }, [["reference", "kind"]]],
    [{ type: "RF" }, [["kind"]]],
    [{ type: "AP" }, [["kind"]]],
    [{ amount: 5401 }, [["amount"]]],
    [{ amount: null }, [["amount"]]],
    [{ taxAmount: null }, [["taxAmount"]]],
    [{ dueDate: "2026-12-02" }, [["date"]]],
    [{ dueDate: null }, [["date"]]],
    [{ note: "july" }, [["description"]]],
    [{ note: null }, [["description"]]],
    [{ creatorCode: "somebody" }, [["creatorCode"]]],
    [{ customerId: 9 }, []],
  ])("for a charge with %j: %j", async (changed, found) => {
    expect(await charges({ ...record, ...older, id: 904, code: "other" }, { ...record, ...changed })).toEqual(found);
  });

  it("does not distinguish two charges", async () => {
    expect(await charges(record, { ...record, id: 906 })).toEqual(["8:905", "8:906"]);
  });

  it.each<[object, readonly unknown[]]>([
    [{}, ["5"]],
    [{ accountId: undefined, city: "more" }, ["5"]],
    [older, []],
    [{ id: 3, createDate: null }, []],
    [{ accountId: 2002 }, []],
    [{ firstName: "Anna" }, [["firstName"]]],
    [{ lastName: null }, [["lastName"]]],
    [{ code: "s" }, [["reference"]]],
    [{ code: "gw-s" }, []],
    [{ code: "5", firstName: "Anna" }, [["reference", "firstName"]]],
    // Another customer, registered meanwhile.
    [{ code: "5", firstName: "Bob", lastName: "Ray" }, []],
    [{ code: "s", firstName: "Bob", lastName: "Ray" }, []],
  ])("for a customer with %j: %j", async (changed, found) => {
    expect(await customers({ ...customer, ...changed })).toEqual(found);
  });

  it("considers everything that may have been altered: since the day before, and all customers of the account", async () => {
    const { adapter, sent } = scripted(({ path }) => ({ json: path === "customers/8" ? { id: 8 } : [] }));
    const charge = adapter.charges.create?.({ customerId: "8", amount: "1", description: "x" });
    const step = await noted(charge, intent);
    const customerPlan = adapter.customers.create?.({ ...person, name: "Acme", email: "a@b.example" });
    const customerStep = await noted(customerPlan, intent);
    sent.length = 0;
    await findingOf(charge, step);
    await findingOf(customerPlan, customerStep);
    const page = { offset: "0", limit: "1000" };
    expect(sent.map(({ query }) => query)).toEqual([
      undefined,
      // No create has shown yet how far creation dates differ from the backend's time.
      { createDateFrom: "2026-11-19", ...page },
      { accountId: "2001", ...page },
    ]);
  });
});

describe("a look through long lists", () => {
  const intent = { stepId: "s", createdAt: "2026-11-21T10:00:00Z", note: null };
  const input = { customerId: "8", amount: "1" };
  const ledger = Array.from({ length: 700 }, (_, index) => ({ id: index + 1, type: "RI", amount: 100, code: `c${index + 1}` }));
  const wanted = { id: 999, type: "RI", amount: 100, code: "gw-s" };

  it.each([100, 128, 1000])("follows pages that the server cuts at %i", async (cut) => {
    const rows = [...ledger, wanted];
    const { adapter } = scripted(({ path, query }) => {
      const offset = Number(query?.["offset"]);
      return { json: path === "customers/8" ? { id: 8 } : rows.slice(offset, offset + Math.min(cut, Number(query?.["limit"]))) };
    });
    const plan = adapter.charges.create?.(input);
    expect((await findingOf(plan, await noted(plan, intent))).ours).toEqual([{ id: "8:999", claim: "8:999", isMarked: true }]);
  });

  it.each([100, 250, 500])("follows pages that the server cuts at %i since the request", async (since) => {
    const rows = [...ledger, wanted];
    let cut = 1000;
    const { adapter } = scripted(({ path, query }) => {
      const offset = Number(query?.["offset"]);
      return { json: path === "customers/8" ? { id: 8 } : rows.slice(offset, offset + Math.min(cut, Number(query?.["limit"]))) };
    });
    await adapter.charges.listByCustomers(["8"], {}, { first: 1000, after: null }, scope);
    const plan = adapter.charges.create?.(input);
    const step = await noted(plan, intent);
    cut = since;
    expect((await findingOf(plan, step)).ours).toEqual([{ id: "8:999", claim: "8:999", isMarked: true }]);
  });

  it("fails if the offset is ignored", async () => {
    const ignoring = ({ path }: SentCall) => ({ json: path === "customers/8" ? { id: 8 } : ledger, ignoresOffset: true });
    const { adapter } = scripted(ignoring);
    const plan = adapter.charges.create?.(input);
    await expect(findingOf(plan, await noted(plan, intent))).rejects.toMatchObject({ code: "BAD_RESPONSE" });
  });

  it("takes no entry for ours with another or a hidden amount", async () => {
    const found = async (amount: unknown) => {
      const { adapter } = scripted(({ path }) => ({ json: path === "customers/8" ? { id: 8 } : [{ ...wanted, amount }] }));
      const plan = adapter.charges.create?.(input);
      const { ours, candidates } = await findingOf(plan, await noted(plan, intent));
      return ours.length === 1 ? "ours" : candidates[0]?.differs;
    };
    expect([await found("100"), await found(-100), await found(null), await found(101)]).toEqual([
      "ours",
      "ours",
      ["amount"],
      ["amount"],
    ]);
  });
});

describe("an absence that the backend has not reported", () => {
  const intent = { stepId: "s", createdAt: "2026-11-21T10:00:00Z", note: null };

  /** Answers with which each step can be noted. */
  const readable: Script = ({ path }) => {
    const entry = { id: 1, type: "RI", amount: 100, balance: 100 };
    const rate = { id: 1, value: 1, effectiveDate: "2026-01-01" };
    const records: readonly (readonly [RegExp, unknown])[] = [
      [/transactions$/, [entry]],
      [/taxes/, rate],
      [/^customers$/, [{ id: 5 }]],
      [/^customers/, { id: 5 }],
    ];
    return { json: records.find(([pattern]) => pattern.test(path))?.[1] };
  };

  it.each([
    [{ status: 404 }],
    [{ status: 404, json: {} }],
    [{}],
    [{ json: {} }],
    [{ json: null }],
    [failure("F01")],
    [failure("L04")],
  ])("is not concluded from %j", async (answer) => {
    let script = readable;
    const { adapter } = scripted((call) => script(call));
    const { customers, charges, taxes } = adapter;
    for (const [plan, id] of [
      [customers.create?.(person), null],
      [customers.update?.("5", { lastName: "x" }), "5"],
      [charges.create?.({ customerId: "5", amount: "1" }), null],
      [charges.void?.("5:1"), "5:1"],
      [taxes?.archive?.("US:1"), "US:1"],
      [taxes?.create?.({ name: "Levy", rate: "7", effectiveDate: "2026-12-01" }), null],
    ] as const) {
      script = readable;
      const step = await noted(plan, intent, id);
      script = () => answer;
      await expect(findingOf(plan, step, id)).rejects.toThrow();
    }
  });

  it.each([undefined, {}, null])("is concluded by a list that ends, also where an empty list would be %j", async (empty) => {
    let entries: readonly { readonly id: number }[] = [];
    const { adapter } = scripted(({ path, query }) => {
      if (!path.endsWith("/transactions")) return { json: { id: 5 } };
      const offset = Number(query?.["offset"] ?? 0);
      const page = entries.slice(offset, offset + Number(query?.["limit"] ?? 100));
      return { json: page.length === 0 ? empty : page };
    });
    const older = [1, 2, 3].map((id) => ({
      id,
      type: "RI",
      amount: 700,
      balance: 700,
      customerId: 5,
      createDate: "2020-01-01 10:00:00",
    }));
    entries = older;
    const plan = adapter.charges.create?.({ customerId: "5", amount: "1", reference: "R-9" });
    const step = await noted(plan, intent, null);
    expect(await findingOf(plan, step, null)).toEqual(nothing);
    const made = { id: 9, type: "RI", amount: 100, balance: 100, customerId: 5, code: "R-9", createDate: "2099-01-01 10:00:00" };
    entries = [...older, made];
    const { ours, candidates } = await findingOf(plan, step, null);
    expect([...ours, ...candidates]).toMatchObject([{ id: "5:9" }]);
  });

  it("is not concluded from a refused tax table; a new tax is then of unknown age", async () => {
    const rate = { id: 7, value: 700, description: "Levy", effectiveDate: "2026-12-01" };
    let listed: ReturnType<Script> = failure("V01");
    const { adapter } = scripted(() => listed);
    const plan = adapter.taxes?.create?.({ name: "Levy", rate: "7", effectiveDate: "2026-12-01" });
    const step = await noted(plan, intent);
    await expect(findingOf(plan, step)).rejects.toMatchObject({ backendCode: "V01" });
    listed = { json: [rate] };
    expect(await findingOf(plan, step)).toEqual({ ours: [], candidates: [{ id: "US:7", claim: "US:7", differs: [] }] });
  });

  it("is not concluded without a note", async () => {
    const { adapter } = scripted(readable);
    const step = adapter.charges.create?.({ customerId: "5", amount: "1" }).steps[0];
    await expect(step?.find(null, intent, scope)).rejects.toMatchObject({ code: "INTERNAL", retryable: false });
    await expect(step?.send(null, intent, scope)).rejects.toMatchObject({ code: "INTERNAL", retryable: false });
  });
});
