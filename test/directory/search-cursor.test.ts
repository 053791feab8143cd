import { expect, it } from "vitest";
import { decodeSearchCursor, encodeSearchCursor, type SearchPlace } from "../../src/directory/search-sources.ts";

it("a cursor with too many keys is shortened, never refused", () => {
  const sources = [{ type: "Customer", backend: "pbx" }] as const;
  const place: SearchPlace = { streams: [{ kind: "LIVE", sources, position: null }], shown: ["1", "2", "3", "4"] };
  expect(decodeSearchCursor("question", encodeSearchCursor("question", place, 3), 3).shown).toEqual(["2", "3", "4"]);
});
