import fc from "fast-check";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSearch, type OpenSearch, type SearchHit } from "../../src/directory/find.ts";
import type { RecordChange, Source } from "../../src/directory/model.ts";
import { createRecordChanges, type RecordChanges } from "../../src/directory/record-changes.ts";
import { createRecords, type Records } from "../../src/directory/records.ts";
import { createSources, type Sources } from "../../src/directory/sources.ts";
import { type Question, questionOf, wordsOfRecord } from "../../src/directory/words.ts";
import { openStore, type Store } from "../../src/journal/store.ts";
import { storeDialects } from "../journal/fixture.ts";
import { startPostgres } from "../support/postgres.ts";
import { anyText } from "../support/texts.ts";
import { customers, description } from "./fixture.ts";

const server = await startPostgres();
const askedFor = (text: string): Question => questionOf(text) as Question;
/** Words of a record that is found exactly by another text than its name. */
const keyed = (name: string, exact: string) => wordsOfRecord({ name, exact: [exact], others: [] });
afterAll(() => server?.stop());

describe.each(storeDialects(server))("the directory on $name", ({ available, createUrl }) => {
  let url: string;
  let store: Store;
  let records: Records;
  let sources: Sources;
  let changes: RecordChanges;
  let openSearch: OpenSearch;

  beforeEach(async ({ skip }) => {
    skip(!available);
    url = await createUrl();
    store = await openStore(url);
    records = createRecords(store.engine);
    sources = createSources(store.engine);
    changes = createRecordChanges(store.engine, 20);
    openSearch = createSearch(store.engine);
  });

  afterEach(async () => {
    await changes?.end();
    await store?.close();
  });

  const find = (question: Question, of: readonly Source[], after: string | null, limit: number): Promise<readonly SearchHit[]> =>
    openSearch(question, of).find(of, after, limit);

  const namesFor = async (text: string, after: string | null = null, limit = 50): Promise<string[]> =>
    (await find(askedFor(text), [customers], after, limit)).map(({ record }) => record.name);

  const everyChange = (): Promise<readonly RecordChange[]> => changes.behind(0, { backends: ["pbx", "suite"] }, 100);
  const told = (all: readonly RecordChange[]): string[] => all.map(({ id, kind }) => `${kind} ${id}`);

  const baseline = { generation: 1, record: false };
  const later = { generation: 2, record: true };

  describe("finding", () => {
    it("puts names that begin with the text first, then names with such a word, then other matches", async () => {
      await records.put(
        customers,
        [
          description("1", { name: "Zoe Ltd", others: ["bakery@zoe.example"] }),
          description("2", { name: "The Bakery of Ada" }),
          description("3", { name: "Bakery Street" }),
          description("4", { name: "Bakery" }),
          description("5", { name: "Butcher" }),
        ],
        baseline,
      );
      expect(await namesFor("bakery")).toEqual(["Bakery", "Bakery Street", "The Bakery of Ada", "Zoe Ltd"]);
      expect(await namesFor("BÄK")).toEqual(["Bakery", "Bakery Street", "The Bakery of Ada", "Zoe Ltd"]);
      expect(await namesFor("ada bak")).toEqual(["The Bakery of Ada"]);
      // The ending of a word finds it only if it is long enough.
      expect(await namesFor("akery")).toEqual(["The Bakery of Ada", "Bakery Street", "Bakery"]);
      expect(await namesFor("ry")).toEqual([]);
    });

    it("continues behind a position, through all stages, and repeats and misses nothing", async () => {
      const names = ["Mill", "Mill One", "Mill Two", "Old Mill", "New Mill", "Other"];
      const put = names.map((name, index) =>
        description(String(index), { name, others: [index === 5 ? "mill@other.example" : "x"] }),
      );
      await records.put(customers, put, baseline);
      const paged: string[] = [];
      let position: string | null = null;
      do {
        const [found] = await find(askedFor("mill"), [customers], position, 1);
        if (found) paged.push(found.record.name);
        position = found?.position ?? null;
      } while (position !== null && paged.length <= names.length);
      expect(paged).toEqual(["Mill", "Mill One", "Mill Two", "Old Mill", "New Mill", "Other"]);
    });

    it("finds all customers with the same name, page by page", async () => {
      await records.put(
        customers,
        ["1", "2", "3"].map((id) => description(id, { name: "Same" })),
        baseline,
      );
      const [first] = await find(askedFor("same"), [customers], null, 1);
      const rest = await find(askedFor("same"), [customers], first?.position ?? null, 10);
      expect([first, ...rest].map((found) => found?.record.id)).toEqual(["1", "2", "3"]);
    });

    it("covers only the sources asked for", async () => {
      await records.put(customers, [description("1", { name: "Mill" })], baseline);
      await records.put({ ...customers, backend: "suite" }, [description("1", { name: "Mill", backend: "suite" })], baseline);
      expect((await find(askedFor("mill"), [{ ...customers, backend: "suite" }], null, 10)).length).toBe(1);
      expect((await find(askedFor("mill"), [customers, { ...customers, backend: "suite" }], null, 10)).length).toBe(2);
      expect(await find(askedFor("mill"), [], null, 10)).toEqual([]);
    });

    it("finds a renamed record by its new name only, and a removed one not at all", async () => {
      await records.put(customers, [description("1", { name: "Mill" }), description("2", { name: "Mill Two" })], baseline);
      await records.put(customers, [description("1", { name: "Forge" })], later);
      expect(await namesFor("mill")).toEqual(["Mill Two"]);
      expect(await namesFor("forge")).toEqual(["Forge"]);
      await records.remove(customers, ["1"], true);
      expect(await namesFor("forge")).toEqual([]);
    });

    it("finds every record by its own texts, and no text breaks the query", async () => {
      let count = 0;
      await fc.assert(
        fc.asyncProperty(anyText({ maxLength: 40 }), fc.string({ maxLength: 40 }), async (name, text) => {
          count += 1;
          await records.put(customers, [description(String(count), { name })], baseline);
          const other = questionOf(text);
          if (other) await find(other, [customers], null, 10);
          const question = questionOf(name);
          if (!question) return;
          const found = await find(question, [customers], null, 1_000);
          expect(found.map(({ record }) => record.id)).toContain(String(count));
        }),
        { numRuns: 30 },
      );
      for (const text of ["' OR 1=1 --", "a* NOT b", "NEAR(a b)", "name_words:x", "a & | ! b", "≡a", "+49 (0)30 - 12345"]) {
        await expect(find(askedFor(text), [customers], null, 10)).resolves.toBeDefined();
      }
    });

    it("few records that are read at once are those of the stages, in their order, from any place and limit", async () => {
      const suite = { ...customers, backend: "suite" };
      const word = fc.constantFrom("mill", "Mill", "miller", "old", "𝒜rno", "ﬀ", "株式会社", "\u{20000}", "12345", "ab", "ab1");
      const text = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(" "));
      const record = fc.record({ name: text, other: text, isKey: fc.boolean(), source: fc.constantFrom(customers, suite) });
      const staged = createSearch(store.engine, -1);
      await fc.assert(
        fc.asyncProperty(fc.array(record, { maxLength: 12 }), text, fc.nat(6), async (all, asked, limit) => {
          for (const source of [customers, suite]) {
            const ids = (await records.behind(source, 0, 1_000)).map(({ id }) => id);
            await records.remove(source, ids, false);
            const put = all.flatMap(({ name, other, isKey, source: own }, index) =>
              own === source
                ? [
                    description(String(index), {
                      name,
                      backend: source.backend,
                      ...(isKey ? keyed(name, other) : { others: [other] }),
                    }),
                  ]
                : [],
            );
            await records.put(source, put, baseline);
          }
          const question = askedFor(asked);
          for (const of of [[customers], [suite, customers]]) {
            const [one, other] = [openSearch, staged].map((open) => open(question, [customers, suite]));
            const whole = await one?.find(of, null, 100);
            expect(whole).toEqual(await other?.find(of, null, 100));
            for (const after of [null, ...(whole ?? []).map(({ position }) => position)])
              expect(await one?.find(of, after, limit)).toEqual(await other?.find(of, after, limit));
            const ids = all.map((_, index) => String(index));
            expect(await one?.findAmong(customers, ids)).toEqual(await other?.findAmong(customers, ids));
          }
        }),
        { numRuns: 40 },
      );
    });

    it("finds the same when there are more than are read at once", async () => {
      const put = Array.from({ length: 60 }, (_, index) => description(String(index), { name: `Mill ${index % 7}` }));
      await records.put(customers, put, baseline);
      const few = createSearch(store.engine, 60)(askedFor("mill"), [customers]);
      const many = createSearch(store.engine, 59)(askedFor("mill"), [customers]);
      const whole = await few.find([customers], null, 100);
      expect(whole.length).toBe(60);
      expect(await many.find([customers], null, 100)).toEqual(whole);
    });

    it("a position reveals nothing of its record", async () => {
      await records.put(customers, [description("1", { name: "Mill Secretive" })], baseline);
      const [found] = await find(askedFor("mill"), [customers], null, 1);
      expect(found?.position).toMatch(/^\[0,\d+\]$/);
    });

    it("a position of another source does not reveal which names sort before it", async () => {
      const suite = { ...customers, backend: "suite" };
      const names = ["Mill A", "Mill Z"].map((name) => description(name, { name }));
      await records.put(customers, names, baseline);
      await records.put(suite, [description("1", { name: "Mill M", backend: "suite" })], baseline);
      const [hidden] = await find(askedFor("mill"), [suite], null, 1);
      expect(await namesFor("mill", hidden?.position)).toEqual(["Mill A", "Mill Z"]);
    });

    it("leaves nothing out when the record of a position is gone", async () => {
      await records.put(
        customers,
        ["Mill A", "Mill B", "Old Mill"].map((name) => description(name, { name })),
        baseline,
      );
      const [first] = await find(askedFor("mill"), [customers], null, 1);
      await records.remove(customers, ["Mill A"], true);
      expect(await namesFor("mill", first?.position)).toEqual(["Mill B", "Old Mill"]);
    });

    it("stores a name of any length and finds it by each of its words", async () => {
      // Four bytes each, and PostgreSQL cannot compress them.
      const characters = Array.from({ length: 1_800 }, (_, at) => String.fromCodePoint(0x20000 + ((at * 7_919) % 40_000)));
      const words = characters.join("").match(/.{9}/gu) ?? [];
      await records.put(customers, [description("1", { name: words.join(" ") })], baseline);
      for (const word of [words[0], words[100], words[198]]) expect(await namesFor(word ?? "")).toEqual([words.join(" ")]);
    });

    it.each(["", "[]", "[4,1]", "[0]", '[0,1,"a"]', "[1,-1]", "null"])(
      "a position that is none is refused: %s",
      async (position) => {
        await expect(find(askedFor("mill"), [customers], position, 10)).rejects.toMatchObject({ code: "INVALID_INPUT" });
      },
    );
  });

  it("two processes that write the same records in different orders do not deadlock", async () => {
    const other = await openStore(url);
    try {
      const others = createRecords(other.engine);
      const ids = Array.from({ length: 100 }, (_, index) => String(index));
      for (let round = 1; round <= 5; round += 1) {
        const named = ids.map((id) => description(id, { name: `Round ${round} of ${id}` }));
        await Promise.all([records.put(customers, named, later), others.put(customers, named.toReversed(), later)]);
      }
      expect(await records.count()).toEqual([{ ...customers, records: 100 }]);
    } finally {
      await other.close();
    }
  });

  it("is UNAVAILABLE to callers while the store fails", async () => {
    const { schema } = store.engine.database;
    for (const table of ["records", "sources", "changes"]) await schema.dropTable(`directory_${table}`).execute();
    const asked = [
      find(askedFor("mill"), [customers], null, 1),
      sources.all(),
      records.count(),
      changes.behind(0, { backends: ["pbx"] }, 1),
      changes.span(),
      changes.before("2026-01-01T00:00:00.000Z"),
      changes.watch(() => {}),
    ];
    const codes = await Promise.all(asked.map((each) => each.catch((error: unknown) => error)));
    expect(codes).toMatchObject(asked.map(() => ({ code: "UNAVAILABLE" })));
  });

  describe("changes", () => {
    it("records nothing for a source's first read", async () => {
      await records.put(customers, [description("1")], baseline);
      expect(await everyChange()).toEqual([]);
    });

    it("lists what is new, different and gone, once each, in order", async () => {
      await records.put(customers, [description("1"), description("2")], baseline);
      await records.put(customers, [description("1"), description("2", { name: "Changed" }), description("3")], later);
      await records.put(customers, [description("1"), description("2", { name: "Changed" }), description("3")], later);
      await records.remove(customers, ["1", "never there"], true);
      expect(told(await everyChange())).toEqual(["UPDATED 2", "CREATED 3", "REMOVED 1"]);
    });

    it("gives the backend's own time where it has one", async () => {
      const times = { createdAt: "2026-01-01T00:00:00.000Z", updatedAt: "2026-02-01T00:00:00.000Z" };
      await records.put(customers, [description("1", times)], later);
      const updatedAt = "2026-03-01T00:00:00.000Z";
      await records.put(customers, [description("1", { ...times, updatedAt, fingerprint: "other" })], later);
      expect((await everyChange()).map(({ at }) => at)).toEqual([times.createdAt, updatedAt]);
    });

    it("prunes all but the newest old change, which shows what is missing", async () => {
      await records.put(
        customers,
        ["1", "2", "3"].map((id) => description(id)),
        later,
      );
      await changes.prune("2000-01-01T00:00:00.000Z");
      expect((await everyChange()).length).toBe(3);
      await changes.prune("2999-01-01T00:00:00.000Z");
      expect(told(await everyChange())).toEqual(["CREATED 3"]);
      const span = await changes.span();
      expect(span?.oldest).toBe(span?.newest);
    });

    it("reach a watcher from any process until it stops", async () => {
      const heard: string[] = [];
      const stop = await changes.watch(({ id }) => heard.push(id));
      const other = await openStore(url);
      try {
        await createRecords(other.engine).put(customers, [description("1")], later);
        await expect.poll(() => heard).toEqual(["1"]);
        await stop();
        await records.put(customers, [description("2")], later);
        changes.recorded();
        expect(heard).toEqual(["1"]);
      } finally {
        await other.close();
      }
    });
  });

  describe("sources", () => {
    it("a walk stays in its generation until it is complete", async () => {
      expect((await sources.of(customers)).refreshedAt).toBeNull();
      expect(await sources.begin(customers)).toMatchObject({ generation: 1, position: null });
      await sources.note(customers, "500");
      expect(await sources.begin(customers)).toMatchObject({ generation: 1, position: "500" });
      await sources.complete(customers);
      expect(await sources.of(customers)).toMatchObject({ startedAt: null, position: null, refreshedAt: expect.any(String) });
      expect(await sources.begin(customers)).toMatchObject({ generation: 2, position: null });
    });

    it("a failure is kept until a walk succeeds", async () => {
      await sources.fail(customers, "It does not answer.");
      expect(await sources.all()).toMatchObject([{ backend: "pbx", error: "It does not answer." }]);
      await sources.complete(customers);
      expect(await sources.all()).toMatchObject([{ error: null }]);
    });

    it("one process at a time holds the lease of a backend; another takes over when it lapses", async () => {
      const other = await openStore(url);
      const others = createSources(other.engine);
      try {
        expect(await sources.lease("pbx", "first", 60_000)).toBe(true);
        expect(await others.lease("pbx", "second", 60_000)).toBe(false);
        expect(await others.lease("suite", "second", 60_000)).toBe(true);
        expect(await sources.lease("pbx", "first", 60_000)).toBe(true);
        await sources.release("pbx", "first");
        expect(await others.lease("pbx", "second", -1)).toBe(true);
        expect(await sources.lease("pbx", "first", 60_000)).toBe(true);
      } finally {
        await other.close();
      }
    });

    it("counts its records", async () => {
      await records.put(customers, [description("1"), description("2")], baseline);
      expect(await records.count()).toEqual([{ ...customers, records: 2 }]);
    });
  });
});
