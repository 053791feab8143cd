import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDirectory, type Directory } from "../../src/directory/directory.ts";
import { createDirectoryReads } from "../../src/directory/directory-reads.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import { BillingError, type ErrorCode } from "../../src/model/errors.ts";
import { createSight } from "../../src/reads/loaders.ts";
import type { Reads } from "../../src/reads/reads.ts";
import { backendsOf, customer, fakeBackend } from "./backend.ts";
import { customers, description } from "./fixture.ts";

const source = { ...customers, backend: "fake" };

let store: Store;
let directory: Directory;
beforeEach(async () => {
  store = await openStore("sqlite::memory:");
  directory = createDirectory({
    engine: store.engine,
    backends: backendsOf(fakeBackend(3)),
    refreshMs: 3_600_000,
    charges: false,
    retentionMs: 3_600_000,
    owner: "one",
    originOf: () => "",
    report: () => {},
  });
  const changed = ["0", "1", "2"].map((id) => description(id, { backend: "fake" }));
  await directory.records.put(source, changed, { generation: 1, record: true });
});
afterEach(async () => {
  await directory.close();
  await store.close();
});

describe("changes, to a caller who is another user of the backend", () => {
  /** Customer 1 cannot be loaded for this caller. */
  function changesWith(code: ErrorCode) {
    const load = async ({ id }: { id: string }) => {
      if (id === "1") throw new BillingError(code, "It cannot be loaded.");
      return customer(id);
    };
    const backends = backendsOf(fakeBackend(3));
    const loaders = { customers: { load } } as unknown as Reads["load"];
    const reads = createDirectoryReads(directory, {
      backends,
      sight: createSight({ backends, users: { fake: "another" }, isComplete: true }, loaders),
      reads: { load: loaders },
      scope: {},
      maxPageSize: 100,
    });
    return reads.changes({}, { first: 10 });
  }

  it.each(["FORBIDDEN", "NOT_FOUND"] as const)("leave out records that are %s, and show the others", async (code) => {
    expect((await changesWith(code)).edges.map(({ node }) => node.id)).toEqual(["0", "2"]);
  });

  it.each(["UNAVAILABLE", "TIMEOUT"] as const)("are not skipped while the backend does not answer: %s", async (code) => {
    await expect(changesWith(code)).rejects.toMatchObject({ code });
  });
});
