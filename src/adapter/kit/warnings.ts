import { named } from "../../model/errors.ts";
import type { Warning } from "../../model/warnings.ts";
import { asText, type Comparison, type FieldPaths } from "./comparing.ts";
import type { Members } from "./looking.ts";
import { isRow } from "./reading.ts";

/** Warns about a record that differs from what was sent. Pure. */

/** The facts that warnings need. */
export interface WarningContext {
  readonly backend: string;
  readonly comparison: Comparison;
  /**
   * The unified input's member behind each name, "address.city" for a part; default: the name itself. An empty path: not a member of an
   * input.
   */
  readonly fields?: FieldPaths;
  /** A value as people read it; null for no value. Default: as it is. */
  readonly text?: (name: string, value: unknown) => string | null;
}

/**
 * One warning for each member of the unified input in which a record differs from what was sent. Where a backend stores a member under several
 * names (lines of an address, the flags of a tax's scopes), its texts stand on lines of their own.
 */
export function warningsOf(
  { backend, comparison, fields = {}, text = plainValue }: WarningContext,
  sent: Members,
  shown: Members,
): Warning[] {
  const wanted = apart(sent);
  const there = apart(shown);
  const pathOf = (name: string): readonly string[] => fields[name] ?? name.split(".");
  const keyOf = (name: string): string => pathOf(name).join(".") || name;
  const differing = comparison.differing(sent, shown).flatMap((name) => differingParts(name, sent, shown));
  return [...new Set(differing.map(keyOf))].flatMap((key): Warning[] => {
    const names = Object.keys(wanted).filter((name) => keyOf(name) === key);
    const lines = (members: Members): string | null => {
      const texts = names.flatMap((name) => text(name, members[name]) ?? []);
      return texts.length === 0 ? null : texts.join("\n");
    };
    const [written, stored] = [lines(wanted), lines(there)];
    // A value that means "none" may be missing in the record.
    if (written === null && stored === null) return [];
    const code = stored === null ? "NOT_STORED" : "STORED_DIFFERENTLY";
    const problem = stored === null ? "does not show it" : "has another value than the one that was sent";
    const path = pathOf(names[0] ?? key);
    const field = path.length === 0 ? null : path;
    return [{ code, message: `${key}: ${named(backend)} ${problem}.`, field, sent: written, stored }];
  });
}

/** Splits records of texts, such as addresses, into members of their own. */
function apart(members: Members): Members {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) =>
      isRow(value) ? Object.entries(value).map(([part, text]) => [`${name}.${part}`, text]) : [[name, value]],
    ),
  );
}

/** The names of the differing parts of a record of texts. */
function differingParts(name: string, sent: Members, shown: Members): readonly string[] {
  const wanted = sent[name];
  const there = shown[name];
  if (!isRow(wanted)) return [name];
  return Object.keys(wanted)
    .filter((part) => !asText(wanted[part], isRow(there) ? there[part] : undefined))
    .map((part) => `${name}.${part}`);
}

export function plainValue(_name: string, value: unknown): string | null {
  if (value === undefined || value === null || value === "") return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
