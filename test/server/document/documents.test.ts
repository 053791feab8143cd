import { parse } from "graphql";
import { describe, expect, it, vi } from "vitest";
import { createDocuments } from "../../../src/server/document/documents.ts";
import { schema } from "../../support/schema.ts";

const limits = { maxTokens: 2_000, maxDepth: 15, maxAliases: 30, maxDirectives: 20, maxPageSize: 200 };
const texts = Array.from({ length: 4 }, (_, index) => `{ a${index}: viewer { name } }`);
const text = (index: number): string => texts[index] ?? "";

/** Room for a few of these documents. */
function roomFor(count: number) {
  const tokens = parse(text(0)).tokenCount ?? 0;
  return createDocuments({ schema, limits, introspection: true, maxBytes: count * (1 + tokens * 580 + 2 * text(0).length) });
}

describe("documents", () => {
  it("are analysed once while there is room, whoever sends them", () => {
    const documents = roomFor(3);
    const [first, second] = [documents.read(text(0)), documents.read(text(0))];
    expect(second).toBe(first);
    const operation = first.operation(null);
    expect(operation?.plan()).toBe(operation?.plan());
    expect(operation?.cost()).toBe(operation?.cost());
    expect(first.problems()).toBe(second.problems());
  });

  it("are evicted when there is no room, the least recently used first", () => {
    // A sixteenth is for documents that come once; none of these fits there.
    const documents = roomFor(4);
    const before = texts.slice(0, 3).map(documents.read);
    documents.read(text(0));
    documents.read(text(3));
    expect(documents.read(text(0))).toBe(before[0]);
    expect(documents.read(text(2))).toBe(before[2]);
    expect(documents.read(text(1))).not.toBe(before[1]);
  });

  it("that came again outlast any number of others that come once, and so does a very long one", () => {
    const documents = roomFor(32);
    const long = `{ viewer { name } } # ${"x".repeat(20_000)}`;
    const before = [text(0), long, text(0), long].map(documents.read).slice(2);
    const once = documents.read("{ once: viewer { name } }");
    for (let turn = 0; turn < 100; turn += 1) documents.read(`{ b${turn}: viewer { name } }`);
    for (const [place, each] of [text(0), long].entries()) expect(documents.read(each)).toBe(before[place]);
    expect(documents.read("{ once: viewer { name } }")).not.toBe(once);
  });

  it("are not kept if one alone is larger than the room, even by its comments", () => {
    const documents = roomFor(3);
    const kept = documents.read(text(0));
    const long = `{ viewer { name } } # ${"x".repeat(20_000)}`;
    expect(documents.read(long)).not.toBe(documents.read(long));
    expect(documents.read(text(0))).toBe(kept);
  });

  it("are refused anew each time if they are too long or not GraphQL", () => {
    const documents = roomFor(3);
    for (let turn = 0; turn < 2; turn += 1) {
      expect(() => documents.read("{")).toThrow("Syntax Error");
      expect(() => documents.read(`{ ${"a ".repeat(3_000)} }`)).toThrow("limits.maxTokens");
    }
  });

  it("have ids among trusted ones, cached or not", () => {
    const documents = roomFor(3);
    const before = documents.idOf(text(0));
    documents.read(text(0));
    expect(documents.idOf(text(0))).toBe(before);
    expect(before).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});

describe("the operation of a request", () => {
  const document = () =>
    roomFor(30).read(
      "query A { viewer { name } } query B { ...F ...F } fragment F on Query { a: backends { key } viewer { name } }",
    );

  it("is the named one, or the only one", () => {
    const { operation } = document();
    expect(["A", "B", "C", null, undefined].map((name) => operation(name)?.name ?? null)).toEqual(["A", "B", null, null, null]);
    expect(roomFor(3).read("{ viewer { name } }").operation(undefined)).toMatchObject({ kind: "query", name: null });
    expect(roomFor(3).read("{ viewer { name } }").operation("A")).toBeNull();
  });

  it("has a key that no other operation of any document has", () => {
    const documents = roomFor(30);
    const read = (sent: string) => documents.read(sent).operation("A")?.key;
    const keys = [read("query A { viewer { name } }"), read("query A { viewer { name } } query B { viewer { name } }")];
    expect(new Set(keys).size).toBe(2);
    expect(read("query A { viewer { name } }")).toBe(keys[0]);
  });

  it("has as many root fields as are executed", () => {
    const { operation } = document();
    expect([operation("A")?.rootFields(), operation("B")?.rootFields()]).toEqual([1, 2]);
  });
});

describe("a document that exceeds a limit", () => {
  it("is not validated", () => {
    const validated = vi.fn();
    const sent = `{ ${"a: nothing ".repeat(40)} }`;
    for (const { message } of roomFor(30).read(sent).problems()) validated(message);
    expect(validated.mock.calls.map(([message]) => message)).toEqual([expect.stringContaining("limits.maxAliases")]);
  });
});
