import { globSync, readFileSync } from "node:fs";
import {
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  separateOperations,
  type VariableDefinitionNode,
} from "graphql";
import { createYoga, type Plugin } from "graphql-yoga";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backendSettings } from "../../../src/adapters/index.ts";
import { gatewaySchema } from "../../../src/config/schema.ts";
import { parseConfiguration } from "../../../src/config.ts";
import { type Composition, compose } from "../../../src/gateway/composition.ts";
import { anybody, type Caller } from "../../../src/model/caller.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/index.ts";
import { createContext } from "../../../src/server/context.ts";
import { analysedDocuments, createDocuments } from "../../../src/server/document/documents.ts";
import { translateError } from "../../../src/server/errors.ts";
import { plannedExecution } from "../../../src/server/execution/execute.ts";
import { graphiqlTabs } from "../../../src/server/graphiql/tabs.ts";
import { openLifetime, requestState, stateOf } from "../../../src/server/state.ts";
import { documentsShown } from "../../docs/executed.ts";
import { schema } from "../../support/schema.ts";

/** Requests of clients, answered by the sandbox's backends, through planned execution and through Yoga's own. */

type Ask = (query: string, variables?: object) => Promise<Record<string, unknown>>;

let sandbox: Sandbox;
let composition: Composition;
const ids: Record<string, string> = {};

beforeAll(async () => {
  sandbox = await startSandbox({ customers: 30 });
  const { configuration: backends } = sandbox;
  const configuration = parseConfiguration({ store: { url: "sqlite::memory:" }, backends }, { backendSettings, environment: {} });
  composition = await compose(configuration, pino({ level: "silent" }));
  const found = (await through(plannedByDocument)(`{
    customers(first: 1, backends: ["pbx"]) { nodes { id charges(first: 1) { nodes { id } } plan { id } taxes { id } } }
  }`)) as { data: { customers: { nodes: Found[] } } };
  const { id, charges, plan, taxes } = found.data.customers.nodes[0] as Found;
  Object.assign(ids, { Customer: id, Charge: charges.nodes[0]?.id, Plan: plan?.id, Tax: taxes[0]?.id });
});
afterAll(async () => {
  await composition?.close();
  await sandbox?.close();
});

interface Found {
  readonly id: string;
  readonly charges: { readonly nodes: readonly { readonly id: string }[] };
  readonly plan: { readonly id: string } | null;
  readonly taxes: readonly { readonly id: string }[];
}

const limits = gatewaySchema.shape.limits.parse({});
const documents = createDocuments({ schema, limits, introspection: true });
const plannedByDocument = [
  analysedDocuments(documents, "off", {}),
  plannedExecution(({ contextValue }) => stateOf(contextValue).operation?.plan() ?? null),
];

/** Gives each execution a context of its own, as server/sharing.ts does. */
const contextOf = (caller: Caller): Plugin => ({
  onExecute: ({ args: { contextValue }, executeFn, setExecuteFn }) => {
    const { signal } = (contextValue as { readonly request: Request }).request;
    setExecuteFn((given) => {
      const lifetime = openLifetime(signal, 30_000, true);
      const owner = { caller, lifetime, headerKey: null, record: () => {} };
      return executeFn({ ...given, contextValue: createContext(composition.services, owner) });
    });
  },
});

function through(plugins: readonly Plugin[], caller = anybody): Ask {
  const yoga = createYoga<object>({
    schema,
    maskedErrors: { maskError: translateError },
    logging: false,
    plugins: [requestState, ...plugins, contextOf(caller)],
  });
  return async (query, variables) => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ query, variables });
    const response = await yoga.fetch("http://gateway.test/graphql", { method: "POST", headers, body });
    // Durations and times of backend calls differ each time.
    const measured = (name: string, value: unknown) => (["latencyMs", "checkedAt"].includes(name) ? typeof value : value);
    return JSON.parse(await response.text(), measured) as Record<string, unknown>;
  };
}

const read = (file: string): string => readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");
const operations = globSync("schema/operations/*.graphql", { cwd: new URL("../../../", import.meta.url).pathname });
const sent = [
  ...Object.values(separateOperations(parse(operations.map(read).join("\n")))).map(print),
  ...graphiqlTabs(undefined).map(({ query }) => query),
  ...documentsShown.map(({ text }) => text),
].map((text) => ({ text, operation: operationIn(text), name: operationIn(text).name?.value ?? text }));
const queries = sent.filter(({ operation }) => operation.operation === OperationTypeNode.QUERY);
const mutations = sent.filter(({ operation }) => operation.operation === OperationTypeNode.MUTATION);

function operationIn(text: string): OperationDefinitionNode {
  const found = parse(text).definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return found as OperationDefinitionNode;
}

/** A value for each required variable. */
function variablesOf({ name, variableDefinitions = [] }: OperationDefinitionNode): Record<string, unknown> {
  const kind = Object.keys(ids).find((each) => name?.value.includes(each)) ?? "Customer";
  const valueFor = ({ variable, type }: VariableDefinitionNode): unknown => {
    const needed = print(type);
    const id = ids[Object.keys(ids).find((each) => variable.name.value.startsWith(each.toLowerCase())) ?? kind];
    if (needed === "ID!") return id;
    if (needed === "[ID!]!") return [id];
    return needed === "String!" ? "offices" : undefined;
  };
  return Object.fromEntries((variableDefinitions ?? []).map((each) => [each.variable.name.value, valueFor(each)]));
}

/** The gateway itself finds what keeps a request from being executed, and has its own messages for it (variables.test.ts). */
function withoutWords({ errors, ...answer }: Record<string, unknown>): Record<string, unknown> {
  const isRefused = Array.isArray(errors) && errors.every((error: object) => !("path" in error));
  return { ...answer, errors: isRefused ? "refused" : errors };
}

describe("a gateway on the sandbox answers as with Yoga's own execution", () => {
  it.each(queries)("$name", async ({ text, operation }) => {
    const variables = variablesOf(operation);
    const expected = withoutWords(await through([])(text, variables));
    const planned = through(plannedByDocument);
    for (let turn = 0; turn < 2; turn += 1) expect(withoutWords(await planned(text, variables))).toEqual(expected);
  });

  it("mutations that are refused, field by field", async () => {
    const planned = through(plannedByDocument);
    expect(mutations.length).toBeGreaterThan(10);
    for (const { text, operation } of mutations) {
      if (!operation.variableDefinitions?.length) continue;
      const variables = Object.fromEntries(
        operation.variableDefinitions.map(({ variable }) => [variable.name.value, { id: "none" }]),
      );
      expect(withoutWords(await planned(text, variables)), text).toEqual(withoutWords(await through([])(text, variables)));
    }
  });

  it("results that a scalar cannot serialize are masked", async () => {
    const wrong = { ...anybody, name: { not: "a text" } } as unknown as Caller;
    const [expected, planned] = await Promise.all(
      [[], plannedByDocument].map((each) => through(each, wrong)("{ viewer { name } }")),
    );
    expect(planned).toEqual(expected);
    expect(planned).toMatchObject({ errors: [{ path: ["viewer", "name"], extensions: { code: "INTERNAL" } }] });
  });
});
