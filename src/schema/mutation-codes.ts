import type { GraphQLSchema } from "graphql";
import type { ErrorCode } from "../model/errors.ts";

/** Which error codes a mutation's payload may have, said in its description: front ends decide by them what they show. */

/** Of every mutation: what is wrong with the call, or with the gateway itself. */
const always = ["INVALID_INPUT", "NOT_FOUND", "FORBIDDEN", "CONFLICT", "IDEMPOTENCY_KEY_REUSED", "INTERNAL"] as const;

/** Of those that read in a backend before they act. */
const reading = ["UNSUPPORTED", "UNAUTHENTICATED", "RATE_LIMITED", "UNAVAILABLE", "TIMEOUT", "BAD_RESPONSE"] as const;

/** Of those that write in one. */
const writing = "OUTCOME_UNKNOWN";

/** Those whose writes are the gateway's own records alone. */
const ownRecordsOnly: ReadonlySet<string> = new Set(["linkCustomers", "unlinkCustomers", "declineLink", "resolveOperation"]);

/** Those that compare what they make with others like it. */
const comparing: ReadonlySet<string> = new Set(["createCharge", "createCharges"]);

function codesOf(mutation: string): readonly ErrorCode[] {
  return [
    ...always,
    ...reading,
    ...(ownRecordsOnly.has(mutation) ? [] : [writing as ErrorCode]),
    ...(comparing.has(mutation) ? ["LIKELY_DUPLICATE" as ErrorCode] : []),
  ];
}

/** Adds the codes to the descriptions of the mutations that have a payload with errors. Changes the schema that it is given. */
export function describeCodes(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    field.description = `${field.description ?? ""}\n\nError codes: ${codesOf(field.name).join(", ")}.`.trim();
  }
  return schema;
}
