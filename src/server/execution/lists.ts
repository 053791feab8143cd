import {
  abandon,
  awaitCompleted,
  awaitValue,
  type Execution,
  failField,
  finishOne,
  isLater,
  isPromiseLike,
  type Path,
  type Pending,
  pendingList,
  promiseOf,
  refuseAfterEnd,
} from "./execution.ts";
import type { FieldPlan, Value } from "./plan.ts";

/** A list while its items are completed. */
interface Growing {
  readonly execution: Execution;
  readonly field: FieldPlan;
  /** The type of the items, and its completer. */
  readonly of: Value;
  readonly path: Path;
  readonly items: unknown[];
  pending: Pending | null;
}

/** Completes the items of a list. Throws if the list fails, or an item that must not be null. */
export function completeItems(
  execution: Execution,
  field: FieldPlan,
  of: Value,
  path: Path,
  values: Iterable<unknown>,
): unknown[] | Pending {
  const list: Growing = { execution, field, of, path, items: [], pending: null };
  if (Array.isArray(values)) return completeArray(list, values);
  const iterator = values[Symbol.iterator]();
  try {
    for (let next = iterator.next(); !next.done; next = iterator.next()) addItem(list, next.value);
  } catch (error) {
    abandon(rest(iterator));
    throw error;
  }
  return list.pending ?? list.items;
}

/** Completes an array, as nearly all lists are: an iterator would create an object for each item. */
function completeArray(list: Growing, values: readonly unknown[]): unknown[] | Pending {
  for (let index = 0; index < values.length; index += 1) {
    try {
      addItem(list, values[index]);
    } catch (error) {
      abandon(values.slice(index + 1));
      throw error;
    }
  }
  return list.pending ?? list.items;
}

/** Like completeItems, for items that arrive one by one. */
export async function completeAsyncItems(
  execution: Execution,
  field: FieldPlan,
  of: Value,
  path: Path,
  values: AsyncIterable<unknown>,
): Promise<unknown> {
  const items: unknown[] = [];
  const pending = pendingList(items);
  const completed = promiseOf(pending);
  const list: Growing = { execution, field, of, path, items, pending };
  const iterator = values[Symbol.asyncIterator]();
  // Items can be complete before the list has ended, so its end counts as one missing part.
  pending.missing = 1;
  try {
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
      refuseAfterEnd(execution);
      addItem(list, next.value);
    }
  } catch (error) {
    abandon([completed, iterator.return?.()]);
    throw error;
  }
  finishOne(pending);
  return completed;
}

function addItem(list: Growing, value: unknown): void {
  const { execution, field, of, items } = list;
  const key = items.length;
  const path = { prev: list.path, key, typename: undefined };
  try {
    const isPromise = isPromiseLike(value);
    const completed = isPromise ? null : of.complete(execution, field, path, value);
    items.push(completed);
    if (!isPromise && !isLater(completed)) return;
    list.pending ??= pendingList(items);
    list.pending.missing += 1;
    const place = { execution, field, of, path, within: list.pending, key };
    if (isPromise) awaitValue(place, value);
    else awaitCompleted(place, completed as Pending);
  } catch (error) {
    items[key] = failField(execution, field, of.type, path, error);
  }
}

/** The remaining items, as far as the iterator yields them. */
function* rest(iterator: Iterator<unknown>): Generator<unknown> {
  try {
    for (let next = iterator.next(); !next.done; next = iterator.next()) yield next.value;
  } catch {
    // The list has failed already.
  }
}
