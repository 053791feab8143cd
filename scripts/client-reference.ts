import type { preset } from "@graphql-codegen/client-preset";
import {
  type DocumentNode,
  type InputValueDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type TypeNode,
} from "graphql";
import { examplesOf, type KnownIds } from "./client-examples.ts";
import { fieldsOf, hooksOf, typeName } from "./react-hooks.ts";

type Preset = typeof preset;

/** docs/clients/reference.md: each operation of the client package with its hooks, variables, answer and an example. */
export const clientReference: Preset = {
  buildGeneratesSection: ({ baseOutputDir, schema, documents, config }) => [
    {
      filename: baseOutputDir,
      schema,
      documents,
      config,
      plugins: [{ reference: {} }],
      pluginMap: {
        reference: {
          plugin: () =>
            printReference(
              schema,
              documents.flatMap(({ document }) => (document ? [document] : [])),
            ),
        },
      },
    },
  ],
};

/** What stands in examples for ids: where a reader has them from. */
const ids: KnownIds = {
  customer: "id of a customer of v01",
  otherCustomer: "id of a customer of Enswitch",
  leavingCustomer: "id of a customer of HostedSuite",
  archivedCustomer: "id of an archived customer",
  account: "id of an account",
  charge: "id of a charge of Enswitch",
  voidableCharge: "id of a charge of v01",
  tax: "id of a tax of Enswitch",
  oldTax: "id of a tax of HostedSuite",
  operation: "id of an operation",
  unknownOperation: "id of an operation of status UNKNOWN",
  readyRun: "<id of a run>",
  plan: "<its planHash>",
  troubledRun: "<id of a run>",
  awaitingRun: "<id of a run>",
  awaitingPlan: "<its planHash>",
  runningRun: "<id of a run>",
  pausedRun: "<id of a run>",
  doneRun: "<id of a run>",
  undoPlan: "<undoPreview.planHash>",
};

function printReference(schema: DocumentNode, files: readonly DocumentNode[]): string {
  const definitions = files.flatMap((file) => file.definitions);
  const operations = definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  const kinds = ["query", "mutation", "subscription"] as const;
  const titles = { query: "Queries", mutation: "Mutations", subscription: "Subscriptions" };
  const parts = kinds.map((kind) => {
    const named = operations.filter(({ operation }) => operation === kind).toSorted(byName);
    return [`## ${titles[kind]}`, ...named.map((operation) => section(schema, operation))].join("\n\n");
  });
  const list = kinds.map((kind) => {
    const named = operations.filter(({ operation }) => operation === kind).toSorted(byName);
    return `**${titles[kind]}**: ${named.map((operation) => `[${nameOf(operation)}](#${nameOf(operation).toLowerCase()})`).join(", ")}`;
  });
  const shared = fragments.toSorted(byName).map((fragment) => `\`\`\`graphql\n${print(fragment)}\n\`\`\``);
  return [
    "# Operations and hooks",
    "Made by `npm run generate` from the schema and `schema/operations`. Each operation is a document of `billing-gateway-client`, and a hook of `billing-gateway-client/react`. A test sends every example to a gateway on the sandbox. All variables and answers have types: an editor shows them.",
    ...list,
    ...parts,
    "## Fragments",
    "What operations share.",
    ...shared,
    "",
  ].join("\n\n");
}

function section(schema: DocumentNode, operation: OperationDefinitionNode): string {
  const name = nameOf(operation);
  const hooks = hooksOf(schema, operation).map((hook) => `\`${hook.name}\``);
  const written: Readonly<Record<string, readonly string[]>> = {
    OperationUpdated: ["`useOperationUpdates`"],
    ChargeRunUpdated: ["`useChargeRunUpdates`"],
    CustomerChanged: ["`useCustomerChanges`"],
  };
  const root = rootName(operation.operation);
  const [field] = operation.selectionSet.selections;
  const described =
    field?.kind === Kind.FIELD
      ? (fieldsOf(schema, root).find(({ name: { value } }) => value === field.name.value)?.description?.value ?? "")
      : "";
  const variables = variablesOf(schema, operation);
  const table = variables.map(({ path, type, text }) => `| \`${path}\` | \`${type}\` | ${text.replaceAll("|", "\\|")} |`);
  const example = (examplesOf(ids) as Readonly<Record<string, object>>)[name] ?? {};
  const given = Object.keys(example).length === 0 ? "" : `, ${asCode(example)}`;
  const call =
    operation.operation === "subscription"
      ? `for await (const event of gateway.subscribe(${name}Document${given})) console.log(event);`
      : `const data = await gateway.request(${name}Document${given});`;
  return [
    `### ${name}`,
    oneLine(described),
    `Hooks: ${[...hooks, ...(written[name] ?? [])].join(", ")}`,
    ...(table.length === 0 ? [] : [["| Variable | Type | Meaning |", "|---|---|---|", ...table].join("\n")]),
    `\`\`\`ts\n${call}\n\`\`\``,
    `<details><summary>What it asks for</summary>\n\n\`\`\`graphql\n${print(operation)}\n\`\`\`\n\n</details>`,
  ].join("\n\n");
}

interface Variable {
  readonly path: string;
  readonly type: string;
  readonly text: string;
}

/** Those of an input with its members: a mutation has one. Inputs inside of it are named only. */
function variablesOf(schema: DocumentNode, { operation, selectionSet, variableDefinitions = [] }: OperationDefinitionNode) {
  const given = new Map<string, InputValueDefinitionNode>();
  collectArguments(schema, rootName(operation), selectionSet, given);
  return variableDefinitions.flatMap(({ variable, type }): Variable[] => {
    const name = variable.name.value;
    const members = name === "input" ? fieldsOf(schema, typeName(type)) : [];
    if (members.length > 0) {
      return members.map((member) => ({
        path: `input.${member.name.value}`,
        type: print(member.type as TypeNode),
        text: oneLine(member.description?.value ?? ""),
      }));
    }
    return [{ path: name, type: print(type), text: oneLine(given.get(name)?.description?.value ?? "") }];
  });
}

/** Which argument each variable is given to: the first one. */
function collectArguments(
  schema: DocumentNode,
  parent: string,
  { selections }: OperationDefinitionNode["selectionSet"],
  found: Map<string, InputValueDefinitionNode>,
): void {
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD) continue;
    const field = fieldsOf(schema, parent).find(({ name }) => name.value === selection.name.value);
    if (!field || !("arguments" in field)) continue;
    for (const { name, value } of selection.arguments ?? []) {
      const argument = field.arguments?.find((each) => each.name.value === name.value);
      if (value.kind === Kind.VARIABLE && argument && !found.has(value.name.value)) found.set(value.name.value, argument);
    }
    if (selection.selectionSet) collectArguments(schema, typeName(field.type), selection.selectionSet, found);
  }
}

function rootName(operation: OperationDefinitionNode["operation"]): string {
  return { query: "Query", mutation: "Mutation", subscription: "Subscription" }[operation];
}

/** As TypeScript writes an object. */
function asCode(value: object): string {
  return JSON.stringify(value, null, 2)
    .replaceAll(/"(\w+)":/g, "$1:")
    .replaceAll(/\{\s+/g, "{ ")
    .replaceAll(/\s+\}/g, " }")
    .replaceAll(/\[\s+/g, "[")
    .replaceAll(/\s+\]/g, "]")
    .replaceAll(/,\s+/g, ", ");
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

function nameOf({ name }: { readonly name?: { readonly value: string } | undefined }): string {
  return name?.value ?? "";
}

function byName(left: { readonly name?: { readonly value: string } | undefined }, right: typeof left): number {
  return nameOf(left) < nameOf(right) ? -1 : 1;
}
