import { readFileSync } from "node:fs";
import { buildSchema } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BackendKey } from "../../src/sandbox/index.ts";
import { type Answer, startTestGateway, type TestGateway } from "../support/gateway.ts";
import { oneIn, randomFor } from "../support/sample.ts";
import { everyField, type Place, type Surprising, surprises, surprising } from "./surprises.ts";

/**
 * One backend's answers have surprising values, at one place after another. The other backends' data must still be there, and the
 * answer names only that backend.
 */

const keys: readonly BackendKey[] = ["pbx", "suite", "offices", "recurring"];
const schema = buildSchema(readFileSync(new URL("../../schema/schema.graphql", import.meta.url), "utf8"));
const fieldsOf = (type: string, without: readonly string[] = []): string => everyField(schema, type, without);

let gateway: TestGateway;
const backends = {} as Record<BackendKey, Surprising>;

beforeAll(async () => {
  gateway = await startTestGateway({
    sandbox: { customers: 4, pbx: { functions: { taxesGet: true } } },
    backend: { retries: 0, circuit: { failures: 1_000_000 } },
    limits: { maxComplexity: 1_000_000, maxAliases: 1_000, maxTokens: 100_000, maxBackendCalls: 10_000 },
  });
  for (const key of keys) backends[key] = surprising(gateway.sandbox.backends[key].simulated);
});
afterAll(() => gateway?.close());

const unavailable = "unavailable { backend { key } code message }";
const catalogues = `health { status message }
  planCatalogue(first: 20) { nodes { ${fieldsOf("Plan")} charges(first: 5) { nodes { id name } ${unavailable} } } ${unavailable} }
  serviceCatalogue(first: 20) { nodes { ${fieldsOf("Service")} } ${unavailable} }`;
// The deprecated lists may not be null, so that their failure is the whole answer's.
const lists = `{
  customers(first: 100) { nodes { ${fieldsOf("Customer", ["taxes", "applicableTaxes"])}
    applicableTaxes { nodes { id name } ${unavailable} }
    charges(first: 20) { nodes { ${fieldsOf("Charge")} } ${unavailable} } } ${unavailable} }
  taxes(first: 100) { nodes { ${fieldsOf("Tax")} } ${unavailable} }
  ${keys.map((key) => `${key}: backend(key: "${key}") { ${catalogues} }`).join("\n")}
}`;
const records = `query ($ids: [ID!]!) {
  ${["Customer", "Charge", "Tax", "Plan", "Service"]
    .map((type) => `${type}: nodes(ids: $ids) { ... on ${type} { ${fieldsOf(type)} } }`)
    .join("\n")}
}`;

interface Node {
  readonly id: string;
  readonly backend: { readonly key: string };
}

/** Every record in an answer, by its id. */
function nodesIn(value: unknown): readonly Node[] {
  if (typeof value !== "object" || value === null) return [];
  const own = "id" in value && "backend" in value && "backendId" in value ? [value as Node] : [];
  return [...own, ...Object.values(value).flatMap(nodesIn)];
}

const ofOthers = (key: string, answer: Answer<unknown>): readonly Node[] =>
  nodesIn(answer.data).filter(({ backend }) => backend.key !== key);

const missing = ({ data }: Answer<unknown>): readonly string[] =>
  [...JSON.stringify(data).matchAll(/\{"backend":\{"key":"(\w+)"\},"code"/g)].map(([, key = ""]) => key);

/** The answer to compare with: backends that are always missing, and the others' records. */
interface Usual {
  readonly missing: ReadonlySet<string>;
  readonly count: number;
  readonly others: string;
}

function usualOf(key: string, answer: Answer<unknown>): Usual {
  const others = ofOthers(key, answer);
  return { missing: new Set(missing(answer)), count: others.length, others: JSON.stringify(others) };
}

/** The fault of an answer in which one backend is not understood; null = none. */
function problemOf(key: string, answer: Answer<unknown>, usual: Usual): string | null {
  if (answer.data == null) return `there is no data: ${JSON.stringify(answer.errors)?.slice(0, 500)}`;
  for (const { message, extensions, path } of answer.errors ?? []) {
    if (extensions["backend"] !== key) return `an error names no backend: ${message} ${JSON.stringify({ path, extensions })}`;
    if (extensions["code"] === "INTERNAL") return `a read is INTERNAL: ${message}`;
  }
  const other = missing(answer).find((each) => each !== key && !usual.missing.has(each));
  if (other !== undefined) return `it says that ${other} is unavailable`;
  const found = ofOthers(key, answer);
  return JSON.stringify(found) === usual.others ? null : `of the others it has ${found.length} records, not ${usual.count}`;
}

const outcome = "operation { id } errors { code message }";
const writes = `mutation ($customer: CreateCustomerInput!, $change: UpdateCustomerInput!, $charge: CreateChargeInput!) {
  createCustomer(input: $customer) { operation { id } results { errors { code message } } }
  updateCustomer(input: $change) { ${outcome} }
  createCharge(input: $charge) { ${outcome} }
}`;

interface Known {
  readonly customers: { readonly nodes: readonly { readonly id: string }[] };
  readonly backend: Readonly<Record<"plans" | "services", { readonly nodes: readonly { readonly id: string }[] }>>;
}

/** Inputs that each backend takes, as long as it is understood. */
async function inputsFor(key: BackendKey): Promise<(count: number) => Record<string, unknown>> {
  const document = `query ($key: String!) { customers(first: 1, backends: [$key]) { nodes { id } }
    backend(key: $key) { plans(first: 1) { nodes { id } } services(first: 1) { nodes { id } } } }`;
  const { customers, backend } = await gateway.data<Known>(document, { key });
  const id = customers.nodes[0]?.id;
  const isPbx = key === "pbx";
  return (count) => ({
    customer: {
      backends: [key],
      ...(key === "offices" || key === "recurring"
        ? { firstName: "Ada", lastName: `Surprise ${count}` }
        : { name: `Surprise ${count}` }),
      email: `surprise${count}@example.com`,
      ...(isPbx && { planId: backend.plans.nodes[0]?.id }),
    },
    change: { id, email: `changed${count}@example.com` },
    charge: {
      charge: {
        customerId: id,
        amount: "12.34",
        ...(isPbx && { name: `Surprise ${count}` }),
        ...(key === "suite" && { notes: `Surprise ${count}` }),
        ...(key === "suite" || key === "offices" ? { serviceId: backend.services.nodes[0]?.id } : {}),
      },
    },
  });
}

interface Failed {
  readonly errors?: readonly { readonly code: string; readonly message: string }[];
  readonly results?: readonly Failed[];
}
type Outcomes = Readonly<Record<string, Failed>>;

const failuresIn = ({ errors = [], results = [] }: Failed): NonNullable<Failed["errors"]> => [
  ...errors,
  ...results.flatMap(failuresIn),
];

function problemOfWrites({ data, errors }: Answer<Outcomes | null>): string | null {
  if (errors || data === null) return `there is an error besides: ${JSON.stringify(errors)?.slice(0, 500)}`;
  const wrong = Object.values(data)
    .flatMap(failuresIn)
    .find(({ code }) => code === "INTERNAL");
  return wrong ? `a step fails with ${JSON.stringify(wrong)}` : null;
}

/** Some of the places, each with one of the surprises. */
function chosen(places: readonly Place[], title: string): readonly (Place & { readonly name: string; readonly json: string })[] {
  const random = randomFor(`surprises, ${title}`);
  return oneIn(5, places, title).map((place) => {
    const [name, json] = random.pick(Object.entries(surprises));
    return { ...place, name, json };
  });
}

describe.each(keys)("%s", (key) => {
  /** Sends one request for each place and value; returns the faults of the answers. */
  async function problemsWith(
    title: string,
    ask: () => Promise<Answer<unknown>>,
    answer: Answer<unknown>,
  ): Promise<readonly string[]> {
    const usual = usualOf(key, answer);
    const { alter, places } = backends[key];
    const problems: string[] = [];
    try {
      for (const { name, ...altered } of chosen(places(), `${key} ${title}`)) {
        alter(altered);
        const problem = problemOf(key, await ask(), usual);
        if (problem !== null) problems.push(`${altered.function} ${altered.path} is ${name}: ${problem}`);
      }
    } finally {
      alter(null);
    }
    return problems;
  }

  it("lists: only its rows are missing", async () => {
    const ask = (): Promise<Answer<unknown>> => gateway.send(lists);
    const usual = await ask();
    expect(usual.errors).toBeUndefined();
    expect(ofOthers(key, usual).length).toBeGreaterThan(10);
    expect(await problemsWith("lists", ask, usual)).toEqual([]);
  });

  it("single records: only its own are missing", async () => {
    const nodes = nodesIn((await gateway.send(lists)).data);
    const kinds = Map.groupBy(nodes, (node) => JSON.stringify([node.backend, Object.keys(node)]));
    const ids = [...kinds.values()].map(([node]) => node?.id);
    const ask = (): Promise<Answer<unknown>> => gateway.send(records, { ids });
    const usual = await ask();
    expect(usual.errors).toBeUndefined();
    expect(ofOthers(key, usual).length).toBeGreaterThan(5);
    expect(await problemsWith("single records", ask, usual)).toEqual([]);
  });

  it("writes: the step, its checks and its looks fail with an error of this backend", async () => {
    const inputs = await inputsFor(key);
    const ask = (count: number): Promise<Answer<Outcomes | null>> => gateway.send(writes, inputs(count));
    const usual = await ask(0);
    expect(usual.errors).toBeUndefined();
    expect(Object.values(usual.data ?? {}).flatMap(failuresIn)).toEqual([]);
    const { alter, places } = backends[key];
    const problems: string[] = [];
    try {
      for (const [count, { name, ...altered }] of chosen(places(), `${key} writes`).entries()) {
        alter(altered);
        const problem = problemOfWrites(await ask(count + 1));
        if (problem !== null) problems.push(`${altered.function} ${altered.path} is ${name}: ${problem}`);
      }
    } finally {
      alter(null);
    }
    expect(problems).toEqual([]);
  });
});
