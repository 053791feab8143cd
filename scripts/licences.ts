import { globSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
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
  /** Where it is installed, from the repository's root. */
  readonly folder: string;
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
    found.set(place, { name, version: locked.version ?? "", licence: locked.license ?? "none", folder: place });
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
permitted in scripts/licences.ts. The texts of the licences are in dist/licences.txt of the package.

## Packages that the gateway is bundled from, and those that send its traces

${table(imported)}

## Packages that the console and GraphiQL are bundled from

${table(bundled)}
`;
}

const root = fileURLToPath(new URL("..", import.meta.url));

/** The packages that these source files import. */
function packagesImportedIn(files: readonly string[], exclude: readonly string[]): readonly string[] {
  const specifiers = globSync([...files], { cwd: root, exclude: [...exclude] }).flatMap((file) => {
    const source = readFileSync(`${root}/${file}`, "utf8");
    const statements = source.matchAll(/^(?:import|export)\b[^;]*?"([^".][^"]*)";$/gm);
    const dynamic = source.matchAll(/\bimport\("([^".][^"]*)"\)/g);
    return Array.from([...statements, ...dynamic], ([, found = ""]) => found);
  });
  const packages = specifiers.filter((specifier) => !specifier.startsWith("node:"));
  return [...new Set(packages.map((specifier) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? ""))];
}

function delivered() {
  const packages: LockedPackages = lock.packages;
  const program = packagesImportedIn(["src/**/*.ts"], ["src/client/**", "src/console/**", "src/graphiql/**"]);
  const pages = packagesImportedIn(["src/{console,graphiql}/**/*.{ts,tsx}"], ["**/vite.config.ts"]);
  return { program: licencesOf(packages, program), pages: licencesOf(packages, pages, unbundled) };
}

/** The document for this repository as it is. */
export function currentDocument(): string {
  const { program, pages } = delivered();
  return licencesDocument(program, pages);
}

/** The texts of their licences, which ask to go with what is bundled. */
export function licenceTexts(): string {
  const { program, pages } = delivered();
  const byFolder = new Map([...program, ...pages].map((licensed) => [licensed.folder, licensed]));
  const texts = [...byFolder.values()].sort(byName).map(({ name, version, licence, folder }) => {
    const entries = globSync("{licen[cs]e,LICEN[CS]E,Licen[cs]e,notice,NOTICE}*", {
      cwd: `${root}/${folder}`,
      withFileTypes: true,
    });
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => `${root}/${folder}/${name}`);
    const text = files
      .sort()
      .map((file) => readFileSync(file, "utf8").trim())
      .join("\n\n");
    return `${name} ${version}\n\n${text === "" ? `Licence: ${licence}` : text}\n`;
  });
  return texts.join(`\n${"-".repeat(80)}\n\n`);
}

if (import.meta.main) writeFileSync(`${root}/THIRD-PARTY-LICENCES.md`, currentDocument());
