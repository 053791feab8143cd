import type { preset } from "@graphql-codegen/client-preset";
import {
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type InputValueDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type TypeNode,
} from "graphql";

type Preset = typeof preset;
type Documents = Parameters<Preset["buildGeneratesSection"]>[0]["documents"];

/**
 * One line a hook: which document it sends, for a list where its page ends, for a mutation whether it takes an idempotency key.
 * What hooks do is written by hand in src/client/react. The ready-made plugin (typescript-react-query) is not used: it repeats
 * every document as a string, leaves the next page of an infinite query to the caller, and knows no idempotency keys.
 *
 * The schema is read as a document: as objects it would belong to the code generator's own copy of graphql.
 */
export const reactHooks: Preset = {
  buildGeneratesSection: ({ baseOutputDir, schema, documents, config }) => [
    {
      filename: baseOutputDir,
      schema,
      documents,
      config,
      plugins: [{ hooks: {} }],
      pluginMap: { hooks: { plugin: () => printHooks(schema, operationsOf(documents)) } },
    },
  ],
};

function operationsOf(files: Documents): readonly OperationDefinitionNode[] {
  return files
    .flatMap(({ document }) => document?.definitions ?? [])
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
}

const factoryFiles = {
  createInfiniteQueryHook: "queries.ts",
  createQueryHook: "queries.ts",
  createKeyedMutationHook: "mutations.ts",
  createMutationHook: "mutations.ts",
} as const;

export interface Hook {
  readonly name: string;
  readonly factory: keyof typeof factoryFiles;
  readonly parameters: readonly string[];
  /** What the schema says of the field that it asks for: editors show it. */
  readonly comment: string;
}

function printHooks(schema: DocumentNode, operations: readonly OperationDefinitionNode[]): string {
  const hooks = operations.flatMap((operation) => hooksOf(schema, operation));
  const factories = [...new Set(hooks.map(({ factory }) => factory))].sort();
  return [
    '"use client";',
    ...factories.map((factory) => `import { ${factory} } from "../react/${factoryFiles[factory]}";`),
    'import * as documents from "./graphql.ts";',
    // Marked as pure, so that bundlers leave out the hooks that a front end does not use.
    ...hooks.map(
      ({ name, factory, parameters, comment }) =>
        `${comment}export const ${name} = /* @__PURE__ */ ${factory}(${parameters.join(", ")});`,
    ),
    "",
  ].join("\n");
}

export function hooksOf(schema: DocumentNode, operation: OperationDefinitionNode): readonly Hook[] {
  const name = operation.name?.value ?? "";
  const document = `documents.${name}Document`;
  const comment = commentOf(schema, operation);
  if (operation.operation === "mutation") {
    const factory = takesKey(schema, operation) && tellsOutcome(operation) ? "createKeyedMutationHook" : "createMutationHook";
    return [{ name: `use${name}Mutation`, factory, parameters: [document], comment }];
  }
  // Hooks of subscriptions are written by hand (useOperationUpdates, useChargeRunUpdates, useCustomerChanges): what an event means is each one's own.
  if (operation.operation === "subscription") return [];
  const page = pagePath(schema, "Query", operation.selectionSet, "data");
  const infinite = { name: `useInfinite${name}Query`, factory: "createInfiniteQueryHook", comment } as const;
  return [
    { name: `use${name}Query`, factory: "createQueryHook", parameters: [document], comment },
    ...(page === null ? [] : [{ ...infinite, parameters: [document, `(data) => ${page}`] }]),
  ];
}

/** The descriptions of the fields that an operation asks for, as a comment of TypeScript with its line break; empty if they have none. */
export function commentOf(schema: DocumentNode, { operation, selectionSet }: OperationDefinitionNode): string {
  const root = { query: "Query", mutation: "Mutation", subscription: "Subscription" }[operation];
  const asked = new Set(selectionSet.selections.flatMap((field) => (field.kind === Kind.FIELD ? [field.name.value] : [])));
  const lines = fieldsOf(schema, root)
    .filter(({ name }) => asked.has(name.value))
    .flatMap(({ description }) => description?.value.trim().replaceAll("*/", "* /").split("\n") ?? []);
  if (lines.length <= 1) return lines.map((line) => `/** ${line} */\n`).join("");
  return `${["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"].join("\n")}\n`;
}

/** The expression that leads to the end of the page that `$after` continues; null when the operation has no such list. */
function pagePath(schema: DocumentNode, parent: string, { selections }: SelectionSetNode, path: string): string | null {
  for (const field of selections.filter((selection) => selection.kind === Kind.FIELD)) {
    const type = fieldsOf(schema, parent).find(({ name }) => name.value === field.name.value)?.type;
    if (!type || !field.selectionSet) continue;
    const optional = type.kind === Kind.NON_NULL_TYPE ? "" : "?";
    const step = `${path}.${(field.alias ?? field.name).value}${optional}`;
    if (isContinued(field)) return `${step}.pageInfo`;
    const below = pagePath(schema, typeName(type), field.selectionSet, step);
    if (below !== null) return below;
  }
  return null;
}

function isContinued({ arguments: given = [] }: FieldNode): boolean {
  return given.some(({ name, value }) => name.value === "after" && value.kind === Kind.VARIABLE && value.name.value === "after");
}

function takesKey(schema: DocumentNode, { variableDefinitions = [] }: OperationDefinitionNode): boolean {
  return variableDefinitions.some(({ type }) =>
    fieldsOf(schema, typeName(type)).some(({ name }) => name.value === "idempotencyKey"),
  );
}

/** What is kept for a key lasts until the operation's outcome is known: an answer without one has nothing to wait for. */
function tellsOutcome({ selectionSet: { selections } }: OperationDefinitionNode): boolean {
  return selections.some(
    (field) =>
      field.kind === Kind.FIELD &&
      field.selectionSet?.selections.some((member) => member.kind === Kind.FIELD && member.name.value === "operation"),
  );
}

export function fieldsOf(schema: DocumentNode, type: string): readonly (FieldDefinitionNode | InputValueDefinitionNode)[] {
  for (const definition of schema.definitions) {
    const hasFields = definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION;
    if (hasFields && definition.name.value === type) return definition.fields ?? [];
  }
  return [];
}

export function typeName(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : typeName(type.type);
}
