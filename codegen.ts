import type { CodegenConfig } from "@graphql-codegen/cli";

/** Typed documents for front ends, from the committed SDL and schema/operations: no running server is needed. */
const config: CodegenConfig = {
  schema: "schema/schema.graphql",
  documents: "schema/operations/*.graphql",
  emitLegacyCommonJSImports: false,
  importExtension: ".ts",
  generates: {
    "src/client/generated/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        scalars: {
          Decimal: "string",
          Date: "string",
          DateTime: "string",
          CurrencyCode: "string",
          CountryCode: "string",
          JSON: "unknown",
        },
      },
    },
  },
};

export default config;
