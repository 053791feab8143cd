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
 * Which error codes each mutation may answer with, in its payload or as an error of the request; said in its description. Front ends
 * decide by them what they show. They follow from what a mutation takes and answers; test/support/told-codes.ts holds every answer that a
 * test sees against them.
 */

type Mutation = GraphQLField<unknown, unknown>;

/** What is wrong with the call or with the caller's rights; the gateway's own store, and what an operator has switched off. */
const always: readonly ErrorCode[] = ["INVALID_INPUT", "FORBIDDEN", "UNAVAILABLE", "INTERNAL"];

/** What a backend says to a read: UNAVAILABLE besides. */
const reading: readonly ErrorCode[] = ["UNAUTHENTICATED", "RATE_LIMITED", "TIMEOUT", "BAD_RESPONSE"];

/** What it says to a write besides. */
const writing: readonly ErrorCode[] = ["UNSUPPORTED", "OUTCOME_UNKNOWN"];

/** They read customers in their backends, and change records of the gateway alone. */
const ownRecordsOnly: ReadonlySet<string> = new Set(["linkCustomers", "unlinkCustomers", "declineLink"]);

function codesOf(mutation: Mutation): readonly ErrorCode[] {
  const input = mutation.args.map(({ type }) => getNamedType(type)).find(isInputObjectType);
  const takes = (member: string): boolean => input !== undefined && member in input.getFields();
  const payload = getNamedType(mutation.type);
  const isKeyed = takes("idempotencyKey");
  // The journal's mutations act within the call; runs and decisions go on in the background.
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

/** Whether it names something that has to exist. What is inside the rows of a run is answered with the rows. */
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
