import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The documents of the repository. */

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Every page, as a path from the repository's root. New pages are found automatically. */
export const pages: readonly string[] = [
  ...globSync(["*.md", "docs/**/*.md", "examples/*/*.md", "src/**/*.md"], {
    cwd: root,
    exclude: ["**/node_modules/**", "**/dist/**"],
  }),
]
  .map((file) => file.replaceAll("\\", "/"))
  // A list that `npm run generate` makes of the dependencies.
  .filter((file) => file !== "THIRD-PARTY-LICENCES.md")
  .toSorted();

export const pathOf = (file: string): string => join(root, file);

export const readPage = (file: string): string => readFileSync(pathOf(file), "utf8");

/** The commands of the program: each is a file of src/commands with the same name. */
export const commands: readonly string[] = globSync("src/commands/*.ts", { cwd: root }).flatMap((file) =>
  /^export (?:function|const) command\b/m.test(readPage(file)) ? [basename(file, ".ts")] : [],
);
