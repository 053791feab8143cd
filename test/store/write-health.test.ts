import { sql } from "kysely";
import { Client } from "pg";
import { afterAll, describe, expect, it, vi } from "vitest";
import { openStore } from "../../src/journal/store.ts";
import { operation, sqliteFile } from "../journal/fixture.ts";
import { patience } from "../support/patience.ts";
import { startPostgres } from "../support/postgres.ts";

/** Stores that answer reads but accept no writes. */

const server = await startPostgres();
afterAll(() => server?.stop());

async function administer(url: string, ...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

describe("on SQLite", () => {
  it("a full database is noticed by the first write, with the reason, and so is free space afterwards", async () => {
    const store = await openStore(`sqlite:${sqliteFile()}`);
    const { database, writeHealth } = store.engine;
    const told: unknown[] = [];
    writeHealth.listen((failure) => told.push(failure));
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(database);
    await sql.raw(`pragma max_page_count = ${rows[0]?.page_count}`).execute(database);
    const full = { errcode: 13 };
    const filling = { input: { text: "x".repeat(20_000) } };
    await expect(store.insert(operation({ id: "op-1", ...filling }))).rejects.toMatchObject({ code: "UNAVAILABLE", cause: full });
    // Reads still work, and a small write may fit, but no operation does.
    expect(await store.byId("op-1")).toBeNull();
    await sql`update continuity set count = count + 1`.execute(database);
    await expect(store.ping()).rejects.toMatchObject({ code: "UNAVAILABLE", cause: full });
    expect(told).toMatchObject([full]);
    await sql`pragma max_page_count = 1000000`.execute(database);
    await store.ping();
    expect(told).toMatchObject([full, null]);
    expect(await store.insert(operation({ id: "op-1", ...filling }))).not.toBeNull();
    const { rows: left } = await sql`select id from trial_writes`.execute(database);
    expect(left).toEqual([]);
    await store.close();
  });

  it("an error of a statement is not a failure of the store", async () => {
    const store = await openStore("sqlite::memory:");
    await expect(sql`insert into continuity (id) values (7)`.execute(store.engine.database)).rejects.toThrow();
    await expect(sql`select nothing from nowhere`.execute(store.engine.database)).rejects.toThrow();
    expect(store.engine.writeHealth.failure()).toBeNull();
    await store.close();
  });
});

describe.skipIf(server === null)("on PostgreSQL", () => {
  it("a server that has become read-only is noticed, and so is its recovery", async () => {
    const url = (await server?.createDatabase()) ?? "";
    const name = new URL(url).pathname.slice(1);
    const others = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid()`;
    const store = await openStore(url);
    await store.ping();
    await administer(url, `alter database "${name}" set default_transaction_read_only = on`, others);
    // The first write may only find that its connection is gone.
    await vi.waitFor(
      () => expect(store.insert(operation({ id: "op-1" }))).rejects.toMatchObject({ cause: { code: "25006" } }),
      patience,
    );
    await expect(store.ping()).rejects.toMatchObject({ code: "UNAVAILABLE", cause: { code: "25006" } });
    expect(await store.byId("op-1")).toBeNull();
    await administer(
      url,
      "set default_transaction_read_only = off",
      `alter database "${name}" set default_transaction_read_only = off`,
      others,
    );
    await vi.waitFor(() => store.ping(), patience);
    expect(store.engine.writeHealth.failure()).toBeNull();
    expect(await store.insert(operation({ id: "op-1" }))).not.toBeNull();
    await store.close();
  });

  it("broken connections count as a failure until the next write", async () => {
    const url = (await server?.createDatabase()) ?? "";
    const store = await openStore(url);
    const told: unknown[] = [];
    store.engine.writeHealth.listen((failure) => told.push(failure));
    await expect(sql`select pg_terminate_backend(pg_backend_pid())`.execute(store.engine.database)).rejects.toThrow();
    await store.ping();
    expect(told).toMatchObject([{ code: "57P01" }, null]);
    await expect(sql`insert into continuity (id) values (7)`.execute(store.engine.database)).rejects.toThrow();
    expect(store.engine.writeHealth.failure()).toBeNull();
    await store.close();
  });
});
