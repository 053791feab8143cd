import { copyFileSync, renameSync, rmSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import { afterAll, describe, expect, it, vi } from "vitest";
import { startPostgres } from "../../support/postgres.ts";
import { oneIn } from "../../support/sample.ts";
import type { GatewayProgram } from "../process.ts";
import { run } from "../process.ts";
import { changeConfiguration } from "../processes.ts";
import { type ChargeAnswer, chargeSpecs, createCharge, eventually } from "./charges.ts";
import { brisk, gatewaysOf } from "./gateways.ts";
import { startSandbox } from "./sandbox.ts";

/** The store is deleted, replaced or restored, while the gateway runs or not: no lost key acts again. */
vi.setConfig({ testTimeout: 240_000, maxConcurrency: 3 });

const server = await startPostgres();
afterAll(() => server?.stop());

interface Loss {
  readonly name: string;
  readonly createUrl: () => Promise<string | undefined>;
  /** Saves a copy of the store. Nobody uses the store meanwhile. */
  readonly keep: (url: string) => Promise<void>;
  readonly lose: (url: string) => Promise<void>;
  /** Processes hold on to a file that is no longer there. */
  readonly needsRestart: boolean;
}

/** The charges that only the lost store knew. */
const late = 12;

const fileOf = (url: string): string => url.slice("sqlite:".length);
const copyOf = (url: string): string => `${fileOf(url)}.copy`;
const removeStore = (url: string): void => {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${fileOf(url)}${suffix}`, { force: true });
};
const keepFile = async (url: string): Promise<void> => copyFileSync(fileOf(url), copyOf(url));

async function queryAll(url: string, queries: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const query of queries) await client.query(query);
  } finally {
    await client.end();
  }
}

const nameOf = (url: string): string => new URL(url).pathname.slice(1);
const administration = (url: string): string => Object.assign(new URL(url), { pathname: "/postgres" }).href;
const tables = ["operations", "steps", "operation_backends", "continuity"];

const onSqlite = { createUrl: async () => undefined, keep: keepFile };
const onPostgres = { createUrl: async () => server?.createDatabase() };

const losses: readonly Loss[] = [
  { name: "SQLite's files are deleted", ...onSqlite, lose: async (url) => removeStore(url), needsRestart: true },
  {
    name: "an older copy is put in the place of SQLite's file",
    ...onSqlite,
    lose: async (url) => {
      removeStore(url);
      renameSync(copyOf(url), fileOf(url));
    },
    needsRestart: true,
  },
  {
    name: "an older copy is restored into SQLite's file",
    ...onSqlite,
    lose: async (url) => {
      const copy = new DatabaseSync(copyOf(url));
      await eventually("nobody writes", () =>
        backup(copy, fileOf(url)).then(
          () => true,
          () => false,
        ),
      );
      copy.close();
    },
    needsRestart: false,
  },
  {
    name: "an older PostgreSQL database takes the name",
    ...onPostgres,
    keep: (url) => queryAll(administration(url), [`create database ${nameOf(url)}_copy template ${nameOf(url)}`]),
    lose: async (url) =>
      queryAll(administration(url), [
        `alter database ${nameOf(url)} allow_connections false`,
        `select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '${nameOf(url)}'`,
        `alter database ${nameOf(url)} rename to ${nameOf(url)}_lost`,
        `alter database ${nameOf(url)}_copy rename to ${nameOf(url)}`,
        `drop database ${nameOf(url)}_lost`,
      ]),
    needsRestart: false,
  },
  {
    name: "PostgreSQL's rows are restored from a backup",
    ...onPostgres,
    keep: (url) =>
      queryAll(url, ["create schema kept", ...tables.map((table) => `create table kept.${table} as select * from ${table}`)]),
    lose: (url) =>
      queryAll(url, [
        "begin",
        `truncate ${tables.join(", ")}`,
        ...tables.map((table) => `insert into ${table} select * from kept.${table}`),
        "commit",
      ]),
    needsRestart: false,
  },
];

const moments = [
  { when: "while the gateway runs", isRunning: true },
  { when: "before it starts", isRunning: false },
];

describe.concurrent.each(losses)("$name", ({ name, createUrl, keep, lose, needsRestart }) => {
  it.for(oneIn(2, moments, name))(
    "$when: no repeat acts, until an operator says what happened",
    async ({ isRunning }, { skip }) => {
      const storeUrl = await createUrl();
      skip(createUrl === onPostgres.createUrl && storeUrl === undefined, "PostgreSQL could not be started");
      await using sandbox = await startSandbox();
      await using gateways = gatewaysOf(sandbox, { ...brisk, ...(storeUrl !== undefined && { storeUrl }) });
      const { storeUrl: url, file, environment } = gateways.configuration;
      changeConfiguration(file, { store: { markFile: `${file}.mark` } });
      const earlier = await gateways.start();
      const specs = await chargeSpecs(earlier.origin);
      const charge = ({ origin }: GatewayProgram, key: string): Promise<ChargeAnswer> =>
        createCharge(origin, specs("pbx", key), key);
      const isDone = (answer: ChargeAnswer): boolean => answer.data?.createCharge.operation.status === "SUCCEEDED";
      await eventually("the first has happened", async () => isDone(await charge(earlier, "Owed early")));
      await earlier.stop();
      await keep(url);

      let gateway = await gateways.start();
      const keys = Array.from({ length: late }, (_, index) => `Owed late ${index}`);
      const chargeAll = (): Promise<ChargeAnswer[]> => Promise.all(keys.map((key) => charge(gateway, key)));
      await eventually("all have happened", async () => (await chargeAll()).every(isDone));
      const sent = sandbox.creates();
      if (!isRunning) await gateway.stop();
      await lose(url);
      if (!isRunning) gateway = await gateways.start();

      // At once, before anybody has checked: each answers with its outcome or is refused.
      await chargeAll();
      expect(sandbox.creates()).toBe(sent);
      await eventually("it is noticed", async () => (await fetch(`${gateway.origin}/ready`)).status === 503);
      for (const { data, errors } of await chargeAll()) {
        expect(data).toBeNull();
        expect(errors).toMatchObject([
          { message: expect.stringMatching(/-- operations accept-store/), extensions: { code: "UNAVAILABLE" } },
        ]);
      }
      expect(await charge(gateway, "New")).toMatchObject({ data: null, errors: [{ extensions: { code: "UNAVAILABLE" } }] });
      expect(sandbox.creates()).toBe(sent);

      const accept = ["--config", file, "accept-store", "--actor", "ada", "--reason", "restored after a disk failure"];
      await using command = run("src/main.ts", ["operations", ...accept], environment);
      expect(await command.ended()).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(/^Accepted: /) });
      if (isRunning && needsRestart) {
        await gateway.stop();
        gateway = await gateways.start();
      }
      await eventually("mutations are taken again", async () => (await charge(gateway, "New")).data?.createCharge.charge);
      await eventually("it is ready", async () => (await fetch(`${gateway.origin}/ready`)).status === 200);
      expect(sandbox.chargeTexts("New")).toEqual(["New"]);
      expect(sandbox.chargeTexts("Owed late")).toHaveLength(late);
    },
  );
});
