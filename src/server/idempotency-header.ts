import type { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import { invalidInput } from "../model/errors.ts";
import { translateError } from "./errors.ts";
import { stateOf } from "./state.ts";

/**
 * Refuses a request with the header Idempotency-Key and more than one mutation: it would not be clear which of them the key is for.
 * Nothing of it is executed.
 */
export const oneMutationPerKey: Plugin = {
  onExecute: ({ args, setResultAndStopExecution }) => {
    const { request } = args.contextValue as { readonly request?: Request };
    if (!request?.headers.has("idempotency-key")) return;
    const operation = stateOf(args.contextValue).operation;
    if (operation?.kind !== "mutation" || operation.rootFields() < 2) return;
    const problem = "a request with this header may hold one mutation; give each its own input.idempotencyKey instead";
    const errors: GraphQLError[] = [translateError(invalidInput("Idempotency-Key", problem))];
    setResultAndStopExecution({ errors });
  },
};
