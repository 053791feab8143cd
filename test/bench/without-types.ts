import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { atEnd } from "../support/endings.ts";

/**
 * Modules of this folder as JavaScript, in a folder of their own until this process exits; returns the address of the first. What is
 * loaded into a process that is measured must not have types: what Node takes them out with holds 15 MB there.
 */
export function withoutTypes(...names: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "billing-gateway-bench-"));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of names) {
    const source = stripTypeScriptTypes(readFileSync(new URL(`${name}.ts`, import.meta.url), "utf8"));
    writeFileSync(join(folder, `${name}.mjs`), source.replaceAll(/(from "\.\/[\w-]+)\.ts"/g, '$1.mjs"'));
  }
  return pathToFileURL(join(folder, `${names[0]}.mjs`)).href;
}
