import { getArgumentValues } from "graphql";
import { type Execution, failField, isPromiseLike, type Path, refuseAfterEnd, resolveInfo } from "./execution.ts";
import { awaitCompleted, awaitValue, isLater, type Pending, pendingField, pendingObject, promiseOf } from "./pending.ts";
import type { FieldPlan, Selection } from "./plan.ts";

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
