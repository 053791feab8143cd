import type { ExecutionArgs, GraphQLError } from "graphql";
import type { Plugin } from "graphql-yoga";
import { computeCost } from "../document/cost.ts";
import type { AnalysedOperation, DocumentLimits } from "../document/documents.ts";
import { refusal, withoutEcho } from "../errors.ts";
import { stateOf } from "../state.ts";

/** The limits of one query; see limits in the configuration. */
export interface QueryLimits extends DocumentLimits {
  readonly maxComplexity: number;
  readonly maxPageSize: number;
  readonly trustedDocuments: "off" | "allow" | "require";
}

/** `extensions.cost` of an answer: the estimate and the limits of the query, and the backend calls that it made. */
interface CostReport {
  /** In the units of document/cost.ts. */
  readonly estimated: number;
  readonly limit: number;
  readonly depth: number;
  readonly aliases: number;
  readonly tokens: number;
  readonly backendCalls: number;
}

/** Part of what Yoga puts into the context of a request. */
interface RequestContext {
  readonly params?: { readonly extensions?: Record<string, unknown> | null };
}

/**
 * Refuses, before execution, variables that nest too deeply and operations that cost too much. Adds extensions.cost to the answer if
 * the request asks for it. The limits of a document are part of its analysis (document/documents.ts).
 */
export function queryLimits(limits: QueryLimits): Plugin {
  /** Returns the refusal, if any, and a function that reports the cost, if the request asked for it. */
  function admit(args: ExecutionArgs): { refused: GraphQLError | null; report: (() => CostReport) | null } {
    // Suggestions would tell names of the schema to callers who may not introspect it.
    Object.assign(args, { hideSuggestions: true });
    const { operation, backendCalls } = stateOf(args.contextValue);
    if (!operation) return { refused: null, report: null };
    const estimated = estimatedCost(operation, args.variableValues ?? {});
    const { params } = args.contextValue as RequestContext;
    const { shape, tokens } = operation;
    const report = () => ({
      estimated,
      limit: limits.maxComplexity,
      ...shape,
      tokens,
      backendCalls: backendCalls.length,
    });
    const refused = estimated > limits.maxComplexity ? refusal(tooComplex(estimated, limits)) : null;
    return { refused, report: params?.extensions?.["cost"] === true ? report : null };
  }

  return {
    onParams: ({ params }) => {
      const problem = variablesProblem(params.variables, limits);
      if (problem) throw problem;
    },
    onExecute: ({ args, setResultAndStopExecution }) => {
      const { refused, report } = admit(args);
      if (refused) setResultAndStopExecution({ errors: [refused], ...(report && { extensions: { cost: report() } }) });
      if (refused || !report) return;
      return {
        onExecuteDone: ({ result, setResult }) => {
          if (Symbol.asyncIterator in result) return;
          setResult({ ...result, extensions: { ...result.extensions, cost: report() } });
        },
      };
    },
    onSubscribe: ({ args, setResultAndStopExecution }) => {
      const { refused } = admit(args);
      if (refused) setResultAndStopExecution({ errors: [refused] });
    },
    onResultProcess: ({ result, setResult }) => {
      if (Array.isArray(result) || !("errors" in result) || !result.errors) return;
      setResult({ ...result, errors: withoutEcho(result.errors, "data" in result) });
    },
  };
}

export function estimatedCost({ cost }: Pick<AnalysedOperation, "cost">, variables: VariableValues): number {
  return computeCost(cost(), variables);
}

type VariableValues = NonNullable<ExecutionArgs["variableValues"]>;

/** Returns what is wrong with the variables as they were sent, or null. Does not recurse, so depth costs no stack. Pure. */
export function variablesProblem(variables: unknown, { maxDepth }: Pick<DocumentLimits, "maxDepth">): GraphQLError | null {
  let level: unknown[] = typeof variables === "object" && variables !== null ? [variables] : [];
  for (let depth = 0; level.length > 0; depth += 1) {
    // Depth 0 is the object of the variables itself.
    if (depth > maxDepth) {
      const problem = `lists and objects are nested more than limits.maxDepth ${maxDepth} deep; flatten them.`;
      return refusal(`In the variables, ${problem}`);
    }
    const inside: unknown[] = [];
    const look = (each: unknown): void => {
      if (typeof each === "object" && each !== null) inside.push(each);
    };
    for (const value of level) {
      // A list of the values of an object with 100,000 members takes three times as long.
      if (Array.isArray(value)) value.forEach(look);
      else for (const name in value as object) look((value as Readonly<Record<string, unknown>>)[name]);
    }
    level = inside;
  }
  return null;
}

function tooComplex(estimated: number, { maxComplexity }: QueryLimits): string {
  const advice = "ask for smaller pages or fewer lists inside of lists";
  return `The query is estimated at ${estimated}, more than limits.maxComplexity ${maxComplexity}; ${advice}.`;
}
