import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { codeSpans } from "../support/markdown.ts";
import { pages, pathOf, readPage, root } from "./pages.ts";

/** What a page names in code has that name in the code: a name that was changed or removed is found here. */

function wordsIn(files: readonly string[]): ReadonlySet<string> {
  const found = globSync(files, { cwd: root, exclude: ["**/node_modules/**", "**/dist/**"] });
  return new Set(found.flatMap((file) => readFileSync(pathOf(file), "utf8").match(/\w+/g) ?? []));
}

const code = wordsIn([
  "src/**/*.{ts,tsx}",
  "schema/**/*.{graphql,json}",
  "config/*",
  "deploy/**/*.*",
  "scripts/*",
  "examples/*/{*.js,src/*}",
  "package.json",
  "compose.yaml",
  "Dockerfile",
]);
/** Only the guide for those who change the gateway speaks of its tests. */
const tests = wordsIn(["test/**/*.ts"]);

/** Names of ours look like this: camelCase, or WITH_UNDERSCORES, or with_underscores. Others are words as well. */
const names = /\b(?:[a-z]+[A-Z]\w*|[A-Z]+_[A-Z_]+|[a-z]+_[a-z_]+)\b/g;

/** Names of others. */
const foreign = new Set([
  // of urql
  "fetchSubscriptions",
  "graphQLErrors",
  "networkError",
  // of PgBouncer, nginx and PostgreSQL
  "default_pool_size",
  "pool_mode",
  "non_idempotent",
  "proxy_add_x_forwarded_for",
  "proxy_set_header",
  "synchronous_commit",
  // read by OpenTelemetry, said by SQLite
  "OTEL_EXPORTER_OTLP_HEADERS",
  "SQLITE_CANTOPEN",
  "SQLITE_FULL",
  "SQLITE_READONLY",
]);

it.each(pages)("%s names nothing that the code does not", (page) => {
  const named = new Set(codeSpans(readPage(page)).flatMap((span) => span.match(names) ?? []));
  const isKnown = (name: string) => code.has(name) || foreign.has(name) || (page === "CONTRIBUTING.md" && tests.has(name));
  expect([...named].filter((name) => !isKnown(name))).toEqual([]);
});
