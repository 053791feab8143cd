import fc from "fast-check";
import { beforeAll, describe, expect } from "vitest";
import type { Adapter, GetMany, List } from "../../../src/adapter/adapter.ts";
import type { Capability, Entity } from "../../../src/model/model.ts";
import { everything, failureOf, present, scope } from "../calls.ts";
import { type Contract, needing } from "../dialect.ts";
import { assertWellFormed } from "../well-formed.ts";

interface ListVerbs {
  readonly getMany: GetMany<Entity>;
  readonly list: List<Entity, Readonly<Record<string, never>>>;
}

/** Ids that no backend has: some well-formed in one of them, most in none. */
const strangeIds = [
  "999999999",
  "ffffffffffffffffffffffff",
  "",
  " ",
  "nobody",
  "../1",
  "1;2",
  "-1",
  "1e3",
  "7:8:9",
  "a/b?c=d#e",
  "%00",
  "[",
  '{"',
  "[7]",
  "ключ",
];

/** Lists and look-ups by id: the same for customers, taxes, plans and services. */
export function describeLists(contract: Contract): void {
  const groups: readonly [string, Capability, (adapter: Adapter) => ListVerbs | undefined][] = [
    ["customers", "CUSTOMER_READ", (adapter) => adapter.customers],
    ["taxes", "TAX_READ", (adapter) => adapter.taxes],
    ["plans", "PLAN_READ", (adapter) => adapter.plans],
    ["services", "SERVICE_READ", (adapter) => adapter.services],
  ];
  for (const [name, capability, verbsOf] of groups) {
    describe(name, () => describeList(contract, capability, (adapter) => present(verbsOf(adapter))));
  }
}

function describeList({ dialect, state }: Contract, capability: Capability, verbsOf: (adapter: Adapter) => ListVerbs): void {
  const test = needing(dialect, capability);
  let all: readonly Entity[] = [];
  beforeAll(async () => {
    if (dialect.capabilities.includes(capability)) all = await everything(verbsOf(state().adapter).list, {});
  });
  const ids = (): string[] => all.map(({ id }) => id);

  test("lists each of them once and well-formed", () => {
    expect(all.length).toBeGreaterThan(0);
    expect(new Set(ids()).size).toBe(all.length);
    for (const value of all) assertWellFormed(value, state().adapter, state().running.secrets);
  });

  test("gives the same values by id", async () => {
    expect(await verbsOf(state().adapter).getMany(ids(), scope)).toEqual(all);
  });

  test("keeps number and order of the ids, with repeated and unknown ones", async () => {
    const { getMany } = verbsOf(state().adapter);
    const [first, second = first] = ids();
    const asked = [second ?? "", ...strangeIds, first ?? "", second ?? "", second ?? ""];
    const answers = await getMany(asked, scope);
    expect(answers.map((value) => (value && "id" in value ? value.id : value))).toEqual([
      second,
      ...strangeIds.map(() => null),
      first,
      second,
      second,
    ]);
    expect(await getMany([], scope)).toEqual([]);
  });

  test("finds no other text, and does not fail", async () => {
    const { getMany } = verbsOf(state().adapter);
    const known = new Set(ids());
    const strange = fc.oneof(fc.string(), fc.string({ unit: "grapheme" })).filter((text) => !known.has(text));
    await fc.assert(
      fc.asyncProperty(fc.array(strange, { minLength: 1, maxLength: 5 }), async (texts) => {
        for (const [index, value] of (await getMany(texts, scope)).entries()) {
          // By chance it may be the id of something unlisted.
          const id = value !== null && "id" in value ? value.id : value;
          expect([null, texts[index]]).toContain(id);
        }
      }),
      { numRuns: 15 },
    );
  });

  test("together, pages of any size are the whole list", async () => {
    const { list } = verbsOf(state().adapter);
    const sizes = fc.integer({ min: Math.max(1, Math.floor(all.length / 8)), max: all.length + 2 });
    await fc.assert(
      fc.asyncProperty(sizes, async (first) => {
        expect((await everything(list, {}, first)).map(({ id }) => id)).toEqual(ids());
      }),
      { numRuns: 4, examples: [[all.length], [all.length + 1], [Math.ceil(all.length / 2)]] },
    );
  });

  test("continues from a position in another adapter, even with another page size", async () => {
    const { adapter, running } = state();
    const page = await verbsOf(adapter).list({}, { first: 1, after: null }, scope);
    expect(page.hasNextPage).toBe(all.length > 1);
    const { list } = verbsOf(running.connect());
    const rest = await list({}, { first: all.length, after: page.items[0]?.position ?? null }, scope);
    expect(rest.items.map(({ value }) => value.id)).toEqual(ids().slice(1));
    expect(rest.hasNextPage).toBe(false);
  });

  test("has nothing after the last position", async () => {
    const { list } = verbsOf(state().adapter);
    const page = await list({}, { first: all.length, after: null }, scope);
    expect(page.hasNextPage).toBe(false);
    expect(await list({}, { first: 1, after: page.items.at(-1)?.position ?? null }, scope)).toEqual({
      items: [],
      hasNextPage: false,
    });
  });

  test("refuses a malformed position with INVALID_INPUT at after", async () => {
    const { list } = verbsOf(state().adapter);
    // Positions may be ids, which are opaque in some backends. All refuse only what can be neither an id nor an offset.
    for (const after of ["no position!", "", " ", '{ "offset": 1 }', "1\u0000"]) {
      const error = await failureOf(() => list({}, { first: 1, after }, scope));
      expect([error.code, error.field], JSON.stringify(after)).toEqual(["INVALID_INPUT", ["after"]]);
    }
  });
}
