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
 * What is wrong with the variables of a request. graphql's own `getVariableValues` says it as well, but each of its errors holds the
 * value at fault in print: 4,000 unknown keys of an object are 4,000 errors, with the whole object in each. Here the work is linear in
 * the variables, it ends with the tenth problem, and nothing that was sent is repeated but the names of unknown fields.
 */

/** Problems that are told of one request. */
const maximum = 10;

/** Errors as GraphQL's, without a code; empty where the variables fit. */
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

/** Made one after the other: whoever has enough does not ask for the next, and it is not looked for. */
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
      yield { path, problem: `expected a value of the type ${type}, which is not to be null.` };
    else yield* problemsOf(value, type.ofType, path);
  } else if (value === undefined || value === null) {
    return;
  } else if (isListType(type)) {
    // GraphQL takes a single value for a list of one.
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

/** What is no name, or longer than any, may be anything. */
function described(name: string): string {
  return /^[_a-z]\w{0,63}$/i.test(name) ? `"${name}"` : "with the name that one has";
}

const hideSuggestions = true;

/** Scalars of the gateway say what they take and repeat nothing (schema/scalars.ts); graphql's own and enums print the value. */
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
