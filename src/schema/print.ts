import { writeFileSync } from "node:fs";
import { lexicographicSortSchema, printSchema } from "graphql";
import { kindsOf, registry } from "../adapters/index.ts";
import { subgraphSdl } from "./federation.ts";
import { schemaOf } from "./index.ts";

/** The committed SDL, sorted, so that it does not depend on the order of the code. */
export const printed: Readonly<Record<string, () => string>> = {
  /** For front ends. */
  "schema.graphql": () => `${printSchema(lexicographicSortSchema(schemaOf(kindsOf(registry), { federation: false })))}\n`,
  /** For the composition of a supergraph. */
  "subgraph.graphql": () => subgraphSdl(schemaOf(kindsOf(registry), { federation: true })),
};

if (import.meta.main) {
  for (const [name, print] of Object.entries(printed)) {
    writeFileSync(new URL(`../../schema/${name}`, import.meta.url), print());
  }
}
