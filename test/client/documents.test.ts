import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { buildSchema, type DocumentNode, parse, print, stripIgnoredCharacters, validate } from "graphql";
import { describe, expect, it } from "vitest";
import * as client from "../../src/client/index.ts";
import * as hooks from "../../src/client/react/index.ts";

const read = (file: string): string => readFileSync(new URL(`../../schema/${file}`, import.meta.url), "utf8");
const trusted = JSON.parse(read("trusted-documents.json")) as Readonly<Record<string, string>>;

const documents = Object.entries(client).flatMap(([name, value]) => {
  const isOperation = typeof value === "object" && value.definitions[0]?.kind === "OperationDefinition";
  return isOperation && name.endsWith("Document")
    ? [{ name: name.replace(/Document$/, ""), document: value as DocumentNode }]
    : [];
});

/** Written by hand, and named for what they tell. */
const subscriptionHooks: Readonly<Record<string, string>> = {
  OperationUpdated: "useOperationUpdates",
  CustomerChanged: "useCustomerChanges",
};

describe.each(documents)("$name", ({ name, document }) => {
  it("is sent as a text that means the same, and that the schema knows", () => {
    const text = client.printDocument(document);
    expect(print(parse(text))).toBe(print(document));
    expect(validate(buildSchema(read("schema.graphql")), parse(text))).toEqual([]);
  });

  it("is among the trusted documents under its hash, as the very text that is sent", () => {
    const { hash } = (document as DocumentNode & { readonly __meta__: { readonly hash: string } }).__meta__;
    expect(trusted[hash]).toBe(client.printDocument(document));
  });

  it("has its hooks", () => {
    const [definition] = document.definitions;
    const kind = definition?.kind === "OperationDefinition" ? definition.operation : "query";
    const own = { query: `use${name}Query`, mutation: `use${name}Mutation`, subscription: subscriptionHooks[name] }[kind];
    const infinite = /\$after\b/.test(client.printDocument(document)) ? [`useInfinite${name}Query`] : [];
    expect(Object.keys(hooks)).toEqual(expect.arrayContaining([own, ...infinite]));
  });
});

describe("the trusted documents", () => {
  it("are all operations, each under the hash of its text", () => {
    expect(Object.keys(trusted)).toHaveLength(documents.length);
    for (const [hash, text] of Object.entries(trusted)) {
      expect(hash).toBe(`sha256:${createHash("sha256").update(text).digest("hex")}`);
    }
  });
});

describe("printing", () => {
  it("knows every part of an operation", () => {
    const document = parse(`
      query Everything($a: [Int!]! = [1, -2] @x, $b: In = { c: "say \\"hi\\"", d: null, e: true, f: ENUM, g: 1.5e3 }) @live(if: true) {
        alias: field(text: """
          a block "string"
          of two lines
        """, empty: "", list: [], object: { a: $a }) @include(if: $a) @skip(if: false) { id }
        ... on Type @x { id }
        ... @include(if: true) { id }
        ...Part @defer
      }
      fragment Part on Type @x { id }
      subscription { id }
      mutation Short { id }
    `);
    expect(print(parse(client.printDocument(document)))).toBe(print(withoutBlocks(document)));
    expect(client.printDocument(parse("{ a b }"))).toBe(`query${stripIgnoredCharacters("{ a b }")}`);
  });

  it("refuses a schema", () => {
    expect(() => client.printDocument(parse("type T { id: ID }"))).toThrow(TypeError);
  });
});

/** The same strings, none of them written as a block. */
function withoutBlocks(document: DocumentNode): DocumentNode {
  return JSON.parse(JSON.stringify(document), (key, value: unknown) => (key === "block" ? false : value)) as DocumentNode;
}
