import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isObjectType,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from "graphql";
import { defaultPageSize } from "../../reads/pages.ts";
import { costOf } from "../../schema/cost.ts";
import { isOfCondition, type Surroundings, walkFields } from "../execution/selections.ts";
import { isIntrospection } from "./structure.ts";

/**
 * What an operation costs if every list is as long as it may be: a plan that is made once for a document, and computed for the
 * variables of each request. graphql-query-complexity is not used: it goes through a fragment as often as it is spread and gives
 * up at 10,000 fields, coerces all variables without a bound on the errors in them, and does all of its work for every request.
 */

/**
 * What things count. One is about the work of making one object of the answer; a call to a backend counts ten, so that
 * limits.maxComplexity 5000 and limits.maxBackendCalls 500 stand for the same amount. docs/api.md, "Limits of a query", shows this table;
 * which field is what stands beside the field (schema/cost.ts).
 */
export const weights = {
  /** An object in the answer, e.g. a customer or an amount of money. Its plain fields count nothing. */
  object: 1,
  /** An object that another one refers to: those of a kind are read together, and each once. */
  lookup: 2,
  /** Whatever is asked of a backend, or of the journal, by itself: a list, an object by its id; one target of a mutation. */
  call: 10,
  /** __schema or __type: at most so many objects describe the schema. */
  introspection: 1000,
} as const;

/** How many items a list is taken to have that says nothing of its length: backends, the taxes of a customer, steps. */
const usualListLength = 5;

export interface CostPlan {
  /** The operation's variables, with their default values. */
  readonly defaults: Variables;
  /** The selections of the operation on their object types, those inside of others before them. */
  readonly selections: readonly SelectionCost[];
}

interface SelectionCost {
  readonly introspection: number;
  /** Those that count anything. */
  readonly fields: readonly FieldEstimate[];
}

interface FieldEstimate {
  readonly weight: number;
  /** How many objects are asked for or written. */
  readonly targets: Size;
  /** How many objects the field gives, and how many items each of them stands for. */
  readonly length: Size;
  readonly items: Size;
  /** Counted for each item of the object that it is a field of. */
  readonly perItem: boolean;
  /** Places in the plan, one for each possible type; null where the field gives no object. */
  readonly selections: readonly number[] | null;
}

type Variables = Readonly<Record<string, unknown>>;
type Size = (variables: Variables) => number;

const one: Size = () => 1;

/** Pure. The operation's document is valid for the schema. */
export function planCost({ schema, fragments }: Surroundings, operation: OperationDefinitionNode, maxPageSize: number): CostPlan {
  const plans: SelectionCost[] = [];
  const places = new Map<SelectionSetNode, Map<GraphQLObjectType, number>>();
  const root = schema.getRootType(operation.operation);
  if (root) place(operation.selectionSet, root);
  return { defaults: defaultsOf(operation), selections: plans };

  function place(selectionSet: SelectionSetNode, type: GraphQLObjectType): number {
    const byType = places.get(selectionSet) ?? new Map<GraphQLObjectType, number>();
    places.set(selectionSet, byType);
    const found = byType.get(type);
    if (found !== undefined) return found;
    const fields: FieldEstimate[] = [];
    let introspection = 0;
    walkFields([{ selectionSet }], {
      fragments,
      applies: (condition) => isOfCondition(schema, type, condition),
      field: (field) => {
        if (isIntrospection(field)) introspection += weights.introspection;
        fields.push(...planField(field, type));
      },
    });
    plans.push({ introspection, fields });
    byType.set(type, plans.length - 1);
    return plans.length - 1;
  }

  function planField(field: FieldNode, type: GraphQLObjectType): readonly FieldEstimate[] {
    const definition = type.getFields()[field.name.value];
    if (!definition) return [];
    const { counts, each, length, perItem = false } = costOf(definition);
    if (!counts && !field.selectionSet) return [];
    const targets = each === undefined ? one : lengthAt(field, each.split("."));
    const isList = isListType(getNullableType(definition.type));
    const items = isList ? (length ?? usualListLength) : 1;
    const plan = {
      weight: counts ? weights[counts] : 0,
      targets,
      length: each !== undefined && isList ? targets : () => items,
      items: definition.args.some(({ name }) => name === "first") ? pageSize(field) : targets,
      perItem,
      selections: field.selectionSet ? placeOnTypes(field.selectionSet, definition) : null,
    };
    return [plan];
  }

  function placeOnTypes(selectionSet: SelectionSetNode, { type }: GraphQLField<unknown, unknown>): readonly number[] {
    const named = getNamedType(type);
    const types = isAbstractType(named) ? schema.getPossibleTypes(named) : isObjectType(named) ? [named] : [];
    return types.map((each) => place(selectionSet, each));
  }

  /** What `first` asks for; resolvers refuse what is not between 1 and maxPageSize. */
  function pageSize(field: FieldNode): Size {
    const argument = argumentOf(field, "first");
    return (variables) => {
      const first = argument(variables) ?? defaultPageSize;
      return typeof first === "number" && first >= 0 ? Math.min(first, maxPageSize) : maxPageSize;
    };
  }

  function lengthAt(field: FieldNode, [name = "", ...path]: readonly string[]): Size {
    const argument = argumentOf(field, name);
    return (variables) => {
      const value = path.reduce<unknown>((parent, key) => (isRecord(parent) ? parent[key] : undefined), argument(variables));
      // GraphQL takes a single value for a list of one.
      return Array.isArray(value) ? value.length : 1;
    };
  }

  function argumentOf(field: FieldNode, name: string): (variables: Variables) => unknown {
    const given = field.arguments?.find((argument) => argument.name.value === name);
    return (variables) => given && valueFromASTUntyped(given.value, variables);
  }
}

/**
 * In units of `weights`; a finite whole number for every document. Pure.
 * @param variables as they were sent, not yet coerced
 */
export function computeCost({ defaults, selections: plans }: CostPlan, given: Variables): number {
  // Put together once: a request may send far more variables than there are, and ask for many sizes.
  const values = Object.entries(defaults).map(([name, value]) => [name, Object.hasOwn(given, name) ? given[name] : value]);
  const variables = Object.fromEntries(values) as Variables;
  const once: number[] = [];
  const perItem: number[] = [];
  const largest = (of: readonly number[], places: readonly number[]): number =>
    places.reduce((maximum, index) => Math.max(maximum, of[index] ?? 0), 0);
  for (const { introspection, fields } of plans) {
    let forOnce = introspection;
    let forEach = 0;
    for (const { weight, targets, length, items, perItem: isForEach, selections } of fields) {
      // Of the types that an interface may turn out to be, the one that costs most.
      const object = selections
        ? weights.object + largest(once, selections) + largest(perItem, selections) * items(variables)
        : 0;
      if (isForEach) forEach += object;
      else forOnce += weight * targets(variables) + object * length(variables);
    }
    once.push(forOnce);
    perItem.push(forEach);
  }
  return Math.min(once.at(-1) ?? 0, Number.MAX_SAFE_INTEGER);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Variables {
  const values = variableDefinitions.map(({ variable, defaultValue }) => [
    variable.name.value,
    defaultValue && valueFromASTUntyped(defaultValue),
  ]);
  return Object.fromEntries(values) as Variables;
}
