import { describe, expect, it } from "vitest";
import { toCharge } from "../../../src/adapters/enswitch/map-charge.ts";
import { sortTransactions } from "../../../src/adapters/enswitch/map-transaction.ts";
import { type Row, transactionRow } from "../../../src/adapters/enswitch/wire.ts";

const origin = { backend: "pbx", currency: "EUR" };
const charge = (row: Row = {}) =>
  toCharge({ id: 7, name: "Setup fee", customer: 1, amount: "12.50", period: "once", ...row }, origin);

function judge(row: Row, of = charge()): string {
  const { sure, doubtful } = sortTransactions(of, [transactionRow.parse({ id: 1, ...row })]);
  if (sure.length > 0) return "sure";
  return doubtful.length > 0 ? "doubtful" : "foreign";
}

describe("a transaction of a charge", () => {
  const monthly = charge({ period: "monthly" });
  const credit = charge({ amount: "-3" });
  const free = charge({ amount: "0" });
  const unpriced = charge({ amount: "?" });

  it.each([
    ["sure", { description: "Setup fee", amount: "-14.88", amount_excluding_tax: "-12.50" }, charge()],
    ["sure", { description: "Charge: SETUP FEE (1)", amount_excluding_tax: -12.5 }, charge()],
    ["sure", { description: "Setup fee", amount: "-12.50" }, charge()],
    // Taxes come on top.
    ["sure", { description: "Setup fee", amount: "-15.00" }, charge()],
    ["sure", { description: "Setup fee", amount_excluding_tax: "-0.42" }, monthly],
    ["sure", { description: "Setup fee", amount_excluding_tax: "3.00" }, credit],
    ["sure", { description: "Setup fee", amount_excluding_tax: "0" }, free],
    ["doubtful", { description: "Setup fee", amount_excluding_tax: "-12.00" }, charge()],
    ["doubtful", { description: "Setup fee", amount: "-12.00" }, charge()],
    ["doubtful", { description: "Setup fee", amount_excluding_tax: "12.50" }, charge()],
    ["doubtful", { description: "Setup fee", amount_excluding_tax: "-13" }, monthly],
    ["doubtful", { description: "Setup fee", amount_excluding_tax: "-3.00" }, credit],
    ["doubtful", { description: "Setup fee" }, charge()],
    ["doubtful", { description: "Setup fee", amount: "-1" }, unpriced],
    ["doubtful", { description: "", amount_excluding_tax: "-12.50" }, charge()],
    ["doubtful", { amount_excluding_tax: "-12.50" }, charge()],
    ["foreign", { description: "Top-up", amount: "50" }, charge()],
    ["foreign", {}, charge()],
  ] as const)("is %s: %j", (expected, row, of) => expect(judge(row, of)).toBe(expected));
});
