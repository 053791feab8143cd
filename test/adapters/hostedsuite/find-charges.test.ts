import { describe, expect, test } from "vitest";
import type { Charge, ChargeInput } from "../../../src/model/model.ts";
import {
  find,
  type Generation,
  letADayPass,
  makeOlder,
  nothing,
  openSuite,
  oursIs,
  present,
  provesChange,
  provesCreate,
  stepOf,
  useSuite,
  type V2Choices,
  type V3Choices,
} from "./find-fixture.ts";
import { failure, intentOfNow, noted, run, scope } from "./fixture.ts";
import { day } from "./sandbox.ts";

describe.each(["v2", "v3"] as const)("a charge of HostedSuite %s with an unknown outcome", (generation) => {
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
  ])("is found once, and only if it exists: %s", async (_name, changes, expected) => {
    expect(await provesCreate(suite(), suite().state.charges, () => create({ ...input(), ...changes }))).toMatchObject(expected);
  });

  test("is a candidate if it differs in any sent member, and the member is named", async () => {
    letADayPass(suite().state);
    const [otherService] = [...suite().state.services.keys()].filter((id) => id !== suite().serviceId);
    const differences: readonly (readonly [string, Partial<ChargeInput>])[] = [
      ["serviceId", { serviceId: otherService }],
      ["amount", { amount: "19.91" }],
      ["amount", { amount: "0" }],
      ["quantity", { quantity: "4" }],
      ["date", { date: "2026-02-01" }],
      ["notes", { notes: "As agreed" }],
      ["notes", { notes: null }],
      ["recurrence", { recurrence: { interval: "MONTHLY" } }],
      ...(generation === "v3" ? [["description", { description: "Desk" }] as const] : []),
    ];
    const common = { ...input(), notes: "to be told apart", description: generation === "v3" ? "Chair" : null };
    const intent = await noted(stepOf(create(common)), null);
    const { id } = await run(create(common));
    for (const [member, difference] of differences) {
      const finding = await find(stepOf(create({ ...common, ...difference })), null, intent);
      expect.soft(finding, member).toEqual({ ours: [], candidates: [{ id, claim: id, differs: [member] }] });
    }
    expect(await find(stepOf(create(common)), null, intent)).toEqual(oursIs(id));
  });

  test("is not searched among those of other customers", async () => {
    const [otherCustomer] = [...suite().state.clients.keys()].filter((id) => id !== suite().customerId);
    letADayPass(suite().state);
    const elsewhere = { ...input(), customerId: otherCustomer };
    const intent = await noted(stepOf(create(elsewhere)), null);
    await run(create(input()));
    expect(await find(stepOf(create(elsewhere)), null, intent)).toEqual(nothing);
  });

  test("is found days later", async () => {
    const charge = { ...input(), notes: "days later" };
    const intent = await noted(stepOf(create(charge)), null);
    const { id } = await run(create(charge));
    makeOlder(suite().state.charges, id, 40 * 86_400);
    const { since, ...note } = JSON.parse(present(intent.note ?? undefined));
    const earlier = { ...note, since: { ...since, at: since.at - 40 * 86_400_000 } };
    const { ours } = await find(stepOf(create(charge)), null, { ...intent, note: JSON.stringify(earlier) });
    // v2 has the day of the creation in the id.
    expect(ours.map((trace) => trace.id.split(":").at(-1))).toEqual([id.split(":").at(-1)]);
  });

  test("is noted without a call to the backend, once it has answered something", async () => {
    const calls = suite().server.calls.length;
    const step = stepOf(create(input()));
    expect(JSON.parse(step.noteAtOnce?.(intentOfNow()) ?? "null")).toMatchObject({ day, since: { certain: true } });
    expect(suite().server.calls).toHaveLength(calls);
    const stranger = stepOf(present(suite().anotherGateway().charges.create)(input()));
    expect(stranger.noteAtOnce?.(intentOfNow())).toBeNull();
    expect(JSON.parse((await stranger.note?.(null, intentOfNow(), scope)) ?? "null")).toMatchObject({ since: { certain: true } });
    expect(suite().server.calls).toHaveLength(calls + 1);
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
  "a charge of HostedSuite %s is found whatever the backend does where the contract is silent: %j",
  async (generation, chosen) => {
    const suite = await openSuite(generation, chosen);
    try {
      const { customerId, serviceId, adapter } = suite;
      for (const more of [{ amount: "0" }, { amount: null }, { amount: "5", recurrence: { interval: "MONTHLY" as const } }]) {
        await provesCreate(suite, suite.state.charges, () =>
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
  ])("are found if the charge has their values: %j", async (change) => {
    const { id } = await made();
    await provesChange(suite(), present(suite().adapter.charges.update)(id, change), id);
  });

  test("are found for a charge that does not repeat any more", async () => {
    const { update } = suite().adapter.charges;
    const { id } = await made();
    await run(present(update)(id, { recurrence: { interval: "MONTHLY" } }), id);
    await provesChange(suite(), present(update)(id, { recurrence: null }), id);
  });

  test("are found for a voided charge, and a void compensates a charge", async () => {
    const { customerId, serviceId, adapter } = suite();
    const { id } = await made();
    await provesChange(suite(), present(adapter.charges.void)(id), id);

    const plan = present(adapter.charges.create)({ customerId, serviceId, amount: "1" });
    const step = stepOf(plan);
    const intent = await noted(step, null);
    const created = await run(plan);
    expect(await run(present(plan.undo)(created.id), created.id)).toMatchObject({ id: created.id, status: "ARCHIVED" });
    const { ours } = await find(step, null, intent);
    expect(ours).toContainEqual({ id: created.id, claim: created.id });
    expect(await plan.read(created.id, scope)).toMatchObject({ status: "ARCHIVED" });
  });

  test("of a missing charge are refused before anything is sent, and are in doubt for one that has disappeared", async () => {
    const unknown = "0123456789abcdef01234567";
    const { update, void: voidCharge } = suite().adapter.charges;
    const { id } = await made();
    for (const verb of [present(voidCharge), (target: string) => present(update)(target, { amount: "1" })]) {
      expect(await failure(() => noted(stepOf(verb(unknown)), unknown))).toMatchObject({ code: "NOT_FOUND", retryable: false });
      const step = stepOf(verb(id));
      const intent = await noted(step, id);
      const record = present(suite().state.charges.get(id));
      (suite().state.charges as Map<string, unknown>).delete(id);
      expect(await find(step, id, intent)).toMatchObject({ ours: [], candidates: [{ id }] });
      (suite().state.charges as Map<string, unknown>).set(id, record);
    }
  });
});

test("HostedSuite v2 cannot void a charge", async () => {
  const { adapter, customerId, serviceId, close } = await openSuite("v2");
  expect(present(adapter.charges.create)({ customerId, serviceId, amount: "1" }).undo).toBeUndefined();
  await close();
});
