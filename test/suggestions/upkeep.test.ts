import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Description } from "../../src/directory/model.ts";
import { createRecords, type Records } from "../../src/directory/records.ts";
import { createSources, forgetUnconfigured, type Sources } from "../../src/directory/sources.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import { createFinder, type Finder, startUpkeep } from "../../src/suggestions/find.ts";
import { mostPerKey } from "../../src/suggestions/keys.ts";
import { createSuggestionStore } from "../../src/suggestions/store.ts";
import { suggestionDatabase } from "../../src/suggestions/tables.ts";
import { description } from "../directory/fixture.ts";
import { storeDialects } from "../journal/fixture.ts";
import { patience } from "../support/patience.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";

/** What the background catches up with, leaves out and forgets, on both databases. */

const server: PostgresServer | null = await startPostgres();
afterAll(async () => server?.stop());

const backends = ["pbx", "suite", "offices"];
const dayMs = 24 * 3_600_000;

function customer(backend: string, id: string, email: string, version = "1"): Description {
  const made = description(id, { backend, name: `${backend} ${id}`, fingerprint: version });
  return { ...made, data: { ...made.data, email, reference: email } };
}

describe.each(storeDialects(server))("the upkeep of suggestions on $name", ({ available, createUrl }) => {
  describe.skipIf(!available)("of a store", () => {
    let store: Store;
    let records: Records;
    let sources: Sources;
    let problems: string[];
    let finder: Finder;
    beforeEach(async () => {
      store = await openStore(await createUrl());
      records = createRecords(store.engine);
      sources = createSources(store.engine);
      problems = [];
      finder = newFinder();
    });
    afterEach(async () => store.close());

    const newFinder = (engine = store.engine) => createFinder(engine, (problem) => problems.push(problem));
    const put = (backend: string, ...descriptions: Description[]) =>
      records.put({ backend, type: "Customer" }, descriptions, { generation: 1, record: false });
    const named = async () => {
      const query = { backends, customer: null, first: 1_000, after: null };
      const found = await createSuggestionStore(store.engine).list(query);
      return found.map(({ customers }) => customers.map(({ backend, id }) => `${backend} ${id}`).join(" = "));
    };
    async function putPair(email = "ada@bakery.example"): Promise<void> {
      for (const backend of ["pbx", "suite"]) await put(backend, customer(backend, "1", email));
    }

    it("drops a key that thousands share before it joins by it", async () => {
      const each = 700;
      for (const backend of backends) {
        for (let from = 0; from < each; from += 100) {
          const some = Array.from({ length: 100 }, (_, index) =>
            customer(backend, String(from + index), "office@reseller.example"),
          );
          await put(backend, ...some);
        }
        await put(backend, customer(backend, "rare", "ada@bakery.example"));
      }
      await finder.catchUp();
      expect((await named()).sort()).toEqual(["offices rare = pbx rare", "offices rare = suite rare", "pbx rare = suite rare"]);
    });

    it("compares by a key at the limit of customers, and not by one above it", async () => {
      const shared = Array.from({ length: mostPerKey - 1 }, (_, index) => customer("pbx", String(index), "x@shared.example"));
      await put("pbx", ...shared);
      await put("suite", customer("suite", "s", "x@shared.example"));
      await finder.catchUp();
      expect(await named()).toHaveLength(mostPerKey - 1);
      await put("offices", customer("offices", "o", "x@shared.example"));
      await finder.catchUp();
      expect((await named()).filter((pair) => pair.includes("offices"))).toEqual([]);
    });

    it("compares what an earlier process left undone at the start, and what others leave undone later", async () => {
      await putPair();
      const report = (problem: string) => void problems.push(problem);
      const upkeep = startUpkeep({ finder, forget: async () => {}, everyMs: 20, report });
      await vi.waitFor(async () => expect(await named()).toEqual(["pbx 1 = suite 1"]), patience);
      await put("offices", customer("offices", "1", "ada@bakery.example"));
      await vi.waitFor(async () => expect(await named()).toHaveLength(3), patience);
      await upkeep.end();
      expect(problems).toEqual([]);
    });

    it("reports a failure once and retries", async () => {
      let fails = 3;
      const forget = async (): Promise<void> => {
        fails -= 1;
        if (fails > 0) throw new Error("The store is down.");
      };
      await putPair();
      const upkeep = startUpkeep({ finder, forget, everyMs: 5, report: (problem) => void problems.push(problem) });
      await vi.waitFor(async () => expect(await named()).toEqual(["pbx 1 = suite 1"]), patience);
      await upkeep.end();
      expect(problems).toEqual(["suggestions could not be brought up to date; retrying"]);
    });

    it("compares a batch that comes while it ends", async () => {
      const written = [await put("pbx", customer("pbx", "1", "ada@bakery.example"))];
      await finder.catchUp();
      await finder.end();
      written.push(await put("suite", customer("suite", "1", "ada@bakery.example")));
      for (const batch of written) await finder.onIndexed(batch);
      expect(await named()).toEqual(["pbx 1 = suite 1"]);
    });

    it("retries a failed batch as soon as another one comes", async () => {
      await putPair();
      let isFailing = false;
      const engine: Store["engine"] = {
        ...store.engine,
        transact: async (change) => {
          if (isFailing) throw new Error("The store is down.");
          return store.engine.transact(change);
        },
      };
      const own = newFinder(engine);
      await own.catchUp();
      const batch = await put("offices", customer("offices", "1", "ada@bakery.example"));
      isFailing = true;
      await own.onIndexed(batch);
      isFailing = false;
      expect(problems).toEqual(["customers could not be compared for suggestions; retrying"]);
      await own.onIndexed(await put("pbx", customer("pbx", "2", "somebody@else.example")));
      expect(await named()).toHaveLength(3);
    });

    describe("forgetting backends that are not configured", () => {
      const known = async (table: "directory_records" | "suggestion_customers" | "suggestion_keys" | "directory_sources") => {
        const rows = await suggestionDatabase(store.engine).selectFrom(table).select("backend").distinct().execute();
        return rows.map(({ backend }) => backend).sort();
      };
      const forget = (configured: readonly string[], now: number) =>
        forgetUnconfigured(store.engine, configured, now, new AbortController().signal);
      beforeEach(async () => {
        for (const backend of ["pbx", "suite"]) {
          await sources.begin({ backend, type: "Customer" });
          const many = Array.from({ length: 450 }, (_, index) => customer(backend, String(index), `${index}@shared.example`));
          for (let from = 0; from < many.length; from += 150) await put(backend, ...many.slice(from, from + 150));
          await sources.complete({ backend, type: "Customer" });
        }
        await finder.catchUp();
        expect(await named()).toHaveLength(450);
      });

      it("deletes their customers and suggestions a day after they were last read", async () => {
        await forget(["pbx"], Date.now() + 2 * dayMs);
        expect(await known("directory_records")).toEqual(["pbx"]);
        expect(await known("directory_sources")).toEqual(["pbx"]);
        await finder.catchUp();
        expect(await known("suggestion_customers")).toEqual(["pbx"]);
        expect(await known("suggestion_keys")).toEqual(["pbx"]);
        expect(await suggestionDatabase(store.engine).selectFrom("link_suggestions").selectAll().execute()).toEqual([]);
      });

      it("keeps what was read within a day, and configured backends of any age", async () => {
        await forget(["pbx"], Date.now() + dayMs / 2);
        await forget(["pbx", "suite"], Date.now() + 9 * dayMs);
        expect(await known("directory_records")).toEqual(["pbx", "suite"]);
      });

      it("continues where it was stopped", async () => {
        const ended = AbortSignal.abort();
        await forgetUnconfigured(store.engine, [], Date.now() + 2 * dayMs, ended);
        expect(await known("directory_records")).toEqual(["pbx", "suite"]);
        await forget([], Date.now() + 2 * dayMs);
        expect(await known("directory_records")).toEqual([]);
      });
    });
  });
});
