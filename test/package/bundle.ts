import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";

export interface Bundle {
  readonly code: string;
  readonly gzippedBytes: number;
  /** The files whose code is in it. */
  readonly modules: readonly string[];
}

/** Bundles a file of a project for browsers as a front end's build does: minified, without what is not used. */
export async function bundle(directory: string, file: string): Promise<Bundle> {
  const built = await build({
    root: directory,
    configFile: false,
    logLevel: "warn",
    // An application's entry. Unused code is removed, also from the entry's exports unless they are kept.
    build: { write: false, rolldownOptions: { input: file, preserveEntrySignatures: "strict" } },
  });
  const chunks = [built]
    .flat()
    .flatMap(outputOf)
    .filter((part) => part.type === "chunk");
  const code = chunks.map((chunk) => chunk.code).join("\n");
  return { code, gzippedBytes: gzipSync(code).length, modules: chunks.flatMap(({ moduleIds }) => moduleIds) };
}

function outputOf(built: Rolldown.RolldownOutput | Rolldown.RolldownWatcher): Rolldown.RolldownOutput["output"][number][] {
  return "output" in built ? built.output : [];
}
