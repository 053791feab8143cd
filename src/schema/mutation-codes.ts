import {
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isObjectType,
} from "graphql";
import type { ErrorCode } from "../model/errors.ts";

/**
 * The error codes that each mutation may answer with, in its payload or as an error of the request. They are added to its description,
 * for front ends that handle codes differently. They are derived from the mutation's input and payload; test/support/told-codes.ts
 * compares every answer in the tests with them.
 */

type Mutation = GraphQLField<unknown, unknown>;

/** Faults of the call, the caller's rights, the gateway's own store, and writes that an operator has switched off. */
const always: readonly ErrorCode[] = ["INVALID_INPUT", "FORBIDDEN", "UNAVAILABLE", "INTERNAL"];

/** Codes of a backend's answer to a read, besides UNAVAILABLE. */
const reading: readonly ErrorCode[] = ["UNAUTHENTICATED", "RATE_LIMITED", "TIMEOUT", "BAD_RESPONSE"];

/** Further codes of a backend's answer to a write. */
const writing: readonly ErrorCode[] = ["UNSUPPORTED", "OUTCOME_UNKNOWN"];

/** Mutations that read customers in backends, but change only records of the gateway. */
const ownRecordsOnly: ReadonlySet<string> = new Set(["linkCustomers", "unlinkCustomers", "declineLink"]);

function codesOf(mutation: Mutation): readonly ErrorCode[] {
  const input = mutation.args.map(({ type }) => getNamedType(type)).find(isInputObjectType);
  const takes = (member: string): boolean => input !== undefined && member in input.getFields();
  const payload = getNamedType(mutation.type);
  const isKeyed = takes("idempotencyKey");
  // Mutations with an operation call backends within the request; those of runs do so in the background.
  const isJournaled = isKeyed && isObjectType(payload) && "operation" in payload.getFields();
  const namesSomething = input !== undefined && hasId(input, isJournaled);
  return [
    ...always,
    ...when(namesSomething, ["NOT_FOUND", "CONFLICT"]),
    ...when(isKeyed, ["IDEMPOTENCY_KEY_REUSED"]),
    ...when(isJournaled, reading),
    ...when(isJournaled && !ownRecordsOnly.has(mutation.name), writing),
    ...when(takes("allowDuplicate"), ["LIKELY_DUPLICATE"]),
  ];
}

const when = (holds: boolean, codes: readonly ErrorCode[]): readonly ErrorCode[] => (holds ? codes : []);

/** Whether the input refers to objects by id. Faults of ids inside the rows of a run are answered with the rows. */
function hasId(input: GraphQLInputObjectType, alsoInside: boolean): boolean {
  return Object.values(input.getFields()).some(({ type }) => {
    const named = getNamedType(type);
    return isInputObjectType(named) ? alsoInside && hasId(named, true) : named.name === "ID";
  });
}

/** Adds the codes to the descriptions of the mutations. Changes the schema that it is given. */
export function describeCodes(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    field.description = `${field.description ?? ""}\n\nError codes: ${codesOf(field).join(", ")}.`.trim();
  }
  return schema;
}
