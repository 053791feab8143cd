import { memoised, memoisedByPlace } from "../../model/memoised.ts";
import type { Raw } from "../../model/model.ts";

/** Whether a member is hidden; a function where that depends on its record. */
type Hidden = boolean | ((row: Raw) => boolean);

/**
 * Names of members that are never published, for all backends: credentials, bank and card data, identity documents. Operators name custom
 * columns as they like, so any name that contains such a word is secret. Adapters add their vendors' names.
 */
const secretName =
  /pass[_ -]?(?:w|phrase|code)|\bpwd\b|secret|token|credent|api.?key|private.?key|\bpin\b|bank|iban|\bbic\b|swift|routing|sort.?code|account.?n(?:umbe|o\b|r)|card|\bcsc\b|cvv|\bcvc|licen[cs]e|social.?security|\bssn\b|totp/i;

export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/**
 * The deepest nesting of records and lists that is shown. Beyond that, JSON parsers refuse the whole answer (.NET at 64, Ruby at 100, and an
 * answer has levels of its own), and recursive code runs out of stack.
 */
const deepest = 32;
const tooDeep = "(nested too deeply to be shown)";

/**
 * Makes `raw` from a backend's records: without hidden members, at any depth. `judge` tells for a name whether its members are hidden.
 *
 * Every record goes through it, although few queries ask for `raw`: so each name is judged once, and a record with nothing to hide is passed on
 * as it is. A getter would cost as much, as it gives each object a hidden class of its own.
 */
export function createRedaction(judge: (name: string) => Hidden): (row: Raw) => Raw {
  const judged = memoisedByPlace(memoised(judge));

  /** Visits each value once; a record is copied from its first changed member on. */
  function redacted(row: Raw, depth: number): Raw {
    let kept: [string, unknown][] | null = null;
    let place = 0;
    for (const name in row) {
      const value = row[name];
      const hidden = isHidden(row, name, place);
      place += 1;
      const shown = hidden || typeof value !== "object" ? value : redactedValue(value, depth);
      if (kept === null && (hidden || shown !== value)) kept = entriesBefore(row, name);
      if (!hidden) kept?.push([name, shown]);
    }
    return kept === null ? row : Object.fromEntries(kept);
  }

  function isHidden(row: Raw, name: string, place: number): boolean {
    const hidden = judged(name, place);
    return typeof hidden === "boolean" ? hidden : hidden(row);
  }

  /** The same value where nothing in it is hidden. */
  function redactedValue(value: unknown, depth: number): unknown {
    if (typeof value !== "object" || value === null) return value;
    if (depth === deepest) return tooDeep;
    if (!Array.isArray(value)) return redacted(value as Raw, depth + 1);
    const items = value.map((item) => redactedValue(item, depth + 1));
    return items.every((item, index) => item === value[index]) ? value : items;
  }

  return (row) => redacted(row, 0);
}

function entriesBefore(row: Raw, name: string): [string, unknown][] {
  const names = Object.keys(row);
  return names.slice(0, names.indexOf(name)).map((each) => [each, row[each]]);
}
