import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";

/** The imports of the files of src. */

const root = new URL("../..", import.meta.url).pathname;

/** Every source file that is not generated or built, as a path from the repository's root. */
export const sourceFiles: readonly string[] = globSync("src/**/*.{ts,tsx}", { cwd: root, exclude: ["src/client/dist/**"] })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => !file.startsWith("src/client/generated/"))
  .sort();

/** Their texts. */
export const sourceTexts: ReadonlyMap<string, string> = new Map(
  sourceFiles.map((file) => [file, readFileSync(`${root}/${file}`, "utf8")]),
);

/** The imports of a file: own files as paths from the root, packages by name. */
export function importsOf(file: string): string[] {
  const text = sourceTexts.get(file) ?? "";
  const statements = text.matchAll(/^(?:import|export)\b(?:[^"';]*?\bfrom)?\s*"([^"]+)"/gm);
  const dynamic = text.matchAll(/\bimport\(\s*"([^"]+)"/g);
  return [...statements, ...dynamic].map(([, specifier = ""]) =>
    specifier.startsWith(".") ? posix.join(posix.dirname(file), specifier) : specifier,
  );
}

/** A folder of src; of the adapters, each kind is one of its own. A file of src itself goes with the folder of its name. */
export function folderOf(file: string): string {
  const [, kind] = /^src\/adapters\/([^/]+)\//.exec(file) ?? [];
  return kind === undefined ? (/^src\/([^/.]+)/.exec(file)?.[1] ?? file) : `adapters/${kind}`;
}

/** By folder: the folders whose files it imports, with the first file that does; types count as well. */
export function importsOfFolders(): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const imports = new Map<string, Map<string, string>>();
  for (const file of sourceFiles) {
    const from = folderOf(file);
    const its = imports.get(from) ?? new Map<string, string>();
    imports.set(from, its);
    for (const imported of importsOf(file).filter((each) => each.startsWith("src/"))) {
      const to = folderOf(imported);
      if (to !== from && !its.has(to)) its.set(to, `${file} imports ${imported}`);
    }
  }
  return imports;
}
