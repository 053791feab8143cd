import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import { createDocumentCache } from "../../../src/server/limits/document-cache.ts";

const texts = Array.from({ length: 4 }, (_, index) => `{ field${index} }`);
const document = parse("{ field0 }");
/** Room for three of these. */
const room = 3.5 * (3 * 420 + 2 * "{ field0 }".length);

function filled() {
  const cache = createDocumentCache(room);
  for (const text of texts.slice(0, 3)) cache.set(text, document);
  const kept = () => texts.filter((text) => cache.get(text));
  return { cache, kept };
}

describe("parsed documents", () => {
  it("are kept while there is room", () => {
    expect(filled().kept()).toEqual(texts.slice(0, 3));
  });

  it("go when there is none, those first that were not asked for longest", () => {
    const { cache, kept } = filled();
    cache.get(texts[0] ?? "");
    cache.set(texts[3] ?? "", document);
    expect(kept()).toEqual([texts[0], texts[2], texts[3]]);
  });

  it("take their room once, also when they are set again", () => {
    const { cache, kept } = filled();
    for (let again = 0; again < 5; again += 1) cache.set(texts[0] ?? "", document);
    expect(kept()).toEqual(texts.slice(0, 3));
  });

  it("are not kept when one alone is larger than the room, be it by its comments", () => {
    const { cache, kept } = filled();
    const text = `{ a } # ${"x".repeat(room)}`;
    cache.set(text, document);
    expect(cache.get(text)).toBeUndefined();
    expect(kept()).toEqual([]);
  });
});
