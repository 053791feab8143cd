/**
 * The highest id seen of each kind of record, for backends whose ids grow: a record with an id that is not higher is older. Ids are whole
 * numbers as text without leading zeros, and may exceed the safe integers of a double.
 */
export interface HighestIds<Kind> {
  readonly seen: (kind: Kind, id: string) => void;
  /** Null before the first. */
  readonly of: (kind: Kind) => string | null;
}

export function createHighestIds<Kind>(): HighestIds<Kind> {
  const highest = new Map<Kind, string>();
  return {
    seen: (kind, id) => {
      const known = highest.get(kind);
      if (known === undefined || isHigherId(id, known)) highest.set(kind, id);
    },
    of: (kind) => highest.get(kind) ?? null,
  };
}

export function isHigherId(id: string, other: string): boolean {
  return id.length === other.length ? id > other : id.length > other.length;
}

/** The highest id of these records; null for none. */
export function highestIdOf(records: readonly { readonly id: string }[]): string | null {
  return records.reduce<string | null>((highest, { id }) => (highest === null || isHigherId(id, highest) ? id : highest), null);
}
