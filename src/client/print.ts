import type {
  ArgumentNode,
  DefinitionNode,
  DirectiveNode,
  DocumentNode,
  FieldNode,
  SelectionNode,
  SelectionSetNode,
  TypeNode,
  ValueNode,
  VariableDefinitionNode,
} from "graphql";

/**
 * The text of a document of operations and fragments, in as few characters as it takes. Written here because graphql's own printer
 * would be most of this package's size in a browser.
 * Throws a TypeError for a document that defines a schema.
 */
export function printDocument({ definitions }: DocumentNode): string {
  return definitions.map(definition).join(" ");
}

function definition(node: DefinitionNode): string {
  switch (node.kind) {
    case "OperationDefinition": {
      const variables = list("(", node.variableDefinitions, variableDefinition, ")");
      const name = node.name ? ` ${node.name.value}` : "";
      return `${node.operation}${name}${variables}${directives(node.directives)}${selectionSet(node.selectionSet)}`;
    }
    case "FragmentDefinition": {
      const condition = `${node.name.value} on ${node.typeCondition.name.value}`;
      return `fragment ${condition}${directives(node.directives)}${selectionSet(node.selectionSet)}`;
    }
    default:
      throw new TypeError(`${node.kind}: only operations and fragments can be sent.`);
  }
}

function variableDefinition({ variable, type, defaultValue, directives: given }: VariableDefinitionNode): string {
  return `$${variable.name.value}:${typeReference(type)}${defaultValue ? `=${value(defaultValue)}` : ""}${directives(given)}`;
}

function typeReference(node: TypeNode): string {
  if (node.kind === "NamedType") return node.name.value;
  return node.kind === "ListType" ? `[${typeReference(node.type)}]` : `${typeReference(node.type)}!`;
}

function selectionSet(node: SelectionSetNode | undefined): string {
  return list("{", node?.selections, selection, "}");
}

function selection(node: SelectionNode): string {
  switch (node.kind) {
    case "Field":
      return field(node);
    case "FragmentSpread":
      return `...${node.name.value}${directives(node.directives)}`;
    case "InlineFragment": {
      const condition = node.typeCondition ? ` on ${node.typeCondition.name.value}` : "";
      return `...${condition}${directives(node.directives)}${selectionSet(node.selectionSet)}`;
    }
  }
}

function field({ alias, name, arguments: given, directives: marks, selectionSet: below }: FieldNode): string {
  return `${alias ? `${alias.value}:` : ""}${name.value}${list("(", given, argument, ")")}${directives(marks)}${selectionSet(below)}`;
}

function directives(nodes: readonly DirectiveNode[] | undefined): string {
  return (nodes ?? []).map(({ name, arguments: given }) => ` @${name.value}${list("(", given, argument, ")")}`).join("");
}

function argument({ name, value: given }: ArgumentNode): string {
  return `${name.value}:${value(given)}`;
}

function value(node: ValueNode): string {
  switch (node.kind) {
    case "Variable":
      return `$${node.name.value}`;
    case "StringValue":
      // A JSON string is a GraphQL string, line breaks and quotes included; a block string is only another way to write one.
      return JSON.stringify(node.value);
    case "NullValue":
      return "null";
    case "ListValue":
      return `[${node.values.map(value).join(" ")}]`;
    case "ObjectValue":
      return `{${node.fields.map(({ name, value: given }) => `${name.value}:${value(given)}`).join(" ")}}`;
    default:
      return String(node.value);
  }
}

function list<Node>(open: string, nodes: readonly Node[] | undefined, print: (node: Node) => string, close: string): string {
  return nodes && nodes.length > 0 ? `${open}${nodes.map(print).join(" ")}${close}` : "";
}
