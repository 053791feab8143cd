/** Finds values in a parsed document. It may have any shape, because it is searched even if its check failed. Pure. */

export type ValuePath = readonly (string | number)[];

export interface FoundValue {
  readonly path: ValuePath;
  readonly value: unknown;
}

/** Yields the values at a path. "*" stands for every key of a section and every item of a list. Yields none if the path does not exist. */
export function* valuesAt(document: unknown, [first, ...rest]: ValuePath, path: ValuePath = []): Generator<FoundValue> {
  if (first === undefined) yield { path, value: document };
  else {
    for (const [key, member] of membersOf(document)) {
      if (first === "*" || first === key) yield* valuesAt(member, rest, [...path, key]);
    }
  }
}

/** Returns the one value at a path; undefined if the path does not exist. */
export function valueAt(document: unknown, path: ValuePath): unknown {
  return path.reduce<unknown>((value, key) => membersOf(value).find(([name]) => name === key)?.[1], document);
}

function membersOf(value: unknown): readonly (readonly [string | number, unknown])[] {
  if (typeof value !== "object" || value === null) return [];
  return Array.isArray(value) ? [...value.entries()] : Object.entries(value);
}
