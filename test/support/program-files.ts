import { fileURLToPath } from "node:url";

/** The programs of the repository as tests start them. */

/** By the name of the built file. */
export const programs: Readonly<Record<string, string>> = { main: "src/main.ts", sandbox: "src/sandbox/command.ts" };

/** Names the folder of the built files, if they were built. */
export const programsVariable = "BUNDLED_PROGRAMS";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Files that are kept from one run to the next. */
export const cache = `${root}node_modules/.cache/`;

export interface Startable {
  readonly script: string;
  /** Further files that it needs. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The file to start: a program's bundle if there is one, else the file itself. */
export function startable(file: string): Startable {
  const folder = process.env[programsVariable];
  const name = Object.keys(programs).find((each) => programs[each] === file);
  if (folder === undefined || name === undefined) return { script: `${root}${file}`, environment: {} };
  // Where Node caches its compiled code. From source, the gateway sets it itself.
  return { script: `${folder}/${name}.js`, environment: { NODE_COMPILE_CACHE: `${cache}compiled` } };
}
