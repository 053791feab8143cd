import { globSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import manifest from "../package.json" with { type: "json" };
import lock from "../package-lock.json" with { type: "json" };

/**
 * `npm run generate`: writes THIRD-PARTY-LICENCES.md, whose packages are all that the gateway is delivered with: what it imports,
 * and what its pages are bundled from. The lock file has each package's licence, so that no library is needed to find them.
 */

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export type LockedPackages = Readonly<Record<string, LockedPackage>>;

export interface Licensed {
  readonly name: string;
  readonly version: string;
  /** SPDX. */
  readonly licence: string;
}

/** Licences that ask for no more than to be named. Others need a person's decision before they are added here. */
export const permitted: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Unlicense",
]);

/** Needed by the command line of a package whose library alone is bundled, here markdown-it's. A test looks into the build. */
export const unbundled: ReadonlySet<string> = new Set(["argparse"]);

/**
 * The packages that `roots` need, directly or not, by name and version, without `left`. Throws, and names them all, when some have no licence or
 * one that is not permitted.
 */
export function licencesOf(
  packages: LockedPackages,
  roots: readonly string[],
  left: ReadonlySet<string> = new Set(),
): readonly Licensed[] {
  const found = new Map<string, Licensed>();
  const waiting = roots.map((name) => ({ name, from: "" }));
  for (const { name, from } of waiting) {
    const place = placeOf(packages, name, from);
    const locked = place === null ? undefined : packages[place];
    // Optional packages of other platforms, and optional peers, are not in the lock file.
    if (place === null || !locked || found.has(place) || left.has(name)) continue;
    found.set(place, { name, version: locked.version ?? "", licence: locked.license ?? "none" });
    const needed = { ...locked.dependencies, ...locked.optionalDependencies, ...locked.peerDependencies };
    waiting.push(...Object.keys(needed).map((dependency) => ({ name: dependency, from: place })));
  }
  const licensed = [...found.values()].sort(byName);
  const refused = licensed.filter(({ licence }) => !isPermitted(licence));
  if (refused.length === 0) return licensed;
  const names = refused.map(({ name, version, licence }) => `${name}@${version} (${licence})`);
  throw new Error(`These licences are not permitted: ${names.join(", ")}.`);
}

/** Of an SPDX expression such as "(MIT OR CC0-1.0) AND ISC": all that is joined by AND, and one of what is joined by OR. */
export function isPermitted(expression: string): boolean {
  const parts = expression.split(" AND ").map((part) => part.replaceAll(/[()]/g, "").split(" OR "));
  return parts.every((alternatives) => alternatives.some((licence) => permitted.has(licence)));
}

/** Where Node finds a package that is imported from another one: in its own node_modules, or in those above it. */
function placeOf(packages: LockedPackages, name: string, from: string): string | null {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("node_modules/") - 1))) {
    const place = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (packages[place]) return place;
    if (folder === "") return null;
  }
}

function byName(left: Licensed, right: Licensed): number {
  const [first, second] = [`${left.name} ${left.version}`, `${right.name} ${right.version}`];
  return first < second ? -1 : Number(first > second);
}

export function licencesDocument(imported: readonly Licensed[], bundled: readonly Licensed[]): string {
  const table = (licensed: readonly Licensed[]): string =>
    [
      "| Package | Version | Licence |",
      "|---|---|---|",
      ...licensed.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`),
    ].join("\n");
  return `# Licences of third parties

What billing-gateway is delivered with, as package-lock.json has it. \`npm run generate\` writes this file, and refuses what is not
permitted in scripts/licences.ts. The texts of the licences are in the packages.

## Packages that the gateway imports

${table(imported)}

## Packages that the console and GraphiQL are bundled from

${table(bundled)}
`;
}

const root = fileURLToPath(new URL("..", import.meta.url));

/** The packages that the sources of the pages import. */
function pageImports(): readonly string[] {
  const sources = globSync("src/{console,graphiql}/**/*.{ts,tsx}", { cwd: root, exclude: ["**/vite.config.ts"] });
  const specifiers = sources.flatMap((file) =>
    Array.from(
      readFileSync(`${root}/${file}`, "utf8").matchAll(/^(?:import|export)\b[^;]*?"([^".][^"]*)";$/gm),
      ([, found = ""]) => found,
    ),
  );
  return [...new Set(specifiers.map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? ""))];
}

/** The document for this repository as it is. */
export function currentDocument(): string {
  const packages: LockedPackages = lock.packages;
  const tracing = Object.keys(manifest.peerDependencies).filter((name) => name.startsWith("@opentelemetry/"));
  const gateway = licencesOf(packages, [...Object.keys(manifest.dependencies), ...tracing]);
  return licencesDocument(gateway, licencesOf(packages, pageImports(), unbundled));
}

if (import.meta.main) writeFileSync(`${root}/THIRD-PARTY-LICENCES.md`, currentDocument());
