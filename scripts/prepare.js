import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/**
 * What `npm install` and `npm ci` end with in a checkout: the pages are built, and one line says which Node everything runs on. In
 * JavaScript, because where development's packages are left out it runs on the machine's own Node, which may know no TypeScript.
 */

for (const page of ["src/console", "src/graphiql"]) {
  if (!existsSync(page) || !existsSync("node_modules/vite")) continue;
  execFileSync(process.execPath, ["node_modules/vite/bin/vite.js", "build", page, "--logLevel", "warn"], { stdio: "inherit" });
}
const [, machine = process.version] = /\bnode\/(\S+)/.exec(process.env.npm_config_user_agent ?? "") ?? [];
if (process.version !== machine) {
  console.log(
    `\nThis machine's Node is ${machine}. The npm scripts run on Node ${process.version.slice(1)}, which is installed here: npm start, npm test; npx node for anything else.`,
  );
}
