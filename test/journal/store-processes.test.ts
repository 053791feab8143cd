import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, it, vi } from "vitest";
import { openStore } from "../../src/journal/store.ts";
import { patience } from "../support/patience.ts";
import { startPostgres } from "../support/postgres.ts";
import { cache } from "../support/program-files.ts";
import { storeDialects } from "./fixture.ts";

const server = await startPostgres();
afterAll(() => server?.stop());

const program = fileURLToPath(new URL("racing-process.ts", import.meta.url));
const processes = 4;
const insertsEach = 100;
const keys = 25;

interface Race {
  readonly won: readonly string[];
  readonly lost: number;
}

/** Late enough for every process to have loaded its modules, so that all open the store at once. */
const runUpMs = 1_500;

function race(url: string): Promise<Race[]> {
  const parameters = [program, url, String(Date.now() + runUpMs), String(insertsEach), String(keys)];
  const env = { ...process.env, NODE_COMPILE_CACHE: `${cache}compiled` };
  const run = async (): Promise<Race> =>
    JSON.parse((await promisify(execFile)(process.execPath, parameters, { env })).stdout) as Race;
  return Promise.all(Array.from({ length: processes }, run));
}

const allKeys = Array.from({ length: keys }, (_, index) => `key-${index}`).toSorted();

describe.each(storeDialects(server))("several processes on $name", ({ available, createUrl, createEmptyUrl }) => {
  it.skipIf(!available)("start at once on a new database, and insert each key once", { timeout: 60_000 }, async () => {
    const url = await createEmptyUrl();
    const races = await race(url);
    expect(races.flatMap(({ won }) => won).toSorted()).toEqual(allKeys);
    expect(races.reduce((total, { won, lost }) => total + won.length + lost, 0)).toBe(processes * insertsEach);
    const store = await openStore(url);
    const kept = await store.list({}, 1_000, null);
    expect(kept.map(({ idempotencyKey }) => idempotencyKey).toSorted()).toEqual(allKeys);
    expect(kept.every(({ steps }) => steps.length === 1)).toBe(true);
    await store.close();
  });

  it.skipIf(!available)("report each change to a watching process once", { timeout: 60_000 }, async () => {
    const url = await createUrl();
    const store = await openStore(url);
    const heard: string[] = [];
    await store.watch((id) => heard.push(id));
    await race(url);
    const ids = (await store.list({}, 1_000, null)).map(({ id }) => id).toSorted();
    expect(ids).toHaveLength(keys);
    await vi.waitFor(() => expect(heard.toSorted()).toEqual(ids), patience);
    await store.close();
  });
});
