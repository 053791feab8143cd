import { describe, expect, it } from "vitest";
import type { FieldPaths } from "../../../src/adapter/kit/comparing.ts";
import { differences } from "../../../src/adapters/enswitch/compared.ts";
import { chargeFields, customerFields } from "../../../src/adapters/enswitch/fields.ts";

const differs = (sent: Record<string, string>, row: Record<string, unknown>, fields: FieldPaths = {}) =>
  differences(sent, row, fields, "UTC");

describe("comparing a row with what was sent", () => {
  it.each<[Record<string, string>, Record<string, unknown>]>([
    [{ name: "Acme" }, { name: " Acme ", extra: 1 }],
    [{ name: "7" }, { name: 7 }],
    [{ description: "" }, { description: "" }],
    [{ email: "A@example.com" }, { email: "a@EXAMPLE.com" }],
    [
      { amount: "12.50", buy: "0" },
      { amount: "12.5", buy: 0 },
    ],
    [{ rate: "2.5" }, { rate: 2.5 }],
    [{ currency: "EUR" }, { currency: "eur" }],
    [
      { plan: "4", parent: "9" },
      { plan: 4, parent: "09" },
    ],
    [
      { start: "1700000000", end: "0" },
      { start: 1700000000, end: "" },
    ],
    [
      { number: "12", period: "monthly" },
      { number: "12", period: "Monthly" },
    ],
    [{ period: "" }, { period: "" }],
    [
      { charges: "1", calls: "0", shared: "0" },
      { charges: true, calls: "0", shared: "" },
    ],
    [{ liable: "2" }, { liable: "2" }],
    [{}, {}],
    // A text as it may be stored.
    [{ name: "Fish & Chips <b>" }, { name: "Fish &amp; Chips &lt;b&gt;" }],
    [{ name: "Cafe\u0301 M\u00fcller" }, { name: "Caf\u00e9 Mu\u0308ller" }],
    [{ name: "Setup \u{1F389} fee" }, { name: "Setup  fee" }],
    [{ name: "A rather long name of a charge" }, { name: "A rather long name of a c" }],
    [{ description: "one\ntwo" }, { description: "one\r\ntwo " }],
    [
      { amount: "19.999", currency: "EUR" },
      { amount: "20.00", currency: "EUR" },
    ],
    [
      { amount: "19.999", currency: "EUR" },
      { amount: "19.99", currency: "EUR" },
    ],
    [
      { amount: "19.5", currency: "JPY" },
      { amount: "20", currency: "JPY" },
    ],
    // By day.
    [{ start: "1700000000" }, { start: 1700000001 }],
    // Only the system owner can share.
    [{ shared: "1" }, { shared: 0 }],
    // A member that is no amount may be missing.
    [{ name: "Acme", description: "d", period: "once", number: "1" }, { name: "Acme" }],
    [
      { name: "a", start: "1700000000" },
      { name: "a", start: "2023-11-14" },
    ],
    [
      { name: "a", plan: "4", charges: "1", description: "" },
      { name: "a", plan: "gold", charges: "yes", description: {} },
    ],
  ])("%j agrees with %j", (sent, row) => expect(differs(sent, row)).toEqual([]));

  it.each<[Record<string, string>, Record<string, unknown>, string[]]>([
    [{ name: "Acme" }, { name: "acme" }, ["name"]],
    [{ name: "Setup fee" }, { name: "Setup" }, ["name"]],
    [{ description: "" }, { description: "x" }, ["description"]],
    [{ amount: "12.50" }, { amount: "12.51" }, ["amount"]],
    [{ amount: "0.1" }, { amount: 0.11 }, ["amount"]],
    [{ amount: "19.999", currency: "EUR" }, { amount: "20", currency: "USD" }, ["currency"]],
    [{ amount: "19.5", currency: "EUR" }, { amount: "20", currency: "EUR" }, ["amount"]],
    [{ rate: "7.5" }, { rate: "8" }, ["rate"]],
    [{ plan: "4" }, { plan: 0 }, ["plan"]],
    [{ start: "1700000000" }, { start: "1700086400" }, ["start"]],
    [{ end: "0" }, { end: 1700000000 }, ["end"]],
    [{ end: "1700000000" }, { end: 0 }, ["end"]],
    [{ period: "" }, { period: "once" }, ["period"]],
    [{ charges: "1" }, { charges: 0 }, ["charges"]],
    [{ shared: "0" }, { shared: 1 }, ["shared"]],
    // Without these, a row may belong to anybody.
    [{ name: "Acme", amount: "1", buy: "1", currency: "EUR" }, {}, ["name", "amount", "buy", "currency"]],
    [{ amount: "1" }, { amount: "" }, ["amount"]],
    [{ rate: "1" }, { rate: null }, ["rate"]],
    // Far beyond any calendar.
    [{ start: "1700000000" }, { start: "999999999999999" }, []],
  ])("%j differs from %j", (sent, row, members) => expect(differs(sent, row)).toEqual(members));

  it("names members of the unified input, each once", () => {
    const sent = { buy: "1", start: "1700000000", end: "1700000000", number: "2", period: "monthly" };
    const row = { buy: "2", start: 0, end: 0, number: 1, period: "once" };
    expect(differs(sent, row, chargeFields)).toEqual(["cost", "date", "recurrence"]);
    const address = { address1: "a", address_city: "b", bill_ref: "c", parent: "1" };
    const elsewhere = { address1: "x", address_city: "x", bill_ref: "x", parent: 2 };
    expect(differs(address, elsewhere, customerFields)).toEqual(["address", "reference", "parentId"]);
  });
});
