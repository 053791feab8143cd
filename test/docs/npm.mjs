import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/**
 * npm, as far as pages use it: scripts that end are run from the sources, what serves is run until it listens, and tests and builds are not
 * run by a test; but they, and the files that they are given, must be there.
 */

const root = process.env.REPOSITORY;
const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
const [command, ...rest] = process.argv.slice(2);
const name = command === "run" ? rest[0] : command;
const parameters = rest.slice(rest.indexOf("--") === -1 ? rest.length : rest.indexOf("--") + 1);

if (command === "ci") process.exit(existsSync(`${root}/package-lock.json`) ? 0 : 1);
if (command === "npx") process.exit(existsSync(`${root}/node_modules/.bin/${rest[0]}`) && given(rest.slice(1)) ? 0 : 1);
if (!(name in scripts)) {
  console.error(`There is no script ${name}.`);
  process.exit(1);
}
if (name === "gateway") run(process.env.GATEWAY, parameters);
else if (name === "start")
  serve(process.env.GATEWAY, parameters.includes("--port") ? parameters : [...parameters, "--port", "0"]);
else if (name === "sandbox") serve(process.env.SANDBOX, parameters);
else process.exit(given(parameters) ? 0 : 1);

/** Whether the files and folders among the parameters are there. */
function given(parameters) {
  const absent = parameters.filter((each) => /^(src|test|docs|schema)\//.test(each) && !existsSync(`${root}/${each}`));
  if (absent.length > 0) console.error(`There is no ${absent.join(", ")}.`);
  return absent.length === 0;
}

function run(file, more) {
  const child = spawn(process.execPath, [file, ...more], { stdio: "inherit" });
  child.on("close", (code) => process.exit(code ?? 1));
}

/** Runs what serves until it says where. */
function serve(file, more) {
  const { BILLING_GATEWAY_CONFIG: _, ...env } = process.env;
  const child = spawn(process.execPath, [file, ...more], { stdio: ["ignore", "pipe", "inherit"], env });
  let printed = "";
  child.stdout.on("data", (text) => {
    printed += text;
    if (!/http:\/\/127\.0\.0\.1:\d+/.test(printed)) return;
    child.removeAllListeners("close");
    child.on("close", () => process.exit(0));
    child.kill("SIGKILL");
  });
  child.on("close", (code) => {
    console.error(`${file} ended with ${code}.\n${printed}`);
    process.exit(1);
  });
}
