import { describe, expect, it } from "vitest";
import type { Row } from "../../../src/adapter/kit/reading.ts";
import { chargeFrom } from "../../../src/adapters/enswitch/map-charge.ts";
import { differsFromExecution, executionOf } from "../../../src/adapters/enswitch/map-transaction.ts";
import { transactionRow } from "../../../src/adapters/enswitch/wire.ts";

const origin = { backend: "pbx", currency: "EUR", timeZone: "UTC" };
const charge = (row: Row = {}) =>
  chargeFrom({ id: 7, name: "Setup fee", customer: 1, amount: "12.50", period: "once", ...row }, origin);

function judge(row: Row, of = charge()): string[] {
  return differsFromExecution(executionOf(of), transactionRow.parse({ id: 1, ...row }));
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
    // Taxes come on top.
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
    // As a text may be stored.
    [[], { description: "Setup  fee", amount: "-12.50" }, charge({ name: "Setup \u{1F389} fee" })],
    [[], { description: "Fish &amp; chips", amount: "-12.50" }, charge({ name: "Fish & Chips" })],
    [[], { description: "A very long name of a cha", amount: "-12.50" }, charge({ name: "A very long name of a charge" })],
    // A name of which nothing is left is in every text.
    [["name"], { description: "Top-up", amount: "-12.50" }, charge({ name: "\u{1F389}" })],
  ] as const)("lacks %j: %j", (expected, row, of) => expect(judge(row, of)).toEqual(expected));
});
