import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type KyselyPlugin, sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type Continuity, createContinuity } from "../../src/store/continuity.ts";
import { type Engine, StoreError } from "../../src/store/engine.ts";
import { openEngine } from "../../src/store/open.ts";
import { sqliteFile, storeDialects } from "../journal/fixture.ts";
import { patience } from "../support/patience.ts";
import { startPostgres } from "../support/postgres.ts";
import { launchPostgres, type PostgresServer, withoutDisk } from "../support/postgres-server.ts";

/** A lost journal must be noticed: otherwise every key that was lost with it would act again. */

const server = await startPostgres();
afterAll(() => server?.stop());

const opened: Engine[] = [];
let told: string[];
beforeEach(() => {
  told = [];
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((engine) => engine.close()));
});

async function open(url: string, markFile: string | null): Promise<Continuity> {
  const engine = await openEngine(url);
  opened.push(engine);
  return createContinuity({ engine, markFile, report: (_, details) => told.push(JSON.stringify(details)) });
}

describe.each(storeDialects(server))("a store on $name", ({ available, createUrl }) => {
  let url: string;
  let markFile: string;
  beforeEach(async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    url = await createUrl();
    markFile = `${sqliteFile()}.mark`;
  });
  const change = (query: string) => sql.raw(query).execute(opened[0]?.database as Engine["database"]);

  it("counts as the same when it is new, opened again, or opened by several at once", async () => {
    const first = await open(url, markFile);
    await first.check();
    const others = await Promise.all([1, 2, 3].map(() => open(url, markFile)));
    for (let beat = 0; beat < 10; beat += 1) await Promise.all([first, ...others].map((each) => each.check()));
    expect([first, ...others].map((each) => each.problem())).toEqual([null, null, null, null]);
    expect(existsSync(markFile)).toBe(true);
    const again = await open(url, markFile);
    await again.check();
    expect(again.problem()).toBeNull();
    expect(told).toEqual([]);
  });

  it("is checked by several processes many times at once without a false alarm", async () => {
    const one = await open(url, markFile);
    const other = await open(url, markFile);
    for (let round = 0; round < 20; round += 1) {
      await Promise.all([one, other].flatMap((each) => Array.from({ length: 10 }, () => each.check())));
      expect([one.problem(), other.problem()]).toEqual([null, null]);
    }
  });

  it("counts as the same however many check it at once, even if it answers late", async () => {
    const engine = await openEngine(url);
    opened.push(engine);
    let late = 0;
    const slow: Engine = {
      ...engine,
      transact: async (change) => {
        const result = await engine.transact(change);
        late = (late + 7) % 20;
        await new Promise((resolve) => setTimeout(resolve, late));
        return result;
      },
    };
    const all = [1, 2, 3].map(() =>
      createContinuity({
        engine: slow,
        markFile,
        report: (_, details) => told.push(JSON.stringify(details)),
      }),
    );
    for (let round = 0; round < 5; round += 1) {
      engine.lastSeen.isFresh = false;
      await Promise.all(all.flatMap((each) => Array.from({ length: 10 }, () => (round % 2 ? each.check() : each.confirm()))));
    }
    expect(told).toEqual([]);
    expect(all.map((each) => each.problem())).toEqual([null, null, null]);
  });

  it("has one generation if several processes create it at once", async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => open(url, markFile)));
    await Promise.all(all.map((each) => each.check()));
    await Promise.all(all.map((each) => each.check()));
    expect(all.map((each) => each.problem())).toEqual([null, null, null, null]);
  });

  it("that is older than its mark was restored from a backup, whether the gateway ran meanwhile or not", async () => {
    const running = await open(url, markFile);
    for (let beat = 0; beat < 5; beat += 1) await running.check();
    await change("update continuity set count = 2");
    await running.check();
    expect(running.problem()).toMatch(/restored from a backup/);
    const started = await open(url, markFile);
    await started.check();
    expect(started.problem()).toMatch(/restored from a backup/);
    // More checks do not change the result.
    for (let beat = 0; beat < 10; beat += 1) await started.check();
    expect(started.problem()).toMatch(/restored from a backup/);
    expect(told).toHaveLength(2);
  });

  it("that is emptied or replaced is noticed, even by processes without a mark", async () => {
    const withoutMark = await open(url, null);
    const running = await open(url, markFile);
    await running.check();
    await withoutMark.check();
    await change("delete from continuity");
    await Promise.all([running.check(), withoutMark.check()]);
    expect(running.problem()).toMatch(/not the one used before/);
    expect(withoutMark.problem()).toMatch(/not the one used before/);
    const started = await open(url, markFile);
    await started.check();
    expect(started.problem()).toMatch(/not the one used before/);
  });

  it("in which one process has found a loss is refused by all, even by those that start without a mark", async () => {
    const running = await open(url, markFile);
    for (let beat = 0; beat < 5; beat += 1) await running.check();
    await change("update continuity set count = 2");
    await running.check();
    const started = await open(url, null);
    for (let beat = 0; beat < 10; beat += 1) await started.check();
    expect(started.problem()).toMatch(/restored from a backup/);
  });

  it("is used again in every process once an operator accepts it, and is checked again from then on", async () => {
    const running = await open(url, markFile);
    const other = await open(url, null);
    for (let beat = 0; beat < 5; beat += 1) await Promise.all([running.check(), other.check()]);
    await change("update continuity set count = 2");
    await Promise.all([running.check(), other.check()]);
    const command = await open(url, markFile);
    await command.check();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await command.accept("ada", "restored after a disk failure");
    await Promise.all([running.check(), other.check()]);
    expect([running.problem(), other.problem(), command.problem()]).toEqual([null, null, null]);
    const started = await open(url, markFile);
    await started.check();
    expect(started.problem()).toBeNull();
    await change("update continuity set count = 0");
    await running.check();
    await running.check();
    await change("update continuity set count = 0");
    await running.check();
    expect(running.problem()).toMatch(/restored from a backup/);
  });

  it("whose mark cannot be understood does not count as new", async () => {
    const running = await open(url, markFile);
    await running.check();
    writeFileSync(markFile, "{");
    const started = await open(url, markFile);
    await started.check();
    expect(started.problem()).toMatch(/not the one used before/);
  });

  it("whose mark cannot be read is not taken for another one, by nobody; a process that does not know it yet waits", async () => {
    const running = await open(url, markFile);
    await running.check();
    // As for a process without a file descriptor, or where a disk fails: there is a mark, but what is in it cannot be had.
    rmSync(markFile);
    mkdirSync(markFile);
    for (let beat = 0; beat < 3; beat += 1) await running.check();
    expect(running.problem()).toBeNull();
    expect(told.filter((line) => line.includes("EISDIR") && line.includes("read"))).toHaveLength(1);
    const started = await open(url, markFile);
    await expect(started.check()).rejects.toThrow(/^The mark of the store of operations .* cannot be read: EISDIR/);
    await expect(started.accept("ada", "as if it were lost")).rejects.toThrow(StoreError);
    rmSync(markFile, { recursive: true });
    await running.check();
    await started.check();
    expect([running.problem(), started.problem()]).toEqual([null, null]);
    expect(existsSync(markFile)).toBe(true);
  });
});

it("accepted by an operator while a process records its loss stays accepted", async ({ skip }) => {
  if (server === null) return skip("PostgreSQL could not be started");
  const url = await server.createDatabase();
  const operator = await open(url, null);
  const engine = await openEngine(url);
  opened.push(engine);
  let whenRead = async (): Promise<void> => {};
  const pausing: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      if (result.rows.some((row) => "suspicion" in row)) await whenRead();
      return result;
    },
  };
  const transact: Engine["transact"] = (change) => engine.transact((given) => change(given.withPlugin(pausing)));
  const report = (): void => {};
  const noticing = createContinuity({ engine: { ...engine, transact }, markFile: null, report });
  await noticing.check();
  await sql`update continuity set generation = 'another'`.execute(engine.database);
  whenRead = () => operator.accept("ada", "restored");
  await noticing.check();
  expect(noticing.problem()).not.toBeNull();
  whenRead = async () => {};
  await noticing.check();
  await operator.check();
  expect([noticing.problem(), operator.problem()]).toEqual([null, null]);
});

describe("a file", () => {
  it("that is deleted or replaced under a running gateway is noticed, by the next start as well", async () => {
    const file = sqliteFile();
    const running = await open(`sqlite:${file}`, `${file}.mark`);
    await running.check();
    copyFileSync(file, `${file}.copy`);
    rmSync(file);
    await running.check();
    expect(running.problem()).toMatch(/deleted or replaced/);
    const started = await open(`sqlite:${file}`, `${file}.mark`);
    await started.check();
    expect(started.problem()).toMatch(/not the one used before/);
    expect(JSON.parse(readFileSync(`${file}.mark`, "utf8"))).toMatchObject({ generation: expect.any(String) });
  });
});

describe("a PostgreSQL server that was restored, or on which a standby has taken over", () => {
  let own: PostgresServer | null;
  beforeAll(async () => {
    own = await launchPostgres(withoutDisk).catch(() => null);
  });
  afterAll(() => own?.stop());
  beforeEach(({ skip }) => skip(own === null, "PostgreSQL could not be started"));

  it("may lack its newest commits: mutations are refused until an operator accepts it, everywhere and after a restart", async () => {
    const url = (await own?.createDatabase()) ?? "";
    const [running, another] = [await open(url, null), await open(url, null)];
    for (const each of [running, another, running]) await each.check();
    expect(running.problem()).toBeNull();

    await own?.restore();
    await vi.waitFor(() => running.check(), patience);
    expect(running.problem()).toContain("timeline");
    const started = await open(url, null);
    await started.check();
    await vi.waitFor(() => another.check(), patience);
    expect([started.problem(), another.problem()]).toEqual([running.problem(), running.problem()]);

    await running.accept("ada", "a standby took over, and lacked nothing");
    for (const each of [running, another, started]) {
      await each.check();
      await each.check();
      expect(each.problem()).toBeNull();
    }
  });

  it("lacks nothing if each commit had waited for a standby", async () => {
    const url = (await own?.createDatabase()) ?? "";
    const running = await open(url, null);
    await running.check();
    const { database } = opened[0] as Engine;
    const timeline = async (): Promise<unknown> => {
      const { rows } = await sql<{ timeline: unknown }>`select unconfirmed_timeline() as timeline`.execute(database);
      return rows[0]?.timeline;
    };
    expect(await timeline()).toMatch(/^[0-9A-F]{8}$/);
    await waitForStandby("nobody");
    await expect.poll(timeline).toBeNull();
    // No commit returns now. When this was set, a check kept no timeline.
    await waitForStandby("");
    await expect.poll(timeline).not.toBeNull();
    await sql`update continuity set timeline = null`.execute(database);

    await own?.restore();
    await vi.waitFor(() => running.check(), patience);
    expect(running.problem()).toBeNull();

    async function waitForStandby(names: string): Promise<void> {
      await sql.raw(`alter system set synchronous_standby_names = '${names}'`).execute(database);
      await sql`select pg_reload_conf()`.execute(database);
    }
  });
});
