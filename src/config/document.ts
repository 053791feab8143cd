/** Places in a parsed document. It may be of any shape: it is looked at although its check may have failed. Pure. */

export type Path = readonly (string | number)[];

export interface FoundValue {
  readonly path: Path;
  readonly value: unknown;
}

/** The values at a path, "*" standing for every key of a section and every place of a list; none where it leads nowhere. */
export function* valuesAt(document: unknown, [first, ...rest]: Path, path: Path = []): Generator<FoundValue> {
  if (first === undefined) yield { path, value: document };
  else {
    for (const [key, member] of membersOf(document)) {
      if (first === "*" || first === key) yield* valuesAt(member, rest, [...path, key]);
    }
  }
}

/** The one value at a path; undefined where it leads nowhere. */
export function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => membersOf(value).find(([name]) => name === key)?.[1], document);
}

function membersOf(value: unknown): readonly (readonly [string | number, unknown])[] {
  if (typeof value !== "object" || value === null) return [];
  return Array.isArray(value) ? [...value.entries()] : Object.entries(value);
}
