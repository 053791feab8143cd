/** What tests read off a Markdown document. Pure. */

export interface FencedBlock {
  /** As written behind the fence, e.g. "graphql". */
  readonly language: string;
  readonly text: string;
}

/** All fenced blocks, in order. */
export function fencedBlocks(markdown: string): readonly FencedBlock[] {
  return Array.from(markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm), ([, language = "", text = ""]) => ({ language, text }));
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

/** The texts between backticks, outside fenced blocks. */
export function codeSpans(markdown: string): readonly string[] {
  return Array.from(withoutBlocks(markdown).matchAll(/`([^`]+)`/g), ([, code = ""]) => code);
}

/** The targets of links, outside fenced blocks. */
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
