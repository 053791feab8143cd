import {
  BREAK,
  GraphQLError,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  isSpecifiedScalarType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  visit,
} from "graphql";

/**
 * Finds what is wrong with the variables of a request. graphql's own `getVariableValues` does this too, but each of its errors prints
 * the wrong value: 4,000 unknown keys of an object make 4,000 errors, each with the whole object. Here the work is linear in the
 * variables and stops at the tenth problem. Of what was sent, only the names of unknown fields are repeated.
 */

/** Problems reported for one request. */
const maximum = 10;

/** Errors like GraphQL's, without a code, but with the `field` at fault; empty if the variables are right. */
export function variableProblems(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): readonly GraphQLError[] {
  const { variableDefinitions = [] } = operation;
  const errors: GraphQLError[] = [];
  for (const definition of variableDefinitions) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (!isInputType(type) || (value === undefined && (definition.defaultValue || !isNonNullType(type)))) continue;
    for (const { message, path } of faultsOf(name, type, value)) {
      const field = [...placeOf(operation, name), ...path].map(String);
      errors.push(new GraphQLError(message, { nodes: definition, extensions: { field } }));
      if (errors.length === maximum) return errors;
    }
  }
  return errors;
}

/** Where a variable is used, as paths of input members begin: "input" in `createCharge(input: $given)`. Its own name if no argument shows it. */
function placeOf({ selectionSet }: OperationDefinitionNode, name: string): ValuePath {
  let found: ValuePath | null = null;
  visit(selectionSet, {
    Variable: (node, _key, parent, _path, ancestors) => {
      if (node.name.value !== name) return;
      const above = [...ancestors, parent].filter((each) => each !== undefined && "kind" in each);
      found = above.flatMap((each) => (each.kind === Kind.ARGUMENT || each.kind === Kind.OBJECT_FIELD ? [each.name.value] : []));
      return BREAK;
    },
  });
  return found ?? [name];
}

/** A generator, so that no further problem is searched once there are enough. */
function* faultsOf(name: string, type: GraphQLInputType, value: unknown): Generator<{ message: string; path: ValuePath }, void> {
  if (value === undefined) return yield { message: `Variable "$${name}" of required type "${type}" was not provided.`, path: [] };
  for (const { path, problem, missing } of problemsOf(value, type, [])) {
    const place = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
    const message = `Variable "$${name}" has an invalid value${place && ` at "${name}${place}"`}: ${problem}`;
    yield { message, path: missing === undefined ? path : [...path, missing] };
  }
}

type ValuePath = readonly (string | number)[];

interface Problem {
  readonly path: ValuePath;
  readonly problem: string;
  /** The member that is not there: the path ends above it. */
  readonly missing?: string;
}

function* problemsOf(value: unknown, type: GraphQLInputType, path: ValuePath): Generator<Problem, void> {
  if (isNonNullType(type)) {
    if (value === undefined || value === null)
      yield { path, problem: `expected a value of the type ${type}, which must not be null.` };
    else yield* problemsOf(value, type.ofType, path);
  } else if (value === undefined || value === null) {
    return;
  } else if (isListType(type)) {
    // GraphQL accepts a single value as a list of one.
    if (!Array.isArray(value)) return yield* problemsOf(value, type.ofType, path);
    for (const [index, item] of value.entries()) yield* problemsOf(item, type.ofType, [...path, index]);
  } else if (isInputObjectType(type)) {
    yield* problemsOfObject(value, type, path);
  } else {
    const problem = leafProblem(value, type);
    if (problem) yield { path, problem };
  }
}

function* problemsOfObject(value: unknown, type: GraphQLInputObjectType, path: ValuePath): Generator<Problem, void> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return yield { path, problem: `expected an object of the type ${type}.` };
  }
  const given = value as Readonly<Record<string, unknown>>;
  const fields = type.getFields();
  for (const field of Object.values(fields)) {
    const inside = Object.hasOwn(given, field.name) ? given[field.name] : undefined;
    if (inside !== undefined) yield* problemsOf(inside, field.type, [...path, field.name]);
    else if (isRequiredInputField(field)) {
      yield { path, problem: `the field "${field.name}" of the type ${type} is missing.`, missing: field.name };
    }
  }
  const names = Object.keys(given).filter((name) => given[name] !== undefined);
  for (const name of names) {
    if (!Object.hasOwn(fields, name)) yield { path, problem: `the type ${type} has no field ${described(name)}.` };
  }
  if (type.isOneOf && (names.length !== 1 || given[names[0] ?? ""] === null)) {
    yield { path, problem: `exactly one field of the type ${type} must be given, and not be null.` };
  }
}

/** Names a field. Text that is not a name, or is too long for one, could be anything and is not repeated. */
function described(name: string): string {
  return /^[_a-z]\w{0,63}$/i.test(name) ? `"${name}"` : "with the name that one has";
}

const hideSuggestions = true;

/** The gateway's scalars say what they accept and repeat nothing (schema/scalars.ts); graphql's own and enums print the value. */
function leafProblem(
  value: unknown,
  type: Exclude<GraphQLInputType, GraphQLInputObjectType | { readonly ofType: unknown }>,
): string | null {
  const usual = `expected a value of the type ${type}.`;
  try {
    return type.coerceInputValue(value, hideSuggestions) === undefined ? usual : null;
  } catch (error) {
    return isEnumType(type) || isSpecifiedScalarType(type) || !(error instanceof GraphQLError) ? usual : error.message;
  }
}
