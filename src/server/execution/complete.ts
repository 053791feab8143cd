import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLList,
  type GraphQLNullableOutputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import { inspect } from "graphql/jsutils/inspect.js";
import { executeFields } from "./execute-fields.ts";
import { type Execution, isPromiseLike, type Path, refuseAfterEnd, resolveInfo } from "./execution.ts";
import { completeAsyncItems, completeItems } from "./lists.ts";
import { Pending, promiseOf } from "./pending.ts";
import { type FieldPlan, selectionOf } from "./plan.ts";

/**
 * Turns a resolver's value into its place in the answer ("Value Completion", GraphQL specification 6.4.3), or returns a promise of it.
 * Throws or rejects if the value is wrong. `path` is the path of the value: of a field, or of an item of its list.
 */
export type Complete = (execution: Execution, field: FieldPlan, path: Path, value: unknown) => unknown;

const completers = new WeakMap<GraphQLOutputType, Complete>();

/** Returns the completer of a type. It is chosen once per type, not once per value. */
export function completerOf(type: GraphQLOutputType): Complete {
  const known = completers.get(type);
  if (known) return known;
  const complete = isNonNullType(type) ? nonNull(completerOf(type.ofType)) : nullable(createCompleter(type));
  completers.set(type, complete);
  return complete;
}

function createCompleter(type: GraphQLNullableOutputType): Complete {
  if (isListType(type)) return list(type);
  if (isLeafType(type)) return leaf(type);
  return isAbstractType(type) ? abstract(type) : object(type);
}

function nullable(complete: Complete): Complete {
  return (execution, field, path, value) => {
    if (value == null) return null;
    if (value instanceof Error) throw value;
    return complete(execution, field, path, value);
  };
}

/** A `Pending` passes unchecked: its value is an object or a list, which is never null. */
function nonNull(complete: Complete): Complete {
  return (execution, field, path, value) => {
    const completed = complete(execution, field, path, value);
    if (completed !== null) return completed;
    throw new Error(`Cannot return null for non-nullable field ${field.parentType}.${field.definition.name}.`);
  };
}

/** A value that a scalar refuses is the gateway's fault, not the caller's. It becomes a plain Error, so it is masked and logged. */
function leaf(type: GraphQLLeafType): Complete {
  return (_execution, _field, _path, value) => {
    let completed: unknown;
    try {
      completed = type.coerceOutputValue(value);
    } catch (error) {
      throw error instanceof GraphQLError ? new Error(error.message) : error;
    }
    if (completed != null) return completed;
    const call = `${inspect(type)}.coerceOutputValue(${inspect(value)})`;
    throw new Error(`Expected \`${call}\` to return non-nullable value, returned: ${inspect(completed)}`);
  };
}

function list({ ofType }: GraphQLList<GraphQLOutputType>): Complete {
  const item = { type: ofType, complete: completerOf(ofType) };
  return (execution, field, path, value) => {
    if (isAsyncIterable(value)) return completeAsyncItems(execution, field, item, path, value);
    if (isIterableObject(value)) return completeItems(execution, field, item, path, value);
    const place = `${field.parentType}.${field.definition.name}`;
    throw new GraphQLError(`Expected Iterable, but did not find one for field "${place}".`);
  };
}

function object(type: GraphQLObjectType): Complete {
  return (execution, field, path, value) => completeObject(execution, type, field, path, value);
}

function abstract(type: GraphQLAbstractType): Complete {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  return (execution, field, path, value) => {
    const completeAs = (name: unknown): unknown => {
      const runtimeType = checkRuntimeType(execution, type, field, value, name);
      return completeObject(execution, runtimeType, field, path, value);
    };
    const name: unknown = resolveType(value, execution.contextValue, resolveInfo(execution, field, path), type);
    return isPromiseLike(name) ? whenKnown(execution, name, completeAs) : completeAs(name);
  };
}

function completeObject(execution: Execution, type: GraphQLObjectType, field: FieldPlan, path: Path, value: unknown): unknown {
  if (type.isTypeOf) return completeIfOfType(execution, type, field, path, value);
  return executeFields(execution, selectionOf(execution.plan, field, type, execution.variableValues), value, path);
}

function completeIfOfType(execution: Execution, type: GraphQLObjectType, field: FieldPlan, path: Path, value: unknown): unknown {
  const check = (isOfType: boolean): unknown => {
    if (!isOfType) throw new GraphQLError(`Expected value of type "${type}" but got: ${inspect(value)}.`, { nodes: field.nodes });
    return executeFields(execution, selectionOf(execution.plan, field, type, execution.variableValues), value, path);
  };
  const isOfType = type.isTypeOf?.(value, execution.contextValue, resolveInfo(execution, field, path)) ?? false;
  return isPromiseLike(isOfType) ? whenKnown(execution, isOfType, check) : check(isOfType);
}

function whenKnown<Known>(
  execution: Execution,
  promise: PromiseLike<Known>,
  complete: (known: Known) => unknown,
): Promise<unknown> {
  return Promise.resolve(promise).then((known) => {
    refuseAfterEnd(execution);
    const completed = complete(known);
    return completed instanceof Pending ? promiseOf(completed) : completed;
  });
}

/** Returns the object type that the resolver of an abstract type named. Throws a GraphQLError if the name is wrong. */
function checkRuntimeType(
  { plan: { schema } }: Execution,
  type: GraphQLAbstractType,
  { nodes, parentType, definition }: FieldPlan,
  value: unknown,
  name: unknown,
): GraphQLObjectType {
  const place = `${parentType}.${definition.name}`;
  const unresolved = `Abstract type "${type}" must resolve to an Object type at runtime for field "${place}"`;
  if (name == null) {
    const help = `Either the "${type}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`;
    throw new GraphQLError(`${unresolved}. ${help}`, { nodes });
  }
  if (typeof name !== "string") {
    const received = `received "${inspect(name)}", which is not a valid Object type name.`;
    throw new GraphQLError(`${unresolved} with value ${inspect(value)}, ${received}`);
  }
  const runtimeType = schema.getType(name);
  const resolved = `Abstract type "${type}" was resolved to a`;
  if (!runtimeType) throw new GraphQLError(`${resolved} type "${name}" that does not exist inside the schema.`, { nodes });
  if (!isObjectType(runtimeType)) throw new GraphQLError(`${resolved} non-object type "${name}".`, { nodes });
  if (schema.isSubType(type, runtimeType)) return runtimeType;
  throw new GraphQLError(`Runtime Object type "${runtimeType}" is not a possible type for "${type}".`, { nodes });
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof (value as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === "function";
}

/** Excludes strings, although their characters are iterable. */
function isIterableObject(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === "function";
}
