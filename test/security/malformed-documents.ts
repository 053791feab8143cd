import { readFileSync } from "node:fs";
import fc from "fast-check";
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  typeFromAST,
} from "graphql";
import { anyText } from "../support/texts.ts";
import { type Known, type ValueFor, valuesFor } from "./malformed-values.ts";

/** Documents with variables: those of the gateway's own clients, others that its schema allows, and both with mistakes. */

export interface Document {
  readonly query: string;
  readonly variables: unknown;
}

const read = (path: string): string => readFileSync(new URL(`../../schema/${path}`, import.meta.url), "utf8");
const schema = buildSchema(read("schema.graphql"));
const trusted = Object.values(JSON.parse(read("trusted-documents.json")) as Readonly<Record<string, string>>);

export function documents(known: Known): fc.Arbitrary<Document> {
  const [right, mistaken] = [valuesFor(known, null), valuesFor(known, 12)];
  const whole = fc.oneof(
    { weight: 2, arbitrary: clients(right) },
    { weight: 1, arbitrary: clients(mistaken) },
    { weight: 2, arbitrary: generated(right) },
    { weight: 1, arbitrary: generated(mistaken) },
  );
  return fc.oneof(
    { weight: 12, arbitrary: whole },
    { weight: 4, arbitrary: fc.tuple(whole, edits(tokensOf)).map(withQuery) },
    { weight: 2, arbitrary: fc.tuple(whole, edits(Array.from)).map(withQuery) },
    { weight: 1, arbitrary: excessive.map((query) => ({ query, variables: {} })) },
  );
}

function clients(valueFor: ValueFor): fc.Arbitrary<Document> {
  const each = trusted.map((query) => {
    const [operation] = parse(query).definitions;
    const definitions = operation?.kind === "OperationDefinition" ? (operation.variableDefinitions ?? []) : [];
    const variables = definitions.map((definition) => {
      const type = typeFromAST(schema, definition.type);
      return [definition.variable.name.value, isInputType(type) ? valueFor(type) : fc.constant(null)] as const;
    });
    return fc.record({ query: fc.constant(query), variables: fc.record(Object.fromEntries(variables)) });
  });
  return fc.oneof(...each);
}

/** Random operations along the schema, with literals for arguments. Only their depth is bounded. */
function generated(valueFor: ValueFor): fc.Arbitrary<Document> {
  function argument({ name, type }: GraphQLArgument): fc.Arbitrary<string> {
    const literal = valueFor(type).map((value) => `${name}: ${written(value, type)}`);
    const [absent, given] = isNonNullType(type) ? [1, 20] : [2, 1];
    return fc.oneof({ weight: absent, arbitrary: fc.constant("") }, { weight: given, arbitrary: literal });
  }

  function field(definition: GraphQLField<unknown, unknown>, depth: number): fc.Arbitrary<string> {
    const given = fc.tuple(...definition.args.map(argument)).map((all) => all.filter((text) => text !== "").join(", "));
    const alias = fc.constantFrom(...Array<string>(12).fill(""), "a: ", "__proto__: ", "constructor: ");
    const directive = fc.constantFrom(...Array<string>(20).fill(""), " @include(if: true)", " @skip(if: false)");
    return fc
      .tuple(alias, given, directive, selection(definition.type, depth))
      .map(([name, values, condition, below]) => `${name}${definition.name}${values && `(${values})`}${condition}${below}`);
  }

  const selections = new Map<string, fc.Arbitrary<string>>();

  function selection(output: GraphQLOutputType, depth: number): fc.Arbitrary<string> {
    const type = getNamedType(output);
    if (isLeafType(type)) return fc.constant("");
    if (depth === 0) return fc.constant(" { __typename }");
    const name = `${type.name} ${depth}`;
    const made = selections.get(name) ?? selectionOf(type, depth);
    selections.set(name, made);
    return made;
  }

  function selectionOf(type: GraphQLOutputType, depth: number): fc.Arbitrary<string> {
    const objects = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
    const within = objects.flatMap((object) => {
      const fields = isObjectType(object) ? Object.values(object.getFields()) : [];
      const wrap = (text: string): string => (isAbstractType(type) ? `... on ${object} { ${text} }` : text);
      return fields.map((each) => field(each, depth - 1).map(wrap));
    });
    return fc.array(fc.oneof(...within), { minLength: 1, maxLength: 4 }).map((all) => ` { ${all.join(" ")} }`);
  }

  const operation = (keyword: string, type: GraphQLObjectType | null | undefined) =>
    type
      ? selection(type, 4).map((text) => ({ query: `${keyword}${text}`, variables: {} }))
      : fc.constant({ query: "", variables: {} });
  return fc.oneof(
    { weight: 4, arbitrary: operation("query", schema.getQueryType()) },
    { weight: 4, arbitrary: operation("query Named", schema.getQueryType()) },
    { weight: 4, arbitrary: operation("mutation", schema.getMutationType()) },
    { weight: 1, arbitrary: operation("subscription", schema.getSubscriptionType()) },
  );
}

/** As GraphQL literals; enum values without quotes, and misfits unchanged. */
function written(value: unknown, type: GraphQLInputType | undefined): string {
  if (isNonNullType(type)) return written(value, type.ofType);
  if (typeof value === "string") return isEnumType(type) && /^\w+$/.test(value) ? value : JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value))
    return `[${value.map((item) => written(item, isListType(type) ? type.ofType : undefined)).join(", ")}]`;
  const fields = type && "getFields" in type ? type.getFields() : {};
  return `{${Object.entries(value).map(([name, item]) => `${name}: ${written(item, fields[name]?.type)}`)}}`;
}

interface Edit {
  readonly how: "remove" | "repeat" | "swap" | "insert";
  readonly at: number;
  readonly text: string;
}

const inserted = fc.oneof(
  fc.constantFrom(
    ..."{}()[]!$@:|&=.,#\"'\\/*%^~`;<>?-+",
    "...",
    '"""',
    "\0",
    "\ufeff",
    "\u2028",
    "\ud83d",
    "\r",
    "null",
    "true",
    "on",
    "fragment",
    "query",
    "mutation",
    "subscription",
    "__typename",
    "__schema { types { name } }",
    '__type(name: "Query") { name }',
    "@defer",
    "@stream",
    "@deprecated",
    "$undefined",
    "1e999",
    "-",
    "00",
    '"\\ud800"',
    '"\\u{110000}"',
    "...Unknown",
    "... on Nothing { x }",
    "ä",
    "x".repeat(3_000),
  ),
  anyText({ maxLength: 6 }),
);

/** A few changes to the parts of a text, at places that a share of its length tells. */
function edits(split: (text: string) => readonly string[]): fc.Arbitrary<(text: string) => string> {
  const edit: fc.Arbitrary<Edit> = fc.record({
    how: fc.constantFrom("remove", "repeat", "swap", "insert"),
    at: fc.nat({ max: 999 }),
    text: inserted,
  });
  return fc
    .array(edit, { minLength: 1, maxLength: 4 })
    .map((list) => (text) => list.reduce((now, each) => apply(split(now), each), text));
}

function apply(parts: readonly string[], { how, at, text }: Edit): string {
  const index = Math.floor((at / 1_000) * parts.length);
  const part = parts[index] ?? "";
  const change: Readonly<Record<Edit["how"], readonly string[]>> = {
    remove: [],
    repeat: [part, part],
    swap: [parts[index + 1] ?? "", part],
    insert: [part, text],
  };
  const taken = how === "swap" ? 2 : 1;
  return [...parts.slice(0, index), ...change[how], ...parts.slice(index + taken)].join("");
}

function tokensOf(text: string): readonly string[] {
  return text.match(/"(?:[^"\\]|\\.)*"|\w+|\s+|\.{3}|[^\w\s]/gsu) ?? [];
}

function withQuery([document, change]: readonly [Document, (text: string) => string]): Document {
  return { ...document, query: change(document.query) };
}

/** Too much of one thing. */
const excessive = fc
  .tuple(
    fc.constantFrom<(count: number) => string>(
      (count) => "{".repeat(count),
      (count) => `${"{ a ".repeat(count)}${"}".repeat(count)}`,
      (count) => `{ node(id: ${"[".repeat(count)}1${"]".repeat(count)}) { id } }`,
      (count) => `{ ${"x".repeat(count * 10)} }`,
      (count) => `{ ${Array.from({ length: count }, (_, index) => `a${index}: __typename`).join(" ")} }`,
      (count) => `{ __typename ${"@skip(if: false) ".repeat(count)} }`,
      (count) => `query (${Array.from({ length: count }, (_, index) => `$v${index}: [[Int!]!]! = [[1]]`)}) { __typename }`,
      (count) =>
        `{ ...f0 } ${Array.from({ length: count }, (_, index) => `fragment f${index} on Query { ...f${index + 1} }`).join(" ")}`,
      (count) => "query Q { __typename } ".repeat(count),
      (count) => `#${"comment ".repeat(count * 20)}\n{ __typename }`,
      (count) => `{ node(id: "${"\\u0041".repeat(count)}") { id } }`,
    ),
    fc.integer({ min: 1, max: 3_000 }),
  )
  .map(([make, count]) => make(count));
