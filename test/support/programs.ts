import { createHash } from "node:crypto";
import { globSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Plugin } from "rolldown";
import { bundle } from "../../scripts/bundle.ts";
import { cache, programs, programsVariable } from "./program-files.ts";

/**
 * Before files that start programs: the gateway and the sandbox as a few files each, which start in half of the processor time that 1,500
 * modules take. Hundreds of processes are started in a run. Sources that are as they were are not built again.
 */
export default async function setup(): Promise<void> {
  const folder = `${cache}bundled/${digestOfSources()}`;
  if (!statSync(folder, { throwIfNoEntry: false })) {
    const made = `${folder}-${process.pid}`;
    await bundle(programs, { dir: made }, [placesOfSources]);
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

/** Of what goes into them, and of what makes them. */
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

/** A module knows files of the repository by its own place. */
const placesOfSources: Plugin = {
  name: "places-of-sources",
  transform: (code, id) =>
    id.startsWith(root.pathname) && code.includes("import.meta.url") && !id.includes("/node_modules/")
      ? code.replaceAll("import.meta.url", JSON.stringify(pathToFileURL(id).href))
      : null,
};

/** Nobody starts what was built from other sources a day ago. */
function forgetOld(): void {
  const dayMs = 86_400_000;
  for (const name of readdirSync(`${cache}bundled`)) {
    const folder = `${cache}bundled/${name}`;
    const made = statSync(folder, { throwIfNoEntry: false });
    if (made && made.mtimeMs < Date.now() - dayMs) rmSync(folder, { recursive: true, force: true });
  }
}
