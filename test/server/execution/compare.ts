import { type ExecutionArgs, type ExecutionResult, type GraphQLError, validate } from "graphql";

type Execute = (given: ExecutionArgs) => unknown;

/** What a caller gets to see, as text: the data in its order, the errors by their paths. */
export async function answerOf(execute: Execute, given: ExecutionArgs): Promise<string> {
  const { data, errors = [], ...rest } = (await execute(given)) as ExecutionResult;
  return JSON.stringify({ data, errors: errors.map(describeError).sort(), rest }, null, 1);
}

/** As clients get it, and what the gateway's log and its translation of errors go by. */
function describeError({ message, path, locations, extensions, originalError }: GraphQLError): string {
  return JSON.stringify([path, message, locations, extensions, originalError?.message]);
}

/** Executed documents have passed validation. */
export function isValid({ schema, document }: Pick<ExecutionArgs, "schema" | "document">): boolean {
  return validate(schema, document, undefined, { maxErrors: 1 }).length === 0;
}
