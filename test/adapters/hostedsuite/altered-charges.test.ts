import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChargeInput } from "../../../src/model/model.ts";
import type { ChargeFields } from "../../../src/sandbox/hostedsuite/records.ts";
import {
  alter,
  find,
  letADayPass,
  makeOlder,
  nothing,
  openSuite,
  oursIs,
  present,
  type Suite,
  sendBroken,
  stepOf,
  useSuite,
} from "./find-fixture.ts";
import { noted, run } from "./fixture.ts";

/** A charge whose answer was lost and that differs from what was sent: it is found anyway, or named as a candidate. */

const long = `${"Conference room with projector, ".repeat(8)}as agreed`;

/** Sends a charge and loses its answer. Returns its id in the simulator, and the finding after it was altered. */
async function lostAndAltered(suite: Suite, input: Partial<ChargeInput>, changes: Partial<ChargeFields>) {
  const { customerId, serviceId, adapter, state } = suite;
  letADayPass(state);
  const make = () => present(adapter.charges.create)({ customerId, serviceId, amount: "19.99", ...input });
  const intent = await noted(stepOf(make()), null);
  const before = new Set(state.charges.keys());
  await sendBroken(suite, stepOf(make()), null, intent, "dropAfter");
  const id = present([...state.charges.keys()].find((each) => !before.has(each)));
  alter(state.charges, id, changes);
  const { ours, candidates } = await find(stepOf(make()), null, intent);
  const local = (trace: { readonly id: string }): string => present(trace.id.split(":").at(-1));
  return {
    id,
    ours: ours.map(local),
    candidates: candidates.map((candidate) => ({ id: local(candidate), differs: candidate.differs })),
  };
}

describe.each(["v2", "v3"] as const)("a charge of HostedSuite %s whose answer was lost", (generation) => {
  const suite = useSuite(generation);

  test.each<[string, Partial<ChargeInput>, Partial<ChargeFields>]>([
    ["encoded", { notes: "Fish & Chips <2 pcs>" }, { notes: "Fish &amp; Chips &lt;2 pcs&gt;" }],
    ["truncated", { notes: long }, { notes: long.slice(0, 100) }],
    ["trimmed", { notes: "  as agreed " }, { notes: "as agreed" }],
    ["composed", { notes: "Cafe\u0301 Zoe\u0308" }, { notes: "Caf\u00e9 Zo\u00eb" }],
    ["rounded up", { amount: "19.999" }, { cost: 20 }],
    ["cut", { amount: "19.999" }, { cost: 19.99 }],
    ["without its emoji", { notes: "Thank you 🎉 and welcome" }, { notes: "Thank you  and welcome" }],
    ["with other line ends", { notes: "one\ntwo" }, { notes: "one\r\ntwo" }],
    ["archived", {}, { dateArchived: Date.now() } as Partial<ChargeFields>],
  ])("is found although it was %s", async (_name, input, changes) => {
    const { id, ours, candidates } = await lostAndAltered(suite(), input, changes);
    expect({ ours, candidates }).toEqual({ ours: [id], candidates: [] });
  });

  test.each<[string, Partial<ChargeInput>, Partial<ChargeFields>, readonly string[]]>([
    ["its text", { notes: "as agreed" }, { notes: "as agreed by phone" }, ["notes"]],
    ["its text, and took it away", { notes: "as agreed" }, { notes: null }, ["notes"]],
    ["its amount", {}, { cost: 24.99 }, ["amount"]],
    ["its amount, and took it away", {}, { cost: generation === "v2" ? null : 0 }, ["amount"]],
    ["its date", { date: "2026-01-31" }, { dateOfCharge: Date.parse("2026-02-01") }, ["date"]],
    ["its quantity", {}, { quantity: 2 }, ["quantity"]],
    ["its service", {}, { serviceId: "0123456789abcdef01234567" }, ["serviceId"]],
    [
      "all of it",
      { notes: "n" },
      { notes: "m", cost: 1, quantity: 9, memorized: true },
      ["quantity", "amount", "notes", "recurrence"],
    ],
  ])("is a candidate if a person corrected %s", async (_name, input, changes, differs) => {
    const { id, ours, candidates } = await lostAndAltered(suite(), input, changes);
    expect({ ours, candidates }).toEqual({ ours: [], candidates: [{ id, differs }] });
  });

  test("is always found in some way, whatever was done to it", async () => {
    const anyDay = fc.date({ min: new Date("1990-01-01"), max: new Date("2090-01-01"), noInvalidDate: true });
    const changes = fc.record(
      {
        notes: fc.option(fc.string({ unit: "grapheme" })),
        description: fc.option(fc.string()),
        cost: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
        quantity: fc.nat(),
        dateOfCharge: anyDay.map((date) => date.getTime()),
        serviceId: fc.stringMatching(/^[0-9a-f]{24}$/),
        memorized: fc.boolean(),
        dateArchived: fc.option(anyDay.map((date) => date.getTime())),
        dateLastModified: anyDay.map((date) => date.getTime()),
      },
      { requiredKeys: [] },
    );
    const input = fc.record({ notes: fc.option(fc.string({ minLength: 1 })), date: fc.constantFrom(null, "2019-03-31") });
    await fc.assert(
      fc.asyncProperty(input, changes, async (sent, changed) => {
        const { id, ours, candidates } = await lostAndAltered(suite(), sent, changed);
        expect([...ours, ...candidates.map((candidate) => candidate.id)]).toEqual([id]);
      }),
      { numRuns: 40 },
    );
  });

  test("is not an identical one that a person made 100 seconds earlier", async () => {
    const { customerId, serviceId, adapter, state } = suite();
    letADayPass(state);
    const make = () => present(adapter.charges.create)({ customerId, serviceId, amount: "19.99", notes: "as agreed" });
    const byHand = await run(make());
    makeOlder(state.charges, byHand.id, 100);
    const intent = await noted(stepOf(make()), null);
    expect(await find(stepOf(make()), null, intent)).toEqual(nothing);
  });
});

describe.each([
  ["3 minutes slow", { minutesAhead: -3 }],
  ["3 minutes fast", { minutesAhead: 3 }],
  ["5 hours slow", { minutesAhead: -300 }],
  ["40 days fast", { minutesAhead: 40 * 1440 }],
])("with a backend clock that is %s", (_name, options) => {
  test.each(["v2", "v3"] as const)("a charge of %s is found, and an older one is not", async (generation) => {
    const suite = await openSuite(generation, {}, options);
    try {
      const { customerId, serviceId, adapter, state } = suite;
      letADayPass(state);
      const make = () => present(adapter.charges.create)({ customerId, serviceId, amount: "5", date: "2026-01-31" });
      const older = await run(make());
      makeOlder(state.charges, older.id, 100);
      const intent = await noted(stepOf(make()), null);
      expect(await find(stepOf(make()), null, intent)).toEqual(nothing);
      const { id } = await run(make());
      expect(await find(stepOf(make()), null, intent)).toEqual(oursIs(id));
    } finally {
      await suite.close();
    }
  });
});

describe.each([
  ["in a zone behind the one in the configuration", { toldTimeZone: "UTC" }, { timeZone: "America/New_York" }],
  ["in a zone ahead of the one in the configuration", { toldTimeZone: "UTC" }, { timeZone: "Asia/Kolkata" }],
  ["by a clock that is 3 minutes behind the one in the headers", { stampsAhead: -3 }, {}],
  ["by a clock that is 3 minutes ahead of the one in the headers", { stampsAhead: 3 }, {}],
])("a backend that writes its times %s", (_name, options, choices) => {
  test.each(["v2", "v3"] as const)(
    "shows that in the first charge it makes, and then charges of %s are found",
    async (generation) => {
      const suite = await openSuite(generation, choices, options);
      try {
        const { customerId, serviceId, adapter, state } = suite;
        const make = () => present(adapter.charges.create)({ customerId, serviceId, amount: "5", date: "2026-01-31" });
        const older = await run(make());
        makeOlder(state.charges, older.id, 100);
        const intent = await noted(stepOf(make()), null);
        expect(await find(stepOf(make()), null, intent)).toEqual(nothing);
        const { id } = await run(make());
        expect(await find(stepOf(make()), null, intent)).toEqual(oursIs(id));
      } finally {
        await suite.close();
      }
    },
  );
});
