import type { GraphQLSchema } from "graphql";
import { builder } from "./builder.ts";
import { describeCodes } from "./errors.ts";
import type { DescribedKind } from "./kinds.ts";
import { limitTexts } from "./scalars.ts";
import "./scalars.ts";
import "./backend.ts";
import "./catalogue.ts";
import "./customer.ts";
import "./customer-mutations.ts";
import "./charge.ts";
import "./charge-mutations.ts";
import "./tax.ts";
import "./operation.ts";
import "./operation-actions.ts";
import "./account.ts";
import "./account-mutations.ts";
import "./drift.ts";
import "./node.ts";
import "./search.ts";
import "./changes.ts";
import "./suggestions.ts";
import "./run.ts";
import "./run-mutations.ts";
import { withoutFederation } from "./federation.ts";

builder.queryType({ description: "All reads." });
builder.mutationType({
  description:
    "All changes. The gateway records a call to a backend in its journal before it sends the call, and sends it at most once. A call with an idempotency key is safe to repeat.",
});

interface Schemas {
  /** With the fields of Apollo Federation: see federation.ts. */
  readonly subgraph: GraphQLSchema;
  readonly alone: GraphQLSchema;
}

const made = new WeakMap<readonly DescribedKind[], Schemas>();

/** The schema with these kinds of backends; cached by the list's identity. */
export function schemaOf(kinds: readonly DescribedKind[], { federation }: { readonly federation: boolean }): GraphQLSchema {
  const schemas = made.get(kinds) ?? makeSchemas(kinds);
  made.set(kinds, schemas);
  return federation ? schemas.subgraph : schemas.alone;
}

function makeSchemas(kinds: readonly DescribedKind[]): Schemas {
  const subgraph = describeCodes(limitTexts(builder.toSchema({ kinds })));
  return { subgraph, alone: withoutFederation(subgraph) };
}

export type { Context, LookAhead, Mutations } from "./builder.ts";
export type { DescribedKind } from "./kinds.ts";
