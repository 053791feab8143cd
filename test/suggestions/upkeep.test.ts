import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Description } from "../../src/directory/model.ts";
import { createRecords, type Records } from "../../src/directory/records.ts";
import { createSources, type Sources } from "../../src/directory/sources.ts";
import { forgetUnconfigured } from "../../src/directory/unconfigured.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import { createFinder, type Finder } from "../../src/suggestions/find.ts";
import { mostPerKey } from "../../src/suggestions/keys.ts";
import { createSuggestionStore } from "../../src/suggestions/store.ts";
import { suggestionDatabase } from "../../src/suggestions/tables.ts";
import { startUpkeep } from "../../src/suggestions/upkeep.ts";
import { description } from "../directory/fixture.ts";
import { storeDialects } from "../journal/fixture.ts";
import { patience } from "../support/patience.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";

/** What is made up for, left out and forgotten in the background, on both databases. */

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

    it("leaves a key out that thousands share before it joins anything with it", async () => {
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

    it("compares what exactly as many customers share as a key may have, and one more does not", async () => {
      const shared = Array.from({ length: mostPerKey - 1 }, (_, index) => customer("pbx", String(index), "x@shared.example"));
      await put("pbx", ...shared);
      await put("suite", customer("suite", "s", "x@shared.example"));
      await finder.catchUp();
      expect(await named()).toHaveLength(mostPerKey - 1);
      await put("offices", customer("offices", "o", "x@shared.example"));
      await finder.catchUp();
      expect((await named()).filter((pair) => pair.includes("offices"))).toEqual([]);
    });

    it("compares at the start what an earlier process was told and has not done, and later what another one has not", async () => {
      await putPair();
      const report = (problem: string) => void problems.push(problem);
      const upkeep = startUpkeep({ finder, forget: async () => {}, everyMs: 20, report });
      await vi.waitFor(async () => expect(await named()).toEqual(["pbx 1 = suite 1"]), patience);
      await put("offices", customer("offices", "1", "ada@bakery.example"));
      await vi.waitFor(async () => expect(await named()).toHaveLength(3), patience);
      await upkeep.end();
      expect(problems).toEqual([]);
    });

    it("tells a failure once, and tries again", async () => {
      let fails = 3;
      const forget = async (): Promise<void> => {
        fails -= 1;
        if (fails > 0) throw new Error("The store is down.");
      };
      await putPair();
      const upkeep = startUpkeep({ finder, forget, everyMs: 5, report: (problem) => void problems.push(problem) });
      await vi.waitFor(async () => expect(await named()).toEqual(["pbx 1 = suite 1"]), patience);
      await upkeep.end();
      expect(problems).toEqual(["suggestions could not be caught up with; it is tried again"]);
    });

    it("compares what is told while it ends", async () => {
      const written = [await put("pbx", customer("pbx", "1", "ada@bakery.example"))];
      await finder.catchUp();
      await finder.end();
      written.push(await put("suite", customer("suite", "1", "ada@bakery.example")));
      for (const batch of written) await finder.onIndexed(batch);
      expect(await named()).toEqual(["pbx 1 = suite 1"]);
    });

    it("makes up for a batch that failed as soon as it is told of another one", async () => {
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
      expect(problems).toEqual(["customers could not be compared for suggestions; it is tried again"]);
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

      it("takes their customers and the suggestions with them, a day after they were read last", async () => {
        await forget(["pbx"], Date.now() + 2 * dayMs);
        expect(await known("directory_records")).toEqual(["pbx"]);
        expect(await known("directory_sources")).toEqual(["pbx"]);
        await finder.catchUp();
        expect(await known("suggestion_customers")).toEqual(["pbx"]);
        expect(await known("suggestion_keys")).toEqual(["pbx"]);
        expect(await suggestionDatabase(store.engine).selectFrom("link_suggestions").selectAll().execute()).toEqual([]);
      });

      it("leaves what was read within a day, and what is configured however old it is", async () => {
        await forget(["pbx"], Date.now() + dayMs / 2);
        await forget(["pbx", "suite"], Date.now() + 9 * dayMs);
        expect(await known("directory_records")).toEqual(["pbx", "suite"]);
      });

      it("goes on from where it was ended", async () => {
        const ended = AbortSignal.abort();
        await forgetUnconfigured(store.engine, [], Date.now() + 2 * dayMs, ended);
        expect(await known("directory_records")).toEqual(["pbx", "suite"]);
        await forget([], Date.now() + 2 * dayMs);
        expect(await known("directory_records")).toEqual([]);
      });
    });
  });
});
