import type { GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import { invalidInput } from "../model/errors.ts";
import type { AnalysedOperation } from "./document/documents.ts";
import { translateError } from "./errors.ts";
import { stateOf } from "./state.ts";

export const idempotencyHeader = "idempotency-key";

/** Whether it would not be clear which mutation of a request a key is for. */
export function isMoreThanOneMutation({ kind, rootFields }: AnalysedOperation): boolean {
  return kind === "mutation" && rootFields() > 1;
}

/**
 * Refuses a request with the header Idempotency-Key and more than one mutation: it would not be clear which of them the key is for.
 * Nothing of it is executed.
 */
export const oneMutationPerKey: Plugin = {
  onExecute: ({ args, setResultAndStopExecution }) => {
    const { request } = args.contextValue as { readonly request?: Request };
    if (!request?.headers.has(idempotencyHeader)) return;
    const { operation } = stateOf(args.contextValue);
    if (!operation || !isMoreThanOneMutation(operation)) return;
    const problem = "a request with this header may hold one mutation; give each its own input.idempotencyKey instead";
    const errors: GraphQLError[] = [translateError(invalidInput("Idempotency-Key", problem))];
    setResultAndStopExecution({ errors });
  },
};
