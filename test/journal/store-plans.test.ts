import { CompiledQuery, type Kysely, sql } from "kysely";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { alikeCharges } from "../../src/journal/alike.ts";
import type { Onlooker, OperationFilter } from "../../src/journal/model.ts";
import {
  blockingOperations,
  claimedSteps,
  dueOperations,
  operationById,
  operationByKey,
  operationPage,
  operationPages,
  operationsOfOnce,
  orphanedOperations,
  rivalSteps,
  sendingOn,
} from "../../src/journal/queries.ts";
import { operationTrail } from "../../src/journal/store.ts";
import type { Tables } from "../../src/journal/tables.ts";
import type { Caller } from "../../src/model/caller.ts";
import type { Engine } from "../../src/store/engine.ts";
import { migrate } from "../../src/store/open.ts";
import { openPostgres } from "../../src/store/postgres.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { startPostgres } from "../support/postgres.ts";
import { storeDialects } from "./fixture.ts";

/** The query plans of the store's queries, in a journal of 20,000 operations. */

const server = await startPostgres();
afterAll(() => server?.stop());

type Database = Kysely<Tables>;
type Compilable = { readonly compile: () => CompiledQuery };

const everything = new Set(["read", "write", "raw", "metrics", "admin"] as const);
const admin = { actor: "root", name: "root", scopes: everything, backends: "*", expiresAt: null } as const;
const suiteAdmin = { ...admin, backends: new Set(["suite", "offices"]) };
const desk = { actor: "desk", name: "desk", scopes: new Set(["read"] as const), backends: "*", expiresAt: null } as const;
const pbxDesk = { ...desk, backends: new Set(["pbx"]) };

/** As the gateway's own user, or as another user of a backend. */
const as = (caller: Caller, users: Record<string, string> = {}): Onlooker => ({ caller, users });

const deep = { createdAt: "2026-110000", id: "op-110000" };
const filters: readonly OperationFilter[] = [
  {},
  { status: ["UNKNOWN"] },
  { status: ["SUCCEEDED"] },
  { status: ["UNKNOWN", "SUCCEEDED", "FAILED"] },
  { mutation: "createTax" },
  { mutation: "createCharge" },
  { backend: "suite" },
  { backend: "pbx" },
  { from: "2026-105000", to: "2026-115000" },
  { backend: "pbx", from: "2026-105000", to: "2026-115000" },
  { visibleTo: as(admin) },
  { visibleTo: as(suiteAdmin) },
  { visibleTo: as(suiteAdmin), backend: "suite" },
  { visibleTo: as(desk) },
  { visibleTo: as(desk), status: ["SUCCEEDED", "FAILED"] },
  { visibleTo: as(pbxDesk) },
  { visibleTo: as(admin, { pbx: "alice" }) },
  { visibleTo: as(desk, { pbx: "alice", suite: "bob" }) },
  { visibleTo: as(pbxDesk), backend: "pbx", mutation: "createCharge" },
];
const nameOf = (filter: OperationFilter): string =>
  JSON.stringify(filter, (_key, value) => (value instanceof Set ? [...value] : value));
const lists = filters.flatMap((filter) =>
  [null, deep].map((after): [string, (database: Database) => readonly Compilable[]] => [
    `list ${nameOf(filter)} ${after ? "deep inside" : "from the start"}`,
    (database) => operationPages(filter, 50, after).map((page) => operationPage(database, page)),
  ]),
);
const key = { actor: null, mutation: "createCharge", idempotencyKey: "key-110000", validateOnly: false };
const like = { backend: "pbx", action: "charges/create", objectId: null, belongsTo: "customer" };
const likenesses = ["like-110000", "like-110001", "like-nothing"];
const alike = { likenesses, since: "2026-100000", besides: key, besidesRun: "run" };
const questions: [string, (database: Database, clock: Engine["clock"]) => readonly Compilable[]][] = [
  ...lists,
  ...[null, deep].map((after): [string, (database: Database) => readonly Compilable[]] => [
    `trail ${after ? "deep inside" : "from the start"}`,
    (database) => [operationTrail(database, { since: "2026-105000", until: "2026-115000" }, 50, after)],
  ]),
  ["byId", (database) => [operationById(database, "op-110000")]],
  ["byKey", (database) => [operationByKey(database, key)]],
  ["alike", (database) => [alikeCharges(database, alike), alikeCharges(database, { likenesses, since: "2026-110000" }).limit(1)]],
  ["once", (database) => [operationsOfOnce(database, ["once-110000", "once-110002", "once-nothing"])]],
  ["blocking", (database) => [blockingOperations(database, "object-110000")]],
  ["claimed", (database) => [claimedSteps(database, "pbx", ["claim-110000", "claim-110001"])]],
  ["orphans", (database, clock) => [orphanedOperations(database, clock)]],
  ["due", (database, clock) => [dueOperations(database, clock, 20)]],
  ["being changed", (database) => [sendingOn(database, "op-110000", "object-110000")]],
  ["rival", (database) => [rivalSteps(database, "op-110000", like)]],
];

async function fill(database: Database): Promise<void> {
  const numbers = sql`with recursive numbers (n) as (select 100000 union all select n + 1 from numbers where n < 119999)`;
  await sql`insert into operations (id, mutation, actor, idempotency_key, input, input_hash, validate_only, on_failure, status, owner,
      looks, next_look_at, created_at, updated_at, completed_at, once_key, once_number)
    ${numbers} select 'op-' || n, case when n % 20 = 0 then 'createTax' else 'createCharge' end,
      case when n % 40 = 3 then 'desk' else '' end, 'key-' || n, '{}', 'hash', 0, 'KEEP',
      case when n % 100 = 0 then 'UNKNOWN' else 'SUCCEEDED' end, case when n % 1000 = 1 then 'owner-' || (n % 7) end, 0,
      case when n % 100 = 0 then '2026-' || n end, '2026-' || n, '2026-' || n, case when n % 100 > 0 then '2026-' || n end,
      case when n % 2 = 0 then 'once-' || n end, case when n % 2 = 0 then 1 end
    from numbers`.execute(database);
  await sql`insert into steps (operation_id, position, target, backend, action, status, attempts, errors, object_id, node_id, claim,
      mark, likeness, compensates, started_at, finished_at) ${numbers}
    select 'op-' || n, 0, 0, case when n % 50 = 0 then 'suite' else 'pbx' end, 'charges/create', 'UNKNOWN', 1, '[]',
      'object-' || n, 'node-' || n, 'claim-' || n, null, 'like-' || n, 0, '2026-' || n, '2026-' || n
    from numbers`.execute(database);
  await sql`insert into operation_backends select operation_id, backend, '2026-' || substr(operation_id, 4) from steps`.execute(
    database,
  );
  // Some also have a step in another backend.
  await sql`insert into operation_backends select id, 'offices', created_at from operations where mutation = 'createTax'`.execute(
    database,
  );
}

/** Lines of SQLite's plan. Every table must be read through an index, in its order. */
async function sqliteProblems(database: Database, query: Compilable): Promise<string[]> {
  const { sql: text, parameters } = query.compile();
  const { rows } = await database.executeQuery<{ detail: string }>(
    CompiledQuery.raw(`explain query plan ${text}`, [...parameters]),
  );
  return rows.map(({ detail }) => detail).filter((line) => /TEMP B-TREE/.test(line) || /^SCAN (?!.*USING )/.test(line));
}

/** The same for PostgreSQL. It may scan the few owners, and filter the operations of a few steps. */
async function postgresProblems(database: Database, query: Compilable): Promise<string[]> {
  const { sql: text, parameters } = query.compile();
  const { rows } = await database.executeQuery<{ "QUERY PLAN": string }>(CompiledQuery.raw(`explain ${text}`, [...parameters]));
  return rows.map((row) => row["QUERY PLAN"]).filter((line) => /Seq Scan on (?!owners)|Sort/.test(line));
}

describe.each(storeDialects(server))("the plans of $name", ({ name, available, createUrl }) => {
  let engine: Engine;
  beforeEach(async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    const url = await createUrl();
    engine = name === "SQLite" ? await openSqlite(url.slice("sqlite:".length)) : openPostgres(url);
    await engine.patiently(migrate);
    await fill(engine.database.withTables<Tables>());
  });
  afterEach(async () => engine?.close());

  it("neither scan nor sort a whole table, however deep the page is", async () => {
    const database = engine.database.withTables<Tables>();
    // PostgreSQL analyses tables by itself, in time; SQLite never does.
    if (name === "PostgreSQL") await sql`analyze`.execute(database);
    const problemsOf = name === "SQLite" ? sqliteProblems : postgresProblems;
    const problems: Record<string, string[]> = {};
    for (const [question, queriesOf] of questions) {
      const found = await Promise.all(queriesOf(database, engine.clock).map((query) => problemsOf(database, query)));
      if (found.flat().length > 0) problems[question] = found.flat();
    }
    expect(problems).toEqual({});
  });

  // While many charges are made, PostgreSQL's statistics are those of an empty journal. It must not scan a table that it takes
  // for small.
  const unknown = Array.from({ length: 200 }, (_, index) => `none-${index}`);
  it.runIf(name === "PostgreSQL").each([
    ["similar charges by likeness", (database: Database) => alikeCharges(database, { ...alike, likenesses: unknown })],
    ["the operations of rows by their keys", (database: Database) => operationsOfOnce(database, unknown)],
  ])("find %s alone, whatever PostgreSQL's statistics say", async (_, queryOf) => {
    const database = engine.database.withTables<Tables>();
    const { sql: text, parameters } = queryOf(database).compile();
    const explained = CompiledQuery.raw(`explain (analyze, buffers, format json) ${text}`, [...parameters]);
    const { rows } = await database.executeQuery<{ "QUERY PLAN": readonly [{ Plan: Record<string, number> }] }>(explained);
    const plan = rows[0]?.["QUERY PLAN"][0].Plan ?? {};
    const pages = (plan["Shared Hit Blocks"] ?? Number.NaN) + (plan["Shared Read Blocks"] ?? Number.NaN);
    // Each is one descent of an index; 20,000 operations take more pages.
    expect(pages).toBeLessThan(1000);
    expect(pages).toBeGreaterThanOrEqual(unknown.length);
    expect(JSON.stringify(plan)).not.toMatch(/"Node Type":"Seq Scan"[^{]*"Actual Loops":[1-9]/);
  });
});
