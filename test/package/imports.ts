import { globSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { parseSync, Visitor } from "rolldown/utils";

export interface PackageImport {
  /** The file that imports, from the root of what is packed: "dist/billing/money.js". */
  readonly file: string;
  /** The package, without a path inside of it: "kysely" for "kysely/migration". */
  readonly name: string;
}

/** The imports of other packages in built modules and their declarations. Pages are left out: they are bundled. */
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

/** The packages that the built program loads from elsewhere, by the files that load them. */
export function importsOfProgram(directory: string): readonly PackageImport[] {
  return globSync("dist/*.js", { cwd: directory }).flatMap((file) => {
    const found: string[] = [];
    const note = (source: unknown): void => {
      if (typeof source === "object" && source !== null && "value" in source) found.push(String(source.value));
    };
    new Visitor({
      ImportDeclaration: ({ source }) => note(source),
      ExportNamedDeclaration: ({ source }) => note(source),
      ExportAllDeclaration: ({ source }) => note(source),
      ImportExpression: ({ source }) => note(source),
    }).visit(parseSync(file, readFileSync(join(directory, file), "utf8")).program);
    const others = found.filter((specifier) => !/^(node:|\.)/.test(specifier) && !builtinModules.includes(specifier));
    return others.map((specifier) => ({ file, name: packageOf(specifier) }));
  });
}
