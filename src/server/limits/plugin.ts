import {
  type DocumentNode,
  type ExecutionArgs,
  type GraphQLError,
  getOperationAST,
  type OperationDefinitionNode,
  validate,
} from "graphql";
import type { Plugin } from "graphql-yoga";
import type { Context } from "../../schema/index.ts";
import { type DocumentLimits, parseWithin, structuralProblems, variablesProblem } from "./before-validation.ts";
import { type CostPlan, computeCost, planCost } from "./complexity.ts";
import { maximumErrors, refusal, withoutEcho } from "./refusal.ts";
import { type Structure, structureOf } from "./structure.ts";
import { readTrustedDocuments, resolveDocument } from "./trusted-documents.ts";

/** What one query may ask for; see limits in the configuration. */
export interface QueryLimits extends DocumentLimits {
  readonly maxComplexity: number;
  readonly maxPageSize: number;
  readonly trustedDocuments: "off" | "allow" | "require";
}

/** `extensions.cost` of an answer: what the query was estimated at, and what it used. */
interface CostReport {
  /** In the units of complexity.ts. */
  readonly estimated: number;
  readonly limit: number;
  readonly depth: number;
  readonly aliases: number;
  readonly tokens: number;
  readonly backendCalls: number;
}

/** What the server knows of the request that is executed. */
type RequestContext = Context & { readonly params?: { readonly extensions?: Record<string, unknown> | null } };

/**
 * Refuses, before it is executed, what is too deep, too large or too much; answers extensions.cost where it is asked for.
 * Throws where trusted documents are wanted and their manifest is not there.
 * @param introspection whether the schema may be asked for
 */
export function queryLimits(limits: QueryLimits, introspection: boolean): Plugin<Context> {
  const trusted = limits.trustedDocuments === "off" ? {} : readTrustedDocuments();
  const structures = new WeakMap<DocumentNode, Structure>();
  const plans = new WeakMap<OperationDefinitionNode, CostPlan>();

  function structure(document: DocumentNode): Structure {
    const known = structures.get(document) ?? structureOf(document);
    structures.set(document, known);
    return known;
  }

  function estimate({ schema, document, variableValues }: ExecutionArgs, operation: OperationDefinitionNode): number {
    const plan = plans.get(operation) ?? planCost(schema, document, operation, limits.maxPageSize);
    plans.set(operation, plan);
    return computeCost(plan, variableValues ?? {});
  }

  /** The refusal, or how to report what was used; the latter where it was asked for. */
  function admit(args: ExecutionArgs): { refused: GraphQLError | null; report: (() => CostReport) | null } {
    const { document } = args;
    // Suggestions tell names of the schema to those who may not introspect it.
    Object.assign(args, { hideSuggestions: true });
    const operation = getOperationAST(document, args.operationName);
    // Yoga has refused what names no operation of its document.
    if (!operation) return { refused: null, report: null };
    const estimated = estimate(args, operation);
    const context = args.contextValue as RequestContext;
    const { operations, largest } = structure(document);
    const report = () => ({
      estimated,
      limit: limits.maxComplexity,
      ...(operations.get(operation) ?? largest),
      tokens: document.tokenCount ?? 0,
      backendCalls: context.backendCalls.length,
    });
    const refused = estimated > limits.maxComplexity ? refusal(tooComplex(estimated, limits)) : null;
    return { refused, report: context.params?.extensions?.["cost"] === true ? report : null };
  }

  return {
    onParams: ({ params, setParams }) => {
      const resolved = resolveDocument(params, limits.trustedDocuments, trusted);
      if (resolved instanceof Error) throw resolved;
      const problem = variablesProblem(resolved.variables, limits);
      if (problem) throw problem;
      setParams(resolved);
    },
    onParse: ({ setParseFn }) => setParseFn((source: string) => parseWithin(source, limits)),
    onValidate: ({ setValidationFn }) => {
      setValidationFn(((schema, document, rules) => {
        const problems = structuralProblems(structure(document), limits, introspection);
        if (problems.length > 0) return problems;
        return validate(schema, document, rules, { maxErrors: maximumErrors, hideSuggestions: true });
      }) satisfies typeof validate);
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

function tooComplex(estimated: number, { maxComplexity }: QueryLimits): string {
  const advice = "ask for smaller pages or fewer lists inside of lists";
  return `The query is estimated at ${estimated}, more than limits.maxComplexity ${maxComplexity}; ${advice}.`;
}
