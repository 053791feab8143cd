import { expect, it } from "vitest";
import { decodeSearchCursor, encodeSearchCursor, type SearchPlace } from "../../src/directory/search-cursor.ts";

it("a cursor that would remember too much is shortened, and goes on: it is never one that is refused", () => {
  const sources = [{ type: "Customer", backend: "pbx" }] as const;
  const place: SearchPlace = { streams: [{ kind: "LIVE", sources, position: null }], shown: ["1", "2", "3", "4"] };
  expect(decodeSearchCursor("question", encodeSearchCursor("question", place, 3), 3).shown).toEqual(["2", "3", "4"]);
});
