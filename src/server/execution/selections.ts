import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLDirective,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  Kind,
  type NamedTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  type VariableValues,
  visit,
} from "graphql";

/** Fragments by name. It has no prototype, because a fragment may have any name. */
export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

export function fragmentsOf({ definitions }: DocumentNode): Fragments {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}

export interface FieldWalk {
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
export function collectFields(
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
export function conditionVariables(document: DocumentNode): readonly string[] {
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
