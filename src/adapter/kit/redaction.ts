import { memoised } from "../../model/memoised.ts";
import type { Raw } from "../../model/model.ts";

/** Whether a member is hidden; a function where that depends on the record that it stands in. */
export type Hidden = boolean | ((row: Raw) => boolean);

/**
 * Makes `raw` of the backend's own records: without the members that are hidden, at any depth. `judge` tells of a name whether
 * members of that name are.
 *
 * Every record that is read goes through it, although few queries ask for `raw`: so names are judged once each, and a record
 * with nothing to hide is handed on as it is. That costs what a getter would, which gives each object a hidden class of its own.
 */
export function createRedaction(judge: (name: string) => Hidden): (row: Raw) => Raw {
  const judged = memoised(judge);

  function redacted(row: Raw): Raw {
    for (const name in row) {
      const value = row[name];
      if (isHidden(row, name) || (typeof value === "object" && redactedValue(value) !== value)) return withoutHidden(row);
    }
    return row;
  }

  function withoutHidden(row: Raw): Raw {
    const kept = Object.keys(row).filter((name) => !isHidden(row, name));
    return Object.fromEntries(kept.map((name) => [name, redactedValue(row[name])]));
  }

  function isHidden(row: Raw, name: string): boolean {
    const hidden = judged(name);
    return typeof hidden === "boolean" ? hidden : hidden(row);
  }

  /** The value itself where nothing in it is hidden. */
  function redactedValue(value: unknown): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (!Array.isArray(value)) return redacted(value as Raw);
    const items = value.map(redactedValue);
    return items.every((item, index) => item === value[index]) ? value : items;
  }

  return redacted;
}
