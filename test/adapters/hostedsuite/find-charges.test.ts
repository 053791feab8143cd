import { describe, expect, test } from "vitest";
import type { Charge, ChargeInput } from "../../../src/billing/model.ts";
import {
  find,
  type Generation,
  intentOfNow,
  openSuite,
  present,
  provesChange,
  provesCreate,
  stepOf,
  useSuite,
  type V2Choices,
  type V3Choices,
} from "./find-fixture.ts";
import { run, scope } from "./fixture.ts";
import { day } from "./sandbox.ts";

describe.each(["v2", "v3"] as const)("a charge of HostedSuite %s whose making had an unknown outcome", (generation) => {
  const suite = useSuite(generation);
  const input = (): ChargeInput => {
    const { customerId, serviceId } = suite();
    return { customerId, serviceId, amount: "19.90", quantity: "3", date: "2026-01-31", notes: "as agreed\n2nd line" };
  };
  const create = (charge: ChargeInput) => present(suite().adapter.charges.create)(charge);

  test.each<[string, Partial<ChargeInput>, Partial<Charge>]>([
    [
      "priced",
      {},
      { quantity: "3", date: "2026-01-31", notes: "as agreed\n2nd line", amount: { amount: "19.90", currency: "USD" } },
    ],
    ["free", { amount: "0", notes: "free" }, { amount: { amount: "0.00", currency: "USD" } }],
    ["to be priced", { amount: null, notes: "priced" }, {}],
    ["without date and notes", { date: null, notes: null }, { date: day, notes: null }],
    ["monthly", { notes: "monthly", recurrence: { interval: "MONTHLY" } }, { kind: "RECURRING" }],
    ["with fractions", { notes: "fractions", amount: "0.1", quantity: "0.30" }, { quantity: "0.3" }],
  ])("is found once, and only when it is there: %s", async (_name, changes, expected) => {
    expect(await provesCreate(suite(), () => create({ ...input(), ...changes }))).toMatchObject(expected);
  });

  test("is not mistaken for one that differs in anything that was sent", async () => {
    const [otherCustomer] = [...suite().state.clients.keys()].filter((id) => id !== suite().customerId);
    const [otherService] = [...suite().state.services.keys()].filter((id) => id !== suite().serviceId);
    const differences: readonly Partial<ChargeInput>[] = [
      { customerId: otherCustomer },
      { serviceId: otherService },
      { amount: "19.91" },
      { amount: "0" },
      { quantity: "4" },
      { date: "2026-02-01" },
      { notes: "As agreed" },
      { notes: null },
      { recurrence: { interval: "MONTHLY" } },
      ...(generation === "v3" ? [{ description: "Desk" }] : []),
    ];
    const common = { ...input(), notes: "to be told apart", description: generation === "v3" ? "Chair" : null };
    const intent = intentOfNow();
    await run(create(common));
    for (const difference of differences) {
      expect.soft(await find(stepOf(create({ ...common, ...difference })), null, intent), JSON.stringify(difference)).toEqual([]);
    }
    expect(await find(stepOf(create(common)), null, intent)).toHaveLength(1);
  });

  test("is found when the backend's clock is a little slow, and days later", async () => {
    suite().setClock(-1);
    const charge = { ...input(), notes: "slow clock" };
    await run(create(charge));
    suite().setClock(0);
    expect(await find(stepOf(create(charge)), null, intentOfNow())).toHaveLength(1);
    const intent = { ...intentOfNow(), createdAt: new Date(Date.now() - 40 * 86_400_000).toISOString() };
    expect(await find(stepOf(create(charge)), null, intent)).toHaveLength(1);
  });
});

const choices: readonly [Generation, V2Choices & V3Choices][] = [
  ["v2", { datesOut: "american", memorizedListed: false }],
  ["v2", { datesOut: "dotnet", bareEndDate: "wholeDay" }],
  ["v2", { datesOut: "iso", timeZone: "Pacific/Auckland", withoutRate: "zero" }],
  ["v2", { timeZone: "America/Los_Angeles", chargeDescription: "none", listOrder: "creation" }],
  ["v3", { datesOut: "american", timeZone: "Pacific/Auckland", largestPage: 2 }],
  ["v3", { datesOut: "plain", timeZone: "America/Los_Angeles", zeroCost: "omitted", bareEndDate: "wholeDay" }],
];

test.each(choices)(
  "a charge of HostedSuite %s is found whatever the backend chose where the contract is silent: %j",
  async (generation, chosen) => {
    const suite = await openSuite(generation, chosen);
    try {
      const { customerId, serviceId, adapter } = suite;
      for (const more of [{ amount: "0" }, { amount: null }, { amount: "5", recurrence: { interval: "MONTHLY" as const } }]) {
        await provesCreate(suite, () =>
          present(adapter.charges.create)({ customerId, serviceId, notes: JSON.stringify(more), ...more }),
        );
      }
    } finally {
      await suite.close();
    }
  },
);

describe("changes of a charge of HostedSuite v3", () => {
  const suite = useSuite("v3");
  const made = () => {
    const { customerId, serviceId, adapter } = suite();
    return run(present(adapter.charges.create)({ customerId, serviceId, amount: "10", notes: "first", description: "Desk" }));
  };

  test.each([
    { amount: "12.50" },
    { amount: "0" },
    { quantity: "2" },
    { date: "2026-01-31" },
    { notes: "second" },
    { description: "Chair" },
    { recurrence: { interval: "MONTHLY" as const } },
    { amount: "1", quantity: "7", notes: "third" },
  ])("are found when the charge is as they leave it: %j", async (change) => {
    const { id } = await made();
    await provesChange(suite(), present(suite().adapter.charges.update)(id, change), id);
  });

  test("are found of a charge that repeats no more", async () => {
    const { update } = suite().adapter.charges;
    const { id } = await made();
    await run(present(update)(id, { recurrence: { interval: "MONTHLY" } }), id);
    await provesChange(suite(), present(update)(id, { recurrence: null }), id);
  });

  test("are found of a charge that is voided, and a void takes a charge back", async () => {
    const { customerId, serviceId, adapter } = suite();
    const { id } = await made();
    await provesChange(suite(), present(adapter.charges.void)(id), id);

    const plan = present(adapter.charges.create)({ customerId, serviceId, amount: "1" });
    const created = await run(plan);
    expect(await run(present(plan.undo)(created.id), created.id)).toMatchObject({ id: created.id, status: "ARCHIVED" });
    expect(await find(stepOf(plan), null, intentOfNow())).toMatchObject([{ id: created.id }]);
    expect(await plan.read(created.id, scope)).toMatchObject({ status: "ARCHIVED" });
  });

  test("are not found of a charge that is not there", async () => {
    const id = "0123456789abcdef01234567";
    const { update, void: voidCharge } = suite().adapter.charges;
    for (const plan of [present(update)(id, { amount: "1" }), present(voidCharge)(id)]) {
      expect(await find(stepOf(plan), id, intentOfNow())).toEqual([]);
    }
  });
});

test("HostedSuite v2 cannot take a charge back", async () => {
  const { adapter, customerId, serviceId, close } = await openSuite("v2");
  expect(present(adapter.charges.create)({ customerId, serviceId, amount: "1" }).undo).toBeUndefined();
  await close();
});
