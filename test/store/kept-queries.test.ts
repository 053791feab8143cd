import fc from "fast-check";
import { type Kysely, sql } from "kysely";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../src/store/engine.ts";
import { keptQuery } from "../../src/store/kept-queries.ts";
import { openEngine } from "../../src/store/open.ts";
import { storeDialects } from "../journal/fixture.ts";
import { startPostgres } from "../support/postgres.ts";

const server = await startPostgres();
afterAll(() => server?.stop());

type Tables = { things: { owner: string; name: string; size: number } };

interface Asked {
  readonly owners: readonly { readonly owner: string; readonly names: readonly string[] }[];
  readonly from?: string | null | undefined;
  readonly isSmall: boolean;
  readonly first: number;
}

const words = ["a", "b", "?", "c'd", "$1", "null", ""];

/** A query whose text depends on everything that is given but what the texts say. */
const thingsOf = (database: Kysely<Tables>, { owners, from, isSmall, first }: Asked) => {
  let query = database
    .selectFrom("things")
    .selectAll()
    .where(({ eb, or, and }) => or(owners.map(({ owner, names }) => and([eb("owner", "=", owner), eb("name", "in", names)]))))
    .where("size", isSmall ? "<" : ">=", words.length);
  if (from != null) query = query.where(sql<boolean>`name >= ${from}`);
  return query.orderBy("owner").orderBy("name").limit(first);
};

const asked: fc.Arbitrary<Asked> = fc.record({
  owners: fc.array(
    fc.record({ owner: fc.constantFrom(...words), names: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 3 }) }),
    { minLength: 1, maxLength: 2 },
  ),
  from: fc.constantFrom(undefined, null, ...words),
  isSmall: fc.boolean(),
  first: fc.constantFrom(1, 2, 50),
});

describe.each(storeDialects(server))("a kept query on $name", ({ available, createEmptyUrl }) => {
  let engine: Engine;
  let database: Kysely<Tables>;
  beforeEach(async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    engine = await openEngine(await createEmptyUrl());
    database = engine.database.withTables<Tables>();
    await sql`create table things (owner text, name text, size integer)`.execute(database);
    const things = words.flatMap((owner, row) => words.map((name, place) => ({ owner, name, size: row + place })));
    await database.insertInto("things").values(things).execute();
  });
  afterEach(async () => engine?.close());

  it("finds what the same query finds when it is built for each", async () => {
    const find = keptQuery(thingsOf);
    await fc.assert(
      fc.asyncProperty(asked, async (given) => {
        expect(await find(database, given)).toEqual(await thingsOf(database, given).execute());
      }),
      { numRuns: 300 },
    );
  });

  it("is built once for each shape of what is given, and each time where it has very many texts", async () => {
    let built = 0;
    const find = keptQuery((from: Kysely<Tables>, names: readonly string[]) => {
      built += 1;
      return from.selectFrom("things").select("name").distinct().where("name", "in", names).orderBy("name");
    });
    const found = [];
    for (const names of [["a"], ["b"], ["?"], ["a", "b"], ["b", "none"]]) found.push(await find(database, names));
    expect(found.map((rows) => rows.map(({ name }) => name))).toEqual([["a"], ["b"], ["?"], ["a", "b"], ["b"]]);
    expect(built).toBe(2);
    const many = Array.from({ length: 300 }, (_, index) => `none ${index}`);
    expect(await find(database, [...many, "a"])).toEqual([{ name: "a" }]);
    expect(await find(database, [...many, "b"])).toEqual([{ name: "b" }]);
    expect(built).toBe(4);
  });

  it("sees what its own transaction has changed", async () => {
    const find = keptQuery((from: Kysely<Tables>, name: string) =>
      from.selectFrom("things").selectAll().where("name", "=", name),
    );
    expect(await find(database, "new")).toEqual([]);
    await engine.transact(async (given) => {
      const transaction = given.withTables<Tables>();
      await transaction.insertInto("things").values({ owner: "a", name: "new", size: 1 }).execute();
      expect(await find(transaction, "new")).toEqual([{ owner: "a", name: "new", size: 1 }]);
    });
  });
});
