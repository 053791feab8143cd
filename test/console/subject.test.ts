import { describe, expect, it } from "vitest";
import type { SubjectSummaryFragment } from "../../src/client/index.ts";
import { aboutText, factsOf } from "../../src/console/operations/operation-words.ts";

const nothing: SubjectSummaryFragment = {
  customerId: null,
  customerName: null,
  name: null,
  description: null,
  amount: null,
  currency: null,
  date: null,
};

describe("the line of an operation", () => {
  const charge = { ...nothing, customerName: "Kantoor BV", amount: "1234.5" as never, currency: "EUR" as never, name: "Set-up" };

  it("names the customer, the amount and the purpose", () => {
    expect(aboutText({ subject: charge, subjectCount: 1 })).toBe("Kantoor BV · €1,234.50 · Set-up");
  });

  it("says the same text once", () => {
    expect(aboutText({ subject: { ...charge, description: "Set-up" }, subjectCount: 1 })).toBe("Kantoor BV · €1,234.50 · Set-up");
  });

  it("counts the others", () => {
    expect(aboutText({ subject: charge, subjectCount: 3 })).toBe("Kantoor BV · €1,234.50 · Set-up · and 2 more");
  });

  it("says how many there are if the caller may not see the customers", () => {
    expect(aboutText({ subject: null, subjectCount: 3 })).toBe("and 2 more");
    expect(aboutText({ subject: null, subjectCount: 1 })).toBe("");
  });
});

describe("an amount without a currency", () => {
  const subject = { ...nothing, amount: "3.5" as never };
  it("is shown in the customer's currency", () => expect(factsOf(subject, "USD" as never)).toEqual(["$3.50"]));
  it("is shown without a currency until that is known", () => expect(factsOf(subject)).toEqual(["3.5, unknown currency"]));
  it("keeps the entered digits", () =>
    expect(factsOf({ ...subject, amount: "1234.50" as never })).toEqual(["1,234.50, unknown currency"]));
});
