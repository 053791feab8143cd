import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TakesOf } from "../../../src/adapter/inputs.ts";
import { changing, creating, settingLiability } from "../../../src/adapter/kit/taking.ts";
import { BillingError } from "../../../src/model/errors.ts";
import type { ChargeChange, ChargeInput } from "../../../src/model/model.ts";
import { compareDecimals } from "../../../src/model/money.ts";

const no = { use: "refused", because: "has no such thing" } as const;
const optional = { use: "optional" } as const;

const chargeTakes: TakesOf<"charge"> = {
  name: { use: "required", longest: 10 },
  description: { use: "optional", blank: true, pattern: { form: /^[a-z]*$/, means: "small letters" } },
  notes: { use: "optional", insteadOf: "name" },
  amount: { use: "optional", decimals: 2, least: "-5", most: "5", notZero: true },
  cost: { use: "optional", moreThan: "0", digits: 15 },
  currency: { use: "optional", values: ["EUR"] },
  date: { use: "optional", earliest: "1970-01-02" },
  recurrence: {
    use: "optional",
    parts: {
      interval: { use: "required", values: ["ONCE", "MONTHLY"] },
      occurrences: { use: "optional", least: 1, most: 12 },
      startsOn: no,
      endsOn: optional,
    },
  },
  taxIds: { use: "optional", fewestItems: 1, mostItems: 2 },
  customerId: { use: "required" },
  planId: { use: "optional", insteadOf: "customerId", alsoBeside: true },
  quantity: no,
  serviceId: no,
  taxAmount: no,
  kind: no,
  reference: no,
  executeNow: no,
};

const chargeChangeTakes: TakesOf<"chargeChange"> = {
  name: { use: "optional", unclearable: "it is called something" },
  description: { use: "optional", clearable: true },
  notes: no,
  amount: optional,
  cost: { use: "optional", insteadOf: "amount" },
  currency: optional,
  quantity: no,
  date: { use: "optional", clearable: true },
  recurrence: {
    use: "optional",
    clearable: true,
    parts: { interval: { use: "required" }, occurrences: { use: "optional", clearable: true }, startsOn: optional, endsOn: no },
  },
};

const plan = <Input>(input: Input): Input => input;
const create = creating("pbx", "charge", chargeTakes, plan);
const change = changing("pbx", "chargeChange", chargeChangeTakes, (_id, input) => plan(input));

/** "CODE field" of each refusal. */
function refusals(write: () => unknown): string[] {
  try {
    write();
  } catch (error) {
    if (!(error instanceof BillingError)) throw error;
    expect(error.retryable).toBe(false);
    for (const each of error.flatten()) expect(each.message.startsWith(`${each.field?.join(".")}: `)).toBe(true);
    return error.flatten().map(({ code, field }) => `${code} ${field?.join(".")}`);
  }
  return [];
}

const given: ChargeInput = { customerId: "1", name: "Setup" };

describe("a verb that creates", () => {
  it("plans accepted inputs, and shows its declaration", () => {
    expect(create(given)).toBe(given);
    const { amount, ...others } = create.takes;
    expect(others).toEqual({ ...chargeTakes, amount: undefined });
    expect(amount).toMatchObject({ least: "0", most: "5", decimals: 2, notZero: true });
  });

  it("refuses a charge below zero, whatever its backend accepts, and points at createCredit", () => {
    expect(() => create({ ...given, amount: "-1" })).toThrow("amount: must be at least 0: to give money back, use createCredit");
    expect(() => change("1", { amount: "-0.01" })).toThrow("createCredit");
    const raising = creating("pbx", "charge", { ...chargeTakes, amount: { use: "optional", least: "0.50" } }, plan);
    expect(raising.takes.amount).toMatchObject({ least: "0.50" });
    expect(() => raising({ ...given, amount: "0.49" })).toThrow(/must be at least 0\.50$/);
    expect(refusals(() => raising({ ...given, amount: "0.5" }))).toEqual([]);
  });

  it.each<[ChargeInput, readonly string[]]>([
    [{ name: null }, ["INVALID_INPUT name"]],
    [{ name: undefined, customerId: null }, ["INVALID_INPUT name", "INVALID_INPUT customerId"]],
    [{ name: null, notes: "instead" }, []],
    [{ name: null, notes: " " }, ["INVALID_INPUT name", "INVALID_INPUT notes"]],
    [{ notes: "beside" }, ["UNSUPPORTED notes"]],
    [{ planId: "1" }, []],
    [{ customerId: null, planId: "1" }, []],
    [{ name: " " }, ["INVALID_INPUT name"]],
    [{ name: "0123456789" }, []],
    [{ name: "😀".repeat(10) }, []],
    [{ name: "01234567890" }, ["INVALID_INPUT name"]],
    [{ description: "" }, []],
    [{ description: "small" }, []],
    [{ description: "LARGE" }, ["INVALID_INPUT description"]],
    [{ amount: "5.00" }, []],
    [{ amount: "1.001" }, ["INVALID_INPUT amount"]],
    [{ amount: "5.01" }, ["INVALID_INPUT amount"]],
    [{ amount: "-5.01" }, ["INVALID_INPUT amount"]],
    [{ amount: "0.00" }, ["INVALID_INPUT amount"]],
    [{ amount: "1e1" }, ["INVALID_INPUT amount"]],
    [{ cost: "0" }, ["INVALID_INPUT cost"]],
    [{ cost: "0.000333333333333333" }, []],
    [{ cost: "123456789012345000.00" }, []],
    [{ cost: "0.3333333333333333" }, ["INVALID_INPUT cost"]],
    [{ cost: "1234567890123456" }, ["INVALID_INPUT cost"]],
    [{ currency: "USD" }, ["UNSUPPORTED currency"]],
    [{ date: "2026-02-29" }, ["INVALID_INPUT date"]],
    [{ date: "2024-02-29" }, []],
    [{ date: "1970-01-01" }, ["INVALID_INPUT date"]],
    [{ taxIds: [] }, ["INVALID_INPUT taxIds"]],
    [{ taxIds: ["1", "2", "3"] }, ["INVALID_INPUT taxIds"]],
    [{ recurrence: { interval: "MONTHLY", occurrences: 12, endsOn: null } }, []],
    [
      { recurrence: { interval: "WEEKLY", occurrences: 13 } },
      ["UNSUPPORTED recurrence.interval", "INVALID_INPUT recurrence.occurrences"],
    ],
    [{ recurrence: { interval: "ONCE", startsOn: "2026-01-01" } }, ["UNSUPPORTED recurrence.startsOn"]],
    [{ recurrence: {} as never }, ["INVALID_INPUT recurrence.interval"]],
    [{ quantity: "2", serviceId: "1" }, ["UNSUPPORTED quantity", "UNSUPPORTED serviceId"]],
    [{ quantity: "1.0", executeNow: false, kind: null }, []],
    [{ executeNow: true }, ["UNSUPPORTED executeNow"]],
  ])("given %j refuses %j", (input, expected) => {
    expect(refusals(() => create({ ...given, ...input }))).toEqual(expected);
  });
});

describe("a verb that changes", () => {
  it.each<[ChargeChange, readonly string[]]>([
    [{}, []],
    [{ name: "x", description: null, date: null, recurrence: null }, []],
    [{ name: null }, ["UNSUPPORTED name"]],
    [{ notes: null }, ["UNSUPPORTED notes"]],
    [{ notes: undefined }, []],
    // A member that replaces another one clears it.
    [{ amount: null, cost: "1" }, []],
    [{ amount: null }, ["UNSUPPORTED amount"]],
    [{ recurrence: { interval: "ONCE", occurrences: null } }, []],
    [{ recurrence: { interval: "ONCE", startsOn: null } }, ["UNSUPPORTED recurrence.startsOn"]],
    [{ quantity: "1" }, []],
  ])("given %j refuses %j", (input, expected) => {
    expect(refusals(() => change("1", input))).toEqual(expected);
  });

  it("says why a member cannot be cleared", () => {
    expect(() => change("1", { name: null })).toThrow("name: pbx can change this, but not clear it: it is called something.");
  });
});

it("a verb that sets a liability takes exactly one subject", () => {
  const takes: TakesOf<"liability"> = {
    customerId: { use: "required" },
    chargeId: no,
    productId: no,
    liable: { use: "required" },
  };
  const set = settingLiability("pbx", takes, () => ({}) as never);
  expect(refusals(() => set("1", { customerId: "1" }, false))).toEqual([]);
  expect(refusals(() => set("1", { chargeId: "1" }, true))).toEqual(["INVALID_INPUT customerId", "UNSUPPORTED chargeId"]);
  expect(refusals(() => set("1", { productId: "1" }, true))).toEqual(["INVALID_INPUT customerId", "UNSUPPORTED productId"]);
});

const decimals = fc
  .tuple(fc.constantFrom("", "-"), fc.bigInt({ min: 0n, max: 10_000n }), fc.stringMatching(/^\d{0,4}$/))
  .map(([sign, whole, rest]) => `${sign}${whole}${rest && `.${rest}`}`);

it("limits of decimals apply exactly at the limit, for any limit and number", () => {
  fc.assert(
    fc.property(decimals, decimals, (limit, amount) => {
      const atMost = creating("pbx", "charge", { ...chargeTakes, cost: { use: "optional", most: limit } }, plan);
      const isOver = compareDecimals(amount, limit) > 0;
      expect(refusals(() => atMost({ ...given, cost: amount }))).toEqual(isOver ? ["INVALID_INPUT cost"] : []);
    }),
  );
});

it("charges are never below zero and credits always above, whatever a backend declares", () => {
  const creditTakes: TakesOf<"credit"> = {
    customerId: { use: "required" },
    amount: { use: "required" },
    currency: optional,
    description: optional,
  };
  fc.assert(
    fc.property(decimals, fc.option(decimals, { nil: undefined }), (amount, least) => {
      const own = { use: "optional", ...(least !== undefined && { least }) } as const;
      const charging = creating("pbx", "charge", { ...chargeTakes, amount: own }, plan);
      const isBelow = compareDecimals(amount, "0") < 0 || (least !== undefined && compareDecimals(amount, least) < 0);
      expect(refusals(() => charging({ ...given, amount }))).toEqual(isBelow ? ["INVALID_INPUT amount"] : []);
      const crediting = creating("pbx", "credit", { ...creditTakes, amount: { ...own, use: "required" } }, plan);
      const isTooLittle = compareDecimals(amount, "0") <= 0 || (least !== undefined && compareDecimals(amount, least) < 0);
      expect(refusals(() => crediting({ customerId: "1", amount }))).toEqual(isTooLittle ? ["INVALID_INPUT amount"] : []);
    }),
  );
});
