import { readFileSync } from "node:fs";

/** The folder of package.json. It is one folder up from here, and from dist, where all code of the built program lies in one folder. */
export const packageRoot = new URL("../", import.meta.url);

/** Reads the version that package.json has. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("package.json", packageRoot), "utf8")) as { version: string };
  return version;
}
