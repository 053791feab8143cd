import { type DocumentNode, type GraphQLError, parse, type Source } from "graphql";
import { refusal } from "./refusal.ts";
import type { Structure } from "./structure.ts";

/** What is refused before a document is validated, each with the limit's name, what was asked for, and what to do. */

export interface DocumentLimits {
  readonly maxTokens: number;
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxDirectives: number;
}

/** Comments, blanks and the insides of names and strings are no tokens: this bounds them. Ordinary documents have about 8. */
const charactersForToken = 40;

/** Only one of a document's operations is executed; GraphiQL sends all that a tab holds. */
const maximumOperations = 20;

/** Throws a GraphQLError for what is too long and for what is not GraphQL. */
export function parseWithin(source: string | Source, { maxTokens }: DocumentLimits): DocumentNode {
  const { length } = typeof source === "string" ? source : source.body;
  const maximumLength = maxTokens * charactersForToken;
  if (length > maximumLength) {
    throw refusal(
      `The document has ${length} characters, more than ${charactersForToken} for each of limits.maxTokens ${maxTokens}; send values as variables.`,
    );
  }
  try {
    return parse(source, { maxTokens });
  } catch (error) {
    if (error instanceof RangeError) throw refusal("The document nests too deeply to be read; ask for less at once.");
    if (!(error instanceof Error && /\d tokens\. Parsing aborted/.test(error.message))) throw error;
    throw refusal(`The document has more than limits.maxTokens ${maxTokens} tokens; ask for less at once.`);
  }
}

/**
 * Everything about a document's structure that goes past a limit; empty = none. Pure.
 * @param introspection whether the schema may be asked for
 */
export function structuralProblems(
  structure: Structure,
  limits: DocumentLimits,
  introspection: boolean,
): readonly GraphQLError[] {
  const { operations, largest, directives, inputDepth, introspects } = structure;
  const problems = [
    introspects && !introspection
      ? "Introspection is switched off here (server.introspection); the schema comes with the package, as schema.graphql."
      : null,
    over("maxDepth", limits.maxDepth, largest.depth, "fields inside of each other; ask for what is below by its id"),
    over("maxDepth", limits.maxDepth, inputDepth, "lists and objects inside of each other in an argument; flatten it"),
    over("maxAliases", limits.maxAliases, largest.aliases, "aliases and repeated fields; send several requests"),
    over("maxDirectives", limits.maxDirectives, directives, "directives; use fewer"),
    operations.size > maximumOperations
      ? `The document has ${operations.size} operations, more than ${maximumOperations}; send only what is to be executed.`
      : null,
  ];
  return problems.filter((problem) => problem !== null).map((problem) => refusal(problem));
}

/** A problem with the variables as they were sent, or null. Goes through them without recursion, however deep they are. Pure. */
export function variablesProblem(variables: unknown, { maxDepth }: DocumentLimits): GraphQLError | null {
  let level: unknown[] = typeof variables === "object" && variables !== null ? [variables] : [];
  for (let depth = 0; level.length > 0; depth += 1) {
    // The variables are themselves an object.
    if (depth > maxDepth) {
      const problem = `lists and objects are inside of each other more than limits.maxDepth ${maxDepth} times; flatten them.`;
      return refusal(`In the variables, ${problem}`);
    }
    const inside: unknown[] = [];
    for (const value of level) {
      for (const each of Object.values(value as object)) if (typeof each === "object" && each !== null) inside.push(each);
    }
    level = inside;
  }
  return null;
}

function over(limit: string, allowed: number, found: number, what: string): string | null {
  return found > allowed ? `The query has ${found} ${what}. At most ${allowed} are allowed (limits.${limit}).` : null;
}
