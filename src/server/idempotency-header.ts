import { type DocumentNode, type GraphQLError, getOperationAST, Kind, type SelectionSetNode } from "graphql";
import type { Plugin } from "graphql-yoga";
import { invalidInput } from "../billing/errors.ts";
import type { Context } from "../schema/index.ts";
import { translateError } from "./errors.ts";

/**
 * The Idempotency-Key header is one key, so a request that sends it may hold one mutation: with two, it would not be clear which
 * of them the key is for, and nothing is executed.
 */
export const oneMutationPerKey: Plugin<Context> = {
  onExecute: ({ args, setResultAndStopExecution }) => {
    const { request } = args.contextValue as Context & { request?: Request };
    if (!request?.headers.has("idempotency-key")) return;
    const operation = getOperationAST(args.document, args.operationName);
    if (operation?.operation !== "mutation" || rootFields(args.document, operation.selectionSet) < 2) return;
    const problem = "a request with this header may hold one mutation; give each its own input.idempotencyKey instead";
    const errors: GraphQLError[] = [translateError(invalidInput("Idempotency-Key", problem))];
    setResultAndStopExecution({ errors });
  },
};

function rootFields(document: DocumentNode, { selections }: SelectionSetNode): number {
  return selections.reduce((count, selection) => {
    if (selection.kind === Kind.FIELD) return count + 1;
    if (selection.kind === Kind.INLINE_FRAGMENT) return count + rootFields(document, selection.selectionSet);
    const fragment = document.definitions.find(
      (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === selection.name.value,
    );
    return count + (fragment?.kind === Kind.FRAGMENT_DEFINITION ? rootFields(document, fragment.selectionSet) : 0);
  }, 0);
}
