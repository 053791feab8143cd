import type { CodegenConfig } from "@graphql-codegen/cli";
import { clientDocuments } from "./scripts/client-documents.ts";
import { clientLists } from "./scripts/client-lists.ts";
import { clientReference } from "./scripts/client-reference.ts";
import { reactHooks } from "./scripts/react-hooks.ts";

/**
 * What front ends import, and the trusted documents' manifest, from the committed SDL and schema/operations: no running server is
 * needed, and the same input always gives the same files.
 */
const config: CodegenConfig = {
  schema: "schema/schema.graphql",
  documents: "schema/operations/*.graphql",
  emitLegacyCommonJSImports: false,
  importExtension: ".ts",
  generates: {
    "src/client/generated/": {
      preset: clientDocuments,
      presetConfig: {
        // Off: the fragments are shared shapes for lists and forms of any front end, not the private data of one component.
        // Masked, every use of a row would need an unmasking call, and plain functions could not take one.
        fragmentMasking: false,
        skipIndexFile: true,
      },
      config: {
        useTypeImports: true,
        strictScalars: true,
        scalars: {
          ID: { input: "string", output: "string" },
          Decimal: "../scalars.ts#Decimal",
          Date: "../scalars.ts#CalendarDate",
          DateTime: "../scalars.ts#Instant",
          CurrencyCode: "../scalars.ts#CurrencyCode",
          CountryCode: "../scalars.ts#CountryCode",
          JSON: "unknown",
        },
      },
    },
    "src/client/generated/hooks.ts": { preset: reactHooks },
    "src/client/generated/lists.ts": { preset: clientLists },
    "docs/clients/reference.md": { preset: clientReference },
  },
};

export default config;
