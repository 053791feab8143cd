import type { preset } from "@graphql-codegen/client-preset";
import { type DocumentNode, Kind, type TypeNode } from "graphql";

type Preset = typeof preset;

/** Every field that is a list in pages: by its type, with the arguments that tell one list from another, which `first` and `after` do not. */
export const clientLists: Preset = {
  buildGeneratesSection: ({ baseOutputDir, schema, documents, config }) => [
    {
      filename: baseOutputDir,
      schema,
      documents,
      config,
      plugins: [{ lists: {} }],
      pluginMap: { lists: { plugin: () => printLists(schema) } },
    },
  ],
};

function printLists(schema: DocumentNode): string {
  const types = schema.definitions
    .filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION)
    .map(({ name, fields = [] }) => {
      const lists = fields
        .filter(({ type }) => typeName(type).endsWith("Connection"))
        .map((field) => {
          const keys = (field.arguments ?? []).map((argument) => argument.name.value);
          return `${field.name.value}: ${JSON.stringify(keys.filter((key) => key !== "first" && key !== "after"))}`;
        });
      return lists.length === 0 ? null : `  ${name.value}: { ${lists.join(", ")} },`;
    })
    .filter((line) => line !== null);
  return `/** The lists in pages, with the arguments that tell one from another. */\nexport const lists = {\n${types.join("\n")}\n} as const;\n`;
}

function typeName(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : typeName(type.type);
}
