import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { tableRows } from "../support/markdown.ts";

/** The tables of docs/security.md: every point of OWASP's GraphQL cheat sheet is listed, and proven by existing tests. */

const root = fileURLToPath(new URL("../..", import.meta.url));
const security = readFileSync(`${root}/docs/security.md`, "utf8");

/**
 * The cheat sheet's recommendations, in its order and in our words (OWASP Cheat Sheet Series, "GraphQL Cheat Sheet"); the last
 * section has further needs of a gateway to money.
 */
const points: Readonly<Record<string, readonly string[]>> = {
  "Input validation": [
    "Specific types",
    "Custom scalars",
    "Input types of mutations",
    "Allow lists",
    "Unicode",
    "Graceful refusal",
  ],
  "Injection prevention": [
    "SQL",
    "CRLF, addresses and parameters of backends",
    "Request smuggling",
    "Commands, scripts, XML, LDAP",
  ],
  "Process validation": ["No host from callers (SSRF)"],
  "DoS prevention": [
    "Depth",
    "Amount",
    "Pagination",
    "Timeouts of requests",
    "Timeouts below",
    "Query cost analysis",
    "Rate limiting",
    "Server-side batching and caching",
    "System resources",
  ],
  "Access control": [
    "Every field is decided",
    "Object ids (IDOR), `node` and `nodes`",
    "Edges and nodes",
    "Query access",
    "Mutation access",
    "Others' operations and keys",
    "Users of a backend",
  ],
  "Batching attacks": [
    "Arrays of requests",
    "Aliases and repeated fields",
    "Many objects in one request",
    "Guessing credentials",
  ],
  "Secure configurations": [
    "Introspection",
    "GraphiQL",
    "No field suggestions",
    "Errors are not excessive",
    "No debug mode",
    "Safe defaults",
  ],
  "Beyond the cheat sheet": [
    "Work in proportion",
    "CSRF and GET",
    "CORS and headers of answers",
    "DNS rebinding",
    "Credentials of callers",
    "Secrets in answers",
    "Backends' words",
    "One backend's nonsense",
    "Secrets in logs, metrics and traces",
    "Secrets in mistakes of the configuration",
    "Nothing is charged twice",
  ],
};

/** Reads the table below a heading of the third level. */
function rowsOf(section: string) {
  const [, text = ""] = security.split(`\n### ${section}\n`);
  return tableRows(text, "Point");
}

/** `file` "describe > test", as the proofs are written and vitest lists tests. */
const proof = /`(test\/[\w/.-]+\.test\.ts)` "([^"]+)"/g;

describe.each(Object.entries(points))("%s", (section, expected) => {
  it("has a row for every point, and none twice", () => {
    expect(rowsOf(section).map((row) => row["Point"])).toEqual(expected);
  });

  it.each(expected)("%s: is met, says how, and has a proof", (point) => {
    const row = rowsOf(section).find((each) => each["Point"] === point);
    expect([row?.["Met"], row?.["How"]]).toEqual(["✓", expect.stringMatching(/\.$/)]);
    const written = row?.["Proof"] ?? "";
    expect(written.split("<br>")).toEqual(Array.from(written.matchAll(proof), ([whole]) => whole));
  });
});

describe("the proofs", () => {
  const named = Array.from(security.matchAll(proof), ([, file = "", title = ""]) => `${file} > ${title}`);
  let listed: ReadonlySet<string>;
  beforeAll(async () => {
    const files = [...new Set(named.map((name) => name.split(" > ")[0] ?? ""))];
    // Vitest reads the test files without running them. Names are as written, with placeholders.
    const { VITEST: _, ...environment } = process.env;
    const command = [`${root}/node_modules/vitest/vitest.mjs`, "list", ...files];
    const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: root, env: environment });
    // "[unit] test/…": each with the project that it is in.
    listed = new Set(stdout.split("\n").map((line) => line.replace(/^\[\w+\] /, "")));
  });

  it("are existing tests", () => {
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((name) => !listed.has(name))).toEqual([]);
  });
});
