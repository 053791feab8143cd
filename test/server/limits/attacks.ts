/** Requests that try to cost a server far more than they cost to send. */

export interface Attack {
  readonly name: string;
  readonly query: string;
  readonly variables?: unknown;
  readonly operationName?: string;
  /** A part of the refusal's message. */
  readonly refusedFor: RegExp;
}

const times = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join(" ");
const nested = (count: number, open: string, inside: string, close = "}"): string =>
  open.repeat(count) + inside + close.repeat(count);

/** Every fragment spreads the next one twice, below different fields. */
const fragmentBomb = (levels: number, spread: (next: string) => string): string =>
  `query { node(id: "x") { ...f0 } } ${times(levels, (i) => `fragment f${i} on Customer { ${spread(`f${i + 1}`)} }`)} fragment f${levels} on Customer { id }`;

export const attacks: readonly Attack[] = [
  { name: "aliases", query: `{ ${times(100, (i) => `a${i}: __typename`)} }`, refusedFor: /100 aliases.*maxAliases/ },
  {
    name: "aliases in fragments that are spread many times",
    query: `{ ...A ${times(8, (i) => `b${i}: viewer { ...B }`)} } fragment A on Query { ${times(9, (i) => `a${i}: __typename`)} } fragment B on Viewer { ${times(3, (i) => `n${i}: name`)} }`,
    refusedFor: /41 aliases.*maxAliases/,
  },
  { name: "one field many times", query: `{ ${"__typename ".repeat(500)} }`, refusedFor: /499 aliases.*maxAliases/ },
  { name: "one root field many times", query: `{ ${"backends { key } ".repeat(200)} }`, refusedFor: /199 aliases.*maxAliases/ },
  {
    name: "one fragment many times",
    query: `{ ${"...A ".repeat(500)} } fragment A on Query { __typename }`,
    refusedFor: /499 aliases/,
  },
  { name: "depth", query: nested(300, "{ node", "{ id }"), refusedFor: /301 levels of fields.*maxDepth/ },
  {
    name: "depth through fragments",
    query: `{ ...f0 } ${times(20, (i) => `fragment f${i} on Query { viewer { ...f${i + 1} } }`)} fragment f20 on Query { __typename }`,
    refusedFor: /21 levels of fields.*maxDepth/,
  },
  {
    name: "brackets up to the limit of tokens",
    query: `{ node(id: ${nested(900, "[", "1", "]")}) { id } }`,
    refusedFor: /maxDepth/,
  },
  {
    name: "objects in an argument",
    query: `{ customers(filter: ${nested(300, "{ a: ", "1")}) { nodes { id } } }`,
    refusedFor: /maxDepth/,
  },
  {
    name: "directives",
    query: `{ __typename ${"@include(if: true) ".repeat(100)} }`,
    refusedFor: /100 directives.*maxDirectives/,
  },
  { name: "unknown directives", query: `{ __typename ${"@nope ".repeat(900)} }`, refusedFor: /900 directives.*maxDirectives/ },
  { name: "tokens", query: `{ ${"a ".repeat(3000)} }`, refusedFor: /more than limits\.maxTokens 2000/ },
  { name: "comments", query: `{ __typename }\n#${"x".repeat(200_000)}`, refusedFor: /200016 characters.*maxTokens/ },
  { name: "a very long name", query: `{ ${"x".repeat(200_000)} }`, refusedFor: /characters.*maxTokens/ },
  {
    name: "a fragment bomb",
    query: fragmentBomb(60, (next) => `a: parent { ...${next} } b: parent { ...${next} }`),
    refusedFor: /maxDepth|maxAliases/,
  },
  {
    name: "a fragment bomb without aliases and depth",
    query: `{ ...f0 } ${times(60, (i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`)} fragment f60 on Query { __typename }`,
    refusedFor: /60 aliases.*maxAliases/,
  },
  {
    name: "a fragment bomb within the depth",
    query: fragmentBomb(3, (next) => `parent { ...${next} } charges { nodes { customer { ...${next} } } }`),
    refusedFor: /maxComplexity/,
  },
  {
    name: "fragments in a circle",
    query: "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    refusedFor: /itself/,
  },
  {
    name: "fragments in a circle, below fields",
    query: `{ node(id: "x") { ...A } } fragment A on Customer { parent { ...B } } fragment B on Customer { parent { ...A } }`,
    refusedFor: /itself/,
  },
  {
    name: "a circle through the schema",
    query: "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
    refusedFor: /introspection depth/,
  },
  {
    name: "the whole schema many times",
    query: `{ ${times(20, (i) => `s${i}: __schema { types { name } }`)} }`,
    refusedFor: /maxComplexity/,
  },
  {
    name: "operations, one of them named",
    query: times(100, (i) => `query Q${i} { __typename }`),
    operationName: "Q0",
    refusedFor: /100 operations/,
  },
  {
    name: "unused fragments",
    query: `{ __typename } ${times(200, (i) => `fragment f${i} on Query { __typename }`)}`,
    refusedFor: /never used/,
  },
  {
    name: "much in a fragment that nothing spreads",
    query: `{ __typename } fragment F on Query { ${"backends { key } ".repeat(300)} }`,
    refusedFor: /299 aliases.*maxAliases/,
  },
  { name: "fields that do not exist", query: `{ ${times(900, (i) => `f${i}`)} }`, refusedFor: /Cannot query field/ },
  {
    name: "a long operation's name in every error",
    query: `query ${"x".repeat(60_000)} { nodes(ids: [${times(300, (i) => `$v${i}`)}]) { id } }`,
    refusedFor: /is not defined/,
  },
  {
    name: "many values in a list",
    query: `{ nodes(ids: [${times(1900, (i) => `"${i}"`)}]) { id } }`,
    refusedFor: /maxComplexity/,
  },
  {
    name: "many values in a variable",
    query: "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }",
    variables: { ids: Array.from({ length: 50_000 }, String) },
    refusedFor: /maxComplexity/,
  },
  {
    name: "many targets of a mutation",
    query: "mutation ($input: CreateChargesInput!) { createCharges(input: $input) { results { status } } }",
    variables: { input: { charges: Array.from({ length: 5_000 }, () => ({ customerId: "x" })) } },
    refusedFor: /maxComplexity/,
  },
  {
    name: "many wrong values in a variable",
    query: "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }",
    variables: { ids: Array.from({ length: 400 }, () => null) },
    refusedFor: /must not be null/,
  },
  {
    name: "a variable that is nested without end",
    query: "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }",
    variables: { ids: JSON.parse(nested(5_000, "[", "1", "]")) },
    refusedFor: /maxDepth/,
  },
  {
    name: "a wrong value of half a megabyte",
    query: "query ($first: Int) { customers(first: $first) { nodes { id } } }",
    variables: { first: "x".repeat(500_000) },
    refusedFor: /expected a value of the type Int/,
  },
  {
    name: "pages inside of pages",
    query: "{ customers(first: 200) { nodes { charges(first: 200) { nodes { id amount { amount } } } } } }",
    refusedFor: /maxComplexity/,
  },
  {
    name: "pages inside of edges, by a variable and its default",
    query: "query ($n: Int = 200) { customers(first: $n) { edges { node { charges(first: $n) { edges { node { id } } } } } } }",
    refusedFor: /maxComplexity/,
  },
  {
    name: "fields that might overlap, all of them",
    query: `{ node(id: "x") { ${times(12, (i) => `...f${i}`)} } } ${times(12, (i) => `fragment f${i} on Customer { ${times(10, () => `charges(first: ${i}) { nodes { name } }`)} }`)}`,
    refusedFor: /maxAliases/,
  },
];

/** Documents of nearly 2000 tokens that only the limit of tokens bounds: each is answered or refused, but soon. */
export const expensiveToValidate: readonly { readonly name: string; readonly query: string }[] = [
  { name: "inline fragments inside of each other", query: `{ ${nested(600, "... {", "__typename")} }` },
  {
    name: "the same fields in many inline fragments",
    query: `{ node(id: "x") { ${times(150, () => "... on Customer { parent { name } }")} } }`,
  },
  {
    name: "fragments that are compared with each other",
    query: `{ node(id: "x") { ${times(190, (i) => `...f${i}`)} } } ${times(190, (i) => `fragment f${i} on Customer { name }`)}`,
  },
  {
    name: "fragments that spread all that follow",
    query: `{ node(id: "x") { ...f0 } } ${times(38, (i) => `fragment f${i} on Customer { name ${times(37 - i, (j) => `...f${i + j + 1}`)} }`)}`,
  },
];
