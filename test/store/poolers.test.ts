import { sql } from "kysely";
import { Client } from "pg";
import { afterAll, describe, expect, it, vi } from "vitest";
import { openStore, type Store } from "../../src/journal/store.ts";
import { keepsSessions } from "../../src/store/postgres.ts";
import { operation } from "../journal/fixture.ts";
import { patience } from "../support/patience.ts";
import { startPostgres } from "../support/postgres.ts";
import { pgbouncerMissing, startPgBouncer } from "./pgbouncer.ts";

const server = await startPostgres();
afterAll(() => server?.stop());
const databaseUrl = async (): Promise<string> => (await server?.createDatabase()) ?? "";

const timeouts = [{ statement: "5s", idle: "5s" }];

async function timeoutsOf({ engine }: Store): Promise<readonly unknown[]> {
  const settings = sql`select current_setting('statement_timeout') as statement,
    current_setting('idle_in_transaction_session_timeout') as idle`;
  return (await settings.execute(engine.database)).rows;
}

const refusal =
  /^The store of operations \(PostgreSQL, .*\) cannot be used: a pooler in transaction or statement mode is between/;

describe.skipIf(server === null || pgbouncerMissing)("through PgBouncer", () => {
  it("works in session mode as without a pooler", async () => {
    const url = await databaseUrl();
    await using pooler = await startPgBouncer(url, { pool_mode: "session" });
    const store = await openStore(pooler.url);
    const other = await openStore(url);
    try {
      const heard = new Set<string>();
      await store.watch((id) => heard.add(id));
      const ids = Array.from({ length: 20 }, (_, index) => `op-${index}`);
      await Promise.all(ids.map((id) => store.insert(operation({ id }))));
      await other.insert(operation({ id: "of-another" }));
      expect(await store.list({}, 30, null)).toHaveLength(21);
      expect(await timeoutsOf(store)).toEqual(timeouts);
      await vi.waitFor(() => expect(heard).toEqual(new Set([...ids, "of-another"])), patience);
    } finally {
      await store.close();
      await other.close();
    }
  });

  it.each([
    { pool_mode: "transaction" },
    { pool_mode: "transaction", ignore_startup_parameters: "statement_timeout,idle_in_transaction_session_timeout,options" },
    { pool_mode: "transaction", default_pool_size: 1 },
    { pool_mode: "transaction", server_round_robin: 1, min_pool_size: 4 },
    { pool_mode: "statement" },
    { pool_mode: "statement", server_round_robin: 1, min_pool_size: 4 },
  ])("with %j, it is refused and left as it was", async (settings) => {
    const url = await databaseUrl();
    await using pooler = await startPgBouncer(url, settings);
    await expect(openStore(pooler.url)).rejects.toThrow(refusal);
    const client = new Client({ connectionString: pooler.url });
    await client.connect();
    const { rows } = await client.query(
      "select current_setting('statement_timeout') as timeout, to_regclass('operations') as operations",
    );
    await client.end();
    expect(rows).toEqual([{ timeout: "0", operations: null }]);
  });

  it("is refused in session mode without room for a gateway, with advice", async () => {
    await using pooler = await startPgBouncer(await databaseUrl(), { pool_mode: "session", default_pool_size: 3 });
    await expect(openStore(pooler.url)).rejects.toThrow(
      /cannot be opened: .* not answered; .* \(PgBouncer: default_pool_size\)\.$/,
    );
  });

  it("is refused in transaction mode each time, however busy the pooler is", async () => {
    await using pooler = await startPgBouncer(await databaseUrl(), { pool_mode: "transaction" });
    const others = Array.from({ length: 10 }, () => new Client({ connectionString: pooler.url }));
    await Promise.all(others.map((client) => client.connect()));
    let isOver = false;
    const traffic = others.map(async (client) => {
      while (!isOver) await client.query("select pg_sleep(random() * 0.003)");
    });
    try {
      for (let round = 0; round < 20; round += 1) {
        expect(await keepsSessions({ connectionString: pooler.url }), `round ${round}`).toBe(false);
      }
    } finally {
      isOver = true;
      await Promise.all(traffic);
      await Promise.all(others.map((client) => client.end()));
    }
  });
});

describe.skipIf(server === null)("without a pooler", () => {
  it("connections keep their sessions, however many check at once", async () => {
    const connectionString = await databaseUrl();
    const looks = await Promise.all(Array.from({ length: 30 }, () => keepsSessions({ connectionString })));
    expect(looks).toEqual(looks.map(() => true));
  });

  it("a session has the store's timeouts", async () => {
    const store = await openStore(await databaseUrl());
    try {
      expect(await timeoutsOf(store)).toEqual(timeouts);
    } finally {
      await store.close();
    }
  });
});
