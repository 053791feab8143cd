import { getArgumentValues } from "graphql";
import { type Execution, failField, isPromiseLike, type Path, resolveInfo } from "./execution.ts";
import { awaitCompleted, awaitValue, isLater, type Pending, pendingField, pendingObject, promiseOf } from "./pending.ts";
import type { FieldPlan, Selection } from "./plan.ts";

type Result = Record<string, unknown>;

/** What is asked of an object, its fields all at once. Throws what is wrong with one that may not be null. */
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

/** Like executeFields, one after the other: the fields of a mutation. */
export function executeSerially(execution: Execution, { fields, empty }: Selection, source: unknown): Result | Promise<unknown> {
  const result: Result = { ...empty };
  const execute = (field: FieldPlan): Result | Promise<unknown> => {
    const pending = executeField(execution, field, source, undefined, result, null, pendingField);
    return pending ? promiseOf(pending).then(() => result) : result;
  };
  return fields.reduce<Result | Promise<unknown>>(
    (before, field) => (before instanceof Promise ? before.then(() => execute(field)) : execute(field)),
    result,
  );
}

/** Puts a field into the result, or lets it be put there: what is pending then is returned. */
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
  const path = { prev, key, typename: field.parentType.name };
  try {
    const value = resolveField(execution, field, source, path);
    const isPromise = isPromiseLike(value);
    const completed = isPromise ? null : field.complete(execution, field, path, value);
    result[key] = completed;
    if (!isPromise && !isLater(completed)) return others;
    const within = others ?? begin(result);
    within.missing += 1;
    const place = { execution, field, of: field, path, within, key };
    if (isPromise) awaitValue(place, value);
    else awaitCompleted(place, completed as Pending);
    return within;
  } catch (error) {
    result[key] = failField(execution, field, field.type, path, error);
    return others;
  }
}

function resolveField(execution: Execution, field: FieldPlan, source: unknown, path: Path): unknown {
  if (field.isMember && typeof source === "object" && source !== null) {
    const value: unknown = (source as Result)[field.definition.name];
    if (typeof value !== "function") return value;
  }
  const values = getArgumentValues(field.definition, field.nodes[0], execution.variableValues);
  return field.resolve(source, values, execution.contextValue, resolveInfo(execution, field, path));
}
