import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface PackageImport {
  /** The file that imports, from the root of what is packed: "dist/billing/money.js". */
  readonly file: string;
  /** The package, without a path inside of it: "kysely" for "kysely/migration". */
  readonly name: string;
}

/**
 * What built modules and their declarations import of other packages. The pages are left out: they are bundled with what they need.
 */
export function packageImports(
  directory: string,
  files: readonly string[] = ["dist/**/*.js", "dist/**/*.d.ts"],
): readonly PackageImport[] {
  return globSync(files, { cwd: directory, exclude: ["dist/{console,graphiql}/**"] })
    .flatMap((file) => specifiersOf(readFileSync(join(directory, file), "utf8")).map((specifier) => ({ file, specifier })))
    .filter(({ specifier }) => !/^(node:|\.)/.test(specifier))
    .map(({ file, specifier }) => ({ file, name: packageOf(specifier) }));
}

/** Import statements begin their line in the compiler's output; dynamic imports and the types written like them stand anywhere. */
function specifiersOf(text: string): readonly string[] {
  const statements = text.matchAll(/^(?:import|export)\b(?:[^"';]*?\bfrom)?\s*["']([^"']+)["']/gm);
  const dynamic = text.matchAll(/\bimport\(\s*["']([^"']+)["']/g);
  return [...statements, ...dynamic].map(([, specifier = ""]) => specifier);
}

function packageOf(specifier: string): string {
  const [scopeOrName = "", name] = specifier.split("/");
  return scopeOrName.startsWith("@") ? `${scopeOrName}/${name}` : scopeOrName;
}
