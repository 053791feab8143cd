import { isHigherId } from "../../adapter/kit/highest-ids.ts";

/**
 * The highest id of one kind of record that this adapter has seen. Enswitch counts ids up (taken from its examples: tables of a
 * database), so whatever is not above it was there already.
 */
export interface HighestId {
  /** A record that was read. */
  readonly saw: (id: string) => void;
  /** A record that was just made: nothing older is above it. */
  readonly made: (id: string) => void;
  /** Every record that there is has been read. */
  readonly sawAll: () => void;
  /** Null: none was seen. */
  readonly soFar: () => string | null;
  /** As soFar, where it once was the highest of all; null: it never was, and older records may well be above it. */
  readonly ofAll: () => string | null;
}

export function createHighestId(): HighestId {
  let highest: string | null = null;
  let wasHighestOfAll = false;
  const saw = (id: string): void => {
    if (highest === null || isHigherId(id, highest)) highest = id;
  };
  return {
    saw,
    made: (id) => {
      saw(id);
      wasHighestOfAll = true;
    },
    sawAll: () => {
      wasHighestOfAll = true;
    },
    soFar: () => highest,
    ofAll: () => (wasHighestOfAll ? highest : null),
  };
}

/** Of some ids; "0" is below all of them. */
export function highestOf(ids: readonly string[]): string {
  return ids.reduce((highest, id) => (isHigherId(id, highest) ? id : highest), "0");
}
