import { describe, expect, it } from "vitest";
import type { Intent } from "../../../src/adapter/adapter.ts";
import { failure, type Script, scripted } from "./fake-connection.ts";
import { sendNoted } from "./simulated.ts";

/** The answer to a write may be a list (2.5). The sent values identify the written row; otherwise the outcome is unknown. */

const intent: Intent = { stepId: "s", createdAt: "2026-11-21T10:00:00Z", note: null };
const unknown = "unknown";

/** The write's reading of its answer: the id, or that it is not understood. */
async function outcome(sending: Promise<{ readonly id: string | null }>): Promise<string | null> {
  try {
    return (await sending).id;
  } catch (error) {
    if (error instanceof TypeError) return unknown;
    throw error;
  }
}

/** A backend that shows `before` and answers a write with `after`. */
const answering =
  (before: readonly object[], after: unknown): Script =>
  ({ effect }) => ({ json: effect === "read" ? before : after });

describe("creating a tax", () => {
  const input = { name: "Levy", rate: "7", effectiveDate: "2026-12-01" };
  const rate = { id: 7, value: 700, description: "Levy", effectiveDate: "2026-12-01", countryCode: "US" };
  const older = { ...rate, id: 3, description: "Sales", value: 725 };
  const twin = { ...rate, id: 2 };
  const create = (before: readonly object[], after: unknown) =>
    outcome(sendNoted(scripted(answering(before, after)).adapter.taxes?.create?.(input), intent));

  it.each<[string, unknown, string]>([
    ["the rate", rate, "US:7"],
    ["the rate in a list", [rate], "US:7"],
    ["the country's table", [older, rate], "US:7"],
    ["the table, newest first, with one that a person made meanwhile", [{ ...rate, id: 8, value: 1 }, rate, older], "US:7"],
    ["the table in a wrapper", { taxes: [older, twin, rate] }, "US:7"],
    ["the rate as the backend stored it", { ...rate, description: "LEVY" }, "US:7"],
    ["another rate", older, unknown],
    ["the table without the new rate", [older, twin], unknown],
    ["an identical one that was there", twin, unknown],
    ["two that agree", [rate, { ...rate, id: 8 }], unknown],
    ["a list in which nothing agrees", [older, { ...rate, value: 1 }], unknown],
    ["a rate of another country", { ...rate, countryCode: "DE" }, unknown],
    ["nothing", [], unknown],
  ])("is answered by %s", async (_title, after, expected) => {
    expect(await create([older, twin], after)).toBe(expected);
  });

  it("takes no different row if the table was not shown", async () => {
    const answered = (after: object) => {
      const { adapter } = scripted(({ effect }) => (effect === "read" ? failure("V01") : { json: after }));
      return outcome(sendNoted(adapter.taxes?.create?.(input), intent));
    };
    expect(await answered(rate)).toBe("US:7");
    expect(await answered(older)).toBe(unknown);
  });
});

describe("creating a charge", () => {
  const entry = { id: 905, type: "RI", amount: 500, code: "gw-s", creatorCode: "gateway" };
  const older = { ...entry, id: 900, code: "900" };
  const create = (after: unknown, reference?: string) => {
    const { adapter } = scripted(answering([older], after));
    return outcome(sendNoted(adapter.charges.create?.({ customerId: "8", amount: "5", reference }), intent));
  };

  it.each<[string, unknown, string]>([
    ["the entry", entry, "8:905"],
    ["the entry, its code in upper case", { ...entry, code: "GW-S" }, "8:905"],
    ["the entry without its code", { ...entry, code: "905" }, "8:905"],
    ["the id alone", { id: 905 }, "8:905"],
    ["all entries", [older, entry, { ...entry, id: 906, code: "other" }], "8:905"],
    ["all entries, ours with another amount", [older, { ...entry, amount: 1 }], "8:905"],
    ["all entries without codes", [older, { ...entry, code: "905" }], "8:905"],
    ["an older entry", older, unknown],
    ["an entry under another code", { ...entry, code: "other" }, unknown],
    ["two entries under our code", [entry, { ...entry, id: 906 }], unknown],
    ["a payment", { ...entry, code: "905", type: "AP" }, unknown],
  ])("is answered by %s", async (_title, after, expected) => {
    expect(await create(after)).toBe(expected);
  });

  it("is answered with the caller's reference", async () => {
    expect(await create([older, { ...entry, code: "R" }], "r")).toBe("8:905");
    expect(await create([older, { ...entry, code: "other" }], "r")).toBe(unknown);
  });
});

describe("creating a customer", () => {
  const stored = { id: 5, code: "gw-s", firstName: "Ann", lastName: "Lee", accountId: 2001 };
  const create = (after: unknown) => {
    const { adapter } = scripted(answering([{ ...stored, id: 4, code: "x" }], after));
    return outcome(sendNoted(adapter.customers.create?.({ firstName: "Ann", lastName: "Lee" }), intent));
  };

  it.each<[string, unknown, string]>([
    ["the customer", stored, "5"],
    ["all customers", [{ ...stored, id: 4, code: "x" }, stored], "5"],
    ["the id alone", { id: 5 }, "5"],
    ["another customer", { ...stored, id: 4, code: "x" }, unknown],
    ["a customer of another account", { ...stored, accountId: 2002 }, unknown],
  ])("is answered by %s", async (_title, after, expected) => {
    expect(await create(after)).toBe(expected);
  });
});

describe("changing and voiding", () => {
  it.each<[unknown, string]>([
    [{ id: 5 }, "5"],
    [[{ id: 4 }, { id: 5 }], "5"],
    [{ id: 4 }, unknown],
    [[], unknown],
  ])("a customer is answered by %j", async (after, expected) => {
    const { adapter } = scripted(answering([{ id: 5, firstName: "Ann" }], after));
    expect(await outcome(sendNoted(adapter.customers.update?.("5", { firstName: "Bea" }), intent, "5"))).toBe(expected);
  });

  it.each<[unknown, string]>([
    [{ id: 3 }, "US:3"],
    [[{ id: 2 }, { id: 3 }], "US:3"],
    // The action also creates rates: this is a new one.
    [{ id: 4 }, unknown],
  ])("a tax is answered by %j", async (after, expected) => {
    const { adapter } = scripted(answering([{ id: 3, value: 725, effectiveDate: "2026-01-01" }], after));
    expect(await outcome(sendNoted(adapter.taxes?.update?.("US:3", { rate: "8" }), intent, "US:3"))).toBe(expected);
  });

  const original = { id: 1, type: "RI", amount: 100, balance: 100 };
  const reversal = { id: 9, type: "RR", amount: 100 };
  it.each<[unknown, readonly string[] | undefined | string]>([
    [original, undefined],
    [reversal, ["reversal:9"]],
    [[original, reversal], ["reversal:9"]],
    [[original, reversal, { ...reversal, id: 10 }], undefined],
    [{ ...reversal, id: 2 }, unknown],
    [{ ...reversal, amount: 99 }, unknown],
    [{ ...reversal, type: "RX" }, unknown],
    [[reversal, { ...reversal, id: 10 }], unknown],
  ])("a void is answered by %j", async (after, expected) => {
    const older = { ...reversal, id: 2 };
    const { adapter } = scripted(({ effect }) => ({ json: effect === "read" ? [original, older] : after }));
    const sending = sendNoted(adapter.charges.void?.("8:1"), intent, "8:1");
    if (expected === unknown) return expect(await outcome(sending)).toBe(unknown);
    expect((await sending).claims).toEqual(expected);
  });
});
