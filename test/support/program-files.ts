import { fileURLToPath } from "node:url";

/** The programs of the repository as tests start them. */

/** By the name of the file that is made of them. */
export const programs: Readonly<Record<string, string>> = { main: "src/main.ts", sandbox: "src/sandbox/command.ts" };

/** Names the folder of what was made of them, where it was made. */
export const programsVariable = "BUNDLED_PROGRAMS";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What is kept from one run to the next. */
export const cache = `${root}node_modules/.cache/`;

export interface Startable {
  readonly script: string;
  /** What it needs besides its own. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What to start for a file: of a program its bundle, where there is one, else the file itself. */
export function startable(file: string): Startable {
  const folder = process.env[programsVariable];
  const name = Object.keys(programs).find((each) => programs[each] === file);
  if (folder === undefined || name === undefined) return { script: `${root}${file}`, environment: {} };
  // Where Node keeps what it has compiled of it. From source, the gateway says so itself.
  return { script: `${folder}/${name}.js`, environment: { NODE_COMPILE_CACHE: `${cache}compiled` } };
}
