import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";

/** A filter means the same in every backend, however the backend itself treats case. */

const keys = ["pbx", "suite", "offices", "recurring"] as const;

type Conditions = Parameters<TestGateway["sandbox"]["backends"]["pbx"]["setConditions"]>[0];

const habits: readonly (readonly [string, Conditions])[] = [
  ["as the contracts have them", {}],
  ["that heed case", { filterCase: "exact" }],
  ["that ignore accents", { filterAccents: "ignored" }],
  ["that heed case and ignore accents", { filterCase: "exact", filterAccents: "ignored" }],
  ["that are ignored", { ignoredParameters: ["email", "EmailAddress", "billingEmailAddress", "name", "query"] }],
];

describe.each(habits)("filters %s", (_, conditions) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ sandbox: { customers: 60 } });
  });
  afterEach(() => {
    for (const key of keys) gateway.sandbox.backends[key].setConditions({});
  });
  afterAll(async () => gateway?.close());

  const list = `query ($backend: String!, $filter: CustomerFilter, $first: Int, $after: String) {
    customers(backends: [$backend], filter: $filter, first: $first, after: $after) {
      nodes { id name email } pageInfo { hasNextPage endCursor } unavailable { message }
    }
  }`;
  interface Node {
    readonly id: string;
    readonly name: string;
    readonly email: string | null;
  }

  interface Page {
    readonly customers: {
      readonly nodes: readonly Node[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
      readonly unavailable: readonly object[];
    };
  }

  async function all(backend: string, filter: Record<string, string>, first: number): Promise<Node[]> {
    const nodes: Node[] = [];
    let after: string | null = null;
    do {
      const { customers }: Page = await gateway.data(list, { backend, filter, first, after });
      expect(customers.unavailable).toEqual([]);
      nodes.push(...customers.nodes);
      after = customers.pageInfo.hasNextPage ? customers.pageInfo.endCursor : null;
    } while (after !== null);
    return nodes;
  }
  const idsOf = (nodes: readonly Node[]): string[] => nodes.map(({ id }) => id).toSorted();
  const fold = (text: string | null): string => (text ?? "").normalize("NFKC").toLowerCase();

  it.each(keys)("find the same customers in %s, by e-mail address and by name", async (key) => {
    const everybody = await all(key, {}, 100);
    gateway.sandbox.backends[key].setConditions(conditions);
    const some = everybody.filter(({ email }) => email !== null).slice(0, 4);
    expect(some.length).toBe(4);
    for (const { email } of some) {
      const expected = idsOf(everybody.filter((each) => fold(each.email) === fold(email)));
      for (const text of [email ?? "", (email ?? "").toUpperCase(), ` ${email} `])
        expect([text, idsOf(await all(key, { email: text }, 2))]).toEqual([text, expected]);
    }
    expect(await all(key, { email: "nobody@nowhere.example" }, 2)).toEqual([]);
    const [, , { name } = { name: "" }] = everybody;
    for (const part of [name.slice(1, 4), everybody.at(-1)?.name.slice(0, 3) ?? ""]) {
      const expected = everybody.filter((each) => fold(each.name).includes(fold(part.trim())));
      for (const text of [part.toUpperCase(), part.toLowerCase()]) {
        const found = idsOf(await all(key, { search: text }, 3));
        expect([text, found]).toEqual([text, expect.arrayContaining(idsOf(expected))]);
        expect(new Set(found).size).toBe(found.length);
      }
    }
    expect(await all(key, { search: "nobody is called like this" }, 5)).toEqual([]);
  });
});
