import { describe, expect, it } from "vitest";
import type { SubjectSummaryFragment } from "../../src/client/index.ts";
import { aboutText, factsOf } from "../../src/console/operations/subject.ts";

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

  it("says whom, how much and what for", () => {
    expect(aboutText({ subject: charge, subjectCount: 1 })).toBe("Kantoor BV · €1,234.50 · Set-up");
  });

  it("says the same text once", () => {
    expect(aboutText({ subject: { ...charge, description: "Set-up" }, subjectCount: 1 })).toBe("Kantoor BV · €1,234.50 · Set-up");
  });

  it("counts the others", () => {
    expect(aboutText({ subject: charge, subjectCount: 3 })).toBe("Kantoor BV · €1,234.50 · Set-up · and 2 more");
  });

  it("says how many there are, where the caller may not see whom", () => {
    expect(aboutText({ subject: null, subjectCount: 3 })).toBe("and 2 more");
    expect(aboutText({ subject: null, subjectCount: 1 })).toBe("");
  });
});

describe("an amount without a currency", () => {
  const subject = { ...nothing, amount: "3.5" as never };
  it("is told in the customer's", () => expect(factsOf(subject, "USD" as never)).toEqual(["$3.50"]));
  it("is told as it was said while that is not known", () => expect(factsOf(subject)).toEqual(["3.5, no currency named"]));
  it("keeps the digits that were said", () =>
    expect(factsOf({ ...subject, amount: "1234.50" as never })).toEqual(["1,234.50, no currency named"]));
});
