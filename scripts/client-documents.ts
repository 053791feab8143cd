import { createHash } from "node:crypto";
import { preset } from "@graphql-codegen/client-preset";
import type { DocumentNode } from "graphql";
import { printDocument } from "../src/client/print.ts";

/** Where the trusted documents are listed, by "sha256:" and the hash of their text (GraphQL over HTTP, appendix A). */
const manifest = "schema/trusted-documents.json";

/**
 * The client preset with two changes. gql.ts is left out, which holds all documents in one object that bundlers cannot take apart.
 * And the manifest has the texts that this package's client sends, letter by letter, and lies next to the schema, since a gateway
 * reads it and front ends do not: so a gateway that takes trusted documents only takes them by their texts as well. The preset's own
 * manifest has texts that no client sends, with the fields in alphabetical order.
 */
export const clientDocuments: typeof preset = {
  ...preset,
  buildGeneratesSection: async (options) => {
    const texts = new Map<string, string>();
    const allPrinted = Promise.withResolvers<void>();
    const onExecutableDocumentNode = (document: DocumentNode): { readonly hash: string } => {
      const text = printDocument(document);
      const hash = `sha256:${createHash("sha256").update(text).digest("hex")}`;
      texts.set(hash, text);
      return { hash };
    };
    const presetConfig = { ...options.presetConfig, onExecutableDocumentNode };
    const outputs = await preset.buildGeneratesSection({ ...options, presetConfig });
    const list = async (): Promise<string> => {
      await allPrinted.promise;
      return JSON.stringify(Object.fromEntries(texts), null, 2);
    };
    return [
      ...outputs
        .filter(({ filename }) => !filename.endsWith("/gql.ts"))
        .map((output) => ({ ...output, pluginMap: whenRun(output.pluginMap, "typed-document-node", allPrinted.resolve) })),
      {
        filename: manifest,
        plugins: [{ list: {} }],
        pluginMap: { list: { plugin: list } },
        schema: options.schema,
        documents: options.documents,
        config: {},
      },
    ];
  },
};

type Plugins = Awaited<ReturnType<typeof preset.buildGeneratesSection>>[number]["pluginMap"];

/** Files are made side by side: tells when a plugin has run, also when it has failed. */
function whenRun(plugins: Plugins, name: string, tell: () => void): Plugins {
  const found = plugins[name];
  if (!found) return plugins;
  const plugin: typeof found.plugin = async (...given) => {
    try {
      return await found.plugin(...given);
    } finally {
      tell();
    }
  };
  return { ...plugins, [name]: { ...found, plugin } };
}
