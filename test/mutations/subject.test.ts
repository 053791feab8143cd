import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Step } from "../../src/journal/model.ts";
import { encodeId } from "../../src/model/id.ts";
import { countSubjects, subjectOf, subjectsOf } from "../../src/mutations/subject.ts";

const customer = encodeId({ type: "Customer", backend: "pbx", id: "7" });
const other = encodeId({ type: "Customer", backend: "suite", id: "8" });
const charge = encodeId({ type: "Charge", backend: "pbx", id: "70" });
const tax = encodeId({ type: "Tax", backend: "pbx", id: "3" });
const plan = encodeId({ type: "Plan", backend: "pbx", id: "1" });
const nowhere = { target: 0, objectId: null, belongsTo: null, nodeId: null };
const nothing = {
  customerId: null,
  customerName: null,
  objectId: null,
  name: null,
  description: null,
  amount: null,
  currency: null,
  date: null,
};

describe("the subject of a step", () => {
  it.each([
    [
      "a new charge",
      "createCharge",
      { charge: { customerId: customer, amount: "3.21", currency: "EUR", name: "Set-up", date: "2026-11-01" } },
      { belongsTo: customer },
      { customerId: customer, amount: "3.21", currency: "EUR", name: "Set-up", date: "2026-11-01" },
    ],
    [
      "one of several charges",
      "createCharges",
      {
        charges: [
          { customerId: other, amount: "1", notes: "first" },
          { customerId: customer, amount: "2", notes: "second" },
        ],
      },
      { target: 1, belongsTo: customer },
      { customerId: customer, amount: "2", description: "second" },
    ],
    [
      "a credit",
      "createCredit",
      { credit: { customerId: customer, amount: "5", description: "Goodwill" } },
      { belongsTo: customer },
      { customerId: customer, amount: "5", description: "Goodwill" },
    ],
    ["a charge of a plan", "createCharge", { charge: { planId: plan, amount: "4" } }, { belongsTo: plan }, { amount: "4" }],
    [
      "a credit",
      "createCredit",
      { credit: { customerId: customer, amount: "3.21", description: "Sorry" } },
      { belongsTo: customer },
      { customerId: customer, amount: "3.21", description: "Sorry" },
    ],
    [
      "one of several credits",
      "createCredits",
      {
        credits: [
          { customerId: other, amount: "1" },
          { customerId: customer, amount: "2", currency: "EUR" },
        ],
      },
      { target: 1, belongsTo: customer },
      { customerId: customer, amount: "2", currency: "EUR" },
    ],
    ["a changed charge", "updateCharge", { id: charge, amount: "9" }, { objectId: charge }, { objectId: charge, amount: "9" }],
    ["a voided charge", "voidCharge", { id: charge }, { objectId: charge }, { objectId: charge }],
    ["a customer that is to be", "createCustomer", { name: "Kantoor BV", backends: ["pbx"] }, {}, { customerName: "Kantoor BV" }],
    [
      "a person that has come to be",
      "createCustomer",
      { firstName: "Ada", lastName: "Byron", backends: ["pbx"] },
      { nodeId: customer },
      { customerName: "Ada Byron", customerId: customer },
    ],
    [
      "a renamed customer, who is not yet called so",
      "updateCustomer",
      { id: customer, name: "New name" },
      { objectId: customer },
      { objectId: customer, customerId: customer },
    ],
    [
      "linked customers, not the name of their account",
      "linkCustomers",
      { customerIds: [customer, other], name: "Account" },
      { target: 1, objectId: other },
      { objectId: other, customerId: other },
    ],
    [
      "an aligned customer, not the one whose values it is given",
      "alignCustomers",
      { accountId: "a", from: other, fields: ["EMAIL"], changes: [{ id: customer, change: { email: "a@b.example" } }] },
      { objectId: customer },
      { objectId: customer, customerId: customer },
    ],
    [
      "a new tax",
      "createTax",
      { name: "City tax", fixedAmount: "2", currency: "USD", backends: ["pbx"] },
      {},
      { name: "City tax", amount: "2", currency: "USD" },
    ],
    [
      "who is liable",
      "setTaxLiability",
      { taxId: tax, customerId: customer, liable: true },
      { objectId: tax },
      { objectId: tax, customerId: customer },
    ],
  ])("%s", (_, mutation, input, place, expected) => {
    expect(subjectOf({ mutation, input }, { ...nowhere, ...place })).toEqual({ ...nothing, ...expected });
  });

  it("is one for each target, and a single one for a record created in several backends", () => {
    const step = (target: number) => ({ ...nowhere, target }) as Step;
    const linked = { mutation: "linkCustomers", input: { customerIds: [customer, other] }, steps: [step(0), step(0), step(1)] };
    expect(subjectsOf(linked)).toHaveLength(2);
    expect(countSubjects(linked)).toBe(2);
    const created = { mutation: "createCustomer", input: { name: "Kantoor BV", backends: ["pbx", "suite"] } };
    const inTwo = { ...created, steps: [step(0), step(0), step(1)] };
    expect(subjectsOf(inTwo)).toMatchObject([{ customerName: "Kantoor BV" }]);
    expect(countSubjects(inTwo)).toBe(1);
  });

  it("is that of a step with an unknown outcome, else of a failed one, else the first of the input", () => {
    const charges = ["Ada", "Ben", "Cem", "Dora"].map((name) => ({ customerId: customer, name }));
    const first = (...statuses: readonly Step["status"][]) => {
      const steps = statuses.map((status, target) => ({ ...nowhere, target, status, backend: `of ${target}` }) as Step);
      const subjects = subjectsOf({ mutation: "createCharges", input: { charges }, steps });
      expect(subjects).toHaveLength(4);
      return [subjects[0]?.name, subjects[0]?.backend];
    };
    expect(first("SUCCEEDED", "SUCCEEDED", "SUCCEEDED", "SUCCEEDED")).toEqual(["Ada", "of 0"]);
    expect(first("SUCCEEDED", "FAILED", "SUCCEEDED", "FAILED")).toEqual(["Ben", "of 1"]);
    expect(first("SUCCEEDED", "FAILED", "UNKNOWN", "UNKNOWN")).toEqual(["Cem", "of 2"]);
  });

  it("is found for any input that another version may have recorded", () => {
    const json = fc.jsonValue({ maxDepth: 4 });
    const shaped = fc.record(
      { charge: json, charges: json, changes: json, name: json, amount: json, customerId: json },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(json, shaped),
        fc.nat(3),
        fc.constantFrom("createCharge", "createCustomer", "gone"),
        (input, target, mutation) => {
          const subject = subjectOf({ mutation, input }, { ...nowhere, target });
          for (const value of Object.values(subject)) expect(value === null || typeof value === "string").toBe(true);
        },
      ),
    );
  });
});
