import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLList,
  type GraphQLNullableOutputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getArgumentValues,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from "graphql";
import { inspect } from "graphql/jsutils/inspect.js";
import {
  awaitCompleted,
  awaitValue,
  type Execution,
  failField,
  isLater,
  isPromiseLike,
  type Path,
  Pending,
  pendingField,
  pendingObject,
  promiseOf,
  refuseAfterEnd,
  resolveInfo,
} from "./execution.ts";
import { completeAsyncItems, completeItems } from "./lists.ts";
import { type FieldPlan, type Selection, selectionOf } from "./plan.ts";

type Result = Record<string, unknown>;

/** Executes all fields of an object concurrently. Throws if a field that must not be null fails. */
export function executeFields(
  execution: Execution,
  { fields, empty }: Selection,
  source: unknown,
  path: Path | undefined,
): Result | Pending {
  const result: Result = { ...empty };
  let pending: Pending | null = null;
  for (const field of fields) pending = executeField(execution, field, source, path, result, pending, pendingObject);
  return pending ?? result;
}

/** Like executeFields, but one field after the other, as a mutation demands. */
export function executeSerially(execution: Execution, { fields, empty }: Selection, source: unknown): Result | Promise<unknown> {
  const result: Result = { ...empty };
  const execute = (field: FieldPlan): Result | Promise<unknown> => {
    if (execution.hasEnded) return result;
    const pending = executeField(execution, field, source, undefined, result, null, pendingField);
    return pending ? promiseOf(pending).then(() => result) : result;
  };
  return fields.reduce<Result | Promise<unknown>>(
    (before, field) => (before instanceof Promise ? before.then(() => execute(field)) : execute(field)),
    result,
  );
}

/** Executes a field and puts it into the result, now or later. Returns what is still pending of the object, or null. */
function executeField(
  execution: Execution,
  field: FieldPlan,
  source: unknown,
  prev: Path | undefined,
  result: Result,
  others: Pending | null,
  begin: (result: Result) => Pending,
): Pending | null {
  const key = field.responseName;
  // Made only when needed: long lists consist mostly of plain members that are valid leaves.
  let path: Path | null = null;
  try {
    let value = memberOf(field, source);
    if (value === notThere) {
      path = pathTo(field, prev);
      value = resolveField(execution, field, source, path);
    }
    const isPromise = isPromiseLike(value);
    if (field.isLeaf && !isPromise) {
      result[key] = field.complete(execution, field, path ?? nowhere, value);
      return others;
    }
    path ??= pathTo(field, prev);
    const completed = isPromise ? null : field.complete(execution, field, path, value);
    result[key] = completed;
    if (!isPromise && !isLater(completed)) return others;
    const within = others ?? begin(result);
    within.missing += 1;
    const place = { execution, field, of: field, path, within, key };
    if (isPromise) awaitValue(place, value as PromiseLike<unknown>);
    else awaitCompleted(place, completed as Pending);
    return within;
  } catch (error) {
    result[key] = failField(execution, field, field.type, path ?? pathTo(field, prev), error);
    return others;
  }
}

function pathTo({ responseName, parentType }: FieldPlan, prev: Path | undefined): Path {
  return { prev, key: responseName, typename: parentType.name };
}

/** Stands in for the path of a leaf: its completion does not use it. */
const nowhere: Path = { prev: undefined, key: "", typename: undefined };

const notThere = Symbol("no member that is read as it is");

function memberOf({ isMember, definition }: FieldPlan, source: unknown): unknown {
  if (!isMember || typeof source !== "object" || source === null) return notThere;
  const value: unknown = (source as Result)[definition.name];
  return typeof value === "function" ? notThere : value;
}

function resolveField(execution: Execution, field: FieldPlan, source: unknown, path: Path): unknown {
  refuseAfterEnd(execution);
  const { definition, nodes } = field;
  const values = definition.args.length === 0 ? noArguments : getArgumentValues(definition, nodes[0], execution.variableValues);
  return field.resolve(source, values, execution.contextValue, resolveInfo(execution, field, path));
}

const noArguments: Readonly<Record<string, never>> = Object.freeze(Object.create(null));

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
