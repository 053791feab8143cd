import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createAccountStore } from "../../src/accounts/store.ts";
import type { Description, RecordData } from "../../src/directory/model.ts";
import { createRecords, type Records } from "../../src/directory/records.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import { createFinder, type Finder } from "../../src/suggestions/find.ts";
import { mostPerKey } from "../../src/suggestions/keys.ts";
import { createSuggestionStore, type SuggestionStore } from "../../src/suggestions/store.ts";
import { storeDialects } from "../journal/fixture.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";

/** Suggestions that follow the directory, on both databases. */

const server: PostgresServer | null = await startPostgres();
afterAll(async () => server?.stop());

const nothing: RecordData = {
  ...{ organizationName: null, firstName: null, lastName: null, email: null, phone: null, reference: null },
  ...{ postalCode: null, city: null, country: null, status: "ACTIVE" },
};

let versions = 0;

function customer(backend: string, id: string, name: string, data: Partial<RecordData> = {}): Description {
  versions += 1;
  const words = { nameWords: name.toLowerCase(), otherWords: "" };
  const times = { createdAt: null, updatedAt: null };
  return {
    type: "Customer",
    backend,
    id,
    name,
    ...words,
    ...times,
    data: { ...nothing, ...data },
    fingerprint: String(versions),
  };
}

describe.each(storeDialects(server))("suggestions on $name", ({ available, createUrl }) => {
  describe.skipIf(!available)("that follow the directory", () => {
    let store: Store;
    let records: Records;
    let finder: Finder;
    let suggestions: SuggestionStore;
    const problems: string[] = [];
    beforeAll(() => {
      versions = 0;
    });
    beforeEach(async () => {
      store = await openStore(await createUrl());
      records = createRecords(store.engine);
      finder = createFinder(store.engine, (problem) => problems.push(problem));
      suggestions = createSuggestionStore(store.engine);
      problems.length = 0;
    });
    afterEach(async () => {
      await store.close();
      expect(problems).toEqual([]);
    });

    const backends = ["pbx", "suite", "offices"];
    const listed = (changes: Partial<Parameters<SuggestionStore["list"]>[0]> = {}) =>
      suggestions.list({ backends, customer: null, first: 100, after: null, ...changes });
    const named = async (changes?: Parameters<typeof listed>[0]) =>
      (await listed(changes)).map(({ customers }) => customers.map(({ backend, id }) => `${backend} ${id}`).join(" = "));

    /** Indexes customers as the directory does. */
    async function index(...descriptions: Description[]): Promise<void> {
      for (const [backend, some] of Map.groupBy(descriptions, (each) => each.backend)) {
        const source = { backend, type: "Customer" } as const;
        await finder.onIndexed(await records.put(source, some, { generation: 1, record: false }));
      }
    }

    const bakery = { email: "ada@bakery.example", reference: "AC-1", postalCode: "E8 3QX", country: "GB" };

    it("suggests a pair once, with names and reasons, whichever customer is indexed last", async () => {
      await index(customer("suite", "s1", "ADAS BAKERY LTD", bakery));
      await index(customer("pbx", "101", "Ada's Bakery", bakery), customer("pbx", "102", "Hackney Cycles"));
      const [found, ...rest] = await listed();
      expect(rest).toEqual([]);
      expect(found).toMatchObject({
        customers: [
          { backend: "pbx", id: "101", name: "Ada's Bakery" },
          { backend: "suite", id: "s1", name: "ADAS BAKERY LTD" },
        ],
        score: 1,
      });
      expect(found?.reasons.map(({ kind }) => kind)).toEqual(["SAME_REFERENCE", "SAME_EMAIL", "SAME_NAME", "SAME_POSTCODE"]);
    });

    it("withdraws a suggestion when a customer changes, and makes others", async () => {
      await index(customer("pbx", "101", "Ada's Bakery", bakery), customer("suite", "s1", "Ada's Bakery", bakery));
      expect(await named()).toEqual(["pbx 101 = suite s1"]);
      const cycles = { email: "joe@cycles.example", reference: "AC-2" };
      await index(customer("offices", "o1", "Hackney Cycles", cycles), customer("suite", "s1", "Hackney Cycles", cycles));
      expect(await named()).toEqual(["offices o1 = suite s1"]);
    });

    it("forgets a customer that is gone", async () => {
      await index(customer("pbx", "101", "Ada's Bakery", bakery), customer("suite", "s1", "Ada's Bakery", bakery));
      await finder.onIndexed(await records.remove({ backend: "suite", type: "Customer" }, ["s1"], false));
      expect(await named()).toEqual([]);
      await index(customer("suite", "s1", "Ada's Bakery", bakery));
      expect(await named()).toEqual(["pbx 101 = suite s1"]);
    });

    it("never suggests customers of one backend, nor charges", async () => {
      await index(customer("pbx", "101", "Ada's Bakery", bakery), customer("pbx", "102", "Ada's Bakery", bakery));
      await finder.onIndexed({
        backend: "suite",
        type: "Charge",
        written: [{ backend: "suite", type: "Charge", id: "1" }],
        removed: [],
      });
      expect(await named()).toEqual([]);
    });

    it("does the work that an earlier process left undone", async () => {
      const source = (backend: string) => ({ backend, type: "Customer" }) as const;
      await index(customer("offices", "o1", "Somebody Else"));
      for (const backend of ["pbx", "suite"]) {
        await records.put(source(backend), [customer(backend, "1", "Ada's Bakery", bakery)], { generation: 1, record: false });
      }
      expect(await named()).toEqual([]);
      await createFinder(store.engine, (problem) => problems.push(problem)).catchUp();
      expect(await named()).toEqual(["pbx 1 = suite 1"]);
    });

    it("does not compare by a key that too many customers share", async () => {
      const shared = { phone: "+44 20 7946 0018", email: "x@shared.example" };
      const many = Array.from({ length: mostPerKey + 1 }, (_, number) =>
        customer("pbx", `p${number}`, `Tenant ${number}`, shared),
      );
      await index(...many);
      await index(customer("suite", "s1", "Tenant 7", { ...shared, reference: "AC-9" }));
      // Its name still finds it.
      expect(await named()).toEqual(["pbx p7 = suite s1"]);
    });

    it("pages by falling score, in one order, between backends and for one customer", async () => {
      for (const number of [1, 2, 3, 4]) {
        const data = { reference: `AC-${number}0`, ...(number % 2 === 0 && { email: `a@company-${number}.example` }) };
        await index(
          ...backends.map((backend) => customer(backend, `${backend}-${number}`, `Company Number ${number} Works`, data)),
        );
      }
      const all = await named();
      expect(all).toHaveLength(12);
      const paged: string[] = [];
      for (let after: Awaited<ReturnType<typeof listed>>[number] | null = null; ; ) {
        const page: Awaited<ReturnType<typeof listed>> = await listed({ first: 5, after });
        if (page.length === 0) break;
        paged.push(...page.map(({ customers }) => customers.map(({ backend, id }) => `${backend} ${id}`).join(" = ")));
        after = page.at(-1) ?? null;
      }
      expect(paged).toEqual(all);
      expect(await named({ backends: ["pbx", "suite"] })).toHaveLength(4);
      expect(await named({ backends: ["pbx"] })).toEqual([]);
      expect(await named({ customer: { backend: "suite", id: "suite-2" } })).toHaveLength(2);
    });

    it("hides a pair in one account until it is unlinked, and a declined pair for good", async () => {
      await index(customer("pbx", "101", "Ada's Bakery", bakery), customer("suite", "s1", "Ada's Bakery", bakery));
      const accounts = createAccountStore(store.engine);
      const [one, other] = [
        { backend: "pbx", id: "101" },
        { backend: "suite", id: "s1" },
      ] as const;
      const accountId = "00000000-0000-7000-8000-000000000001";
      for (const [position, ref] of [one, other].entries()) {
        const joining = { accountId, linkedAt: "2026-01-31T10:00:00.000Z", position, customer: ref };
        await accounts.join({ ...joining, customerName: "Ada's Bakery", name: null }, null);
      }
      expect(await named()).toEqual([]);
      await accounts.leave(accountId, other, null);
      expect(await named()).toEqual(["pbx 101 = suite s1"]);
      expect(await suggestions.isDeclined([other, one])).toBe(false);
      await suggestions.decline([other, one], "operation");
      await suggestions.decline([one, other], "another");
      expect(await suggestions.isDeclined([other, one])).toBe(true);
      await index(customer("suite", "s1", "Ada's Bakery Ltd", bakery));
      expect(await named()).toEqual([]);
    });

    it("finds a pair whose customers are indexed at the same time", async () => {
      const some = (backend: string) =>
        Array.from({ length: 30 }, (_, number) =>
          customer(backend, `${backend}-${number}`, `Company ${number} Works`, { reference: `AC-1${number}` }),
        );
      await index(customer("pbx", "0", "First"));
      await Promise.all(backends.map((backend) => index(...some(backend))));
      expect(await named({ first: 1_000 })).toHaveLength(90);
    });
  });
});
