import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isStoredText } from "../../../src/adapter/kit/stored.ts";
import { customerDiffers, taxDiffers, transactionDiffers } from "../../../src/adapters/v01/compared.ts";
import { newTransaction } from "../../../src/adapters/v01/map-charge.ts";
import { newCustomer } from "../../../src/adapters/v01/map-customer.ts";
import { newTax } from "../../../src/adapters/v01/map-tax.ts";
import { customerRow, taxRow, transactionRow } from "../../../src/adapters/v01/wire.ts";
import { settings } from "./fake-connection.ts";

type Sent = Readonly<Record<string, string | number>>;

/** The record as an installation may show it: numbers as numbers or text, white space around texts, and additional members. */
const shown = (sent: Sent): fc.Arbitrary<Record<string, unknown>> =>
  fc
    .tuple(fc.boolean(), fc.boolean(), fc.dictionary(fc.stringMatching(/^x[a-z]{3}$/), fc.jsonValue(), { maxKeys: 3 }))
    .map(([asText, padded, extra]) => {
      const render = (value: string | number) =>
        typeof value === "string" ? (padded ? ` ${value} ` : value) : asText ? String(value) : value;
      return { ...extra, id: 1, ...Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, render(value)])) };
    });

/** A text with something visible in it. */
const text = fc.stringMatching(/^\S(.{0,20}\S)?$/u).filter((value) => !isStoredText(value, ""));
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
  .map((input) => newCustomer(input, 2001));
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

/** The sent value, how it is shown, and one of its parameters. */
const shownOf = (sent: fc.Arbitrary<Sent>) =>
  sent.chain((parameters) => fc.tuple(fc.constant(parameters), shown(parameters), fc.constantFrom(...Object.keys(parameters))));

/** Texts and numbers that no generator above makes. */
const otherwise = (name: string): unknown =>
  /date$/i.test(name) ? "1999-12-31" : name === "type" ? "RF" : /amount|value/i.test(name) ? 2_000_000_001 : "\u2603";

describe("a record differs from what was sent in exactly the differing members", () => {
  it.each([
    ["customers", customers, (record: unknown, sent: Sent) => customerDiffers(customerRow.parse(record), sent)],
    [
      "transactions",
      transactions,
      (record: unknown, sent: Sent) => transactionDiffers(transactionRow.parse(record), sent, "notes"),
    ],
    [
      "taxes",
      taxes,
      (record: unknown, sent: Sent) =>
        taxDiffers(taxRow.parse(record), Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, String(value)]))),
    ],
  ] as const)("%s", (_name, sent, differs) => {
    fc.assert(
      fc.property(shownOf(sent), ([parameters, record, name]) => {
        expect(differs(record, parameters)).toEqual([]);
        // The merchant account is the adapter's own, and checked elsewhere.
        const member = members[name];
        if (name === "accountId") return;
        expect(differs({ ...record, [name]: otherwise(name) }, parameters)).toEqual([member]);
        // A member that is not shown differs from what was sent, except a tax of zero and the creator of a record.
        if (name === "creatorCode" || (name === "taxAmount" && parameters[name] === 0)) return;
        expect(differs({ ...record, [name]: null }, parameters)).toEqual([member]);
      }),
    );
  });
});

const members: Readonly<Record<string, string>> = {
  firstName: "firstName",
  lastName: "lastName",
  organizationName: "name",
  email: "email",
  workPhone: "phone",
  homePhone: "phone",
  type: "kind",
  amount: "amount",
  taxAmount: "taxAmount",
  dueDate: "date",
  note: "notes",
  creatorCode: "creatorCode",
  value: "rate",
  description: "name",
  effectiveDate: "effectiveDate",
};
