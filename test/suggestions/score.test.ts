import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameLikeness } from "../../src/comparing/name.ts";
import { blockingKeys, comparableCustomer } from "../../src/suggestions/keys.ts";
import type { CustomerRecord } from "../../src/suggestions/model.ts";
import { compare, suggestedFrom } from "../../src/suggestions/score.ts";

const bakery: CustomerRecord = {
  backend: "pbx",
  id: "101",
  name: "Ada's Bakery",
  email: "ada@adas-bakery.example",
  phone: "+44 20 7946 0018",
  reference: "AC-10001",
  postalCode: "E8 3QX",
  country: "GB",
};
const nothing = { email: null, phone: null, reference: null, postalCode: null, country: null };

/** The same bakery in another backend. */
const elsewhere = (changes: Partial<CustomerRecord>): CustomerRecord => ({ ...bakery, backend: "suite", id: "s-1", ...changes });
const compared = (one: CustomerRecord, other: CustomerRecord) => compare(comparableCustomer(one), comparableCustomer(other));

describe("a suggestion", () => {
  it("has all reasons, the strongest first, when everything is the same", () => {
    const found = compared(bakery, elsewhere({}));
    expect(found?.score).toBe(1);
    expect(found?.reasons.map(({ kind, detail }) => [kind, detail])).toEqual([
      ["SAME_REFERENCE", "ac10001"],
      ["SAME_EMAIL", "ada@adas-bakery.example"],
      ["SAME_NAME", "Ada's Bakery"],
      ["SAME_PHONE", "+442079460018"],
      ["SAME_POSTCODE", "E83QX"],
    ]);
  });

  it.each<[string, Partial<CustomerRecord>]>([
    ["has moved and lost its reference", { postalCode: "N1 7GR", reference: null }],
    ["has another name, but e-mail address and reference", { name: "Whitfield Trading" }],
    ["is only known by name and number", { ...nothing, name: "ADAS BAKERY LTD", phone: "020 7946 0018" }],
    ["is only known by name and place", { ...nothing, postalCode: "e83qx", country: "GB" }],
    [
      "has another person's address at the same domain",
      { ...nothing, name: "Adas Bakery", email: "accounts@adas-bakery.example" },
    ],
    ["is written with a typing error, at the same number", { ...nothing, name: "Ada's Bakrey", phone: "02079460018" }],
  ])("is one that %s", (_, changes) => {
    expect(compared(bakery, elsewhere(changes))?.score).toBeGreaterThanOrEqual(suggestedFrom);
  });

  it.each<[string, Partial<CustomerRecord>]>([
    ["only has the same name", nothing],
    [
      "has the same name in another town",
      { phone: "+44 161 496 0999", email: "joe@example.org", postalCode: "M1 1AE", reference: "AC-2" },
    ],
    ["has the same name in another country", { ...nothing, country: "US", postalCode: "E8 3QX" }],
    ["is in the same building", { ...nothing, name: "Hackney Cycles", postalCode: "E8 3QX", country: "GB" }],
    ["has the same number and another name", { ...nothing, name: "Hackney Cycles", phone: "020 7946 0018" }],
    ["has the same address at a provider for everybody", { ...nothing, name: "Hackney Cycles", email: "bread@gmail.com" }],
    ["has the same reference and nothing else", { ...nothing, name: "Hackney Cycles", reference: "ac 10001" }],
    [
      "has nearly the same name in the same place, and else nothing",
      { name: "Ida's Bakery", email: "ida@example.org", phone: "+44 20 7946 0999", reference: "AC-77" },
    ],
  ])("is none that %s", (_, changes) => {
    expect(compared(bakery, elsewhere(changes))).toBeNull();
  });

  it("is symmetric", () => {
    const some = <T>(...choices: readonly T[]) => fc.constantFrom(null, ...choices);
    const customer = fc.record({
      name: fc.constantFrom("Ada's Bakery", "Adas Bakery Ltd", "Ida's Bakery", "Hackney Cycles", ""),
      email: some("ada@adas-bakery.example", "info@adas-bakery.example", "ada@gmail.com"),
      phone: some("020 7946 0018", "+44 20 7946 0018", "020 7946 0999"),
      reference: some("AC-1", "ac1", "AC-2"),
      postalCode: some("E8 3QX", "N1 7GR"),
      country: some("GB", "US"),
    });
    fc.assert(
      fc.property(customer, customer, (one, other) => {
        const left = { ...one, backend: "pbx", id: "1" };
        const right = { ...other, backend: "suite", id: "2" };
        const [there, back] = [compared(left, right), compared(right, left)];
        expect(back?.score).toBe(there?.score);
        if (there) expect(there.score).toBeLessThanOrEqual(1);
        // A suggested pair shares a key, so that it is found.
        const keys = new Set(blockingKeys(comparableCustomer(left)));
        if (there) expect(blockingKeys(comparableCustomer(right)).some((key) => keys.has(key))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("the similarity of names", () => {
  it("is 100 percent for the same words in another order or with other spaces", () => {
    expect(nameLikeness("van der meer fietsen", "meer fietsen van der")).toBe(100);
    expect(nameLikeness("한빛 소프트웨어", "한빛소프트웨어")).toBe(100);
  });

  it("is lower for typing errors, in any script, and 0 without a name", () => {
    expect(nameLikeness("chapron ruckdeschel heinrich", "chapron ruckedschel heinrich")).toBeGreaterThan(90);
    expect(nameLikeness("上海晨光贸易", "上海辰光贸易")).toBeGreaterThan(80);
    expect(nameLikeness("ada bakery", "hackney cycles")).toBeLessThan(60);
    expect(nameLikeness("", "")).toBe(0);
  });
});
