import { globSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import manifest from "../package.json" with { type: "json" };
import { licenceTexts } from "./licences.ts";

/**
 * Bundles src/main.ts and all packages that it imports into dist. Half of a start's time goes into finding and linking 1,850 modules, and
 * they take 30 MB (npm run bench -- start). It also runs with the very versions of the lock file, wherever it is installed.
 *
 * All files lie in one folder: see src/package-root.ts.
 */

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");

// Traces are optional: their packages are installed beside the gateway. Only the API of OpenTelemetry is bundled, as prom-client needs it:
// copies of it find each other (globalThis[Symbol.for("opentelemetry.js.api.1")]).
const optional = Object.keys(manifest.peerDependencies).filter((name) => name !== "@opentelemetry/api");

for (const file of globSync("*.{js,js.map,txt}", { cwd: dist })) rmSync(join(dist, file));
await using bundle = await rolldown({
  cwd: root,
  input: { main: "src/main.ts" },
  platform: "node",
  // pg tries to load it, and does without.
  external: [...optional, "pg-native"],
  // Modules have effects that their packages deny: Pothos' plugins register themselves.
  treeshake: false,
});
await bundle.write({
  dir: dist,
  format: "esm",
  // Nothing caches these files by their names.
  chunkFileNames: "[name].js",
  sourcemap: true,
  // Names stay as they are, for stack traces and profiles.
  minify: { mangle: false, compress: false, codegen: { removeWhitespace: true } },
});
writeFileSync(join(dist, "licences.txt"), licenceTexts());
