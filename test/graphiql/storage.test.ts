import { HistoryStore, StorageAPI } from "@graphiql/toolkit";
import fc from "fast-check";
import { expect, it } from "vitest";
import { withoutHeaders } from "../../src/graphiql/storage.ts";

/** GraphiQL never stores a header in the browser: people write credentials there. */

/** A browser's storage. */
function browser(entries: Readonly<Record<string, string>> = {}): Storage {
  const kept = new Map(Object.entries(entries));
  return {
    get length() {
      return kept.size;
    },
    key: (index) => [...kept.keys()][index] ?? null,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => void kept.set(key, text),
    removeItem: (key) => void kept.delete(key),
    clear: () => kept.clear(),
  };
}

const textOf = (storage: Storage): string =>
  Array.from({ length: storage.length }, (_, index) => storage.getItem(storage.key(index) ?? "")).join("\n");
const secret = "bgw_a-secret";
const headers = JSON.stringify({ authorization: `Bearer ${secret}` });
const query = "query One { viewer { name } }";

it("keeps the history that GraphiQL writes, without its headers", () => {
  const kept = browser();
  const history = new HistoryStore(new StorageAPI(withoutHeaders(kept)), 20);
  history.updateHistory({ query, variables: '{ "headers": 1 }', headers, operationName: "One" });
  const item = { query, variables: '{ "headers": 1 }', headers, operationName: "One" };
  history.toggleFavorite({ ...item, favorite: false });
  history.updateHistory({ ...item, query: "{ __typename }" });
  expect(textOf(kept)).not.toContain(secret);
  // As after a reload.
  const { queries } = new HistoryStore(new StorageAPI(withoutHeaders(kept)), 20);
  expect(queries.map(({ query: text, variables }) => [text, variables])).toEqual([
    ["{ __typename }", '{ "headers": 1 }'],
    [query, '{ "headers": 1 }'],
  ]);
});

it("keeps no headers, whatever tabs, history and favourites look like", () => {
  const document = fc.letrec((tie) => ({
    value: fc.oneof(fc.string(), fc.integer(), fc.constant(null), tie("list"), tie("members")),
    list: fc.array(tie("value"), { maxLength: 3 }),
    members: fc.record({
      headers: fc.constantFrom(secret, headers, [secret], { a: secret }),
      tabs: tie("value"),
      query: fc.string(),
    }),
  })).members;
  const key = fc.constantFrom("tabState", "queries", "favorites", "headers", "shouldPersistHeaders");
  fc.assert(
    fc.property(key, document, fc.boolean(), (name, value, before) => {
      const entry = [`graphiql:${name}`, JSON.stringify(value)] as const;
      // Kept by an earlier page, or now.
      const kept = browser(before ? Object.fromEntries([entry]) : {});
      const storage = withoutHeaders(kept);
      if (!before) storage.setItem(...entry);
      expect(textOf(kept)).not.toContain(secret);
    }),
  );
});

it("keeps everything else as it is", () => {
  const texts = fc.dictionary(fc.constantFrom("query", "variables", "theme", "visiblePlugin", "editorFlex"), fc.string());
  fc.assert(
    fc.property(texts, (entries) => {
      const storage = withoutHeaders(browser());
      for (const [name, text] of Object.entries(entries)) storage.setItem(`graphiql:${name}`, text);
      for (const [name, text] of Object.entries(entries)) expect(storage.getItem(`graphiql:${name}`)).toBe(text);
    }),
  );
});

it("keeps tabs as GraphiQL reads them: texts stay texts, null stays null", () => {
  const storage = withoutHeaders(browser());
  storage.setItem(
    "graphiql:tabState",
    JSON.stringify({
      tabs: [
        { query, headers },
        { query, headers: null },
      ],
      activeTabIndex: 0,
    }),
  );
  expect(JSON.parse(storage.getItem("graphiql:tabState") ?? "")).toEqual({
    tabs: [
      { query, headers: "" },
      { query, headers: null },
    ],
    activeTabIndex: 0,
  });
});

it("forgets text that is not JSON, as it may contain headers", () => {
  const kept = browser({ "graphiql:queries": `{"headers":"${secret}` });
  expect(new StorageAPI(withoutHeaders(kept)).get("queries")).toBeNull();
  expect(textOf(kept)).not.toContain(secret);
});

it("clears GraphiQL's data, and nothing of the console's", () => {
  const kept = browser({ "mantine-color-scheme-value": "dark", "graphiql:query": query, "graphiql:queries": '{"queries":[]}' });
  withoutHeaders(kept).clear();
  expect([kept.length, kept.key(0)]).toEqual([1, "mantine-color-scheme-value"]);
});
