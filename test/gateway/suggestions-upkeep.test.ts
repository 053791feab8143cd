import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openStore } from "../../src/journal/store.ts";
import { suggestionDatabase } from "../../src/suggestions/tables.ts";
import { untilFilled } from "../directory/filled.ts";
import { sqliteFile } from "../journal/fixture.ts";
import { startTestGateway, type TestGateway } from "../support/gateway.ts";
import { patience } from "../support/patience.ts";

/** What a gateway completes and deletes when it starts on a store that another process has left. */

const url = `sqlite:${sqliteFile()}`;
const start = () =>
  startTestGateway({ sandbox: { customers: 20 }, store: url, directory: { refreshMinutes: 15, charges: false } });
const suggested = async (gateway: TestGateway): Promise<number> => {
  const { linkSuggestions } = await gateway.data(`{ linkSuggestions(first: 100) { nodes { score } } }`);
  return linkSuggestions.nodes.length;
};

let before = 0;
let gateway: TestGateway;
beforeAll(async () => {
  const earlier = await start();
  await untilFilled(earlier.directory);
  await vi.waitFor(async () => expect(await suggested(earlier)).toBeGreaterThan(0), patience);
  before = await suggested(earlier);
  await earlier.close();
  await leaveBehind();
  gateway = await start();
});
afterAll(async () => gateway?.close());

/** Like a process that ends between indexing and comparing, and had one more backend in its configuration. */
async function leaveBehind(): Promise<void> {
  const store = await openStore(url);
  const database = suggestionDatabase(store.engine);
  for (const table of ["link_suggestions", "suggestion_keys", "suggestion_customers"] as const) {
    await database.deleteFrom(table).execute();
  }
  const longAgo = "2020-01-01T00:00:00.000Z";
  const source = { type: "Customer", backend: "sold" } as const;
  const record = { id: "1", name: "Ada", name_words: "ada", other_words: "", data: "{}", fingerprint: "1", generation: 1 };
  await database
    .insertInto("directory_records")
    .values({ ...source, ...record, changed_at: longAgo, indexed_at: longAgo })
    .execute();
  const state = { generation: 1, started_at: null, refreshed_at: longAgo, position: null, error: null, origin: null };
  await database
    .insertInto("directory_sources")
    .values({ ...source, ...state })
    .execute();
  await store.close();
}

describe("a gateway that starts on the store of another process", () => {
  it("compares the customers that were not compared yet, although none has changed since", async () => {
    await vi.waitFor(async () => expect(await suggested(gateway)).toBe(before), patience);
  });

  it("forgets the customers of a backend that is no longer configured", async () => {
    const kept = async () => new Set((await gateway.directory.records.count()).map(({ backend }) => backend));
    await vi.waitFor(async () => expect(await kept()).not.toContain("sold"), patience);
    expect(await kept()).toContain("pbx");
  });
});
