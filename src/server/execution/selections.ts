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
  type InlineFragmentNode,
  isAbstractType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  type VariableValues,
  visit,
} from "graphql";

/** What selections refer to. */
export interface Document {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
}

type Nodes = [FieldNode, ...FieldNode[]];

/**
 * The fields that selections ask of an object, by the names that they have in the answer and in the order of it ("Field Collection",
 * GraphQL specification 6.3.2). Throws a GraphQLError where the condition of @skip or @include is null.
 */
export function collectFields(
  { schema, fragments }: Document,
  type: GraphQLObjectType,
  nodes: readonly { readonly selectionSet?: SelectionSetNode | undefined }[],
  variableValues: VariableValues,
): Map<string, Nodes> {
  const fields = new Map<string, Nodes>();
  const visitedFragments = new Set<string>();

  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (!isIncluded(selection, variableValues)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const others = fields.get(name);
        if (others) others.push(selection);
        else fields.set(name, [selection]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (appliesTo(schema, selection, type)) collect(selection.selectionSet);
      } else {
        const fragment = fragments[selection.name.value];
        if (!fragment || visitedFragments.has(selection.name.value) || !appliesTo(schema, fragment, type)) continue;
        visitedFragments.add(selection.name.value);
        collect(fragment.selectionSet);
      }
    }
  };

  for (const { selectionSet } of nodes) if (selectionSet) collect(selectionSet);
  return fields;
}

/** The names of the variables that decide what a document asks for. */
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

function appliesTo(
  schema: GraphQLSchema,
  { typeCondition }: FragmentDefinitionNode | InlineFragmentNode,
  type: GraphQLObjectType,
): boolean {
  if (!typeCondition) return true;
  const condition = schema.getType(typeCondition.name.value);
  return condition === type || (isAbstractType(condition) && schema.isSubType(condition, type));
}
