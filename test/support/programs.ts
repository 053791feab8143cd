import { createHash } from "node:crypto";
import { globSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Plugin } from "rolldown";
import { bundle } from "../../scripts/bundle.ts";
import { cache, programs, programsVariable } from "./program-files.ts";

/**
 * Bundles the gateway and the sandbox into a few files each before test files start them: they then start in half the processor
 * time that 1,500 modules take, and a run starts hundreds of processes. Unchanged sources are not built again.
 */
export default async function setup(): Promise<void> {
  const folder = `${cache}bundled/${digestOfSources()}`;
  if (!statSync(folder, { throwIfNoEntry: false })) {
    const made = `${folder}-${process.pid}`;
    await bundle(programs, { dir: made }, [placesOfSources]);
    // Node would parse each file to see what it is.
    writeFileSync(`${made}/package.json`, JSON.stringify({ type: "module" }));
    try {
      renameSync(made, folder);
    } catch {
      // Another run has just built the same.
      rmSync(made, { recursive: true });
    }
  }
  forgetOld();
  process.env[programsVariable] = folder;
}

const root = new URL("../../", import.meta.url);

/** Hash of their sources and of the build scripts. */
function digestOfSources(): string {
  const files = globSync(["src/**/*.{ts,json}", "package-lock.json", "scripts/bundle.ts", "test/support/program*.ts"], {
    cwd: root,
    exclude: ["src/console/**", "src/graphiql/**", "src/client/**"],
  });
  const states = files.toSorted().map((file) => {
    const { mtimeMs, size } = statSync(new URL(file, root));
    return `${file} ${mtimeMs} ${size}`;
  });
  return createHash("sha256").update(states.join("\n")).digest("hex").slice(0, 16);
}

/** Modules find files of the repository relative to themselves. */
const placesOfSources: Plugin = {
  name: "places-of-sources",
  transform: (code, id) =>
    id.startsWith(root.pathname) && code.includes("import.meta.url") && !id.includes("/node_modules/")
      ? code.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(id).href))
      : null,
};

/** Nobody starts a build of other sources that is a day old. */
function forgetOld(): void {
  const dayMs = 86_400_000;
  for (const name of readdirSync(`${cache}bundled`)) {
    const folder = `${cache}bundled/${name}`;
    const made = statSync(folder, { throwIfNoEntry: false });
    if (made && made.mtimeMs < Date.now() - dayMs) rmSync(folder, { recursive: true, force: true });
  }
}
