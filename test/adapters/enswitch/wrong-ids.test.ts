import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WritePlan } from "../../../src/adapter/adapter.ts";
import { perform as performProven } from "../../contract/calls.ts";
import { type Answering, done, failureOf, fakeAdapter, intent, noting, ok, refused } from "./fake-connection.ts";

/** A create answers with an id alone. A wrong one must not pass for the new record, nor make later records pass for older ones. */

type Row = Readonly<Record<string, unknown>> & { readonly id: number };

/** A backend whose creates answer with the id that `answered` gives for the new one. `altered` changes a record when it is stored. */
function world(answered: (made: number) => string, altered: (row: Row) => Row = (row) => row, step = 1) {
  const rows: Row[] = [
    { id: 5, name: "The customer", customer: 5, plan: 2, currency: "EUR" },
    {
      id: 40,
      name: "Somebody else",
      customer: 7,
      email: "other@example.com",
      plan: 2,
      amount: "99.00",
      currency: "EUR",
      start: 1,
    },
  ];
  let next = 40;
  const executed: string[] = [];
  const answering: Answering = ({ function: name, parameters }) => {
    const [category, action] = name.split("/");
    if (action === "create") {
      next += step;
      rows.push(altered({ ...parameters, id: next }));
      return ok({ id: answered(next) });
    }
    if (name === "charges/charge") {
      executed.push(String(parameters["id"]));
      return done;
    }
    if (category === "transactions") return ok([]);
    if (action === "list") {
      const { customer, name: wanted } = parameters;
      return ok(
        rows
          .filter((row) => customer === undefined || String(row["customer"]) === customer)
          .filter((row) => wanted === undefined || row["name"] === wanted),
      );
    }
    const row = rows.find(({ id }) => String(id) === parameters["id"]);
    return row ? ok(row) : refused("404");
  };
  return { ...fakeAdapter(answering), rows, executed };
}

type World = ReturnType<typeof world>;
const plans: Readonly<Record<string, (now: World) => WritePlan<{ readonly id: string }> | undefined>> = {
  customer: ({ adapter }) => adapter.customers.create?.({ name: "Acme", email: "a@acme.example", planId: "2" }),
  charge: ({ adapter }) => adapter.charges.create?.({ customerId: "5", name: "Rental", amount: "12.50", date: "2026-11-20" }),
  tax: ({ adapter }) => adapter.taxes?.create?.({ name: "Levy", rate: "3", ownerId: "5" }),
};

function perform<T>(plan: WritePlan<T> | undefined): Promise<T> {
  if (plan === undefined) throw new Error("the adapter lacks the verb");
  return performProven(plan);
}

describe.each(Object.entries(plans))("a create of a %s that answers with", (_kind, plan) => {
  it("an older record's id has an unknown outcome", async () => {
    const now = world(() => "5");
    expect(await failureOf(() => perform(plan(now)))).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(now.rows).toHaveLength(3);
  });

  it("an id far above all others has an unknown outcome, and what is lost later is found", async () => {
    const strange = ["999999999999999", "2147483647", "1000041"];
    for (const id of strange) {
      let made = 0;
      const now = world((next) => {
        made += 1;
        return made === 1 ? id : String(next);
      });
      expect(await failureOf(() => perform(plan(now)))).toMatchObject({ code: "OUTCOME_UNKNOWN" });
      const step = plan(now)?.steps[0];
      const noted = await noting(step as never, null, { ...intent, stepId: "step-2" });
      // Its answer is lost.
      await step?.send(null, noted, {});
      const { ours, candidates } = (await step?.find(null, noted, {})) ?? { ours: [], candidates: [] };
      expect([...ours, ...candidates].map(({ id: found }) => found.replace(/^.*:/, ""))).toContain("42");
    }
  });

  it("its own id succeeds, also where ids do not grow", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -30, max: 30 }).filter((each) => each !== 0),
        async (step) => {
          const now = world(String, (row) => row, step);
          expect((await perform(plan(now)))?.id?.replace(/^.*:/, "")).toBe(String(40 + step));
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("a charge that is executed at once", () => {
  const input = { customerId: "5", name: "Rental", amount: "12.50", currency: "EUR", date: "2026-11-20", executeNow: true };

  it.each([
    ["amount", { amount: "125.00" }],
    ["amount", { amount: "-12.50" }],
    ["currency", { currency: "USD" }],
    ["customerId", { customer: 7 }],
  ])("is not executed where another %s was stored: %j", async (member, altered) => {
    const now = world(String, (row) => ({ ...row, ...altered }));
    const failure = await failureOf(() => perform(now.adapter.charges.create?.(input)));
    expect(failure).toMatchObject({ code: "CONFLICT", retryable: false });
    expect(failure.message).toContain(member);
    expect(now.executed).toEqual([]);
  });

  it.each([{}, { amount: "12.5" }, { amount: 12.5 }, { currency: undefined }, { customer: undefined }])(
    "is executed where it was stored as %j",
    async (altered) => {
      const now = world(String, (row) => ({ ...row, ...altered }));
      await perform(now.adapter.charges.create?.(input));
      expect(now.executed).toEqual(["41"]);
    },
  );
});

describe("a list after a lost answer", () => {
  it.each([
    ["no data", { responses: [{ code: "200", key: "", message: "OK" }] }],
    ["an empty envelope", { responses: [] }],
    ["data that is no list", ok({})],
  ])("with %s proves nothing", async (_title, answer) => {
    let isMade = false;
    const { adapter } = fakeAdapter(({ function: name }) => {
      isMade ||= name === "charges/create";
      if (name === "charges/create") return ok({ id: 41 });
      return isMade ? answer : ok([]);
    });
    const input = { customerId: "5", name: "Rental", amount: "12.50", currency: "EUR" };
    const step = adapter.charges.create?.(input).steps[0];
    const noted = await noting(step as never, null, intent);
    await step?.send(null, noted, {});
    // The connection makes BAD_RESPONSE of it.
    await expect(step?.find(null, noted, {})).rejects.toThrow();
  });
});
