import { fileURLToPath } from "node:url";
import { type OutputOptions, type Plugin, rolldown } from "rolldown";
import manifest from "../package.json" with { type: "json" };

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Traces are optional: their packages are installed beside the gateway. Only the API of OpenTelemetry is bundled, as prom-client needs it:
 * copies of it find each other (globalThis[Symbol.for("opentelemetry.js.api.1")]).
 */
const optional = Object.keys(manifest.peerDependencies).filter((name) => name !== "@opentelemetry/api");

/**
 * Bundles programs and all packages that they import into one folder. Half of a start's time goes into finding and linking 1,850 modules,
 * and they take 30 MB (npm run bench -- start).
 *
 * @param input source files by the names of what is made of them
 */
export async function bundle(
  input: Readonly<Record<string, string>>,
  output: OutputOptions & { readonly dir: string },
  plugins: readonly Plugin[] = [],
): Promise<void> {
  await using bundled = await rolldown({
    cwd: root,
    input: { ...input },
    platform: "node",
    // pg tries to load it, and does without.
    external: [...optional, "pg-native"],
    // Modules have effects that their packages deny: Pothos' plugins register themselves.
    treeshake: false,
    plugins: [...plugins],
  });
  // Nothing caches these files by their names.
  await bundled.write({ format: "esm", chunkFileNames: "[name].js", ...output });
}
