import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import { afterAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { openStore } from "../../src/journal/store.ts";
import { StoreError } from "../../src/store/engine.ts";
import { whenNotBusy } from "../../src/store/sqlite-driver.ts";
import { operation, sqliteFile, storeDialects } from "../journal/fixture.ts";
import { patience } from "../support/patience.ts";
import { startPostgres } from "../support/postgres.ts";
import { startProxy } from "./proxy.ts";

const server = await startPostgres();
afterAll(() => server?.stop());

async function failureOf(url: string): Promise<StoreError> {
  const failure: unknown = await openStore(url).then(
    () => null,
    (error: unknown) => error,
  );
  if (!(failure instanceof StoreError)) throw new Error(`not a StoreError: ${String(failure)}`);
  return failure;
}

async function executeIn(url: string, statement: string): Promise<void> {
  if (url.startsWith("sqlite:")) {
    const database = new DatabaseSync(url.slice("sqlite:".length));
    database.exec(statement);
    database.close();
    return;
  }
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

describe("the journal's files on SQLite", () => {
  it("belong, with their folder, to the gateway's own user only", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gateway-store-"));
    const store = await openStore(`sqlite:${join(folder, "new", "gateway.db")}`);
    const modeOf = (...path: string[]): string => (statSync(join(folder, "new", ...path)).mode & 0o777).toString(8);
    expect([modeOf(), modeOf("gateway.db"), modeOf("gateway.db-wal")]).toEqual(["700", "600", "600"]);
    await store.close();
    rmSync(folder, { recursive: true });
  });
});

describe.each(storeDialects(server))("opening a store on $name", ({ name, available, createEmptyUrl }) => {
  it.skipIf(!available)("is refused if a newer version of the gateway has written it", async () => {
    const url = await createEmptyUrl();
    await (await openStore(url)).close();
    await executeIn(url, "insert into kysely_migration (name, timestamp) values ('0002-later', '2099-01-01T00:00:00.000Z')");
    const { message } = await failureOf(url);
    expect(message).toContain(name);
    expect(message).toContain("newer version of the gateway: this one does not know 0002-later");
  });

  it.skipIf(!available)("works for many processes at once", async () => {
    const url = await createEmptyUrl();
    const stores = await Promise.all(Array.from({ length: 5 }, () => openStore(url)));
    await Promise.all(stores.map((store, index) => store.insert(operation({ id: `op-${index}` }))));
    expect(await stores[0]?.list({}, 10, null)).toHaveLength(5);
    await Promise.all(stores.map((store) => store.close()));
  });
});

describe("opening a SQLite file", () => {
  it("creates its folder", async () => {
    const file = sqliteFile();
    await (await openStore(`sqlite:${file}`)).close();
    expect(existsSync(file)).toBe(true);
  });

  it("names the file that cannot be opened, and the reason", async () => {
    const file = sqliteFile();
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "not a database ".repeat(100));
    expect((await failureOf(`sqlite:${file}`)).message).toBe(
      `The store of operations (SQLite, ${file}) cannot be opened: file is not a database.`,
    );
    expect((await failureOf(`sqlite:${file}/below/it.db`)).message).toMatch(/cannot be opened: (ENOTDIR|EEXIST)/);
  });
});

describe("a SQLite store", () => {
  it("waits for other writers, and is UNAVAILABLE if one does not end", async () => {
    const file = sqliteFile();
    const store = await openStore(`sqlite:${file}`);
    const other = new DatabaseSync(file);
    try {
      other.exec("begin immediate");
      const waiting = store.insert(operation({ id: "op-1" }));
      setTimeout(() => other.exec("rollback"), 200);
      expect(await waiting).toMatchObject({ id: "op-1" });

      other.exec("begin immediate");
      const refused = expect(store.insert(operation({ id: "op-2" }))).rejects.toMatchObject({
        code: "UNAVAILABLE",
        retryable: true,
      });
      await refused;
      expect(await store.byId("op-2")).toBeNull();
      other.exec("rollback");
      expect(await store.insert(operation({ id: "op-2" }))).not.toBeNull();
    } finally {
      other.close();
      await store.close();
    }
  });
});

it("waits for a lock as long as it should, even if the clock is set back again and again", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  let attempts = 0;
  const busy = (): never => {
    attempts += 1;
    vi.setSystemTime(Date.now() - 60_000);
    throw Object.assign(new Error("database is locked"), { errcode: 5 });
  };
  await expect(whenNotBusy(busy)).rejects.toThrow("database is locked");
  expect(attempts).toBeGreaterThan(1);
});

describe.skipIf(server === null)("a PostgreSQL store", () => {
  it("that cannot be opened is reported without its password", async () => {
    const url = new URL((await server?.createDatabase()) ?? "");
    const wrong = (change: (url: URL) => void): string => {
      const changed = new URL(url);
      changed.password = "canary-7f3a";
      change(changed);
      return changed.href;
    };
    const failures = await Promise.all([
      failureOf(wrong(() => {})),
      failureOf(wrong((address) => (address.port = "1"))),
      failureOf(wrong((address) => (address.hostname = "localhost"))),
      failureOf(wrong((address) => (address.hostname = "nowhere.invalid"))),
      failureOf("postgres://gateway:canary-7f3a@host:port/db"),
    ]);
    const messages = failures.map(({ message }) => message);
    expect(messages[0]).toBe(
      `The store of operations (PostgreSQL, ${url.host}${url.pathname}) cannot be opened: password authentication failed for user "gateway".`,
    );
    expect(messages[1]).toContain("ECONNREFUSED");
    for (const failure of failures) {
      expect(`${failure.message} ${failure.stack}`).not.toContain("canary");
      expect(failure.message).toMatch(/cannot be opened: .+\./);
    }
    url.pathname = "/absent";
    expect((await failureOf(url.href)).message).toContain('cannot be opened: database "absent" does not exist.');
  });

  it("whose commits are not durable is refused with the reason", async () => {
    const url = new URL((await server?.createDatabase()) ?? "");
    const client = new Client(url.href);
    await client.connect();
    await client.query(`alter database "${url.pathname.slice(1)}" set synchronous_commit = off`);
    await client.end();
    expect((await failureOf(url.href)).message).toContain("synchronous_commit is off");
  });

  it("leaves no connection open after it is closed, whatever it was used for", async () => {
    const url = (await server?.createDatabase()) ?? "";
    const watching = new Client({ connectionString: url });
    await watching.connect();
    const others = async (): Promise<number> => {
      const { rows } = await watching.query(
        "select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'",
      );
      return rows.length;
    };
    const uses: readonly ((store: Awaited<ReturnType<typeof openStore>>) => Promise<unknown>)[] = [
      async () => {},
      (store) => store.insert(operation({ id: "op-1" })),
      (store) => store.list({}, 10, null),
      (store) => store.watch(() => {}),
    ];
    for (const use of uses) {
      const store = await openStore(url);
      await use(store);
      await store.close();
      // By itself, a pool closes idle connections after ten seconds.
      await vi.waitFor(async () => expect(await others()).toBe(0), { timeout: 5_000 });
    }
    await watching.end();
  });

  it("is UNAVAILABLE while it is down, and works again afterwards", async () => {
    const proxy = await startProxy((await server?.createDatabase()) ?? "");
    const store = await openStore(proxy.url);
    try {
      await Promise.all(Array.from({ length: 5 }, (_, index) => store.insert(operation({ id: `op-${index}` }))));
      await proxy.interrupt();
      const unavailable = { code: "UNAVAILABLE", retryable: true, cause: expect.any(Error) };
      await expect(store.ping()).rejects.toMatchObject(unavailable);
      await expect(store.insert(operation({ id: "op-5" }))).rejects.toMatchObject(unavailable);
      await expect(store.watch(() => {})).rejects.toMatchObject(unavailable);
      await proxy.resume();
      expect(await store.list({}, 10, null)).toHaveLength(5);
    } finally {
      await store.close();
      await proxy.close();
    }
  });

  it("gives up a connection that drops what is sent, but no later one", async () => {
    const proxy = await startProxy((await server?.createDatabase()) ?? "");
    const store = await openStore(proxy.url);
    try {
      await store.ping();
      proxy.swallow();
      const started = performance.now();
      await expect(store.ping()).rejects.toMatchObject({ code: "UNAVAILABLE" });
      expect(performance.now() - started).toBeLessThan(30_000);
      await proxy.resume();
      await vi.waitFor(() => store.ping(), patience);
    } finally {
      await store.close();
      await proxy.close();
    }
  });
});
