import { type DocumentNode, type FieldNode, type OperationDefinitionNode, type SelectionSetNode, visit } from "graphql";
import { type Fragments, walkFields } from "../execution/selections.ts";

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

export function isIntrospection({ name }: FieldNode): boolean {
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
