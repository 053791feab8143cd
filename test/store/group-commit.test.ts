import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Database, Engine } from "../../src/store/engine.ts";
import { migrate } from "../../src/store/open.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { sqliteCommits } from "../bench/commits.ts";
import { sqliteFile } from "../journal/fixture.ts";

let engine: Engine;
let commits: () => Promise<number>;

beforeEach(async () => {
  const file = sqliteFile();
  engine = await openSqlite(file);
  await migrate(engine.database);
  commits = sqliteCommits(file).count;
});
afterEach(async () => engine.close());

const owners = (database: Database) => database.withTables<{ owners: { id: string; seen_at: string } }>();

const note = (id: string, problem?: Error): Promise<string> =>
  engine.transact(async (transaction) => {
    await owners(transaction).insertInto("owners").values({ id, seen_at: "now" }).execute();
    if (problem) throw problem;
    return id;
  });

const noted = async (): Promise<string[]> => {
  const rows = await owners(engine.database).selectFrom("owners").select("id").orderBy("id").execute();
  return rows.map(({ id }) => id);
};

it("changes that arrive at once share a commit, each with its own result", async () => {
  const before = await commits();
  expect(await Promise.all(["a", "b", "c"].map((id) => note(id)))).toEqual(["a", "b", "c"]);
  expect((await commits()) - before).toBe(1);
  expect(await noted()).toEqual(["a", "b", "c"]);
});

it("changes that arrive one turn after another share a commit too", async () => {
  const before = await commits();
  const laterOnes = nextTurn().then(() => Promise.all([note("b"), nextTurn().then(() => note("c"))]));
  await Promise.all([note("a"), laterOnes]);
  expect((await commits()) - before).toBe(1);
  expect(await noted()).toEqual(["a", "b", "c"]);
});

it("other work runs between two commits, however many changes wait", async () => {
  let turns = 0;
  let counting = true;
  const counted = (async () => {
    for (; counting; turns += 1) await nextTurn();
  })();
  const seen = new Set<number>();
  const changes = Array.from({ length: 350 }, async (_, index) => {
    await note(String(index));
    seen.add(turns);
  });
  await Promise.all(changes);
  counting = false;
  await counted;
  expect(seen.size).toBe(4);
});

it("changes that wait for each other get a commit each", async () => {
  const before = await commits();
  for (const id of ["a", "b", "c"]) await note(id);
  expect((await commits()) - before).toBe(3);
});

it("a change that fails is rolled back alone", async () => {
  const problem = new Error("it does not want to");
  const endings = await Promise.allSettled([note("a"), note("b", problem), note("a"), note("c")]);
  expect(endings.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
  expect(endings[1]).toMatchObject({ reason: problem });
  expect(endings[2]).toMatchObject({ reason: { message: expect.stringContaining("UNIQUE") } });
  expect(await noted()).toEqual(["a", "c"]);
});

it("a change that fails alone in its transaction is rolled back too", async () => {
  await expect(note("a", new Error("it does not want to"))).rejects.toThrow("it does not want to");
  expect(await noted()).toEqual([]);
});

it("when SQLite rolls back a whole transaction, all its changes fail with the reason, and the next one succeeds", async () => {
  const rollBack = engine.transact(async (transaction) => {
    await owners(transaction).insertInto("owners").values({ id: "full", seen_at: "now" }).execute();
    await transaction.executeQuery({
      ...owners(transaction).selectFrom("owners").select("id").compile(),
      sql: "insert or rollback into owners (id, seen_at) values ('full', 'now')",
    });
  });
  const endings = await Promise.allSettled([note("a"), rollBack, note("b")]);
  expect(endings).toEqual(
    Array(3).fill({ status: "rejected", reason: expect.objectContaining({ message: expect.stringContaining("UNIQUE") }) }),
  );
  expect(await noted()).toEqual([]);
  expect(await note("c")).toBe("c");
});

it("more changes than fit into one transaction are all made", async () => {
  const ids = Array.from({ length: 250 }, (_, index) => String(index).padStart(3, "0"));
  const before = await commits();
  await Promise.all(ids.map((id) => note(id)));
  expect((await commits()) - before).toBe(3);
  expect(await noted()).toEqual(ids);
});
