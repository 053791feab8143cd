import { invalidInput } from "../model/errors.ts";
import { givenHash, onceKeyOf } from "./keys.ts";
import { type GivenRow, problemOf, type RowState, type RunRow } from "./model.ts";

/** How rows come into being and change. Pure. */

/** States in which nothing of the row was sent. */
export function isOpen(state: RowState): boolean {
  return ["UNCHECKED", "NEEDS_ATTENTION", "READY", "SKIPPED", "FAILED", "CANCELLED"].includes(state);
}

export function newRow(position: number, line: number, given: GivenRow, key: KeyedRow, series: string): RunRow {
  return {
    position,
    line,
    key: key.key,
    onceKey: onceKeyOf(series, key.key),
    given: key.problem ? { ...given, problems: [...given.problems, key.problem] } : given,
    state: "UNCHECKED",
    backend: null,
    customerId: null,
    customerName: null,
    charge: null,
    amount: null,
    currency: null,
    calls: 0,
    likeness: null,
    problems: [],
    warnings: [],
    changed: [],
    reason: null,
    operationId: null,
    onceNumber: 0,
    nodeId: null,
    stored: null,
  };
}

interface KeyedRow {
  readonly key: string;
  readonly problem: GivenRow["problems"][number] | null;
}

/** A key that occurs twice in a file is a mistake. The second row gets a key from its line, and needs attention. */
export function uniqueKey(key: string, line: number, seen: Set<string>): KeyedRow {
  if (!seen.has(key)) {
    seen.add(key);
    return { key, problem: null };
  }
  let other = `${key} (line ${line})`;
  // Another row may have that key already.
  while (seen.has(other)) other += "'";
  seen.add(other);
  return { key: other, problem: problemOf(invalidInput(["key"], `another row has the key ${key} too`)) };
}

export function replaced(old: RunRow, line: number, given: GivenRow): RunRow {
  if (givenHash(old.given) === givenHash(given)) return { ...old, line, changed: [] };
  const changed = differences(old.given, given);
  if (!isOpen(old.state)) {
    const warning = `The new file differs (${changed.join(", ")}). The row was sent as it was before, and is not sent again.`;
    return { ...old, line, changed, warnings: [...old.warnings.filter((each) => each !== warning), warning] };
  }
  return { ...old, line, given, changed, state: "UNCHECKED", reason: null };
}

/** Names of the members that differ. */
export function differences(before: GivenRow, after: GivenRow): readonly string[] {
  const of = ({ charge, customerReference, allowDuplicate }: GivenRow): Readonly<Record<string, unknown>> => ({
    ...charge,
    customerReference,
    allowDuplicate,
  });
  const [old, current] = [of(before), of(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(current)])]
    .filter((name) => JSON.stringify(old[name] ?? null) !== JSON.stringify(current[name] ?? null))
    .sort();
}
