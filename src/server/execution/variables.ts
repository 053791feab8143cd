import {
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
  type OperationDefinitionNode,
  typeFromAST,
} from "graphql";

/**
 * Finds what is wrong with the variables of a request. graphql's own `getVariableValues` does this too, but each of its errors prints
 * the wrong value: 4,000 unknown keys of an object make 4,000 errors, each with the whole object. Here the work is linear in the
 * variables and stops at the tenth problem. Of what was sent, only the names of unknown fields are repeated.
 */

/** Problems reported for one request. */
const maximum = 10;

/** Errors like GraphQL's, without a code; empty if the variables are right. */
export function variableProblems(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): readonly GraphQLError[] {
  const errors: GraphQLError[] = [];
  for (const definition of variableDefinitions) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (!isInputType(type) || (value === undefined && (definition.defaultValue || !isNonNullType(type)))) continue;
    for (const message of messagesFor(name, type, value)) {
      errors.push(new GraphQLError(message, { nodes: definition }));
      if (errors.length === maximum) return errors;
    }
  }
  return errors;
}

/** A generator, so that no further problem is searched once there are enough. */
function* messagesFor(name: string, type: GraphQLInputType, value: unknown): Generator<string, void> {
  if (value === undefined) return yield `Variable "$${name}" of required type "${type}" was not provided.`;
  for (const { path, problem } of problemsOf(value, type, [])) {
    const place = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
    yield `Variable "$${name}" has an invalid value${place && ` at "${name}${place}"`}: ${problem}`;
  }
}

type ValuePath = readonly (string | number)[];

interface Problem {
  readonly path: ValuePath;
  readonly problem: string;
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
    else if (isRequiredInputField(field)) yield { path, problem: `the field "${field.name}" of the type ${type} is missing.` };
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
