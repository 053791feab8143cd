import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * `npm run bench -- [growth | runs | search | soak | start | suggestions] [options]`: one of the benches; without a name, the
 * comparison of the gateway with its peers. Benches that measure the delivered program build it first.
 */

const benches: Readonly<Record<string, { readonly file: string; readonly ofDist: boolean }>> = {
  growth: { file: "growth.ts", ofDist: true },
  runs: { file: "runs.ts", ofDist: true },
  search: { file: "search.ts", ofDist: false },
  soak: { file: "soak.ts", ofDist: true },
  start: { file: "start.ts", ofDist: true },
  suggestions: { file: "suggestions.ts", ofDist: false },
};

const [name = ""] = process.argv.slice(2);
const named = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (named) process.argv.splice(2, 1);
else if (/^\w/.test(name)) {
  console.error(`There is no bench ${name}. There are: ${Object.keys(benches).join(", ")}; without a name, the comparison.`);
  process.exit(1);
}
const { file, ofDist } = named ?? { file: "run.ts", ofDist: true };
if (ofDist) execFileSync("npm", ["run", "build"], { cwd: fileURLToPath(new URL("../..", import.meta.url)), stdio: "inherit" });
await import(`./${file}`);
