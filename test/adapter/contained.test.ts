import { beforeEach, describe, expect, it } from "vitest";
import type { Adapter, CallScope, Intent, WritePlan } from "../../src/adapter/adapter.ts";
import { contained } from "../../src/adapter/contained.ts";
import { omittedRowError } from "../../src/adapter/kit/rows.ts";
import { BillingError, invalidInput } from "../../src/model/errors.ts";
import type { Customer } from "../../src/model/model.ts";
import { walkBackends } from "../../src/reads/pages.ts";

/** Whatever an adapter throws becomes a failure of its backend, is reported once, and reveals nothing of what was thrown. */

const reported: { problem: string; details: object }[] = [];
beforeEach(() => {
  reported.length = 0;
});

const secret = "select * from customers where password = 'Pa55'";
/** Values that programs throw by mistake. */
const thrown: readonly unknown[] = [new RangeError(secret), new TypeError(secret), secret, null, undefined, { message: secret }];

const intent: Intent = { stepId: "step-1", createdAt: "2026-11-29T10:00:00Z", note: null };
const scope: CallScope = {};

function adapterWhere(change: Partial<Adapter>): Adapter {
  const nothing = async () => [];
  const page = async () => ({ items: [], hasNextPage: false });
  const whole: Adapter = {
    key: "pbx",
    kind: "V01",
    currency: "EUR",
    timeZone: "UTC",
    customers: { getMany: nothing, list: page },
    charges: { getMany: nothing, listByCustomers: nothing },
    probe: async () => {},
  };
  return contained({ ...whole, ...change }, (problem, details) => reported.push({ problem, details }));
}

async function failureOf(act: () => unknown): Promise<BillingError> {
  try {
    await act();
  } catch (error) {
    expect(error).toBeInstanceOf(BillingError);
    return error as BillingError;
  }
  throw new Error("it did not fail");
}

function expectContained(failure: BillingError, code: string, verb: string, error: unknown): void {
  expect(failure).toMatchObject({ code, backend: "pbx" });
  expect(failure.message).not.toContain("select");
  expect(reported).toEqual([{ problem: "an adapter failed unexpectedly", details: { backend: "pbx", verb, error } }]);
}

const step = {
  action: "POST /x",
  send: async () => ({ id: "1" }),
  find: async () => ({ ours: [], candidates: [] }),
};
const plan = (change: Partial<WritePlan<Customer>>): WritePlan<Customer> => ({
  steps: [step],
  read: async () => ({}) as Customer,
  ...change,
});
const creating = (made: () => WritePlan<Customer>): WritePlan<Customer> => {
  const nothing = async () => [];
  const page = async () => ({ items: [], hasNextPage: false });
  const made2 = adapterWhere({
    customers: { getMany: nothing, list: page, create: Object.assign(made, { takes: {} as never }) },
  }).customers.create?.({} as never);
  if (!made2) throw new Error("it has no create");
  return made2;
};

describe.each(thrown.map((error) => ({ error, name: String(error) })))("$name", ({ error }) => {
  const fails = (): never => {
    throw error;
  };
  const rejects = () => Promise.reject(error);

  it("of a read that rejects is BAD_RESPONSE", async () => {
    const { customers } = adapterWhere({ customers: { getMany: rejects, list: rejects } });
    expectContained(
      await failureOf(() => customers.list({}, { first: 1, after: null }, scope)),
      "BAD_RESPONSE",
      "customers.list",
      error,
    );
  });

  it("of a probe is BAD_RESPONSE", async () => {
    const { probe } = adapterWhere({ probe: rejects });
    expectContained(await failureOf(() => probe(scope)), "BAD_RESPONSE", "probe", error);
  });

  it("of a read before it starts is INTERNAL", async () => {
    const { charges } = adapterWhere({ charges: { getMany: fails, listByCustomers: fails } });
    expectContained(await failureOf(() => charges.getMany(["1"], scope)), "INTERNAL", "charges.getMany", error);
  });

  it("of making a plan is INTERNAL", async () => {
    expectContained(await failureOf(() => creating(fails)), "INTERNAL", "customers.create", error);
  });

  it("of a plan's read is BAD_RESPONSE", async () => {
    const made = creating(() => plan({ read: rejects, validate: rejects }));
    expectContained(await failureOf(() => made.read("1", scope)), "BAD_RESPONSE", "customers.create, read", error);
    reported.length = 0;
    expectContained(await failureOf(() => made.validate?.(scope)), "BAD_RESPONSE", "customers.create, validate", error);
  });

  it("of looking and noting is BAD_RESPONSE; of noting without a call, INTERNAL", async () => {
    const [made] = creating(() => plan({ steps: [{ ...step, find: rejects, note: rejects, noteAtOnce: fails }] })).steps;
    expectContained(await failureOf(() => made?.find("1", intent, scope)), "BAD_RESPONSE", "POST /x, find", error);
    reported.length = 0;
    expectContained(await failureOf(() => made?.note?.("1", intent, scope)), "BAD_RESPONSE", "POST /x, note", error);
    reported.length = 0;
    expectContained(await failureOf(() => made?.noteAtOnce?.(intent)), "INTERNAL", "POST /x, note", error);
  });

  it("of sending is OUTCOME_UNKNOWN if anything may have left, else INTERNAL", async () => {
    const failing = (takes: boolean) =>
      creating(() =>
        plan({
          steps: [
            {
              ...step,
              send: async (_id, _intent, { permit }) => {
                if (takes) permit?.take();
                throw error;
              },
            },
          ],
        }),
      ).steps[0];
    const sent = (takes: boolean, allowed: boolean) =>
      failureOf(() => failing(takes)?.send(null, intent, { permit: { take: () => allowed } }));
    expectContained(await sent(true, true), "OUTCOME_UNKNOWN", "POST /x, send", error);
    reported.length = 0;
    expectContained(await sent(true, false), "INTERNAL", "POST /x, send", error);
    reported.length = 0;
    expectContained(await sent(false, true), "INTERNAL", "POST /x, send", error);
    reported.length = 0;
    expectContained(await failureOf(() => failing(false)?.send(null, intent, {})), "OUTCOME_UNKNOWN", "POST /x, send", error);
  });

  it("of an undo is the same", async () => {
    const undone = creating(() => plan({ undo: () => plan({ read: rejects }) })).undo?.("1");
    expectContained(await failureOf(() => undone?.read("1", scope)), "BAD_RESPONSE", "customers.create, read", error);
    reported.length = 0;
    expectContained(
      await failureOf(() => creating(() => plan({ undo: fails })).undo?.("1")),
      "INTERNAL",
      "customers.create, undo",
      error,
    );
  });
});

describe("an expected failure", () => {
  it("that is a BillingError stays as it is and is not reported", async () => {
    const refusal = invalidInput("name", "is required");
    const refuses = () => Promise.reject(refusal);
    const { customers, probe } = adapterWhere({ customers: { getMany: refuses, list: refuses }, probe: refuses });
    expect(await failureOf(() => customers.getMany([], scope))).toBe(refusal);
    expect(await failureOf(() => probe(scope))).toBe(refusal);
    expect(
      await failureOf(() =>
        creating(() => {
          throw refusal;
        }),
      ),
    ).toBe(refusal);
    expect(reported).toEqual([]);
  });

  it("gets its backend's key if the kit did not know it", async () => {
    const refuses = () => Promise.reject(new BillingError("BAD_RESPONSE", "The backend ignores the requested start of a page."));
    const { customers } = adapterWhere({ customers: { getMany: refuses, list: refuses } });
    expect(await failureOf(() => customers.getMany([], scope))).toMatchObject({ code: "BAD_RESPONSE", backend: "pbx" });
    expect(reported).toEqual([]);
  });

  it("that is an answer stays as it is", async () => {
    const found = [{ id: "1" } as Customer, null];
    const { customers } = adapterWhere({
      customers: { getMany: async () => found, list: async () => ({ items: [], hasNextPage: true }) },
    });
    expect(await customers.getMany(["1", "2"], scope)).toBe(found);
    expect(await customers.list({}, { first: 1, after: null }, scope)).toEqual({ items: [], hasNextPage: true });
  });
});

it.each([undefined, null, {}, "plan", { steps: [null] }])("%j is not a plan", async (made) => {
  expect(await failureOf(() => creating(() => made as never))).toMatchObject({ code: "INTERNAL", backend: "pbx" });
  const undone = creating(() => plan({ undo: () => made as never }));
  expect(await failureOf(() => undone.undo?.("1"))).toMatchObject({ code: "INTERNAL", backend: "pbx" });
});

it("a batch with a wrong number of answers is refused", async () => {
  const { customers } = adapterWhere({
    customers: { getMany: async () => [null], list: async () => ({ items: [], hasNextPage: false }) },
  });
  expect(await failureOf(() => customers.getMany(["1", "2"], scope))).toMatchObject({ code: "BAD_RESPONSE", backend: "pbx" });
  expect(reported).toHaveLength(1);
});

it("removes nothing from a list over several backends", async () => {
  const items = [{ value: { id: "1" } as Customer, position: "1" }];
  const well = adapterWhere({ customers: { getMany: async () => [], list: async () => ({ items, hasNextPage: false }) } });
  const broken = adapterWhere({ customers: { getMany: async () => [], list: () => Promise.reject(new RangeError("x")) } });
  const selected = [broken, well].map((adapter, index) => ({
    key: `b${index}`,
    label: "",
    adapter,
    health: () => ({}) as never,
  }));
  const page = { first: 10, after: null };
  const found = await walkBackends("customers", selected, ({ customers }) => customers.list, {}, page, scope);
  expect(found.edges.map(({ node }) => node.id)).toEqual(["1"]);
  expect(found.unavailable).toMatchObject([{ backend: "b0", error: { code: "BAD_RESPONSE" } }]);
});

it("of one key names its backend like a failure of all keys", async () => {
  const getMany = async () => [new BillingError("BAD_RESPONSE", "Others came."), null, invalidInput("id", "is none")];
  const list = async () => ({ items: [], hasNextPage: false });
  const [unnamed, absent, refused] = await adapterWhere({ customers: { getMany, list } }).customers.getMany(
    ["1", "2", "3"],
    scope,
  );
  expect([unnamed, absent]).toMatchObject([{ code: "BAD_RESPONSE", backend: "pbx" }, null]);
  expect(refused).toMatchObject({ code: "INVALID_INPUT", backend: undefined });
});

describe("a partly understood answer", () => {
  const told: object[] = [];
  const customer = (notUnderstood?: readonly string[]) => ({ id: "1", ...(notUnderstood && { notUnderstood }) }) as Customer;
  const strange = contained(
    {
      ...adapterWhere({}),
      customers: {
        getMany: async () => [customer(["dateCreated"]), null, customer(["dateCreated", "phone"])],
        list: async () => ({
          items: [{ value: customer(["email"]), position: "1" }],
          hasNextPage: false,
          incomplete: omittedRowError("pbx", "customers", "id"),
        }),
      },
      charges: {
        getMany: async () => [],
        listByCustomers: async () => [{ charges: [], complete: true, incomplete: omittedRowError("pbx", "charges", "owner") }],
      },
    } as Adapter,
    () => {},
    { label: "Telephony", strange: (each) => told.push(each) },
  );

  it("is reported once per read: each member, and omitted rows", async () => {
    await strange.customers.getMany(["1", "2", "3"], scope);
    expect(told.splice(0)).toEqual([
      { verb: "customers.getMany", kind: "not_understood", what: "dateCreated" },
      { verb: "customers.getMany", kind: "not_understood", what: "phone" },
    ]);
    const page = await strange.customers.list({}, { first: 1, after: null }, scope);
    expect(page.incomplete?.message).toContain("Telephony has customers in this list that cannot be shown: 1 have no id");
    const [set] = await strange.charges.listByCustomers(["1"], {}, { first: 1, after: null }, scope);
    expect(set).toMatchObject({ incomplete: { message: expect.stringContaining("Telephony has charges") } });
    expect(told.splice(0).map((each) => Object.values(each).join(" "))).toEqual([
      "customers.list not_understood email",
      "customers.list left_out rows",
      "charges.listByCustomers left_out rows",
    ]);
  });
});
