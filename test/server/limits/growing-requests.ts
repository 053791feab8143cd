/** Requests of any size, of the kinds that have cost servers more than their size. */

export interface Growing {
  readonly name: string;
  /** The whole body as text, since some of it is nothing that JSON.stringify would write. */
  readonly body: (size: number) => string;
  readonly headers?: Readonly<Record<string, string>>;
}

type Variables = Readonly<Record<string, unknown>>;

const repeat = (bytes: number, perItem: number, make: (index: number) => unknown): unknown[] =>
  Array.from({ length: Math.max(1, Math.floor(bytes / perItem)) }, (_, index) => make(index));
const keys = (bytes: number, value: unknown = 1): Variables =>
  Object.fromEntries(repeat(bytes, 11, (index) => [`k${String(index).padStart(5, "0")}`, value]) as [string, unknown][]);
const nested = (bytes: number, open: string, inside: string, close: string): string => {
  const times = Math.floor(bytes / (open.length + close.length));
  return open.repeat(times) + inside + close.repeat(times);
};

function variables(name: string, query: string, make: (bytes: number) => unknown): Growing {
  return { name, body: (bytes) => JSON.stringify({ query, variables: make(bytes) }) };
}

const createCharge = "mutation ($input: CreateChargeInput!) { createCharge(input: $input) { errors { code } } }";
const createCharges = "mutation ($input: CreateChargesInput!) { createCharges(input: $input) { results { status } } }";
const createTax = "mutation ($input: CreateTaxInput!) { createTax(input: $input) { results { status } } }";
const nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
const charges =
  "query ($filter: ChargeFilter, $first: Int) { charges(customerIds: [], filter: $filter, first: $first) { nodes { id } } }";
const subscription = "subscription ($backends: [String!]) { customerChanged(backends: $backends) { at } }";
const search = 'query ($types: [SearchType!]) { search(text: "ab", types: $types) { edges { cursor } } }';

/** Variables up to the size of a body. */
export const growingVariables: readonly Growing[] = [
  variables("unknown keys", createCharge, (bytes) => ({ input: keys(bytes) })),
  variables("unknown keys with names that are none", createCharge, (bytes) => ({
    input: Object.fromEntries(repeat(bytes, 12, (index) => [`é ${index}`, 1]) as [string, unknown][]),
  })),
  variables("unknown keys in each object of a list", createCharges, (bytes) => ({
    input: { charges: repeat(bytes, 11 * 20, () => keys(11 * 20)) },
  })),
  variables("unknown keys in a nested object", createCharges, (bytes) => ({
    input: { charges: [{ customerId: "x", charge: { recurrence: keys(bytes) } }] },
  })),
  variables("an unknown key with everything in it", createCharge, (bytes) => ({ input: { nope: keys(bytes, [{}]) } })),
  variables("objects without what they need", createCharges, (bytes) => ({ input: { charges: repeat(bytes, 3, () => ({})) } })),
  variables("wrong enum values", charges, (bytes) => ({ filter: { status: repeat(bytes, 10, () => "PENDIN") } })),
  variables("right enum values, and a wrong one last", charges, (bytes) => ({
    filter: { status: [...repeat(bytes, 10, () => "ACTIVE"), "NO"] },
  })),
  variables("one enum value many times", search, (bytes) => ({ types: repeat(bytes, 11, () => "CUSTOMER") })),
  variables("a wrong enum value that is long", charges, (bytes) => ({ filter: { status: "A".repeat(bytes) } })),
  variables("nulls in a list", nodes, (bytes) => ({ ids: repeat(bytes, 5, () => null) })),
  variables("ids that are lists", nodes, (bytes) => ({ ids: repeat(bytes, 5, () => [1]) })),
  variables("more ids than may be asked for", nodes, (bytes) => ({ ids: repeat(bytes, 4, () => "x") })),
  variables("a long text for a number", charges, (bytes) => ({ first: "9".repeat(bytes) })),
  variables("a long text for a day", charges, (bytes) => ({ filter: { from: "2".repeat(bytes) } })),
  variables("a long text for a decimal", createTax, (bytes) => ({ input: { rate: "1".repeat(bytes) } })),
  variables("a long text for a key", createCharge, (bytes) => ({ input: { ["k".repeat(bytes)]: 1 } })),
  variables("a long list for an object", createCharge, (bytes) => ({ input: repeat(bytes, 2, () => 1) })),
  variables("an object for a text", subscription, (bytes) => ({ backends: keys(bytes) })),
  variables("wrong values for a subscription", subscription, (bytes) => ({ backends: repeat(bytes, 2, () => 1) })),
  variables("variables that nobody has declared", "{ __typename }", (bytes) => keys(bytes)),
  {
    name: "variables that nobody has declared, and many sizes to estimate",
    body: (bytes) => {
      const fields = Array.from(
        { length: Math.ceil((bytes * 28) / 1_000_000) },
        (_, index) => `a${index}: charges(customerIds: $c, first: $n) { nodes { id } }`,
      );
      const query = `query ($n: Int, $c: [ID!]!) { ${fields.join(" ")} }`;
      return JSON.stringify({ query, variables: { ...keys(bytes), c: [], n: "x" } });
    },
  },
  {
    name: "a long number",
    body: (bytes) => `{"query":${JSON.stringify(charges)},"variables":{"first":${"9".repeat(bytes)}}}`,
  },
  {
    name: "many long numbers",
    body: (bytes) => {
      const numbers = repeat(bytes, 401, () => "7".repeat(400)).join();
      return `{"query":${JSON.stringify(nodes)},"variables":{"ids":[${numbers}]}}`;
    },
  },
  {
    name: "a long fraction for a decimal",
    body: (bytes) => `{"query":${JSON.stringify(createTax)},"variables":{"input":{"rate":0.${"1".repeat(bytes)}}}}`,
  },
  {
    name: "lists inside of each other",
    body: (bytes) => `{"query":${JSON.stringify(nodes)},"variables":{"ids":${nested(bytes, "[", "1", "]")}}}`,
  },
  {
    name: "objects inside of each other",
    body: (bytes) => `{"query":${JSON.stringify(createCharge)},"variables":{"input":${nested(bytes, '{"a":', "1", "}")}}}`,
  },
  {
    name: "unknown extensions",
    body: (bytes) => JSON.stringify({ query: "{ __typename }", extensions: keys(bytes) }),
  },
  { name: "unknown parameters", body: (bytes) => JSON.stringify({ query: "{ __typename }", ...keys(bytes) }) },
  {
    name: "a long name of an operation",
    body: (bytes) => JSON.stringify({ query: "{ __typename }", operationName: "x".repeat(bytes) }),
  },
  { name: "a long hash", body: (bytes) => JSON.stringify({ documentId: `sha256:${"0".repeat(bytes)}` }) },
  { name: "what is no JSON", body: (bytes) => `{"query":"{ __typename }",${"x".repeat(bytes)}` },
  { name: "escapes", body: (bytes) => `{"query":"${"\\u007b".repeat(bytes / 6)}"}` },
];

let made = 0;

/**
 * @param tokens of one repeated thing: limits.maxTokens bounds all of them
 * @param make a document of this many things; each call makes another document, since known documents are not parsed again
 */
function document(name: string, tokens: number, make: (count: number) => string, headers?: Growing["headers"]): Growing {
  const body = (share: number): string => {
    made += 1;
    return JSON.stringify({ query: `${make(Math.max(1, Math.floor((share * 1_900) / tokens)))}\n#${made}` });
  };
  return { name, body, ...(headers && { headers }) };
}

const list = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(" ");
const inside = (count: number, open: string, middle: string, close: string): string =>
  open.repeat(count) + middle + close.repeat(count);
/** Characters allowed per token: a long thing is long within one token. */
const long = 1 / 38;
const key = { "idempotency-key": "one" };

/** Documents up to the limits; their size is a share of limits.maxTokens. */
export const growingDocuments: readonly Growing[] = [
  document("aliases", 3, (count) => `{ ${list(count, (index) => `a${index}: __typename`)} }`),
  document("fields that do not exist", 1, (count) => `{ ${list(count, (index) => `f${index}`)} }`),
  document("arguments that do not exist", 3, (count) => `{ backends(${list(count, (index) => `a${index}: 1`)}) { key } }`),
  document("directives", 7, (count) => `{ __typename ${list(count, () => "@include(if: true)")} }`),
  document("directives on many fields", 7, (count) => `{ ${list(count, () => "backends @include(if: true) { key }")} }`),
  document("directives that do not exist", 2, (count) => `{ __typename ${list(count, (index) => `@d${index}`)} }`),
  document("fragments in a chain", 9, (count) => {
    const all = list(count, (index) => `fragment f${index} on Query { __typename ...f${index + 1} }`);
    return `{ ...f0 } ${all} fragment f${count} on Query { __typename }`;
  }),
  document("fragments beside each other", 9, (count) => {
    const all = list(count, (index) => `fragment f${index} on Query { __typename }`);
    return `{ ${list(count, (index) => `...f${index}`)} } ${all}`;
  }),
  document(
    "fragments that nothing spreads",
    7,
    (count) => `{ __typename } ${list(count, (index) => `fragment f${index} on Query { __typename }`)}`,
  ),
  document("inline fragments inside of each other", 3, (count) => `{ ${inside(count, "... {", "__typename", "}")} }`),
  document(
    "inline fragments beside each other",
    9,
    (count) => `{ node(id: "x") { ${list(count, () => "... on Customer { parent { name } }")} } }`,
  ),
  document("depth", 3, (count) => `{ ${inside(count, "node { ", "id", "}")} }`),
  document("a long name", long, (count) => `{ ${"x".repeat(count)} }`),
  document("a long text", long, (count) => `{ node(id: "${"x".repeat(count)}") { id } }`),
  document("a long block", long, (count) => `{ node(id: """${" x\n".repeat(count / 3)}""") { id } }`),
  document("a long number", long, (count) => `{ customers(first: ${"9".repeat(count)}) { nodes { id } } }`),
  document("a long number as an id", long, (count) => `{ node(id: ${"9".repeat(count)}) { id } }`),
  document(
    "a long number as a decimal",
    long,
    (count) => `mutation { createTax(input: { rate: ${"9".repeat(count)} }) { results { status } } }`,
  ),
  document("values of a list", 1, (count) => `{ nodes(ids: [${list(count, () => '"x"')}]) { id nope } }`),
  document(
    "wrong values of a list",
    1,
    (count) => `{ search(text: "ab", types: [${list(count, () => "NO")}]) { edges { cursor } } }`,
  ),
  document("lists inside of a list", 3, (count) => `{ nodes(ids: [${list(count, () => "[1]")}]) { id } }`),
  document(
    "unknown members of an object",
    3,
    (count) => `{ customers(filter: { ${list(count, (index) => `a${index}: 1`)} }) { nodes { id } } }`,
  ),
  document(
    "wrong members of objects inside of each other",
    4,
    (count) => `{ customers(filter: ${inside(count, "{ a: ", "1", "}")}) { nodes { id } } }`,
  ),
  document("variables", 4, (count) => `query (${list(count, (index) => `$v${index}: Int`)}) { __typename }`),
  document(
    "variables that are used",
    6,
    (count) =>
      `query (${list(count, (index) => `$v${index}: ID!`)}) { nodes(ids: [${list(count, (index) => `$v${index}`)}]) { id } }`,
  ),
  document(
    "variables of types that do not exist",
    4,
    (count) => `query (${list(count, (index) => `$v${index}: T${index}`)}) { __typename }`,
  ),
  document("operations", 5, (count) => list(count, (index) => `query Q${index} { __typename }`)),
  document("comments", long * 2, (count) => `{ __typename }${"\n#".repeat(count)}`),
  document("blanks", long, (count) => `{${" ".repeat(count)}__typename }`),
  document("mutations with one key", 3, (count) => `mutation { ${list(count, (index) => `a${index}: __typename`)} }`, key),
];

/** Fragments that double what is below them at every level, by number of levels. */
export const bombs: readonly {
  readonly name: string;
  readonly query: (levels: number) => string;
  readonly headers?: Growing["headers"];
}[] = [
  { name: "of a query", query: (levels) => bomb("query", "Query", levels, (next) => `...${next} ...${next}`) },
  {
    name: "of a mutation with a key",
    query: (levels) => bomb("mutation", "Mutation", levels, (next) => `...${next} ...${next}`),
    headers: key,
  },
  {
    name: "of a mutation with a key, each time another way",
    query: (levels) => bomb("mutation", "Mutation", levels, (next, last) => `...${next} ...${last}`),
    headers: key,
  },
  {
    name: "in inline fragments",
    query: (levels) => bomb("query", "Query", levels, (next) => `... { ...${next} } ... { ...${next} }`),
  },
];

function bomb(operation: string, type: string, levels: number, spread: (next: string, last: string) => string): string {
  const made = Array.from({ length: levels }, (_, index) => {
    return `fragment f${index} on ${type} { ${spread(`f${index + 1}`, `f${Math.min(index + 2, levels)}`)} }`;
  });
  return `${operation} { ...f0 } ${made.join(" ")} fragment f${levels} on ${type} { __typename }`;
}
