import { readFileSync } from "node:fs";

/** A subject's settings from the benchmark: node <file> --config <file>. */
export function readSettings() {
  const { port, backends, openApi } = JSON.parse(readFileSync(process.argv[process.argv.indexOf("--config") + 1], "utf8"));
  return { port, openApi, ...backends.offices };
}
