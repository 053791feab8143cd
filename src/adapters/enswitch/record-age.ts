import { isHigherId } from "../../adapter/kit/rows.ts";

/**
 * The highest id of one kind of record that this adapter has seen. Enswitch counts ids up (inferred from its examples: tables of a
 * database), so a record with an id that is not higher is older.
 */
interface HighestId {
  /** Notes a record that was read. */
  readonly saw: (id: string) => void;
  /** Notes a record that was just created: no older record has a higher id. */
  readonly made: (id: string) => void;
  /** Notes that every record has been read. */
  readonly sawAll: () => void;
  /** The highest id seen; null before the first. */
  readonly soFar: () => string | null;
  /** The value of soFar if it has been the highest of all records, else null: older records may have higher ids. */
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
