import { memoised } from "./memoised.ts";
import type { Raw } from "./model.ts";

/**
 * Makes `raw` of the backend's own records: without the members whose names `hides` tells, at any depth. `hidesInRow` tells of
 * those that are hidden because of another member of the same record.
 *
 * Every record that is read goes through it, although few queries ask for `raw`: so names are judged once each, and a record
 * with nothing to hide is handed on as it is. That costs what a getter would, which gives each object a hidden class of its own.
 */
export function createRedaction(
  hides: (name: string) => boolean,
  hidesInRow: (row: Raw, name: string) => boolean = () => false,
): (row: Raw) => Raw {
  const hidden = memoised(hides);

  function redacted(row: Raw): Raw {
    const names = Object.keys(row);
    for (const name of names) {
      if (isHidden(row, name) || redactedValue(row[name]) !== row[name]) return withoutHidden(row, names);
    }
    return row;
  }

  function withoutHidden(row: Raw, names: readonly string[]): Raw {
    const kept = names.filter((name) => !isHidden(row, name));
    return Object.fromEntries(kept.map((name) => [name, redactedValue(row[name])]));
  }

  const isHidden = (row: Raw, name: string): boolean => hidden(name) || hidesInRow(row, name);

  /** The value itself where nothing in it is hidden. */
  function redactedValue(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (!Array.isArray(value)) return redacted(value as Raw);
    const items = value.map(redactedValue);
    return items.every((item, index) => item === value[index]) ? value : items;
  }

  return redacted;
}
