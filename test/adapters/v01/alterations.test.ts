import { afterEach, describe, expect, it } from "vitest";
import type { Adapter, Finding, WritePlan } from "../../../src/adapter/adapter.ts";
import type { Customer, TaxRate, Transaction } from "../../../src/sandbox/v01/state.ts";
import { findingOf, lose, type Simulated, type SimulatedOptions, simulated, written } from "./simulated.ts";

/** Alterations of a record by a backend or a person before the look. Whatever they are, the look never finds nothing. */

const text = "Fish & Chips <Žižkov> – naïve 🎉, June\nsecond line";
const reference = "Invoice-2026-000123-Main-Street";
const chargeInput = { amount: "19.99", taxAmount: "1.99", date: "2026-12-01", description: text };
const person = {
  name: "Müller & Söhne",
  firstName: "Jürgen",
  lastName: "O'Müller",
  email: "Find@Example.com",
  phone: "+4930231250",
};
const taxInput = { name: "Levy <A> & «B» of the old Žižkov quarter", rate: "7.25", effectiveDate: "2026-12-01" };

/** "ours", or the members in which the only candidate differs. */
type Expected = "ours" | readonly string[];

const encoded = (value = ""): string =>
  value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("'", "&#39;");
const withoutEmoji = (value = ""): string => value.replace(/[\u{10000}-\u{10ffff}]/gu, "?").replaceAll("?", "");

const charges: readonly [string, (entry: Transaction) => Partial<Transaction>, own: Expected, referenced: Expected][] = [
  ["as it was sent", () => ({}), "ours", "ours"],
  ["paid", () => ({ balance: 0 }), "ours", "ours"],
  ["with entities", ({ note }) => ({ note: encoded(note) }), "ours", "ours"],
  ["with entities twice", ({ note }) => ({ note: encoded(encoded(note)) }), "ours", "ours"],
  ["cut off", ({ note }) => ({ note: note?.slice(0, 25) }), "ours", "ours"],
  ["cut off between two words", ({ note }) => ({ note: note?.slice(0, 20) }), "ours", ["description"]],
  ["with decomposed letters", ({ note }) => ({ note: note?.normalize("NFD") }), "ours", "ours"],
  ["with other line ends", ({ note }) => ({ note: note?.replace("\n", "\r\n") }), "ours", "ours"],
  ["with outer space", ({ note }) => ({ note: `  ${note} ` }), "ours", "ours"],
  ["without its emoji", ({ note }) => ({ note: withoutEmoji(note) }), "ours", "ours"],
  ["with its code in upper case", ({ code }) => ({ code: code.toUpperCase() }), "ours", "ours"],
  ["with its code cut at 30", ({ code }) => ({ code: code.slice(0, 30) }), "ours", "ours"],
  ["with its code cut at 20", ({ code }) => ({ code: code.slice(0, 20) }), "ours", "ours"],
  [
    "with its code cut at 20, and another text",
    ({ code }) => ({ code: code.slice(0, 20), note: "corrected" }),
    "ours",
    ["description"],
  ],
  ["with its code cut at 10", ({ code }) => ({ code: code.slice(0, 10) }), ["reference"], ["reference"]],
  ["without its code", ({ id }) => ({ code: String(id) }), ["reference"], ["reference"]],
  ["with its code corrected", () => ({ code: "by-hand" }), ["reference"], ["reference"]],
  ["with another text", () => ({ note: "corrected" }), "ours", ["description"]],
  ["without its text", () => ({ note: undefined }), "ours", ["description"]],
  ["on another day", () => ({ dueDate: "2026-12-02" }), "ours", ["date"]],
  ["with another amount", () => ({ amount: 2200 }), ["amount"], ["amount"]],
  ["with another amount and text", () => ({ amount: 1, note: "x" }), ["amount"], ["amount", "description"]],
  ["with another tax", () => ({ taxAmount: 200 }), ["taxAmount"], ["taxAmount"]],
  ["without its tax", () => ({ taxAmount: undefined }), ["taxAmount"], ["taxAmount"]],
  ["as a fee", () => ({ type: "RF" }), ["kind"], ["kind"]],
  ["by somebody else", () => ({ creatorCode: "somebody" }), "ours", ["creatorCode"]],
  [
    "without its code and with another amount",
    ({ id }) => ({ code: String(id), amount: 1 }),
    ["reference", "amount"],
    ["reference", "amount"],
  ],
];

const customers: readonly [string, (customer: Customer) => Partial<Customer>, own: Expected, referenced: Expected][] = [
  ["as it was sent", () => ({}), "ours", "ours"],
  [
    "with entities",
    (stored) => ({ organizationName: encoded(stored.organizationName), lastName: encoded(stored.lastName) }),
    "ours",
    "ours",
  ],
  ["with decomposed letters", ({ firstName }) => ({ firstName: firstName?.normalize("NFD") }), "ours", "ours"],
  ["with its e-mail in lower case", ({ email }) => ({ email: email?.toLowerCase() }), "ours", "ours"],
  ["with its code in lower case", ({ code }) => ({ code: code.toLowerCase() }), "ours", "ours"],
  ["with its code cut at 24", ({ code }) => ({ code: code.slice(0, 24) }), "ours", "ours"],
  ["with its code cut at 8", ({ code }) => ({ code: code.slice(0, 8) }), ["reference"], ["reference"]],
  ["without its code", ({ id }) => ({ code: String(id) }), ["reference"], ["reference"]],
  ["with its code corrected", () => ({ code: "by-hand" }), ["reference"], ["reference"]],
  ["with another name", () => ({ firstName: "Georg", lastName: "Mueller" }), "ours", ["firstName", "lastName"]],
  ["with another phone", () => ({ workPhone: "1" }), "ours", ["phone"]],
  [
    "without its code and with another e-mail",
    ({ id }) => ({ code: String(id), email: "other@example.com" }),
    ["reference", "email"],
    ["reference", "email"],
  ],
];

const taxes: readonly [string, (rate: TaxRate) => Partial<TaxRate>, Expected][] = [
  ["as it was sent", () => ({}), "ours"],
  ["with entities", ({ description }) => ({ description: encoded(description) }), "ours"],
  ["cut off", ({ description }) => ({ description: description?.slice(0, 30) }), "ours"],
  ["with another name", () => ({ description: "Levy B" }), ["name"]],
  ["without its name", () => ({ description: undefined }), ["name"]],
  ["with another rate", () => ({ value: 800 }), ["rate"]],
  ["from another day", () => ({ effectiveDate: "2027-01-01" }), ["effectiveDate"]],
  [
    "with everything else",
    () => ({ description: "x", value: 1, effectiveDate: "2027-01-01" }),
    ["effectiveDate", "rate", "name"],
  ],
];

const minutes = 60_000;
/** Creation dates differ from the backend's own time by this. */
const clocks: readonly [string, SimulatedOptions][] = [
  ["dates by the backend's clock", {}],
  ["dates 3 minutes slow", { datesAheadMs: -3 * minutes }],
  ["dates 3 minutes fast", { datesAheadMs: 3 * minutes }],
  ["dates of New York", { datesAheadMs: -300 * minutes }],
  ["dates of Tokyo", { datesAheadMs: 540 * minutes }],
];

let running: Simulated;
let customerId: string;
afterEach(() => running.close());

/** A customer that the adapter has charged earlier. */
async function prepare(options: SimulatedOptions): Promise<void> {
  running = await simulated(options);
  const { adapter, intent, pass } = running;
  customerId = await written(adapter.customers.create?.({ firstName: "Ann", lastName: "Lee" }), intent());
  await written(adapter.charges.create?.({ customerId, amount: "7" }), intent());
  pass(600);
}

const ledger = () => running.state.ledgers.get(BigInt(customerId))?.transactions ?? [];
const lastOf = <T>(all: Iterable<T>): T => {
  const last = [...all].at(-1);
  if (last === undefined) throw new Error("there is none");
  return last;
};

function alterCharge(change: (entry: Transaction) => Partial<Transaction>): void {
  const entries = ledger();
  const entry = lastOf(entries);
  entries[entries.length - 1] = { ...entry, ...change(entry) };
}

function alterCustomer(change: (customer: Customer) => Partial<Customer>): void {
  const customer = lastOf(running.state.customers.values());
  running.state.customers.set(customer.id, { ...customer, ...change(customer) });
}

function alterTax(change: (rate: TaxRate) => Partial<TaxRate>): void {
  const rate = lastOf(running.state.taxRates.values());
  running.state.taxRates.set(rate.id, { ...rate, ...change(rate) });
}

/** The look's opinion of one record. */
function told({ ours, candidates }: Finding): Expected | "nothing" | "several" {
  if (ours.length + candidates.length > 1) return "several";
  if (ours.length === 1) return "ours";
  return candidates[0]?.differs ?? "nothing";
}

type Plan = (adapter: Adapter) => WritePlan<unknown> | undefined;

const creates: readonly [string, string, Plan, Plan | null][] = [
  [
    "a charge",
    "transactions/~create",
    ({ charges: verbs }) => verbs.create?.({ ...chargeInput, customerId }),
    ({ charges: verbs }) => verbs.create?.({ ...chargeInput, customerId, reference }),
  ],
  [
    "a customer",
    "customers/~create",
    ({ customers: verbs }) => verbs.create?.(person),
    ({ customers: verbs }) => verbs.create?.({ ...person, reference }),
  ],
  ["a tax", "taxes/~modify", ({ taxes: verbs }) => verbs?.create?.(taxInput), null],
];
const [charge, customer, tax] = creates.map(([, , own, referenced]) => ({ own, referenced: referenced ?? own })) as [
  { own: Plan; referenced: Plan },
  { own: Plan; referenced: Plan },
  { own: Plan; referenced: Plan },
];

/** Through the adapter that has written before, and through one that has seen nothing yet. */
async function looksAt(lost: string, plan: Plan, alter: () => void, options: SimulatedOptions = {}): Promise<readonly unknown[]> {
  const results: unknown[] = [];
  for (const fresh of [false, true]) {
    await prepare(options);
    const adapter = fresh ? running.another() : running.adapter;
    const step = await lose(running, { kind: "dropAfter", function: lost }, plan(adapter), running.intent());
    alter();
    running.pass(90);
    results.push(told(await findingOf(plan(running.another()), step)));
    if (!fresh) await running.close();
  }
  return results;
}

describe("a record whose answer was lost", () => {
  it.each(charges)("a charge: %s", async (_title, change, own, referenced) => {
    const alter = () => alterCharge(change);
    expect(await looksAt("transactions/~create", charge.own, alter), "under our own code").toEqual([own, own]);
    await running.close();
    const looks = await looksAt("transactions/~create", charge.referenced, alter);
    expect(looks, "under the caller's reference").toEqual([referenced, referenced]);
  });

  it.each(customers)("a customer: %s", async (_title, change, own, referenced) => {
    const alter = () => alterCustomer(change);
    expect(await looksAt("customers/~create", customer.own, alter), "under our own code").toEqual([own, own]);
    await running.close();
    const looks = await looksAt("customers/~create", customer.referenced, alter);
    expect(looks, "under the caller's reference").toEqual([referenced, referenced]);
  });

  it.each(taxes)("a tax: %s", async (_title, change, expected) => {
    const looks = await looksAt("taxes/~modify", tax.own, () => alterTax(change));
    expect(looks).toEqual([expected, expected]);
  });
});

describe.each(clocks)("a record whose answer was lost, with %s", (_name, options) => {
  it.each(creates)("%s is found, altered or not", async (title, lost, own, referenced) => {
    const alter = () => {
      alterCharge(() => ({ amount: 1 }));
      alterCustomer(() => ({ firstName: "Georg" }));
      alterTax(() => ({ value: 1 }));
    };
    const plain = await looksAt(lost, own, () => {}, options);
    await running.close();
    const altered = await looksAt(lost, own, alter, options);
    const differs = { "a charge": ["amount"], "a customer": "ours", "a tax": ["rate"] }[title];
    expect([plain, altered]).toEqual([
      ["ours", "ours"],
      [differs, differs],
    ]);
    if (!referenced) return;
    await running.close();
    expect(await looksAt(lost, referenced, () => {}, options)).toEqual(["ours", "ours"]);
  });

  it.each(creates)("%s: an identical one made by hand 100 s earlier is not ours", async (_title, lost, own, referenced) => {
    for (const fresh of [false, true]) {
      for (const plan of [own, referenced]) {
        if (!plan) continue;
        await prepare(options);
        // Through another adapter, so that this one has not seen it.
        await written(plan(running.another()), running.intent());
        if (plan === own) {
          alterCharge(({ id }) => ({ code: String(id) }));
          alterCustomer(({ id }) => ({ code: String(id) }));
        }
        running.pass(100);
        const adapter = fresh ? running.another() : running.adapter;
        const step = await lose(running, { kind: "dropBefore", function: lost }, plan(adapter), running.intent());
        running.pass(90);
        const what = `${fresh ? "fresh" : "known"}, ${plan === own ? "own code" : "reference"}`;
        expect(told(await findingOf(plan(running.another()), step)), what).toBe("nothing");
        await running.close();
      }
    }
    await prepare(options);
  });

  it("one that a person makes meanwhile may be ours", async () => {
    for (const [, lost, own] of creates) {
      await prepare(options);
      const step = await lose(running, { kind: "dropBefore", function: lost }, own(running.adapter), running.intent());
      running.pass(2);
      await written(own(running.another()), running.intent());
      alterCharge(({ id }) => ({ code: String(id) }));
      alterCustomer(({ id }) => ({ code: String(id) }));
      // A rate has no code, so nobody can tell.
      expect(told(await findingOf(own(running.another()), step)), lost).toEqual(
        lost === "taxes/~modify" ? "ours" : ["reference"],
      );
      await running.close();
    }
    await prepare(options);
  });
});
