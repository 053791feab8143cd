import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holdsCustomer, holdsTax, holdsTransaction } from "../../../src/adapters/v01/agreement.ts";
import { newTransaction } from "../../../src/adapters/v01/map-charge.ts";
import { newCustomer } from "../../../src/adapters/v01/map-customer.ts";
import { newTax } from "../../../src/adapters/v01/map-tax.ts";
import { customerRecord, taxRecord, transactionRecord } from "../../../src/adapters/v01/wire.ts";
import { settings } from "./fake-connection.ts";

type Sent = Readonly<Record<string, string | number>>;

/** The record as an installation may show it: numbers as numbers or text, space around texts, and more than was sent. */
const shown = (sent: Sent): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .tuple(fc.boolean(), fc.boolean(), fc.dictionary(fc.stringMatching(/^x[a-z]{3}$/), fc.jsonValue(), { maxKeys: 3 }))
    .map(([asText, padded, extra]) => {
      const render = (value: string | number) =>
        typeof value === "string" ? (padded ? ` ${value} ` : value) : asText ? String(value) : value;
      return { ...extra, id: 1, ...Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, render(value)])) };
    });

const text = fc.stringMatching(/^\S(.{0,20}\S)?$/u);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const date = fc
  .date({ min: new Date("2000-01-01"), max: new Date("2040-01-01"), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));
const cents = fc.integer({ min: 1, max: 1_000_000 });

const customers = fc
  .record({
    firstName: text,
    lastName: text,
    name: optional(text),
    email: optional(text),
    phone: optional(fc.stringMatching(/^\d{3,9}$/)),
  })
  .map((input) => newCustomer(input, "recurring", 2001));
const transactions = fc
  .record({ cents, sign: fc.constantFrom("", "-"), tax: optional(cents), date: optional(date), description: optional(text) })
  .map(({ cents: amount, sign, tax, ...input }) =>
    newTransaction(
      {
        ...input,
        customerId: "8",
        amount: `${sign}${amount / 100}`,
        taxAmount: tax === undefined ? null : `${sign}${tax / 100}`,
      },
      "recurring",
      settings,
    ),
  );
const taxes = fc
  .record({ name: text, rate: cents.map((value) => String(value / 100)), effectiveDate: date })
  .map((input) => newTax(input, "recurring", settings).form);

/** What was sent, how it is shown, and one of its parameters. */
const shownOf = (sent: fc.Arbitrary<Sent>) =>
  sent.chain((parameters) => fc.tuple(fc.constant(parameters), shown(parameters), fc.constantFrom(...Object.keys(parameters))));

/** Texts and numbers that no generator above makes. */
const otherwise = (name: string): unknown =>
  /date$/i.test(name) ? "1999-12-31" : name === "type" ? "RF" : /amount|value/i.test(name) ? 2_000_000_001 : "\u2603";

describe("a record agrees with what was sent exactly when each parameter does", () => {
  it.each([
    ["customers", customers, (record: unknown, sent: Sent) => holdsCustomer(customerRecord.parse(record), sent)],
    ["transactions", transactions, (record: unknown, sent: Sent) => holdsTransaction(transactionRecord.parse(record), sent)],
    [
      "taxes",
      taxes,
      (record: unknown, sent: Sent) =>
        holdsTax(taxRecord.parse(record), Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, String(value)]))),
    ],
  ] as const)("%s", (_name, sent, holds) => {
    fc.assert(
      fc.property(shownOf(sent), ([parameters, record, name]) => {
        expect(holds(record, parameters)).toBe(true);
        // The merchant account is the adapter's own, and told apart elsewhere.
        if (name !== "accountId") expect(holds({ ...record, [name]: otherwise(name) }, parameters)).toBe(false);
      }),
    );
  });
});
