import { readFileSync } from "node:fs";

/** What the benchmark tells a subject: node <file> --config <file>. */
export function readSettings() {
  const { port, backends, openApi } = JSON.parse(readFileSync(process.argv[process.argv.indexOf("--config") + 1], "utf8"));
  return { port, openApi, ...backends.offices };
}
