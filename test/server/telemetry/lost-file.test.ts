import { closeSync, copyFileSync, mkdtempSync, openSync, renameSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
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
