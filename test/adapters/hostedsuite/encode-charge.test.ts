import { describe, expect, test } from "vitest";
import type { ChargeChange, ChargeInput } from "../../../src/model/model.ts";
import { stepOf } from "./find-fixture.ts";
import { bodies, failure, intentOfNow, noted, run, scope, verbs } from "./fixture.ts";

const charge = { customerId: "c1", serviceId: "s1", date: "2026-01-31" } satisfies ChargeInput;

describe("charges, as sent", () => {
  test.each([
    [{}, { Quantity: 1, Memorized: false }],
    [{ amount: null }, { Quantity: 1, Memorized: false }],
    [{ amount: "0" }, { Quantity: 1, Cost: 0, Memorized: false }],
    [
      { amount: "19.50", quantity: "2.5", notes: "n", currency: "USD" },
      { Quantity: 2.5, Cost: 19.5, Notes: "n", Memorized: false },
    ],
    [
      { amount: "5", recurrence: { interval: "MONTHLY" } },
      { Quantity: 1, Cost: 5, Memorized: true },
    ],
    [
      { recurrence: { interval: "ONCE", startsOn: "2026-01-31" }, executeNow: false },
      { Quantity: 1, Memorized: false },
    ],
  ] as const)("v2: %j", async (input, expected) => {
    const { createCharge, sent } = verbs("v2");
    await run(createCharge({ ...charge, ...input }));
    expect(bodies(sent)).toEqual([{ ClientId: "c1", ServiceId: "s1", DateOfCharge: "2026-01-31", ...expected }]);
  });

  test("v3, and what changes", async () => {
    const { createCharge, updateCharge, sent } = verbs("v3");
    await run(createCharge({ ...charge, amount: "12.35", description: "Desk" }));
    await run(updateCharge("x", { amount: "0", quantity: "3", date: "2026-02-01", notes: "", recurrence: null }), "x");
    const writes = sent.filter(({ effect }) => effect === "write");
    expect(writes.map(({ function: name, path, body }) => ({ name, path, body }))).toMatchObject([
      {
        name: "POST /charges",
        path: "charges",
        body: {
          clientId: "c1",
          serviceId: "s1",
          dateOfCharge: "2026-01-31",
          quantity: 1,
          cost: 12.35,
          description: "Desk",
          memorized: false,
        },
      },
      {
        name: "PATCH /charges/{id}",
        path: "charges/x",
        body: { cost: 0, quantity: 3, dateOfCharge: "2026-02-01", notes: "", memorized: false },
      },
    ]);
  });

  test("defaults the date to the operation's day in the tenant's zone", async () => {
    for (const generation of ["v2", "v3"] as const) {
      const { createCharge, sent } = verbs(generation);
      const step = stepOf(createCharge({ customerId: "c1", serviceId: "s1" }));
      await step.send(null, await noted(step, null, { ...intentOfNow(), createdAt: "2026-11-21T03:00:00Z" }), scope);
      expect(bodies(sent)).toMatchObject([{ [generation === "v2" ? "DateOfCharge" : "dateOfCharge"]: "2026-11-20" }]);
    }
  });

  test.each([
    [{ customerId: undefined }, "INVALID_INPUT", ["customerId"]],
    [{ customerId: "a b" }, "INVALID_INPUT", ["customerId"]],
    [{ serviceId: null }, "INVALID_INPUT", ["serviceId"]],
    [{ quantity: "0" }, "INVALID_INPUT", ["quantity"]],
    [{ quantity: "-1" }, "INVALID_INPUT", ["quantity"]],
    [{ amount: "0.12345678901234567" }, "INVALID_INPUT", ["amount"]],
    [{ amount: "12345678901234567" }, "INVALID_INPUT", ["amount"]],
    [{ amount: "abc" }, "INVALID_INPUT", ["amount"]],
    [{ date: "2026-02-30" }, "INVALID_INPUT", ["date"]],
    [{ currency: "EUR" }, "UNSUPPORTED", ["currency"]],
    [{ planId: "p" }, "UNSUPPORTED", ["planId"]],
    [{ name: "n" }, "UNSUPPORTED", ["name"]],
    [{ taxAmount: "1" }, "UNSUPPORTED", ["taxAmount"]],
    [{ kind: "FEE" }, "UNSUPPORTED", ["kind"]],
    [{ cost: "1" }, "UNSUPPORTED", ["cost"]],
    [{ reference: "r" }, "UNSUPPORTED", ["reference"]],
    [{ taxIds: [] }, "UNSUPPORTED", ["taxIds"]],
    [{ executeNow: true }, "UNSUPPORTED", ["executeNow"]],
    [{ recurrence: { interval: "WEEKLY" } }, "UNSUPPORTED", ["recurrence", "interval"]],
    [{ recurrence: { interval: "MONTHLY", occurrences: 3 } }, "UNSUPPORTED", ["recurrence", "occurrences"]],
    [{ recurrence: { interval: "MONTHLY", endsOn: "2027-01-31" } }, "UNSUPPORTED", ["recurrence", "endsOn"]],
    [{ recurrence: { interval: "MONTHLY", startsOn: "2026-02-01" } }, "UNSUPPORTED", ["recurrence", "startsOn"]],
  ] as const)("refuses %j with %s before anything is sent", async (input, code, field) => {
    for (const generation of ["v2", "v3"] as const) {
      const { createCharge, sent } = verbs(generation);
      expect(await failure(() => createCharge({ ...charge, ...input } as ChargeInput))).toMatchObject({ code, field });
      expect(sent).toEqual([]);
    }
  });

  test("refuses descriptions on v2 only", async () => {
    const { createCharge } = verbs("v2");
    expect(await failure(() => createCharge({ ...charge, description: "d" }))).toMatchObject({
      code: "UNSUPPORTED",
      field: ["description"],
    });
  });

  test.each([
    [{ name: "n" }, ["name"]],
    [{ cost: "1" }, ["cost"]],
    [{ amount: null }, ["amount"]],
    [{ notes: null }, ["notes"]],
    [{ description: null }, ["description"]],
    [{ quantity: null }, ["quantity"]],
    [{ date: null }, ["date"]],
    [{ currency: "EUR" }, ["currency"]],
  ] as const)("v3 cannot change %j", async (change, field) => {
    const { updateCharge } = verbs("v3");
    expect(await failure(() => updateCharge("x", change as ChargeChange))).toMatchObject({ code: "UNSUPPORTED", field });
  });
});
