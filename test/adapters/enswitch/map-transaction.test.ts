import { describe, expect, it } from "vitest";
import type { Row } from "../../../src/adapter/kit/reading.ts";
import { chargeFrom } from "../../../src/adapters/enswitch/map-charge.ts";
import {
  differsFromExecution,
  executionOf,
  executionWarnings,
  transactionFrom,
} from "../../../src/adapters/enswitch/transactions.ts";

const origin = { backend: "pbx", currency: "EUR", timeZone: "UTC" };
const charge = (row: Row = {}) =>
  chargeFrom({ id: 7, name: "Setup fee", customer: 1, amount: "12.50", period: "once", ...row }, origin);

function judge(row: Row, of = charge()): string[] {
  return differsFromExecution(executionOf(of), transactionFrom({ id: 1, ...row }));
}

describe("a transaction of a charge", () => {
  const monthly = charge({ period: "monthly" });
  const credit = charge({ amount: "-3" });
  const free = charge({ amount: "0" });
  const unpriced = charge({ amount: "?" });

  it.each([
    [[], { description: "Setup fee", amount: "-14.88", amount_excluding_tax: "-12.50" }, charge()],
    [[], { description: "Charge: SETUP FEE (1)", amount_excluding_tax: -12.5 }, charge()],
    [[], { description: "Setup fee", amount: "-12.50" }, charge()],
    // Taxes are added to it.
    [[], { description: "Setup fee", amount: "-15.00" }, charge()],
    [[], { description: "Setup fee", amount_excluding_tax: "-0.42" }, monthly],
    [[], { description: "Setup fee", amount_excluding_tax: "3.00" }, credit],
    [[], { description: "Setup fee", amount_excluding_tax: "0" }, free],
    [["amount"], { description: "Setup fee", amount_excluding_tax: "-12.00" }, charge()],
    [["amount"], { description: "Setup fee", amount: "-12.00" }, charge()],
    [["amount"], { description: "Setup fee", amount_excluding_tax: "12.50" }, charge()],
    [["amount"], { description: "Setup fee", amount_excluding_tax: "-13" }, monthly],
    [["amount"], { description: "Setup fee", amount_excluding_tax: "-3.00" }, credit],
    [["amount"], { description: "Setup fee" }, charge()],
    [["amount"], { description: "Setup fee", amount: "-1" }, unpriced],
    [["name"], { description: "", amount_excluding_tax: "-12.50" }, charge()],
    [["name"], { amount_excluding_tax: "-12.50" }, charge()],
    [["name", "amount"], { description: "Top-up", amount: "50" }, charge()],
    [["name", "amount"], {}, charge()],
    // A text as it may be stored.
    [[], { description: "Setup  fee", amount: "-12.50" }, charge({ name: "Setup \u{1F389} fee" })],
    [[], { description: "Fish &amp; chips", amount: "-12.50" }, charge({ name: "Fish & Chips" })],
    [[], { description: "A very long name of a cha", amount: "-12.50" }, charge({ name: "A very long name of a charge" })],
    // An empty name is part of every text.
    [["name"], { description: "Top-up", amount: "-12.50" }, charge({ name: "\u{1F389}" })],
  ] as const)("without %j: %j", (expected, row, of) => expect(judge(row, of)).toEqual(expected));
});

describe("warnings after an accepted execution", () => {
  const told = (rows: readonly Row[], of = charge()) =>
    executionWarnings(
      "pbx",
      executionOf(of),
      rows.map((row, index) => transactionFrom({ id: index + 1, ...row })),
    ).map(({ code, sent, stored }) => [code, sent, stored]);

  it("are absent if the amount has moved, whatever the description", () => {
    expect(
      told([
        { description: "Top-up", amount: "50" },
        { description: "Setup fee", amount: "-12.50" },
      ]),
    ).toEqual([]);
    expect(told([{ description: "item 4711", amount_excluding_tax: "-12.50" }])).toEqual([]);
    expect(told([{ description: "Setup fee", amount_excluding_tax: "-0.42" }], charge({ period: "monthly" }))).toEqual([]);
  });

  it("report another amount under its name, or that nothing has moved", () => {
    expect(told([{ description: "Setup fee", amount: "-1.25", amount_excluding_tax: "-1.25" }])).toEqual([
      ["STORED_DIFFERENTLY", "12.50", "1.25"],
    ]);
    expect(told([])).toEqual([["NOT_STORED", "12.50", null]]);
    expect(told([{ description: "Top-up", amount: "50" }])).toEqual([["NOT_STORED", "12.50", null]]);
  });

  it("are absent for a charge without an amount, or of 0", () => {
    expect(told([], charge({ amount: "0" }))).toEqual([]);
    expect(told([{ description: "Setup fee", amount: "-1" }], charge({ amount: "?" }))).toEqual([]);
    expect(told([], charge({ amount: "?" }))).toEqual([["NOT_STORED", null, null]]);
  });
});
