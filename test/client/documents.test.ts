import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  buildSchema,
  type GraphQLObjectType,
  isObjectType,
  parse,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { describe, expect, it } from "vitest";
import * as client from "../../src/client/index.ts";
import * as hooks from "../../src/client/react/index.ts";

const source = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
const read = (file: string): string => source(`schema/${file}`);
const schema = buildSchema(read("schema.graphql"));
const trusted = JSON.parse(read("trusted-documents.json")) as Readonly<Record<string, string>>;

const texts = Object.entries(client).flatMap(([name, value]) =>
  typeof value === "string" ? [{ name, text: value as string }] : [],
);
const documents = texts
  .filter(({ name }) => name.endsWith("Document"))
  .map(({ name, text }) => ({ name: name.replace(/Document$/, ""), text }));

/** Written by hand, and named for what they tell. */
const subscriptionHooks: Readonly<Record<string, string>> = {
  OperationUpdated: "useOperationUpdates",
  ChargeRunUpdated: "useChargeRunUpdates",
  CustomerChanged: "useCustomerChanges",
};

describe.each(documents)("$name", ({ name, text }) => {
  it("is a valid text without needless characters", () => {
    expect(validate(schema, parse(text))).toEqual([]);
    expect(text).toBe(stripIgnoredCharacters(print(parse(text))));
  });

  it("selects all warnings and errors of a mutation's answer", () => {
    const types = new TypeInfo(schema);
    const asked = new Map<GraphQLObjectType, readonly string[]>();
    const note = ({ selections }: SelectionSetNode): void => {
      const type = types.getParentType();
      if (!isObjectType(type) || !/(Payload|Result)$/.test(type.name)) return;
      const fields = selections.flatMap((each) => (each.kind === "Field" ? [each.name.value] : []));
      // A part of it may stand in a fragment.
      asked.set(type, [...(asked.get(type) ?? []), ...fields]);
    };
    visit(parse(text), visitWithTypeInfo(types, { SelectionSet: note }));
    const lacking = [...asked].flatMap(([type, fields]) =>
      ["errors", "warnings", "status"]
        .filter((field) => field in type.getFields() && !fields.includes(field))
        .map((field) => `${type.name}.${field}`),
    );
    expect(lacking).toEqual([]);
  });

  it("names its operation", () => {
    expect(client.operationName(text)).toBe(name);
    expect(client.operationName(print(parse(text)))).toBe(name);
    expect(client.operationName(parse(text) as object)).toBe(name);
  });

  it("is among the trusted documents under its hash", () => {
    expect(trusted[`sha256:${createHash("sha256").update(text).digest("hex")}`]).toBe(text);
  });

  it("has its hooks", () => {
    const [definition] = parse(text).definitions;
    const kind = definition?.kind === "OperationDefinition" ? definition.operation : "query";
    const own = { query: `use${name}Query`, mutation: `use${name}Mutation`, subscription: subscriptionHooks[name] }[kind];
    const infinite = /\$after\b/.test(text) ? [`useInfinite${name}Query`] : [];
    expect(Object.keys(hooks)).toEqual(expect.arrayContaining([own, ...infinite]));
  });

  it("tells an editor what the schema says of it, at the document and its hooks", () => {
    const [definition] = parse(text).definitions;
    if (definition?.kind !== "OperationDefinition") return expect.unreachable();
    const fields = schema.getRootType(definition.operation)?.getFields() ?? {};
    const asked = definition.selectionSet.selections.flatMap((each) => (each.kind === "Field" ? [each.name.value] : []));
    const words = asked.flatMap((field) => fields[field]?.description?.split("\n") ?? []);
    expect(words).not.toEqual([]);
    const commented = [
      ...source("src/client/generated/hooks.ts").split("\n"),
      ...source("src/client/generated/graphql.ts").split("\n"),
    ];
    const declarations = [...commented.entries()].filter(
      ([, line]) => line.includes(`(documents.${name}Document`) || line.startsWith(`export const ${name}Document `),
    );
    expect(declarations.length).toBeGreaterThan(definition.operation === "subscription" ? 0 : 1);
    for (const [at] of declarations) {
      const comment = commented.slice(0, at).join("\n").split("export const").at(-1) ?? "";
      for (const line of words) expect(comment).toContain(line);
    }
  });
});

describe("the trusted documents", () => {
  it("are all operations, each under the hash of its text", () => {
    expect(documents.length).toBeGreaterThan(30);
    expect(Object.keys(trusted)).toHaveLength(documents.length);
    for (const [hash, text] of Object.entries(trusted)) {
      expect(hash).toBe(`sha256:${createHash("sha256").update(text).digest("hex")}`);
    }
  });
});

it("are texts of fragments too, with the fragments that they need", () => {
  const fragments = texts.filter(({ name }) => name.endsWith("FragmentDoc"));
  expect(fragments.length).toBeGreaterThan(10);
  const complete = ({ text }: { readonly text: string }): boolean => {
    const known = new Set(Array.from(text.matchAll(/fragment (\w+) on/g), ([, name]) => name));
    return Array.from(text.matchAll(/\.\.\.(?!on )(\w+)/g), ([, name]) => name).every((name) => known.has(name));
  };
  expect(fragments.filter((fragment) => !complete(fragment))).toEqual([]);
});

describe("the name of an operation", () => {
  it.each([
    ["{ backends { key } }", "anonymous"],
    ["query { backends { key } }", "anonymous"],
    ["# query Commented\nquery Named($a: Int) { a }", "Named"],
    ["fragment F on Backend { key } query After { backends { ...F } }", "After"],
    ["fragment F on Backend { key }\n\nsubscription Later { a }", "Later"],
  ])("of %j is %s", (text, name) => {
    expect(client.operationName(text)).toBe(name);
  });
});
