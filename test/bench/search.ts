import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakerEN } from "@faker-js/faker";
import { describeCustomer } from "../../src/directory/describe.ts";
import { createSearch } from "../../src/directory/find.ts";
import type { Source } from "../../src/directory/model.ts";
import { batchSize, createRecords } from "../../src/directory/records.ts";
import { type Question, questionOf } from "../../src/directory/words.ts";
import { openStore } from "../../src/journal/store.ts";
import { customer } from "../directory/backend.ts";
import { launchPostgres } from "../support/postgres-server.ts";

/**
 * `npm run bench -- search`: how long a page of the directory takes with 50,000 records, in both databases, with durable
 * settings. Prints a table, without a verdict.
 */

const backends = ["pbx", "suite", "offices", "recurring", "more"];
const perBackend = 10_000;
const pageLength = 20;
const runs = 20;
/** Texts that people type: whole names and beginnings, rare and frequent, in names and elsewhere, and texts without results. */
const texts = ["an", "smi", "smith", "group", "smith group", "example", "new", "+49", "no such company", "a b"];

interface Row {
  readonly database: string;
  readonly text: string;
  readonly found: number;
  readonly medianMs: string;
  readonly p99Ms: string;
  readonly lastPageMs: string;
}

async function measure(database: string, url: string): Promise<readonly Row[]> {
  const store = await openStore(url);
  try {
    await fill(database, createRecords(store.engine));
    const finding = createSearch(store.engine);
    const sources = backends.map((backend): Source => ({ type: "Customer", backend }));
    const rows: Row[] = [];
    for (const text of texts) {
      const question = questionOf(text) as Question;
      const find = (after: string | null, limit: number) => finding(question, sources).find(sources, after, limit);
      const found = await find(null, backends.length * perBackend);
      const behind = found.at(-pageLength - 1)?.position ?? null;
      const first = await timed(() => find(null, pageLength + 1));
      const last = await timed(() => find(behind, pageLength + 1));
      const at = (times: readonly number[], part: number): string =>
        (times[Math.floor((times.length - 1) * part)] ?? 0).toFixed(2);
      rows.push({
        ...{ database, text, found: found.length },
        ...{ medianMs: at(first, 0.5), p99Ms: at(first, 0.99), lastPageMs: at(last, 0.5) },
      });
    }
    return rows;
  } finally {
    await store.close();
  }
}

async function fill(database: string, records: ReturnType<typeof createRecords>): Promise<void> {
  fakerEN.seed(50_000);
  const began = performance.now();
  for (const backend of backends) {
    const descriptions = Array.from({ length: perBackend }, (_, index) => {
      const [firstName, lastName] = [fakerEN.person.firstName(), fakerEN.person.lastName()];
      const name = index % 3 === 0 ? fakerEN.company.name() : `${lastName} ${fakerEN.company.buzzNoun()} Group`;
      const email = `${firstName}.${lastName}${index}@example.test`.toLowerCase();
      const address = {
        lines: [],
        city: fakerEN.location.city(),
        state: null,
        postalCode: fakerEN.location.zipCode(),
        country: "US",
      };
      const phone = `+49 30 ${index}`;
      return describeCustomer(customer(String(index), { backend, name, firstName, lastName, email, phone, address }), null);
    });
    const source: Source = { type: "Customer", backend };
    for (let start = 0; start < descriptions.length; start += batchSize) {
      await records.put(source, descriptions.slice(start, start + batchSize), { generation: 1, record: false });
    }
  }
  const seconds = (performance.now() - began) / 1_000;
  console.log(`${database}: ${backends.length * perBackend} records written in ${seconds.toFixed(1)} s`);
}

/** Milliseconds of each run, ascending. */
async function timed(task: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const began = performance.now();
    await task();
    times.push(performance.now() - began);
  }
  return times.toSorted((left, right) => left - right);
}

const directory = mkdtempSync(join(tmpdir(), "billing-gateway-bench-"));
try {
  const rows = [...(await measure("SQLite", `sqlite:${join(directory, "gateway.db")}`))];
  const server = await launchPostgres();
  try {
    rows.push(...(await measure("PostgreSQL", await server.createDatabase())));
  } finally {
    await server.stop();
  }
  console.table(rows);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
