import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Adapter } from "../../../src/adapter/adapter.ts";
import { everything } from "../../contract/calls.ts";
import { failure, type Script, type SentCall, scope, scripted } from "./fake-connection.ts";

/** No upper bound of `limit` is stated: servers refuse it (V30), cut at a maximum of their own, or honour it. */

afterEach(() => void vi.useRealTimers());

type Habit = "refuses" | "refuses with F" | "cuts";
const refusals = {
  refuses: failure("V30"),
  "refuses with F": { status: 400, json: { failureCode: "F12", failureMessage: "Wrong limit." } },
};

/** A server with this many customers, each with this many entries. */
function serverOf(records: number, maximum: number, habit: Habit): Script {
  const all = Array.from({ length: records }, (_, index) => ({ id: index + 1, type: "RI", amount: 1, lastName: `No ${index}` }));
  return ({ path, query }) => {
    if (!/customers$|transactions$|plans$/.test(path)) return { json: { id: path.split("/").at(-1) } };
    const limit = Number(query?.["limit"] ?? 100);
    const offset = Number(query?.["offset"] ?? 0);
    if (habit !== "cuts" && limit > maximum) return refusals[habit];
    return { json: all.slice(offset, offset + Math.min(limit, maximum)) };
  };
}

async function readAll(adapter: Adapter): Promise<readonly (readonly string[])[]> {
  const customers = await everything(adapter.customers.list, {}, 400);
  const found = await everything(adapter.customers.list, { search: "No" }, 400);
  const plans = adapter.plans ? await everything(adapter.plans.list, {}, 400) : [];
  const [charges] = await adapter.charges.listByCustomers(["7"], {}, { first: 10_000, after: null }, scope);
  if (!charges || charges instanceof Error) throw new Error("no charges");
  return [customers, found, plans, charges.charges].map((records) => records.map(({ backendId }) => backendId));
}

const asked = (sent: readonly SentCall[]): readonly number[] => sent.map(({ query }) => Number(query?.["limit"] ?? 0));

describe("every record of every list is returned once", () => {
  const maxima: Readonly<Record<Habit, fc.Arbitrary<number>>> = {
    refuses: fc.integer({ min: 1, max: 1200 }),
    "refuses with F": fc.integer({ min: 1, max: 1200 }),
    cuts: fc.oneof(fc.integer({ min: 1, max: 120 }), fc.constantFrom(128, 200, 250, 256, 500, 999_999)),
  };

  it.each(Object.keys(maxima) as Habit[])("if the server %s", async (habit) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 450 }), maxima[habit], async (records, maximum) => {
        const { adapter } = scripted(serverOf(records, maximum, habit));
        const ids = Array.from({ length: records }, (_, index) => String(index + 1));
        for (const read of await readAll(adapter)) {
          expect(read.toSorted((one, other) => Number(one) - Number(other))).toEqual(ids);
        }
      }),
      { numRuns: 40 },
    );
  });

  it.each([500, 250, 200, 100, 50, 25, 20, 10])(
    "if somebody sets the server's maximum to %i after longer pages",
    async (smaller) => {
      let maximum = 1000;
      const { adapter } = scripted((call) => serverOf(430, maximum, "cuts")(call));
      await readAll(adapter);
      maximum = smaller;
      for (const read of await readAll(adapter)) expect([read.length, new Set(read).size]).toEqual([430, 430]);
    },
  );

  it("within a minute, if the server's maximum is set to the length of a list that is read all the time", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    let [maximum, records] = [1000, 430];
    const { adapter, sent } = scripted((call) => serverOf(records, maximum, "cuts")(call));
    const readLedger = async () => {
      const [set] = await adapter.charges.listByCustomers(["7"], {}, { first: 10_000, after: null }, scope);
      return set instanceof Error ? [] : (set?.charges ?? []);
    };
    await readLedger();
    records = 25;
    await readLedger();
    const known = sent.length;
    for (let second = 1; second < 59; second += 1) {
      vi.advanceTimersByTime(1000);
      expect(await readLedger()).toHaveLength(25);
    }
    expect(sent).toHaveLength(known + 58);
    [maximum, records] = [25, 95];
    vi.advanceTimersByTime(2000);
    expect(await readLedger()).toHaveLength(95);
  });

  it("if the setting has the server's odd maximum", async () => {
    const { adapter } = scripted(serverOf(100, 33, "cuts"), { pageMaximum: 33 });
    for (const read of await readAll(adapter)) expect(read).toHaveLength(100);
  });
});

describe("a server that ignores the offset", () => {
  it.each([10, 32, 100, 211])("does not return its %i records twice", async (records) => {
    const { adapter } = scripted(({ path, query }) => {
      const { offset: _, ...rest } = query ?? {};
      return serverOf(records, 1000, "cuts")({ path, query: rest } as unknown as SentCall);
    });
    for (const read of await readAll(adapter)) expect(read).toHaveLength(records);
  });
});

describe("a refused page size", () => {
  it("is never requested again, in any list", async () => {
    const { adapter, sent } = scripted(serverOf(450, 100, "refuses"));
    await everything(adapter.customers.list, {}, 400);
    expect(asked(sent)).toContain(401);
    const learnt = sent.length;
    await readAll(adapter);
    expect(Math.max(...asked(sent.slice(learnt)))).toBe(100);
  });

  it("fails the list if even one row is too many, and for any other refusal at once", async () => {
    const { adapter, sent } = scripted(() => failure("V30"));
    await expect(adapter.customers.list({}, { first: 1, after: null }, scope)).rejects.toMatchObject({ backendCode: "V30" });
    expect(sent.length).toBeLessThan(20);
    const other = scripted(() => failure("V21"));
    await expect(other.adapter.customers.list({}, { first: 1, after: null }, scope)).rejects.toMatchObject({
      backendCode: "V21",
    });
    expect(other.sent).toHaveLength(1);
  });
});

describe("one call", () => {
  it.each([1, 7, 9, 11, 99, 101])(
    "is enough for a list of %i once the server has returned more, of any list",
    async (records) => {
      const { adapter, sent } = scripted(({ path, query }) =>
        serverOf(/customers$/.test(path) ? 150 : records, 1000, "cuts")({ path, query } as SentCall),
      );
      await adapter.customers.list({}, { first: 149, after: null }, scope);
      const known = sent.length;
      const ledger = () => adapter.charges.listByCustomers(["7"], {}, { first: 10_000, after: null }, scope);
      // Another kind of list may have its own maximum: its longest list so far is read beyond its end once.
      await ledger();
      expect(sent).toHaveLength(known + 2);
      await ledger();
      await ledger();
      expect(sent).toHaveLength(known + 4);
    },
  );

  it("is not enough if that kind of list is cut earlier than others", async () => {
    const customers = serverOf(150, 1000, "cuts");
    let entries = 3;
    const { adapter } = scripted((call) => (/customers$/.test(call.path) ? customers : serverOf(entries, 10, "cuts"))(call));
    await adapter.customers.list({}, { first: 149, after: null }, scope);
    for (entries of [3, 25, 10, 11, 4, 20, 30]) {
      const [set] = await adapter.charges.listByCustomers(["7"], {}, { first: 10_000, after: null }, scope);
      expect(set).toMatchObject({ charges: { length: entries } });
    }
  });

  it("is enough for an empty list, but not for the first list with rows, which may have been cut", async () => {
    for (const [records, calls] of [
      [0, 1],
      [7, 2],
    ] as const) {
      const { adapter, sent } = scripted(serverOf(records, 1000, "cuts"));
      await adapter.charges.listByCustomers(["7"], {}, { first: 10_000, after: null }, scope);
      expect(sent).toHaveLength(calls);
    }
  });
});

describe("a list that is refused as unknown", () => {
  const query = { first: 100, after: null };
  it.each([failure("V01", 404), failure("V24"), failure("F02"), { status: 404 }])(
    "is not an empty table of taxes: %j",
    async (answer) => {
      const { adapter } = scripted(() => answer);
      const listing = adapter.taxes?.list({}, query, scope);
      await expect(listing).rejects.toMatchObject({
        code: "UNSUPPORTED",
        message: expect.stringContaining("see its setting taxListId."),
      });
    },
  );

  it.each([failure("V01", 404), failure("V24"), failure("V21"), { status: 404 }])("is not an empty list: %j", async (answer) => {
    const { adapter } = scripted(() => answer);
    const refused = { backend: "recurring", code: expect.stringMatching(/^(NOT_FOUND|INVALID_INPUT)$/) };
    await expect(adapter.customers.list({}, query, scope)).rejects.toMatchObject(refused);
    await expect(adapter.customers.list({ search: "x" }, query, scope)).rejects.toMatchObject(refused);
    await expect(adapter.plans?.list({}, query, scope)).rejects.toMatchObject(refused);
    expect(await adapter.charges.listByCustomers(["7"], {}, query, scope)).toMatchObject([refused]);
  });

  it("is read and written as the settings say, and creating a tax changes no other", async () => {
    const { adapter, sent } = scripted(({ effect }) => ({ json: effect === "read" ? [{ id: 4, value: 1 }] : {} }), {
      taxListId: "4",
      taxCreateId: "new",
    });
    await adapter.taxes?.list({}, query, scope);
    expect(sent.at(-1)?.path).toBe("countries/US/taxes/4/~load");
    const plan = (tax: Adapter["taxes"]) => tax?.create?.({ name: "n", rate: "1", effectiveDate: "2027-01-01" }).steps[0];
    const intent = { stepId: "s", createdAt: "2026-11-21T10:00:00Z", note: null };
    const note = (await plan(adapter.taxes)?.note?.(null, intent, scope)) ?? "";
    await plan(adapter.taxes)
      ?.send(null, { ...intent, note }, scope)
      .catch(() => {});
    expect(sent.at(-1)?.path).toBe("countries/US/taxes/new");
    const taken = scripted(() => ({ json: [{ id: 4, value: 1 }] }), { taxCreateId: "4" });
    await expect(plan(taken.adapter.taxes)?.note?.(null, intent, scope)).rejects.toMatchObject({ code: "CONFLICT" });
    expect(taken.sent.filter(({ effect }) => effect === "write")).toEqual([]);
  });
});
