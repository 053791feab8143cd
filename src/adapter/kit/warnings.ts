import type { Warning } from "../../model/warnings.ts";
import { asText, type Comparison, type Difference, type FieldPaths } from "./comparing.ts";
import type { Members } from "./looking.ts";
import { isRow } from "./reading.ts";

/** What is told of a record that is not as it was sent. Pure. */

/** How it is told. */
export interface Told {
  readonly backend: string;
  readonly comparison: Comparison;
  /** The unified input's member behind each name, "address.city" for a part of one; default: the name itself. */
  readonly fields?: FieldPaths;
  /** How a value reads for people; null for what has no text. Default: as it is. */
  readonly text?: (name: string, value: unknown) => string | null;
}

/**
 * One warning for each member of the unified input in which a record is not as it was sent. Where a backend keeps a member under
 * several names (lines of an address, one flag for each thing that a tax applies to), its texts stand one a line.
 */
export function warningsOf(
  { backend, comparison, fields = {}, text = asWritten }: Told,
  sent: Members,
  shown: Members,
): Warning[] {
  const wanted = apart(sent);
  const there = apart(shown);
  const pathOf = (name: string): readonly string[] => fields[name] ?? name.split(".");
  const keyOf = (name: string): string => pathOf(name).join(".");
  const differing = comparison.differences(sent, shown).flatMap((each) => differencesIn(each, sent, shown));
  return [...Map.groupBy(differing, ({ member }) => keyOf(member))].map(([key, differences]): Warning => {
    const names = Object.keys(wanted).filter((name) => keyOf(name) === key);
    const lines = (members: Members): string | null => {
      const texts = names.flatMap((name) => text(name, members[name]) ?? []);
      return texts.length === 0 ? null : texts.join("\n");
    };
    const code = differences.every(({ is }) => is === "NOT_STORED") ? "NOT_STORED" : "STORED_DIFFERENTLY";
    const problem = code === "NOT_STORED" ? "shows nothing of it" : "has another value than the one that was sent";
    return {
      code,
      message: `${key}: ${backend} ${problem}.`,
      field: pathOf(names[0] ?? key),
      sent: lines(wanted),
      stored: lines(there),
    };
  });
}

/** The parts of a record of texts, such as an address, as members of their own. */
function apart(members: Members): Members {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) =>
      isRow(value) ? Object.entries(value).map(([part, text]) => [`${name}.${part}`, text]) : [[name, value]],
    ),
  );
}

/** In which parts a record of texts differs. */
function differencesIn(difference: Difference, sent: Members, shown: Members): readonly Difference[] {
  const { member } = difference;
  const wanted = sent[member];
  const there = shown[member];
  if (!isRow(wanted)) return [difference];
  return Object.entries(wanted).flatMap(([part, text]): Difference[] => {
    const found = isRow(there) ? there[part] : undefined;
    if (asText(text, found)) return [];
    return [
      {
        member: `${member}.${part}`,
        is: found === undefined || found === null || found === "" ? "NOT_STORED" : "STORED_DIFFERENTLY",
      },
    ];
  });
}

export function asWritten(_name: string, value: unknown): string | null {
  if (value === undefined || value === null || value === "") return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
