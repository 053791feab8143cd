import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { buildSchema, type DocumentNode, execute, parse } from "graphql";
import { describe, expect, it, vi } from "vitest";
import { patience } from "../../support/patience.ts";
import { createExecutor } from "./compare.ts";

const schema = buildSchema("type Query { name: String! other: Query } type Mutation { name: String }");
const rootValue = { name: "a name", other: () => ({ name: "another", other: null }) };

/** The answer as callers get it. */
function answer(executor: ReturnType<typeof createExecutor>, document: DocumentNode, given: object = {}): unknown {
  return JSON.parse(JSON.stringify(executor({ schema, document, rootValue, ...given })));
}

describe("plans", () => {
  it("belong to the operation that the request names", () => {
    const document = parse("query A { name } query B { other { name } }");
    const executor = createExecutor();
    for (let turn = 0; turn < 2; turn += 1) {
      expect(answer(executor, document, { operationName: "A" })).toEqual({ data: { name: "a name" } });
      expect(answer(executor, document, { operationName: "B" })).toEqual({ data: { other: { name: "another" } } });
    }
  });

  it("depend on a request's conditions of @skip and @include, however many there are", () => {
    const names = Array.from({ length: 6 }, (_, index) => `c${index}`);
    const fields = names.map((name) => `${name}: name @include(if: $${name})`).join(" ");
    const document = parse(`query (${names.map((name) => `$${name}: Boolean!`).join(" ")}) { ${fields} }`);
    const executor = createExecutor();
    for (let turn = 0; turn < 128; turn += 1) {
      const variableValues = Object.fromEntries(names.map((name, bit) => [name, (turn >> bit) % 2 === 1]));
      const expected = names.flatMap((name) => (variableValues[name] ? [[name, "a name"]] : []));
      expect(answer(executor, document, { variableValues })).toEqual({ data: Object.fromEntries(expected) });
    }
  });

  it("are dropped with their documents", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    const executor = createExecutor();
    const executed = Array.from({ length: 20 }, (_, index) => {
      const document = parse(`{ name other { name x${index}: name } }`);
      answer(executor, document);
      return new WeakRef(document);
    });
    await vi.waitFor(() => {
      collectGarbage();
      expect(executed.filter((reference) => reference.deref())).toEqual([]);
    }, patience);
  });

  it("do not change documents that cannot be executed", () => {
    const executor = createExecutor();
    const document = parse("query A($name: Boolean!) { name @skip(if: $name) } query B { name }");
    const refused = [{}, { operationName: "C" }, { operationName: "A" }, { operationName: "A", variableValues: { name: 1 } }];
    for (const given of refused) {
      expect(executor({ schema, document, rootValue, ...given })).toBeNull();
      expect(execute({ schema, document, rootValue, ...given })).toHaveProperty("errors");
    }
  });
});

describe("an answer", () => {
  it("may have a member called __proto__", () => {
    const executed = createExecutor()({ schema, document: parse("{ __proto__: name other { __proto__: name } }"), rootValue });
    expect(JSON.stringify(executed)).toBe('{"data":{"__proto__":"a name","other":{"__proto__":"another"}}}');
  });

  it("is synchronous if nothing is pending", () => {
    expect(createExecutor()({ schema, document: parse("{ name }"), rootValue })).toEqual({ data: { name: "a name" } });
  });
});
