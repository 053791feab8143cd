import { globSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";
import { licenceTexts } from "./licences.ts";

/**
 * Bundles src/main.ts into dist: one folder, so that src/package-root.ts finds the package from there as well. What is built runs with the
 * very versions of the lock file, wherever it is installed.
 */

const dist = fileURLToPath(new URL("../dist", import.meta.url));

for (const file of globSync("*.{js,js.map,txt}", { cwd: dist })) rmSync(join(dist, file));
await bundle(
  { main: "src/main.ts" },
  {
    dir: dist,
    sourcemap: true,
    // Names stay as they are, for stack traces and profiles.
    minify: { mangle: false, compress: false, codegen: { removeWhitespace: true } },
  },
);
writeFileSync(join(dist, "licences.txt"), licenceTexts());
