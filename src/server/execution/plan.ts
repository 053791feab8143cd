import {
  type DirectiveNode,
  type DocumentNode,
  defaultFieldResolver,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLDirective,
  type GraphQLField,
  type GraphQLFieldResolver,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNullableType,
  isAbstractType,
  isLeafType,
  Kind,
  type NamedTypeNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type VariableValues,
  visit,
} from "graphql";
import { type Complete, completerOf } from "./complete.ts";

/** Fragments by name. It has no prototype, because a fragment may have any name. */
export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

export function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}

interface FieldWalk {
  readonly fragments: Fragments;
  /** Whether a fragment with this type condition applies; by default every one does. */
  readonly applies?: (condition: NamedTypeNode) => boolean;
  /** Whether a selection is included, by its directives; by default every one is. */
  readonly includes?: (selection: SelectionNode) => boolean;
  readonly field: (field: FieldNode) => void;
  /** Called when a fragment is spread again. */
  readonly repeatedSpread?: () => void;
}

/**
 * Walks over the fields of selections, with those of fragments in their places, in the order of the answer ("Field Collection",
 * GraphQL specification 6.3.2). A named fragment is entered once, however often it is spread: so cycles end, and the time is linear
 * in the length of the document. Uses no recursion: nesting costs no stack.
 */
export function walkFields(
  parents: readonly { readonly selectionSet?: SelectionSetNode | undefined }[],
  { fragments, applies, includes, field, repeatedSpread }: FieldWalk,
): void {
  const spread = new Set<string>();
  const open = parents.flatMap(({ selectionSet }) => selectionSet?.selections ?? []).reverse();
  const enter = ({ typeCondition, selectionSet }: Pick<FragmentDefinitionNode, "selectionSet"> & Conditional): void => {
    if (typeCondition && applies && !applies(typeCondition)) return;
    for (let index = selectionSet.selections.length - 1; index >= 0; index -= 1) {
      open.push(selectionSet.selections[index] as SelectionNode);
    }
  };
  for (let selection = open.pop(); selection !== undefined; selection = open.pop()) {
    if (includes && !includes(selection)) continue;
    if (selection.kind === Kind.FIELD) field(selection);
    else if (selection.kind === Kind.INLINE_FRAGMENT) enter(selection);
    else if (spread.has(selection.name.value)) repeatedSpread?.();
    else {
      spread.add(selection.name.value);
      const fragment = fragments[selection.name.value];
      if (fragment) enter(fragment);
    }
  }
}

interface Conditional {
  readonly typeCondition?: NamedTypeNode | undefined;
}

/** Whether a type satisfies a fragment's condition: it is the type itself, or an interface or union of it. */
export function isOfCondition(schema: GraphQLSchema, type: GraphQLObjectType, { name }: NamedTypeNode): boolean {
  const condition = schema.getType(name.value);
  return condition === type || (isAbstractType(condition) && schema.isSubType(condition, type));
}

/** The schema and the fragments that selections refer to. */
export interface Surroundings {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
}

type Nodes = [FieldNode, ...FieldNode[]];

/**
 * Collects the selected fields of an object by their response names, in the order of the answer. Throws a GraphQLError if a
 * condition of @skip or @include is null.
 */
function collectFields(
  { schema, fragments }: Surroundings,
  type: GraphQLObjectType,
  nodes: readonly { readonly selectionSet?: SelectionSetNode | undefined }[],
  variableValues: VariableValues,
): Map<string, Nodes> {
  const fields = new Map<string, Nodes>();
  walkFields(nodes, {
    fragments,
    applies: (condition) => isOfCondition(schema, type, condition),
    includes: (selection) => isIncluded(selection, variableValues),
    field: (node) => {
      const name = (node.alias ?? node.name).value;
      const others = fields.get(name);
      if (others) others.push(node);
      else fields.set(name, [node]);
    },
  });
  return fields;
}

/** The names of the variables in @skip and @include: they decide what a document selects. */
function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ name, arguments: values }: DirectiveNode) => {
      if (!conditions.some((each) => each.name === name.value)) return;
      for (const { value } of values ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

const conditions: readonly GraphQLDirective[] = [GraphQLSkipDirective, GraphQLIncludeDirective];

function isIncluded(node: SelectionNode, variableValues: VariableValues): boolean {
  if (!node.directives?.length) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.["if"] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.["if"] !== false;
}

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
