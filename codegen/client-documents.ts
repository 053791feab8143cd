import { preset } from "@graphql-codegen/client-preset";

/** Where the trusted documents are listed, by "sha256:" and the hash of their text (GraphQL over HTTP, appendix A). */
const manifest = "schema/trusted-documents.json";

/**
 * The client preset with two changes: the manifest lies next to the schema, since a gateway reads it and front ends do not; and
 * gql.ts is left out, which holds all documents in one object that bundlers cannot take apart.
 */
export const clientDocuments: typeof preset = {
  ...preset,
  buildGeneratesSection: async (options) => {
    const outputs = await preset.buildGeneratesSection(options);
    return outputs
      .filter(({ filename }) => !filename.endsWith("/gql.ts"))
      .map((output) => (output.filename.endsWith("/persisted-documents.json") ? { ...output, filename: manifest } : output));
  },
};
