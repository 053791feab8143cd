import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordsOf, type StatementTotal, statementCsv, statementOf } from "../../src/accounts/statement.ts";
import { type Charge, chargeStatuses } from "../../src/model/model.ts";
import { chargeWith, Exact, euros } from "./records.ts";

const currencyOf = (backend: string): string => (backend === "suite" ? "USD" : "EUR");
const summed = (charges: readonly Charge[]) => statementOf(recordsOf(charges), currencyOf);

const amounts = fc
  .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 6 }))
  .map(([digits, places]) => new Exact(digits.toString()).div(new Exact(10).pow(places)).toFixed(places));
const worlds = fc.array(
  fc
    .record({
      backend: fc.constantFrom("pbx", "suite", "recurring"),
      currency: fc.constantFrom("EUR", "USD", "JPY"),
      date: fc.constantFrom("2024-12-31", "2025-01-01", "2025-01-31", null),
      status: fc.constantFrom(...chargeStatuses),
      amount: fc.option(amounts),
      taxAmount: fc.option(amounts),
      outstanding: fc.option(amounts),
    })
    .map(({ currency, amount, taxAmount, outstanding, ...rest }) => {
      const told = (value: string | null) => (value === null ? null : { amount: value, currency });
      return chargeWith({ ...rest, amount: told(amount), taxAmount: told(taxAmount), outstanding: told(outstanding) });
    }),
  { maxLength: 30 },
);

/** Computes the sums in another way: with a decimal library, one total at a time. */
const sumOf = (values: readonly (string | undefined)[]): string =>
  values.reduce((sum, value) => sum.plus(value ?? 0), new Exact(0)).toFixed();
const plain = (value: string): string => new Exact(value).toFixed();

describe("a statement", () => {
  it("sums by month, backend and currency", () => {
    const charges = [
      chargeWith({ amount: euros("10.00"), taxAmount: euros("1.90"), outstanding: euros("11.90") }),
      chargeWith({ amount: euros("0.1"), date: "2025-01-01" }),
      chargeWith({ backend: "suite", date: "2025-01-02" }),
      chargeWith({ amount: euros("5"), date: "2024-12-31" }),
    ];
    expect(summed(charges)).toEqual({
      rows: [
        rowOf({ month: "2024-12", backend: "pbx", amount: "5.00", total: "5.00", taxUnknown: 1, outstandingUnknown: 1 }),
        {
          ...rowOf({ month: "2025-01", backend: "pbx", amount: "10.10", total: "12.00", taxUnknown: 1, outstandingUnknown: 1 }),
          charges: 2,
          taxAmount: euros("1.90"),
          outstanding: euros("11.90"),
        },
        {
          ...rowOf({ month: "2025-01", backend: "suite", amount: "0.00", total: "0.00", taxUnknown: 1, outstandingUnknown: 1 }),
          ...{ currency: "USD", unpriced: 1 },
          ...{ amount: { amount: "0.00", currency: "USD" }, total: { amount: "0.00", currency: "USD" } },
        },
      ],
      totals: [
        expect.objectContaining({ currency: "EUR", charges: 3, amount: euros("15.10"), total: euros("17.00"), taxUnknown: 2 }),
        expect.objectContaining({ currency: "USD", charges: 1, unpriced: 1, taxAmount: null, outstanding: null }),
      ],
    });
  });

  it.each(["VOIDED", "ARCHIVED"] as const)("leaves out charges that are %s", (status) => {
    expect(summed([chargeWith({ status, amount: euros("10") })])).toEqual({ rows: [], totals: [] });
  });

  it("counts a charge without a date in the month of its creation, and leaves it out without either", () => {
    const created = chargeWith({ date: null, createdAt: "2025-03-04T05:06:07Z" });
    expect(summed([created, chargeWith({ date: null })]).rows.map(({ month, charges }) => [month, charges])).toEqual([
      ["2025-03", 1],
    ]);
  });

  it("is exact: its totals are the sums of the charges, and of its rows", () => {
    fc.assert(
      fc.property(worlds, (charges) => {
        const { rows, totals } = summed(charges);
        const counted = charges.filter(({ date, status }) => date !== null && status !== "VOIDED" && status !== "ARCHIVED");
        expect(sumOf(totals.map((total) => String(total.charges)))).toBe(String(counted.length));
        for (const total of totals) {
          const { currency } = total;
          const of = (member: "amount" | "outstanding") =>
            counted.flatMap((charge) => (charge[member]?.currency === currency ? [charge[member].amount] : []));
          expect(plain(total.amount.amount)).toBe(sumOf(of("amount")));
          expect(plain(total.outstanding?.amount ?? "0")).toBe(sumOf(of("outstanding")));
          expect(plain(total.total.amount)).toBe(sumOf([total.amount.amount, total.taxAmount?.amount]));
          const its = rows.filter((row) => row.currency === currency);
          for (const member of ["amount", "taxAmount", "total", "outstanding"] as const) {
            expect(plain(total[member]?.amount ?? "0")).toBe(sumOf(its.map((row) => row[member]?.amount)));
          }
          for (const member of ["charges", "unpriced", "taxUnknown", "outstandingUnknown"] as const) {
            expect(total[member]).toBe(its.reduce((sum, row) => sum + row[member], 0));
          }
        }
      }),
    );
  });

  it("is the same for any order of the charges", () => {
    const shuffled = worlds.chain((charges) =>
      fc.tuple(fc.constant(charges), fc.shuffledSubarray(charges, { minLength: charges.length, maxLength: charges.length })),
    );
    fc.assert(
      fc.property(shuffled, ([charges, others]) => {
        expect(summed(others)).toEqual(summed(charges));
      }),
    );
  });
});

describe("a statement as CSV", () => {
  const labelOf = (): string => 'Telephones, "Berlin"';

  it("follows RFC 4180: quotes where needed, empty where unknown, lines end with CR LF", () => {
    const { rows } = summed([chargeWith({ amount: euros("-10.5") })]);
    expect(statementCsv(rows, labelOf)).toBe(
      "month,backend,label,currency,charges,amount,taxAmount,total,outstanding,unpriced,taxUnknown,outstandingUnknown,repeated,repetitionUnknown\r\n" +
        '2025-01,pbx,"Telephones, ""Berlin""",EUR,1,-10.50,,-10.50,,0,1,1,0,0\r\n',
    );
  });

  it("has only the header when nothing was charged", () => {
    expect(statementCsv([], labelOf).split("\r\n")).toHaveLength(2);
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])("contains no formula for spreadsheets: %j", (label) => {
    const { rows } = summed([chargeWith({ amount: euros("1") })]);
    expect(statementCsv(rows, () => label)).toContain(`'${label}`);
  });

  it.each(["a\rb", "a\nb"])("keeps a row with a line break as one record: %j", (label) => {
    const { rows } = summed([chargeWith({ amount: euros("1") })]);
    expect(statementCsv(rows, () => label)).toContain(`,"${label}",`);
  });
});

function rowOf(
  row: Pick<StatementTotal, "taxUnknown" | "outstandingUnknown"> & Record<"month" | "backend" | "amount" | "total", string>,
) {
  const nothing = { currency: "EUR", charges: 1, taxAmount: null, outstanding: null, unpriced: 0, repeated: 0, unclear: 0 };
  return { ...nothing, ...row, amount: euros(row.amount), total: euros(row.total) };
}
