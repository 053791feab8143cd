import { CompiledQuery } from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import { countOf, unknownInOrder } from "../../src/journal/statistics.ts";
import { openStore } from "../../src/journal/store.ts";
import { migrate } from "../../src/store/open.ts";
import { openSqlite } from "../../src/store/sqlite.ts";
import { startPostgres } from "../support/postgres.ts";
import { operation, step, storeDialects } from "./fixture.ts";

/** Figures of the journal for operators, counted without reading it. */

const server = await startPostgres();
afterAll(() => server?.stop());

describe.each(storeDialects(server))("statistics of $name", ({ available, createUrl }) => {
  it.runIf(available)("count operations by status, and say since when the unknown ones exist", async () => {
    const store = await openStore(await createUrl());
    try {
      expect(await store.statistics()).toEqual({
        byStatus: { PENDING: 0, SUCCEEDED: 0, FAILED: 0, UNKNOWN: 0, VALIDATED: 0, PARTIAL: 0, ROLLED_BACK: 0 },
        unknownSince: [],
      });
      const unknown = { status: "UNKNOWN", steps: [{ ...step, status: "UNKNOWN" }] } as const;
      await store.insert(operation({ id: "b", ...unknown, createdAt: "2026-11-21T10:00:02.000Z" }));
      await store.insert(operation({ id: "a", ...unknown, createdAt: "2026-11-21T10:00:01.000Z" }));
      await store.insert(operation({ id: "c", status: "SUCCEEDED" }));
      const { byStatus, unknownSince } = await store.statistics();
      expect(byStatus).toMatchObject({ UNKNOWN: 2, SUCCEEDED: 1, PENDING: 0 });
      expect(unknownSince).toEqual(["2026-11-21T10:00:01.000Z", "2026-11-21T10:00:02.000Z"]);
    } finally {
      await store.close();
    }
  });
});

it("are read from the index of statuses alone", async () => {
  const { database, close } = await openSqlite(":memory:");
  await migrate(database);
  for (const query of [countOf(database, "SUCCEEDED"), unknownInOrder(database)]) {
    const { sql, parameters } = query.compile();
    const plan = await database.executeQuery<{ detail: string }>(CompiledQuery.raw(`explain query plan ${sql}`, [...parameters]));
    const lines = plan.rows.map(({ detail }) => detail).join("\n");
    expect(lines).toContain("SEARCH operations USING COVERING INDEX operations_status");
    expect(lines).not.toContain("TEMP B-TREE");
  }
  await close();
});
