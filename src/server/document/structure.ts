import { type DocumentNode, type FieldNode, type OperationDefinitionNode, type SelectionSetNode, visit } from "graphql";
import { type Fragments, walkFields } from "../execution/selections.ts";

/**
 * How large a document is, read off its syntax alone: before it is validated, because validating it is work as well. Pure, and
 * linear in practice: every selection set is looked at once, however many paths lead to it.
 */

/** An operation, or a fragment, with its fragments in their places. */
export interface Shape {
  /** Fields on the longest way down; what is below __schema and __type is not counted, see `Structure.introspects`. */
  readonly depth: number;
  /** Fields that have an alias or repeat a response key of their selection set, and repeated spreads of a fragment. */
  readonly aliases: number;
}

export interface Structure {
  readonly operations: ReadonlyMap<OperationDefinitionNode, Shape>;
  /** The depth of the operations, and the aliases of all definitions: fragments that nothing spreads are validated as well. */
  readonly largest: Shape;
  /** Of the whole document as it is written. */
  readonly directives: number;
  /** Lists and objects inside of each other in argument values. */
  readonly inputDepth: number;
  /** __schema or __type is asked for. graphql's MaxIntrospectionDepthRule bounds what is below them. */
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

/** They describe the schema, `_service` to a router. __typename describes data. */
const describing: ReadonlySet<string> = new Set(["__schema", "__type", "_service"]);

export function isIntrospection({ name }: FieldNode): boolean {
  return describing.has(name.value);
}

function shapesOf(fragments: Fragments): (selectionSet: SelectionSetNode) => Shape {
  const known = new Map<SelectionSetNode, Shape>();
  return function shapeOf(selectionSet) {
    const found = known.get(selectionSet);
    if (found) return found;
    // A fragment that contains itself comes back here before it is known; validation refuses the document for it.
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
    // Fragments inside of fragments can double it with every level.
    const shape = { depth, aliases: Math.min(aliases, Number.MAX_SAFE_INTEGER) };
    known.set(selectionSet, shape);
    return shape;
  };
}
