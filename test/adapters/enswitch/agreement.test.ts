import { describe, expect, it } from "vitest";
import { agrees } from "../../../src/adapters/enswitch/agreement.ts";
import { failureOf } from "./fake-connection.ts";

describe("a row and what was sent", () => {
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
  ])("%j agrees with %j", (sent, row) => expect(agrees(sent, row, "pbx")).toBe(true));

  it.each<[Record<string, string>, Record<string, unknown>]>([
    [{ name: "Acme" }, { name: "acme" }],
    [{ description: "" }, { description: "x" }],
    [{ amount: "12.50" }, { amount: "12.51" }],
    [{ amount: "0.1" }, { amount: 0.11 }],
    [{ currency: "EUR" }, { currency: "USD" }],
    [{ plan: "4" }, { plan: 0 }],
    [{ start: "1700000000" }, { start: "1700000001" }],
    [{ end: "0" }, { end: 1700000000 }],
    [{ period: "" }, { period: "once" }],
    [{ charges: "1" }, { charges: 0 }],
    // What it contradicts counts, whatever it does not show.
    [{ name: "Acme", amount: "1" }, { name: "Bcme" }],
  ])("%j differs from %j", (sent, row) => expect(agrees(sent, row, "pbx")).toBe(false));

  it.each<[Record<string, string>, Record<string, unknown>]>([
    [{ name: "Acme", amount: "1" }, { name: "Acme" }],
    [{ amount: "1" }, { amount: "" }],
    [{ amount: "1" }, { amount: null }],
    [{ start: "1700000000" }, { start: "2023-11-14" }],
    [{ currency: "EUR" }, { currency: "" }],
    [{ plan: "4" }, { plan: "gold" }],
    [{ charges: "1" }, { charges: "yes" }],
    [{ description: "" }, { description: {} }],
  ])("%j follows neither way from %j", async (sent, row) => {
    const error = await failureOf(() => agrees(sent, row, "pbx"));
    expect(error).toMatchObject({ code: "BAD_RESPONSE", backend: "pbx", retryable: false });
    expect(error.message).toMatch(/^pbx shows no [a-z]+ in a record/);
  });
});
