import { createHash } from "node:crypto";
import { globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "vite";
import { cache, programs, programsVariable } from "./program-files.ts";

/**
 * Before files that start programs: the gateway and the sandbox as a few files each, which start in half of the processor time that 1,500
 * modules take. Hundreds of processes are started in a run. Sources that are as they were are not built again.
 */
export default async function setup(): Promise<void> {
  const folder = `${cache}bundled/${digestOfSources()}`;
  if (!statSync(folder, { throwIfNoEntry: false })) {
    const made = `${folder}-${process.pid}`;
    await bundle(made);
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
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { readonly peerDependencies: object };
const optional = Object.keys(manifest.peerDependencies);

/** Of what goes into them, and of what makes them. */
function digestOfSources(): string {
  const files = globSync(["src/**/*.{ts,json}", "package-lock.json", "test/support/program*.ts"], {
    cwd: root,
    exclude: ["src/console/**", "src/graphiql/**", "src/client/**"],
  });
  const states = files.toSorted().map((file) => {
    const { mtimeMs, size } = statSync(new URL(file, root));
    return `${file} ${mtimeMs} ${size}`;
  });
  return createHash("sha256").update(states.join("\n")).digest("hex").slice(0, 16);
}

async function bundle(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await build({
    configFile: false,
    root: root.pathname,
    logLevel: "error",
    plugins: [placesOfSources],
    build: {
      ssr: true,
      outDir: folder,
      target: "esnext",
      minify: false,
      rolldownOptions: {
        input: programs,
        // The package says that its modules have no side effects, which is for front ends: Pothos' plugins register themselves.
        treeshake: false,
        output: { entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js", keepNames: true },
      },
    },
    // As Node itself resolves. What starts threads, and what may be missing, stays as it is installed.
    ssr: { noExternal: true, external: ["pino", "pg-native", ...optional], resolve: { conditions: ["node", "module-sync"] } },
  });
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
