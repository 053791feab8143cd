import { sql } from "kysely";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore, type Store } from "../../src/journal/store.ts";
import { type Continuity, createContinuity } from "../../src/store/continuity.ts";
import { startPostgres } from "../support/postgres.ts";
import { operation, storeDialects } from "./fixture.ts";

/** Keys that were lost with a store must not act again, not even before the gateway has noticed the loss. */

const server = await startPostgres();
afterAll(() => server?.stop());

describe.each(storeDialects(server))("a store on $name that lacks records it had a moment ago", ({ available, createUrl }) => {
  let store: Store;
  let continuity: Continuity;
  beforeEach(async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    store = await openStore(await createUrl());
    continuity = createContinuity({ engine: store.engine, markFile: null, report: () => {} });
    for (let beat = 0; beat < 3; beat += 1) await continuity.check();
    await store.insert(operation({ id: "earlier" }));
    await store.retire("worker");
  });
  afterEach(async () => store?.close());

  it.each([
    ["is older", "update continuity set count = 1"],
    ["is another one", "update continuity set generation = 'another'"],
    ["is empty", "delete from continuity"],
    ["was found to be so by another process", "update continuity set suspicion = 'It is another one.'"],
  ])("because it %s accepts no new operation and lets none be claimed", async (_why, change) => {
    await sql.raw(change).execute(store.engine.database);
    await expect(store.insert(operation({ id: "new" }))).rejects.toMatchObject({ code: "UNAVAILABLE", retryable: true });
    await expect(store.claim("earlier", "other")).rejects.toMatchObject({ code: "UNAVAILABLE", retryable: true });
    expect(await store.byId("new")).toBeNull();
    expect(await store.byId("earlier")).toMatchObject({ owner: "worker", epoch: 1 });
    // The next caller checks the store first, and is refused.
    expect(continuity.problem()).toBeNull();
    await continuity.confirm();
    expect(continuity.problem()).not.toBeNull();

    await continuity.accept("ada", "restored");
    expect(await store.insert(operation({ id: "new" }))).toMatchObject({ id: "new" });
    expect(await store.claim("earlier", "other")).toMatchObject({ epoch: 2 });
  });

  it("keeps counting commits, and does not take an existing key for a loss", async () => {
    await sql.raw("update continuity set count = count + 5").execute(store.engine.database);
    expect(await store.insert(operation({ id: "earlier" }))).toBeNull();
    expect(await store.claim("unknown", "other")).toBeNull();
    expect(await store.insert(operation({ id: "new" }))).toMatchObject({ id: "new" });
  });
});
