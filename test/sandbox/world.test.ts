import { describe, expect, it } from "vitest";
import { sharedCompanies } from "../../src/sandbox/companies.ts";
import { backendKeys, createWorld, type World } from "../../src/sandbox/world.ts";

const now = new Date("2026-03-01T00:00:00Z");
const known = (world: World, key: string) => world.companies.filter((company) => company.backends.includes(key));

describe("createWorld", () => {
  it.each([1, 2, 24, 300])("gives each backend %i companies", (customers) => {
    const world = createWorld({ customers, now });
    for (const key of backendKeys) expect(known(world, key)).toHaveLength(customers);
  });

  it.each([0, 10_001, 1.5, Number.NaN])("refuses %d companies", (customers) => {
    expect(() => createWorld({ customers })).toThrow(RangeError);
  });

  it("makes 10,000 companies a backend", () => {
    const world = createWorld({ customers: 10_000, now });
    for (const key of backendKeys) expect(known(world, key)).toHaveLength(10_000);
  });

  it("is the same for the same arguments, and differs for another seed", () => {
    expect(createWorld({ customers: 60, now }).companies).toEqual(createWorld({ customers: 60, now }).companies);
    expect(createWorld({ customers: 60, now, seed: 2 }).companies).not.toEqual(createWorld({ customers: 60, now }).companies);
  });

  // A seed of its own, and the smaller one first: the larger one is made anew, what it has of the smaller one is not what was kept.
  it("contains the smaller world in the larger one, whichever was made first", () => {
    const seed = 1_120;
    const smaller = createWorld({ customers: 40, now, seed }).companies;
    const larger = new Map(createWorld({ customers: 120, now, seed }).companies.map((company) => [company.number, company]));
    for (const company of smaller) {
      expect(larger.get(company.number)).toEqual(company);
      expect(company.backends.length > 1 || larger.get(company.number) !== company).toBe(true);
    }
    expect(createWorld({ customers: 40, now, seed }).companies).toEqual(smaller);
  });

  it("starts with Ada's Bakery and shares about 20 companies between two or three backends", () => {
    const { companies } = createWorld({ now });
    expect(companies[0]).toMatchObject({ number: 1, name: "Ada's Bakery", backends: ["pbx", "suite", "recurring"] });
    const shared = companies.filter((company) => company.backends.length > 1);
    expect(shared).toHaveLength(sharedCompanies.length);
    expect(shared.every((company) => company.backends.length <= 3)).toBe(true);
  });

  it("has unique numbers, unique names within a backend, and only addresses of the reserved example domains", () => {
    const world = createWorld({ customers: 2000, now });
    expect(new Set(world.companies.map((company) => company.number)).size).toBe(world.companies.length);
    for (const key of backendKeys) expect(new Set(known(world, key).map((company) => company.name)).size).toBe(2000);
    for (const company of world.companies) {
      expect(company.email).toMatch(/^[a-z0-9.-]+@[a-z0-9.-]+\.example(\.com)?$/);
      expect(company.phone).toMatch(/^\+[\d ]{8,20}$/);
      expect(company.since.getTime()).toBeLessThan(now.getTime());
      expect(company.since.getTime()).toBeGreaterThan(now.getTime() - 5 * 366 * 86_400_000);
    }
  });

  it("resembles real data: many countries and scripts, archived ones, some without a reference", () => {
    const { companies } = createWorld({ now });
    expect(new Set(companies.map((company) => company.address.country)).size).toBeGreaterThan(15);
    for (const script of ["Latin", "Cyrillic", "Greek", "Arabic", "Han", "Hiragana", "Hangul"]) {
      const pattern = new RegExp(`\\p{Script=${script}}`, "u");
      expect(
        companies.some((company) => pattern.test(company.name)),
        script,
      ).toBe(true);
    }
    expect(companies.some((company) => company.archived)).toBe(true);
    expect(companies.some((company) => company.reference === "")).toBe(true);
  });

  it("gives Ada's Bakery another address only in the subscriptions, and the same reference everywhere", () => {
    const { knownTo } = createWorld({ now });
    const bakeries = ["pbx", "suite", "recurring"].map((key) => knownTo(key).find(({ number }) => number === 1));
    expect(bakeries.map((company) => company?.address.postalCode)).toEqual(["E8 3QX", "E8 3QX", "N1 7GR"]);
    expect(new Set(bakeries.map((company) => company?.reference))).toEqual(new Set(["AC-10001"]));
  });

  it("adds one in ten of a large world's later companies to a second backend, written differently", () => {
    const world = createWorld({ customers: 2000, now });
    const later = world.companies.filter(({ number, backends }) => number > 100 && backends.length > 1);
    expect(later.length).toBeGreaterThan(300);
    for (const { number, backends } of later) {
      const views = backends.map((key) => world.knownTo(key).find((company) => company.number === number));
      expect(views[0]?.since).toEqual(views[1]?.since);
    }
    expect(later.every((company) => Object.keys(company.variations).length === 1)).toBe(true);
    for (const key of backendKeys) {
      const names = world.knownTo(key).map(({ name }) => name);
      expect(new Set(names).size).toBe(2000);
    }
  });

  it("has decoys: other companies with the same name in another backend", () => {
    const world = createWorld({ customers: 2000, now });
    const names = Map.groupBy(world.companies, ({ name }) => name);
    expect([...names.values()].filter((companies) => companies.length > 1).length).toBeGreaterThan(50);
  });

  it("has generators that depend only on their name", () => {
    const draw = (world: World, name: string) => [world.random(name).next(), world.random(name).integer(1, 6)];
    expect(draw(createWorld({ customers: 1, now }), "a")).toEqual(draw(createWorld({ customers: 9, now }), "a"));
    expect(draw(createWorld({ customers: 1, now }), "a")).not.toEqual(draw(createWorld({ customers: 1, now }), "b"));
  });
});
