import fc from "fast-check";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStore, type Store } from "../../src/journal/store.ts";
import type { RowOutcome, RunRow } from "../../src/runs/model.ts";
import { newRow } from "../../src/runs/rows.ts";
import { createRunStore, type RunStore } from "../../src/runs/store.ts";
import { storeDialects } from "../journal/fixture.ts";
import { startPostgres } from "../support/postgres.ts";
import { createHeldRun, takeOver } from "./held-run.ts";

/** What became of rows is saved without the rows themselves. */

const server = await startPostgres();
afterAll(() => server?.stop());

const text = fc.string({ unit: "grapheme", maxLength: 8 }).filter((each) => !each.includes("\0") && each.isWellFormed());
const outcomes = fc.record({
  state: fc.constantFrom("SUCCEEDED", "FAILED", "UNKNOWN", "LEFT_OUT", "UNDONE"),
  problems: fc.array(
    fc.record({
      code: fc.constantFrom("INVALID_INPUT", "UNAVAILABLE"),
      message: text,
      field: fc.option(fc.array(text, { maxLength: 2 })),
      retryable: fc.boolean(),
      candidates: fc.array(fc.record({ id: text, name: text }), { maxLength: 2 }),
    }),
    { maxLength: 2 },
  ),
  warnings: fc.array(text, { maxLength: 3 }),
  operationId: fc.option(text),
  onceNumber: fc.nat(1_000),
  nodeId: fc.option(text),
  stored: fc.option(fc.constantFrom({ amount: "-19.90", currency: "EUR" }, { amount: "0.005", currency: "JOD" })),
}) satisfies fc.Arbitrary<Omit<RowOutcome, "position">>;

const given = { key: null, customerReference: "No. 7", allowDuplicate: true, problems: [] };

function checkedRow(position: number): RunRow {
  const charge = { customerId: "customer", name: `Paper’s ${position} 💶`, amount: "19.90" };
  const key = { key: `row ${position}`, problem: null };
  return {
    ...newRow(position, position + 1, { ...given, charge }, key, "series"),
    ...{ state: "READY", backend: "pbx", customerId: "customer", customerName: "Ada & Co.", charge, amount: "19.90" },
    ...{ currency: "EUR", calls: 2, likeness: `likeness ${position}`, changed: ["amount"], reason: "why not", warnings: ["old"] },
  };
}

describe.each(storeDialects(server))("outcomes of rows on $name", ({ available, createUrl }) => {
  let journal: Store;
  let runs: RunStore;

  beforeEach(async ({ skip }) => {
    skip(!available, "PostgreSQL could not be started");
    journal = await openStore(await createUrl());
    runs = createRunStore(journal.engine);
  });
  afterEach(async () => journal?.close());

  const rowsOf = (id: string) => runs.rows(id, {}, 10_000, 0);

  it("are the changed members of a row, all of them and no others", async () => {
    let ids = 0;
    const some = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 12 }), outcomes), { selector: ([position]) => position });
    await fc.assert(
      fc.asyncProperty(some, async (changed) => {
        ids += 1;
        const hold = await createHeldRun(journal, `run ${ids}`);
        const rows = Array.from({ length: 12 }, (_, index) => checkedRow(index + 1));
        await runs.addRows(hold.id, rows);
        const ended = new Map(changed.map(([position, outcome]) => [position, { position, ...outcome }]));
        await runs.saveOutcomes(hold, [...ended.values()]);
        expect(await rowsOf(hold.id)).toEqual(rows.map((row) => ({ ...row, ...ended.get(row.position) })));
      }),
      { numRuns: 60 },
    );
  });

  it("are saved for more rows than one statement takes, and for those of this run only", async () => {
    const count = 1_201;
    const [hold, other] = [await createHeldRun(journal, "run"), await createHeldRun(journal, "other")];
    const rows = Array.from({ length: count }, (_, index) => checkedRow(index + 1));
    for (const { id } of [hold, other]) await runs.addRows(id, rows);
    const ended = rows.map((row): RunRow => ({ ...row, state: "SUCCEEDED", nodeId: `charge ${row.position}` }));
    await runs.saveOutcomes(hold, ended);
    expect(await rowsOf(hold.id)).toEqual(ended);
    expect(await rowsOf(other.id)).toEqual(rows);
  });

  it("are not saved by a process that has lost the run", async () => {
    const lost = await createHeldRun(journal, "run");
    const rows = [checkedRow(1), checkedRow(2)];
    await runs.addRows("run", rows);
    const heir = await takeOver(journal, "run");
    const ended = rows.map((row): RunRow => ({ ...row, state: "FAILED", onceNumber: 3 }));
    await expect(runs.saveOutcomes(lost, ended)).rejects.toMatchObject({ name: "RunLostError" });
    expect(await rowsOf("run")).toEqual(rows);
    await runs.saveOutcomes(heir, ended);
    expect(await rowsOf("run")).toEqual(ended);
  });
});
