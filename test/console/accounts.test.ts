import { describe, expect, it } from "vitest";
import type { AccountBalanceDetailsFragment, StatementRowDetailsFragment } from "../../src/client/index.ts";
import { deviating, driftFieldLabels, driftText } from "../../src/console/accounts/drift-values.ts";
import { barsOf, totalsOf } from "../../src/console/accounts/sums.ts";

const backend = (key: string) =>
  ({ id: `Backend:${key}`, key, label: key.toUpperCase(), kind: "V01", kindLabel: "UniBill v01", generation: null }) as const;

describe("what an account owes", () => {
  const balance = (key: string, parts: Partial<AccountBalanceDetailsFragment>): AccountBalanceDetailsFragment => ({
    customer: { id: key, name: "Ada's Bakery", backend: backend(key) },
    amountDue: null,
    failure: null,
    ...parts,
  });

  it("is summed exactly by currency; a backend without balances counts as nothing", () => {
    const balances = [
      balance("pbx", { amountDue: { amount: "0.1", currency: "EUR" } }),
      balance("suite", { amountDue: { amount: "0.20", currency: "EUR" } }),
      balance("offices", { amountDue: { amount: "-5", currency: "CZK" } }),
      balance("recurring", {}),
    ];
    expect(totalsOf(balances)).toEqual({
      sums: [
        { amount: "-5", currency: "CZK" },
        { amount: "0.30", currency: "EUR" },
      ],
      missing: [],
    });
  });

  it("names the backends that are missing from it", () => {
    const failure = { backend: backend("suite"), code: "UNAVAILABLE", message: "It does not answer.", retryable: true } as const;
    const balances = [balance("pbx", { amountDue: { amount: "1", currency: "EUR" } }), balance("suite", { failure })];
    expect(totalsOf(balances)).toEqual({ sums: [{ amount: "1", currency: "EUR" }], missing: [failure] });
  });
});

describe("the picture of an account's charges", () => {
  const row = (month: string, key: string, currency: "EUR" | "GBP", amount: `${number}`) => ({
    month,
    backend: backend(key),
    currency,
    total: { amount, currency },
  });

  it("is one for each currency, with every backend in every month", () => {
    const rows: readonly Pick<StatementRowDetailsFragment, "month" | "backend" | "currency" | "total">[] = [
      row("2026-10", "suite", "EUR", "2"),
      row("2026-11", "pbx", "EUR", "1.50"),
      row("2026-11", "recurring", "GBP", "7"),
    ];
    expect(barsOf(rows, ["2026-10", "2026-11"])).toEqual([
      {
        currency: "EUR",
        series: [
          { key: "pbx", label: "PBX" },
          { key: "suite", label: "SUITE" },
        ],
        months: [
          {
            month: "2026-10",
            sums: [
              { currency: "EUR", amount: "0" },
              { currency: "EUR", amount: "2" },
            ],
          },
          {
            month: "2026-11",
            sums: [
              { currency: "EUR", amount: "1.50" },
              { currency: "EUR", amount: "0" },
            ],
          },
        ],
      },
      {
        currency: "GBP",
        series: [{ key: "recurring", label: "RECURRING" }],
        months: [
          { month: "2026-10", sums: [{ currency: "GBP", amount: "0" }] },
          { month: "2026-11", sums: [{ currency: "GBP", amount: "7" }] },
        ],
      },
    ]);
  });
});

describe("differences", () => {
  it("are read as an address on a letter, as the names of taxes, or as they are", () => {
    const address = { lines: ["7 Wharf Road"], postalCode: "N1 7GR", city: "London", state: null, country: "GB" };
    expect(driftText({ text: null, address, taxes: null })).toBe("7 Wharf Road\nN1 7GR London\nGB");
    expect(driftText({ text: null, address: null, taxes: [{ id: "1", name: "VAT" }] })).toBe("VAT");
    expect(driftText({ text: "ada@bakery.example", address: null, taxes: null })).toBe("ada@bakery.example");
    expect(driftText({ text: null, address: null, taxes: null })).toBe("");
  });

  it.each([
    [
      ["a", "a", "b"],
      [false, false, true],
    ],
    [
      ["b", "a", "a"],
      [true, false, false],
    ],
    [
      ["a", "b"],
      [false, true],
    ],
    [
      ["+44 20 1", "+44-20-1", "+44 20 2"],
      [false, false, true],
    ],
    [
      ["Ada’s Bakery", "ADA'S BAKERY", ""],
      [false, false, true],
    ],
    [[], []],
  ])("of %j are pointed out at %j", (texts, marked) => {
    expect(deviating(texts)).toEqual(marked);
  });

  it("have a name for every field", () => {
    for (const label of Object.values(driftFieldLabels)) expect(label).toMatch(/^[A-Z]/);
  });
});
