import { createHash } from "node:crypto";
import { preset } from "@graphql-codegen/client-preset";
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  print,
  stripIgnoredCharacters,
  visit,
} from "graphql";
import { commentOf } from "./react-hooks.ts";

/** Where the trusted documents are listed, by "sha256:" and the hash of their text (GraphQL over HTTP, appendix A). */
const manifest = "schema/trusted-documents.json";

/**
 * The client preset's types, with documents that are strings: of the text that is sent, letter by letter, and of the types of its
 * answer and variables. The preset's own strings (documentMode "string") are objects of a class, which fetch takes and urql, Apollo
 * and Relay do not. gql.ts is left out, which holds all documents in one object that bundlers cannot take apart. The manifest lies
 * next to the schema, since a gateway reads it and front ends do not.
 */
export const clientDocuments: typeof preset = {
  ...preset,
  buildGeneratesSection: async (options) => {
    const outputs = await preset.buildGeneratesSection(options);
    const documents = options.documents.flatMap(({ document }) => (document ? [document] : []));
    const printed = printDocuments(options.schema, documents);
    return [
      ...outputs
        .filter(({ filename }) => !filename.endsWith("/gql.ts"))
        .map((output) => ({
          ...output,
          pluginMap: { ...output.pluginMap, "typed-document-node": { plugin: () => printed.module } },
        })),
      {
        filename: manifest,
        plugins: [{ list: {} }],
        pluginMap: { list: { plugin: () => JSON.stringify(printed.trusted, null, 2) } },
        schema: options.schema,
        documents: options.documents,
        config: {},
      },
    ];
  },
};

function printDocuments(schema: DocumentNode, files: readonly DocumentNode[]) {
  const definitions = files.flatMap((file) => file.definitions);
  const fragments = new Map(
    definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]),
  );
  const operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const trusted: Record<string, string> = {};
  const lines = operations.map((operation) => {
    const text = textOf(operation, fragments);
    const hash = `sha256:${createHash("sha256").update(text).digest("hex")}`;
    trusted[hash] = text;
    const name = operation.name?.value ?? "";
    const kind = { query: "Query", mutation: "Mutation", subscription: "Subscription" }[operation.operation];
    // Marked as pure, so that bundlers leave out the documents that a front end does not use.
    return `${commentOf(schema, operation)}export const ${name}Document = /* @__PURE__ */ typedDocument<${name}${kind}, ${name}${kind}Variables>(${JSON.stringify(text)}, "${hash}");`;
  });
  const fragmentLines = [...fragments.values()].map((fragment) => {
    const { value: name } = fragment.name;
    return `export const ${name}FragmentDoc: TypedDocument<${name}Fragment, unknown> = ${JSON.stringify(textOf(fragment, fragments))};`;
  });
  const imports = 'import { type TypedDocument, typedDocument } from "../documents.ts";';
  return { module: { prepend: [imports], content: [...fragmentLines, ...lines].join("\n") }, trusted };
}

/** In as few characters as it takes, with every fragment that it needs. */
function textOf(
  root: OperationDefinitionNode | FragmentDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): string {
  const needed = new Set<OperationDefinitionNode | FragmentDefinitionNode>([root]);
  for (const definition of needed) {
    visit(definition, {
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (fragment) needed.add(fragment);
      },
    });
  }
  return stripIgnoredCharacters([...needed].map((definition) => print(definition)).join("\n"));
}
