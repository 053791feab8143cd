/**
 * The highest id of each kind of record that a backend has shown, for backends whose ids grow: a record that is not above it was there
 * before. Ids are whole numbers as text without leading zeros, and may be larger than a double holds.
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

/** Null where there is none. */
export function highestIdOf(records: readonly { readonly id: string }[]): string | null {
  return records.reduce<string | null>((highest, { id }) => (highest === null || isHigherId(id, highest) ? id : highest), null);
}
