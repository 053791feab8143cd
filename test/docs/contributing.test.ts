import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { withMade } from "../support/made.ts";
import { codeSpans, tableRows } from "../support/markdown.ts";
import { folderOf, importsOf, importsOfFolders, sourceFiles } from "../support/source-imports.ts";
import { commands, pathOf, readPage } from "./pages.ts";

/** The parts of CONTRIBUTING.md that are generated from the sources or compared with them. */

/** Run with -u, this writes CONTRIBUTING.md. */
it("the table of who imports whom is that of the sources", async () => {
  const made = withMade(readPage("CONTRIBUTING.md"), { "who imports whom": tableOfImports() });
  await expect(made).toMatchFileSnapshot(pathOf("CONTRIBUTING.md"));
});

it("every folder of src has its row in the layout", () => {
  const listed = tableRows(readPage("CONTRIBUTING.md"), "Folder").flatMap((row) => codeSpans(row["Folder"] ?? ""));
  const folders = new Set(sourceFiles.map((file) => `src/${folderOf(file).split("/")[0]}`));
  const absent = [...folders].filter((folder) => !listed.some((each) => each === folder || each === `${folder}.ts`));
  expect(absent).toEqual([]);
});

it("every script and every command has its row", () => {
  const listed = tableRows(readPage("CONTRIBUTING.md"), "Command").flatMap((row) => codeSpans(row["Command"] ?? ""));
  const scripts = Object.keys(manifest.scripts).filter((name) => !/^(pre|gateway$)/.test(name));
  const wanted = [
    ...scripts.map((name) => (["start", "test"].includes(name) ? `npm ${name}` : `npm run ${name}`)),
    ...commands.map((name) => `npm run gateway -- ${name}`),
  ];
  expect(wanted.filter((command) => !listed.includes(command))).toEqual([]);
});

it("the cases of the contract suite that it names exist", () => {
  const folder = new URL("../contract/cases/", import.meta.url);
  const sources = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), "utf8"));
  // A title with a variable, in any part but its beginning, counts from its beginning to the variable.
  const beginnings = sources.flatMap((source) =>
    [...source.matchAll(/["`]([a-z][^"`\n]{4,}?)(?:%s|\$\{)/g)].map(([, text = ""]) => text),
  );
  const named = tableRows(readPage("CONTRIBUTING.md"), "The suite's case").flatMap((row) =>
    [...(row["The suite's case"] ?? "").matchAll(/"([^"]+)"/g)].map(([, title = ""]) => title),
  );
  expect(named.length).toBeGreaterThan(5);
  const isThere = (title: string): boolean =>
    sources.some((source) => source.includes(title)) || beginnings.some((beginning) => title.startsWith(beginning));
  expect(named.filter((title) => !isThere(title))).toEqual([]);
});

function tableOfImports(): string {
  const graph = importsOfFolders();
  const packages = new Map<string, Set<string>>();
  for (const file of sourceFiles) {
    const names = packages.get(folderOf(file)) ?? new Set();
    packages.set(folderOf(file), names);
    for (const name of importsOf(file).filter((each) => !/^(src\/|node:)/.test(each)))
      names.add(name.startsWith("@") ? name.split("/").slice(0, 2).join("/") : (name.split("/")[0] ?? ""));
  }
  const rows = lowestFirst(graph).map((folder) => {
    const own = [...(graph.get(folder)?.keys() ?? [])].toSorted();
    const others = [...(packages.get(folder) ?? [])].toSorted();
    return `| \`${folder}\` | ${own.join(", ") || "–"} | ${others.join(", ") || "–"} |`;
  });
  return ["| In `src` | imports of ours | packages |", "|---|---|---|", ...rows].join("\n");
}

/** A folder comes before all that import it; otherwise they are sorted by name. */
function lowestFirst(graph: ReadonlyMap<string, ReadonlyMap<string, string>>): readonly string[] {
  const placed: string[] = [];
  const left = new Set([...graph.keys()].toSorted());
  while (left.size > 0) {
    const next = [...left].find((folder) => [...(graph.get(folder)?.keys() ?? [])].every((each) => !left.has(each)));
    if (next === undefined) throw new Error(`There is a circle among ${[...left].join(", ")}.`);
    left.delete(next);
    placed.push(next);
  }
  return placed;
}
