/** Reads Markdown documents for tests. Pure. */

export interface FencedBlock {
  /** The language after the fence, e.g. "graphql"; empty if there is none. */
  readonly language: string;
  /** The text after the language: why it is not run, e.g. "not run: needs Docker"; empty if there is none. */
  readonly mark: string;
  readonly text: string;
  /** The headings that it stands below, from the second level on, without their signs. */
  readonly headings: readonly string[];
}

/** All fenced blocks, in order. */
export function fencedBlocks(markdown: string): readonly FencedBlock[] {
  let headings: readonly string[] = [];
  return Array.from(
    markdown.matchAll(/^(?:```(\w*)(?: ([^\n]*))?\n([\s\S]*?)^```$|(#{2,6}) (.+)$)/gm),
    ([, language, mark = "", text = "", level, heading = ""]) => {
      if (level === undefined) return [{ language: language ?? "", mark, text, headings }];
      headings = [...headings.slice(0, level.length - 2), heading];
      return [];
    },
  ).flat();
}

/** The rows of the table whose first column has this title: cells by column title. Throws where there is no such table. */
export function tableRows(markdown: string, firstColumn: string): readonly Readonly<Record<string, string>>[] {
  const [, table] = new RegExp(`^(\\| ${firstColumn} \\|.*\\n(?:\\|.*\\n)+)`, "m").exec(markdown) ?? [];
  if (table === undefined) throw new Error(`There is no table with the first column "${firstColumn}".`);
  const [titles = [], , ...rows] = table.trimEnd().split("\n").map(cellsOf);
  return rows.map((cells) => Object.fromEntries(titles.map((title, column) => [title, cells[column] ?? ""])));
}

/** The text below a heading of the second level, up to the next one. Throws where there is no such heading. */
export function sectionUnder(markdown: string, heading: string): string {
  const [, text] = markdown.split(new RegExp(`^## ${heading}$`, "m"));
  if (text === undefined) throw new Error(`There is no heading "${heading}".`);
  return text.split(/^## /m)[0] ?? "";
}

/** Anchors as GitHub makes them from headings: a repeated one gets a number. */
export function anchorsOf(markdown: string): readonly string[] {
  const seen = new Map<string, number>();
  return Array.from(withoutBlocks(markdown).matchAll(/^#+ (.+)$/gm), ([, heading = ""]) => {
    const anchor = heading
      .toLowerCase()
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-");
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** The texts between backticks, outside fenced blocks. */
export function codeSpans(markdown: string): readonly string[] {
  return Array.from(withoutBlocks(markdown).matchAll(/`([^`]+)`/g), ([, code = ""]) => code);
}

/** The targets of links and pictures, outside fenced blocks. */
export function linkTargets(markdown: string): readonly string[] {
  return Array.from(withoutBlocks(markdown).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g), ([, target = ""]) => target);
}

function withoutBlocks(markdown: string): string {
  return markdown.replaceAll(/^```[\s\S]*?^```$/gm, "");
}

function cellsOf(row: string): readonly string[] {
  return row
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());
}
