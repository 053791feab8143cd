import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/**
 * Tests must also pass on a busy machine: they wait for events, and assert nothing about durations. The bench measures those; it
 * is not a test.
 */

const root = fileURLToPath(new URL("..", import.meta.url));
const files = globSync("test/**/*.ts", {
  cwd: root,
  exclude: ["test/bench/**", "test/simulation/**", "test/waiting.test.ts", "test/support/endings.test.ts"],
});
const texts = new Map(files.map((file) => [file, readFileSync(`${root}${file}`, "utf8")]));

/** "file: line" of every place. */
function placesOf(pattern: RegExp): readonly string[] {
  return files.flatMap((file) => (texts.get(file)?.match(pattern) ?? []).map((found) => `${file}: ${found.trim()}`));
}

describe("no test", () => {
  it("is tried again when it fails", () => {
    const configuration = readFileSync(`${root}vitest.config.ts`, "utf8") + readFileSync(`${root}.ci/run`, "utf8");
    expect(configuration).not.toMatch(/\bretry\b/);
    expect(placesOf(/^.*[{,]\s*retry: \d.*$/gm)).toEqual([]);
  });

  it("is named in vitest.config.ts without existing", () => {
    const named = [...readFileSync(`${root}vitest.config.ts`, "utf8").matchAll(/"(test\/[^"*]+\.test\.ts)"/g)];
    expect(named.length).toBeGreaterThan(10);
    expect(named.map(([, file = ""]) => file).filter((file) => !existsSync(`${root}${file}`))).toEqual([]);
  });

  it("asserts how fast something is", () => {
    const allowed = [
      // A connection that swallows everything is given up after 6 s, not after TCP's minutes.
      /store-open\.test\.ts.*toBeLessThan\(30_000\)/,
    ];
    const claims = placesOf(/^.*(?:performance\.now\(\) - |\bmilliseconds\)|Date\.now\(\) - )[^\n]*toBeLessThan.*$/gm);
    expect(claims.filter((claim) => !allowed.some((pattern) => pattern.test(claim)))).toEqual([]);
  });

  it("waits less than the others: expect.poll has its patience, vi.waitFor takes it", () => {
    const polls = placesOf(/\.poll\([^;]*?\{[^}]*timeout:[^;]*?;/g);
    const longer = /timeout: (?:\d{3,}_\d{3}|\d_\d{3}_\d{3})\b/;
    expect(polls.filter((poll) => !longer.test(poll))).toEqual([]);
    const impatient = [...texts].flatMap(([file, text]) =>
      text
        .split("vi.waitFor(")
        .slice(1)
        .map((rest) => rest.split(";\n").slice(0, 12).join(";\n"))
        .filter((rest) => !/patience,?\s*\)|timeout: 5_000 \}\)/.test(rest))
        .map(() => file),
    );
    expect(impatient).toEqual([]);
  });

  it("starts a timer that continues after a failure", () => {
    const careless = [...texts].filter(
      ([, text]) => /^(?!.*").*\bsetInterval\(/m.test(text) && !text.includes("onTestFinished("),
    );
    expect(careless.map(([file]) => file)).toEqual([]);
  });

  it("starts a process that does not end with it", () => {
    // Waiting for a program that ends by itself is allowed.
    const starters = files.filter((file) => /\b(?:spawn|fork)\(/.test(texts.get(file) ?? ""));
    expect(starters.toSorted()).toEqual(["test/server/telemetry/workers.ts", "test/support/processes.ts"]);
  });
});
