/**
 * GraphiQL's storage in the browser (localStorage): keeps tabs, history and settings, but no headers. People write credentials
 * into headers, and GraphiQL's history would keep them in clear text for the next user of the browser.
 */

const tabsKey = "graphiql:tabState";
/** Keys whose JSON has headers beside queries: each "headers" is the text of their editor. */
const documents = [tabsKey, "graphiql:queries", "graphiql:favorites"];
/** Keys of headers only: those of the active tab, and whether they are kept. */
const refused = ["graphiql:headers", "graphiql:shouldPersistHeaders"];

/**
 * @param kept the browser's own; what is in it already, of an earlier page, is cleaned too
 * @param onTabsKept called with the JSON of the open tabs each time that it was written
 */
export function withoutHeaders(kept: Storage, onTabsKept: (tabs: string) => void = () => {}): Storage {
  for (const key of refused) kept.removeItem(key);
  for (const key of documents) {
    const text = kept.getItem(key);
    if (text !== null) kept.setItem(key, cleaned(text));
  }
  return {
    get length() {
      return kept.length;
    },
    key: (index) => kept.key(index),
    getItem: (key) => kept.getItem(key),
    setItem: (key, text) => {
      if (refused.includes(key)) return;
      kept.setItem(key, documents.includes(key) ? cleaned(text) : text);
      if (key === tabsKey) onTabsKept(text);
    },
    removeItem: (key) => kept.removeItem(key),
    // The console keeps things at the same place.
    clear: () => {
      const keys = Array.from({ length: kept.length }, (_, index) => kept.key(index) ?? "");
      for (const key of keys.filter((each) => each.startsWith("graphiql:"))) kept.removeItem(key);
    },
  };
}

/** A document without its headers. What is no JSON, GraphiQL could not read again either. */
function cleaned(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text, (key, value: unknown) => (key === "headers" && value !== null ? "" : value)));
  } catch {
    return "null";
  }
}
