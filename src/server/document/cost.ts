import {
  type DocumentNode,
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
  visit,
} from "graphql";
import { defaultPageSize } from "../../reads/pages.ts";
import { costOf } from "../../schema/builder.ts";
import { type Fragments, isOfCondition, type Surroundings, walkFields } from "../execution/plan.ts";

/**
 * Measures how large a document is, from its syntax alone: before validation, because validation is work too. Pure, and linear in
 * practice: every selection set is visited once, however many paths lead to it.
 */

/** The size of an operation or a fragment, with all its fragments spread. */
export interface Shape {
  /** Fields on the longest path. Fields below __schema and __type do not count, see `Structure.introspects`. */
  readonly depth: number;
  /** Fields with an alias, fields that repeat a response key of their selection set, and repeated spreads of a fragment. */
  readonly aliases: number;
}

export interface Structure {
  readonly operations: ReadonlyMap<OperationDefinitionNode, Shape>;
  /** The largest depth of the operations, and the most aliases of all definitions: unused fragments are validated as well. */
  readonly largest: Shape;
  /** The directives of the whole document as it is written. */
  readonly directives: number;
  /** The deepest nesting of lists and objects in argument values. */
  readonly inputDepth: number;
  /** Whether __schema or __type is selected. graphql's MaxIntrospectionDepthRule limits what is below them. */
  readonly introspects: boolean;
}

export function structureOf(document: DocumentNode, fragments: Fragments): Structure {
  const shapes = shapesOf(fragments);
  const operations = new Map<OperationDefinitionNode, Shape>();
  let largest = empty;
  let directives = 0;
  let inputDepth = 0;
  let introspects = false;
  let inside = 0;
  const nested = {
    enter: () => {
      inside += 1;
      inputDepth = Math.max(inputDepth, inside);
    },
    leave: () => {
      inside -= 1;
    },
  };
  visit(document, {
    OperationDefinition: (operation) => {
      operations.set(operation, shapes(operation.selectionSet));
      largest = larger(largest, shapes(operation.selectionSet));
    },
    FragmentDefinition: (fragment) => {
      largest = larger(largest, { ...shapes(fragment.selectionSet), depth: 0 });
    },
    Directive: () => {
      directives += 1;
    },
    Field: (field) => {
      introspects ||= isIntrospection(field);
    },
    ListValue: nested,
    ObjectValue: nested,
  });
  return { operations, largest, directives, inputDepth, introspects };
}

const empty: Shape = { depth: 0, aliases: 0 };

function larger(left: Shape, right: Shape): Shape {
  return { depth: Math.max(left.depth, right.depth), aliases: Math.max(left.aliases, right.aliases) };
}

/** These fields describe the schema, `_service` to a router. __typename describes data. */
const describing: ReadonlySet<string> = new Set(["__schema", "__type", "_service"]);

function isIntrospection({ name }: FieldNode): boolean {
  return describing.has(name.value);
}

function shapesOf(fragments: Fragments): (selectionSet: SelectionSetNode) => Shape {
  const known = new Map<SelectionSetNode, Shape>();
  return function shapeOf(selectionSet) {
    const found = known.get(selectionSet);
    if (found) return found;
    // A fragment that contains itself gets here again before its shape is known. Validation refuses such a document.
    known.set(selectionSet, empty);
    const keys = new Set<string>();
    let depth = 0;
    let aliases = 0;
    walkFields([{ selectionSet }], {
      fragments,
      field: (field) => {
        const key = (field.alias ?? field.name).value;
        if (field.alias || keys.has(key)) aliases += 1;
        keys.add(key);
        const below = field.selectionSet ? shapeOf(field.selectionSet) : empty;
        depth = Math.max(depth, 1 + (isIntrospection(field) ? 0 : below.depth));
        aliases += below.aliases;
      },
      repeatedSpread: () => {
        aliases += 1;
      },
    });
    // Nested fragments can double the count at every level.
    const shape = { depth, aliases: Math.min(aliases, Number.MAX_SAFE_INTEGER) };
    known.set(selectionSet, shape);
    return shape;
  };
}

/**
 * Estimates what an operation costs if every list is as long as it may be. The plan is made once per document and computed with the
 * variables of each request. graphql-query-complexity is not used: it walks a fragment as often as it is spread, gives up at
 * 10,000 fields, coerces all variables without a bound on their errors, and repeats all of its work for every request.
 */

/**
 * The costs. One unit is roughly the work of making one object of the answer; a call to a backend counts ten, so that
 * limits.maxComplexity 5000 and limits.maxBackendCalls 500 stand for the same amount. docs/api.md, "Limits of a query", shows this table;
 * each field says which of these it counts (schema/builder.ts).
 */
export const weights = {
  /** An object in the answer, e.g. a customer or an amount of money. Its scalar fields cost nothing. */
  object: 1,
  /** An object that another one refers to. Those of one kind are read together, and each once. */
  lookup: 2,
  /** A call of its own to a backend or the journal: a list, an object by its id, or one target of a mutation. */
  call: 10,
  /** __schema or __type: the schema is described by about so many objects at most. */
  introspection: 1000,
} as const;

/** The length assumed for a list that declares none: backends, the taxes of a customer, steps. */
const usualListLength = 5;

export interface CostPlan {
  /** The operation's variables, with their default values. */
  readonly defaults: Variables;
  /** The operation's selections on their object types. Inner ones come before the ones that contain them. */
  readonly selections: readonly SelectionCost[];
}

interface SelectionCost {
  readonly introspection: number;
  /** The fields that cost anything. */
  readonly fields: readonly FieldEstimate[];
}

interface FieldEstimate {
  readonly weight: number;
  /** How many objects are read or written. */
  readonly targets: Size;
  /** How many objects the field returns, and how many items each of them holds. */
  readonly length: Size;
  readonly items: Size;
  /** Counted once for each item of the parent object. */
  readonly perItem: boolean;
  /** Indexes into the plan, one for each possible type; null if the field returns no object. */
  readonly selections: readonly number[] | null;
}

type Variables = Readonly<Record<string, unknown>>;
type Size = (variables: Variables) => number;

const one: Size = () => 1;

/** Plans the cost of an operation. Pure. The document must be valid for the schema. */
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

  /** The `first` of a field. Resolvers refuse values outside 1 to maxPageSize. */
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
      // GraphQL accepts a single value as a list of one.
      return Array.isArray(value) ? value.length : 1;
    };
  }

  function argumentOf(field: FieldNode, name: string): (variables: Variables) => unknown {
    const given = field.arguments?.find((argument) => argument.name.value === name);
    return (variables) => given && valueFromASTUntyped(given.value, variables);
  }
}

/**
 * Computes the cost, in units of `weights`. The result is a finite whole number for every document. Pure.
 * @param variables as they were sent, not yet coerced
 */
export function computeCost({ defaults, selections: plans }: CostPlan, given: Variables): number {
  // Done once per request: it may send far more variables than it declares, and need many sizes.
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
      // An interface costs as much as its most expensive type.
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
