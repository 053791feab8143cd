import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { beforeEach, describe, expect, it } from "vitest";
import { samplesOf, sumOf } from "./scrape.ts";
import { type Served, serve } from "./served.ts";

/**
 * The file of a running gateway is lost: the next process would not know what this one records. So nothing is sent from then on,
 * from the first call after it, and operators are told.
 */

const mutation = `mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { operation { status } results { errors { code } } } }`;
const input = { backends: ["suite"], firstName: "Grace", lastName: "Hopper" };
const oftenAsked = { sections: { limits: { requestsPerMinute: 0 } } };

interface Told {
  readonly data: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

const ask = async (served: Served, query: string, variables = {}): Promise<Told> =>
  (await (await served.post(query, variables)).json()) as Told;
const save = (served: Served): Promise<Told> => ask(served, mutation, { input });
const saves = ({ sandbox }: Served): number =>
  sandbox.backends.suite.calls.filter((call) => call.function.includes("save")).length;

const folders = mkdtempSync(join(tmpdir(), "lost-file-"));
let number = 0;
let file: string;
beforeEach(() => {
  number += 1;
  file = join(folders, String(number), "data", "gateway.db");
});

function overwrite(path: string, from: number): void {
  const { size } = statSync(path);
  const open = openSync(path, "r+");
  writeSync(open, Buffer.alloc(size - from, 0xa5), 0, size - from, from);
  closeSync(open);
}

/** Moves what is in the log into the file, so that what happens to the file happens to all. */
function emptyLog(path: string): void {
  using other = new DatabaseSync(path);
  other.exec("pragma wal_checkpoint(truncate)");
}

describe.each<readonly [string, (path: string) => void, RegExp]>([
  ["deleted with its log", (path) => ["", "-wal", "-shm"].map((end) => rmSync(`${path}${end}`)), /gateway\.db was deleted/],
  ["deleted", (path) => rmSync(path), /gateway\.db was deleted/],
  ["moved with its folder", (path) => renameSync(dirname(path), `${dirname(path)}.moved`), /gateway\.db was deleted/],
  [
    "replaced by a copy",
    (path) => {
      copyFileSync(path, `${path}.copy`);
      renameSync(`${path}.copy`, path);
    },
    /gateway\.db was deleted or replaced/,
  ],
  ["robbed of its log", (path) => rmSync(`${path}-wal`), /gateway\.db-wal was deleted/],
  ["robbed of the log's index", (path) => rmSync(`${path}-shm`), /gateway\.db-shm was deleted/],
  ["emptied", (path) => truncateSync(path, 0), /gateway\.db is damaged/],
  ["cut off", (path) => truncateSync(path, statSync(path).size / 2), /gateway\.db is damaged/],
])("a file that is %s", (_how, lose, reason) => {
  it("takes no mutation any more, not even the first one; reads go on, and operators are told", async () => {
    await using served = await serve({ store: `sqlite:${file}`, ...oftenAsked });
    expect(await save(served)).toMatchObject({ data: { createCustomer: { operation: { status: "SUCCEEDED" } } } });
    emptyLog(file);
    expect(await save(served)).toMatchObject({ data: { createCustomer: { operation: { status: "SUCCEEDED" } } } });
    expect(saves(served)).toBe(2);
    lose(file);
    const refused = await Promise.all([save(served), save(served), save(served)]);
    refused.push(await save(served));
    for (const { errors } of refused) {
      expect(errors).toMatchObject([{ extensions: { code: "UNAVAILABLE" } }]);
    }
    expect(refused.at(-1)?.errors?.[0]?.message).toMatch(reason);
    expect(saves(served)).toBe(2);
    expect(await ask(served, `{ customers(first: 1, backends: ["suite"]) { nodes { id } unavailable { code } } }`)).toMatchObject(
      {
        data: { customers: { nodes: [{ id: expect.any(String) }], unavailable: [] } },
      },
    );
    const ready = await served.get("/ready");
    expect([ready.status, await ready.json()]).toMatchObject([503, { store: "refused" }]);
    expect(sumOf(samplesOf(await (await served.get("/metrics")).text()), "billing_gateway_store_up")).toBe(0);
    expect(served.lines().filter(({ msg }) => String(msg).startsWith("the store is not the same as before"))).toMatchObject([
      { reason: expect.stringMatching(reason) },
    ]);
  });
});

it("a file whose pages are damaged takes no mutation once SQLite has noticed it, and neither does the next process", async () => {
  {
    await using served = await serve({ store: `sqlite:${file}`, ...oftenAsked });
    for (let call = 0; call < 100; call += 1) await save(served);
  }
  const { size } = statSync(file);
  {
    await using served = await serve({ store: `sqlite:${file}`, ...oftenAsked });
    overwrite(file, size / 2);
    await expect.poll(async () => (await save(served)).errors?.[0]?.message).toMatch(/gateway\.db is damaged/);
    const sent = saves(served);
    expect((await save(served)).errors).toMatchObject([{ extensions: { code: "UNAVAILABLE" } }]);
    expect(saves(served)).toBe(sent);
  }
  await using served = await serve({ store: `sqlite:${file}`, ...oftenAsked });
  expect((await save(served)).errors?.[0]?.message).toMatch(/gateway\.db is damaged/);
  expect(saves(served)).toBe(0);
});

it("a file that is put back as it was takes mutations again", async () => {
  await using served = await serve({ store: `sqlite:${file}`, ...oftenAsked });
  renameSync(dirname(file), `${dirname(file)}.moved`);
  expect((await save(served)).errors).toMatchObject([{ extensions: { code: "UNAVAILABLE" } }]);
  renameSync(`${dirname(file)}.moved`, dirname(file));
  await expect
    .poll(async () => (await save(served)).data)
    .toMatchObject({ createCustomer: { operation: { status: "SUCCEEDED" } } });
  expect((await served.get("/ready")).status).toBe(200);
});

describe("a backup that is copied over the file of a running gateway", () => {
  const keyed = `mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { operation { status replayed } } }`;
  const saveUnder = (served: Served, idempotencyKey: string) => ask(served, keyed, { input: { ...input, idempotencyKey } });

  async function backUp(path: string): Promise<string> {
    using source = new DatabaseSync(path, { readOnly: true });
    const copy = `${path}.backup`;
    await backup(source, copy);
    return copy;
  }

  /** So that the gateway moves its log into the file with its next commit. */
  function lengthenLog(path: string): void {
    using other = new DatabaseSync(path);
    other.exec("pragma wal_autocheckpoint = 0; create table filler (text); insert into filler values (zeroblob(4200000))");
  }

  it("is noticed if the file has newer records: no key acts twice, now or after a restart", async () => {
    {
      await using served = await serve({ store: `sqlite:${file}`, ...oftenAsked });
      await saveUnder(served, "before");
      const copy = await backUp(file);
      {
        // As large as the file will be: a file that becomes shorter is noticed anyway.
        using grown = new DatabaseSync(copy);
        grown.exec("create table filler (text); insert into filler values (zeroblob(9000000))");
      }
      lengthenLog(file);
      expect((await saveUnder(served, "after")).data).toMatchObject({ createCustomer: { operation: { replayed: false } } });
      const sent = saves(served);
      copyFileSync(copy, file);
      for (const key of ["after", "new"]) {
        const told = await saveUnder(served, key);
        // What SQLite still has may answer a repeated call.
        if (told.data) expect(told.data).toMatchObject({ createCustomer: { operation: { replayed: true } } });
        else expect(told.errors).toMatchObject([{ extensions: { code: "UNAVAILABLE" } }]);
      }
      expect((await saveUnder(served, "new")).errors?.[0]?.message).toMatch(
        /overwritten with another database while the gateway ran. Stop all processes/,
      );
      expect(saves(served)).toBe(sent);
    }
    copyFileSync(`${file}.backup`, file);
    await using served = await serve({ store: `sqlite:${file}`, ...oftenAsked });
    expect((await saveUnder(served, "after")).errors?.[0]?.message).toMatch(/accept-store/);
    expect(saves(served)).toBe(0);
  });

  it("does no harm while all newer records are in the log beside it", async () => {
    {
      await using served = await serve({ store: `sqlite:${file}`, ...oftenAsked });
      await saveUnder(served, "before");
      const copy = await backUp(file);
      await saveUnder(served, "after");
      const sent = saves(served);
      copyFileSync(copy, file);
      expect((await saveUnder(served, "after")).data).toMatchObject({ createCustomer: { operation: { replayed: true } } });
      expect(saves(served)).toBe(sent);
    }
    await using served = await serve({ store: `sqlite:${file}`, ...oftenAsked });
    expect((await saveUnder(served, "after")).data).toMatchObject({ createCustomer: { operation: { replayed: true } } });
  });

  it("is noticed if it is another gateway's, however much that has counted", async () => {
    const other = `${file}.other`;
    {
      await using served = await serve({ store: `sqlite:${other}`, ...oftenAsked });
      await save(served);
    }
    {
      using counted = new DatabaseSync(other);
      counted.exec("update continuity set count = count + 1000000");
    }
    await using served = await serve({ store: `sqlite:${file}`, ...oftenAsked });
    await save(served);
    copyFileSync(other, file);
    expect((await save(served)).errors).toMatchObject([{ extensions: { code: "UNAVAILABLE" } }]);
    expect(saves(served)).toBe(1);
  });
});

it("a file that several gateways write, empty the log of, vacuum and give other rights takes every mutation", async () => {
  await using one = await serve({ store: `sqlite:${file}`, ...oftenAsked });
  await using two = await serve({ store: `sqlite:${file}`, ...oftenAsked });
  const others = [
    emptyLog,
    (path: string) => chmodSync(path, 0o640),
    (path: string) => {
      using vacuuming = new DatabaseSync(path);
      vacuuming.exec("pragma busy_timeout = 5000; vacuum");
    },
  ];
  for (const change of [...others, ...others]) {
    for (const { errors } of await Promise.all([one, two, one, two].map(save))) expect(errors).toBeUndefined();
    change(file);
  }
  for (const served of [one, two]) expect((await save(served)).errors).toBeUndefined();
});

it("the log of a busy file does not grow without end", async () => {
  await using served = await serve({ store: `sqlite:${file}`, ...oftenAsked });
  for (let call = 0; call < 10; call += 1) {
    const text = "x".repeat(100_000);
    using other = new DatabaseSync(file);
    other.exec("pragma wal_autocheckpoint = 0; create table if not exists filler (text)");
    for (let row = 0; row < 10; row += 1) other.prepare("insert into filler values (?)").run(text);
    await save(served);
  }
  // 1,000 pages, and what came until the next commit of the gateway.
  expect(statSync(`${file}-wal`).size).toBeLessThan(6_000_000);
  expect((await save(served)).errors).toBeUndefined();
});
