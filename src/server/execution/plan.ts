import {
  type DocumentNode,
  defaultFieldResolver,
  type FieldNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isLeafType,
  type OperationDefinitionNode,
  type VariableValues,
} from "graphql";
import { type Complete, completerOf } from "./complete.ts";
import { collectFields, conditionVariables, fragmentsOf, type Surroundings } from "./selections.ts";

/** The type of a field, or of an item of its list, and its completer. */
export interface Value {
  readonly type: GraphQLOutputType;
  readonly complete: Complete;
}

/** One field of an answer, with everything computed that does not depend on the request. */
export interface FieldPlan extends Value {
  readonly responseName: string;
  /** The nodes that select it: several if selections overlap. */
  readonly nodes: readonly [FieldNode, ...FieldNode[]];
  readonly definition: GraphQLField<unknown, unknown>;
  readonly parentType: GraphQLObjectType;
  readonly resolve: GraphQLFieldResolver<unknown, unknown>;
  /** Whether its value is a plain member of the object and needs no arguments, as in most of what long lists contain. */
  readonly isMember: boolean;
  /** Whether its value is a scalar or an enum value. */
  readonly isLeaf: boolean;
  /** The selection on its value, by the value's type; filled as types occur. */
  readonly selections: Map<GraphQLObjectType, Selection>;
  /** Results computed from the selections below it: see `remembered` of execution.ts. */
  readonly remembered: Map<object, unknown>;
}

/** The fields selected of one object. */
export interface Selection {
  readonly fields: readonly FieldPlan[];
  /** A result without values. Copying it and setting its members is faster than growing an object; a field may be called __proto__. */
  readonly empty: Readonly<Record<string, unknown>>;
}

/** The plan of an operation, for given values of its variables. */
export interface OperationPlan extends Surroundings {
  readonly operation: OperationDefinitionNode;
  readonly selectRoot: (type: GraphQLObjectType, variableValues: VariableValues) => Selection;
}

/** Each combination of variables in @skip and @include needs a plan of its own. No more than this many are kept. */
const maximumKept = 16;

/** Plans an operation. Selections are planned when an execution first needs them. */
export function planOperation(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): OperationPlan {
  const surroundings = { schema, fragments: fragmentsOf(document) };
  const variables = conditionVariables(document);
  const kept = new Map<string, Selection>();
  return {
    ...surroundings,
    operation,
    selectRoot: (type, variableValues) => {
      const key = variables.map((name) => String(variableValues.coerced[name])).join();
      const known = kept.get(key);
      if (known) return known;
      const selection = planSelection(surroundings, type, [operation], variableValues);
      if (kept.size < maximumKept) kept.set(key, selection);
      return selection;
    },
  };
}

/** Returns the selection on a field's value, once its type is known. Throws GraphQLErrors for conditions that are null. */
export function selectionOf(
  surroundings: Surroundings,
  field: FieldPlan,
  type: GraphQLObjectType,
  variableValues: VariableValues,
): Selection {
  const known = field.selections.get(type);
  if (known) return known;
  const selection = planSelection(surroundings, type, field.nodes, variableValues);
  field.selections.set(type, selection);
  return selection;
}

function planSelection(
  surroundings: Surroundings,
  type: GraphQLObjectType,
  nodes: readonly (FieldNode | OperationDefinitionNode)[],
  variableValues: VariableValues,
): Selection {
  const collected = collectFields(surroundings, type, nodes, variableValues);
  const fields = [...collected].flatMap(([responseName, fieldNodes]) => {
    const definition = surroundings.schema.getField(type, fieldNodes[0].name.value);
    return definition ? [planField(responseName, fieldNodes, type, definition)] : [];
  });
  return { fields, empty: Object.fromEntries(fields.map(({ responseName }) => [responseName, undefined])) };
}

function planField(
  responseName: string,
  nodes: FieldPlan["nodes"],
  parentType: GraphQLObjectType,
  definition: GraphQLField<unknown, unknown>,
): FieldPlan {
  const resolve = definition.resolve ?? defaultFieldResolver;
  return {
    responseName,
    nodes,
    definition,
    parentType,
    resolve,
    type: definition.type,
    complete: completerOf(definition.type),
    isMember: resolve === defaultFieldResolver && definition.args.length === 0,
    isLeaf: isLeafType(getNullableType(definition.type)),
    selections: new Map(),
    remembered: new Map(),
  };
}
