import { writeFileSync } from "node:fs";
import { lexicographicSortSchema, printSchema } from "graphql";
import { kindsOf, registry } from "../adapters/index.ts";
import { schemaOf } from "./index.ts";

/** The committed SDL, schema/schema.graphql: sorted, so that a change of the code's order changes nothing. */
export function printedSchema(): string {
  return `${printSchema(lexicographicSortSchema(schemaOf(kindsOf(registry))))}\n`;
}

if (import.meta.main) writeFileSync(new URL("../../schema/schema.graphql", import.meta.url), printedSchema());
