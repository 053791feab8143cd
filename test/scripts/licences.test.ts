import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { currentDocument, isPermitted, licencesOf, licenceTexts, unbundled } from "../../scripts/licences.ts";

it("THIRD-PARTY-LICENCES.md is as `npm run generate` writes it", () => {
  expect(readFileSync(new URL("../../THIRD-PARTY-LICENCES.md", import.meta.url), "utf8")).toBe(currentDocument());
});

it("has the text of the licence of each package that is delivered", () => {
  const texts = licenceTexts();
  const rows = currentDocument().matchAll(/^\| (\S+) \| (\d\S*) \|/gm);
  const missing = Array.from(rows, ([, name, version]) => `${name} ${version}\n`).filter((heading) => !texts.includes(heading));
  expect(missing).toEqual([]);
  expect(texts).toContain("Permission is hereby granted, free of charge");
});

it("lists what a package needs as Node finds it, once, and names every licence that is not permitted", () => {
  const packages = {
    "node_modules/a": { version: "1.0.0", license: "MIT", dependencies: { b: "^2", c: "^1" }, peerDependencies: { absent: "*" } },
    "node_modules/a/node_modules/b": { version: "2.0.0", license: "ISC", dependencies: { c: "^1" } },
    "node_modules/b": { version: "1.0.0", license: "GPL-3.0-only" },
    "node_modules/c": { version: "1.0.0", license: "(GPL-2.0 OR MIT)" },
    "node_modules/d": { version: "1.0.0" },
  };
  expect(licencesOf(packages, ["a"])).toEqual([
    { name: "a", version: "1.0.0", licence: "MIT", folder: "node_modules/a" },
    { name: "b", version: "2.0.0", licence: "ISC", folder: "node_modules/a/node_modules/b" },
    { name: "c", version: "1.0.0", licence: "(GPL-2.0 OR MIT)", folder: "node_modules/c" },
  ]);
  expect(() => licencesOf(packages, ["b", "d"])).toThrow("not permitted: b@1.0.0 (GPL-3.0-only), d@1.0.0 (none).");
});

it("nothing of a package that is said not to be bundled is in the pages", () => {
  const built = globSync("dist/{console,graphiql}/**/*.js", { cwd: new URL("../../", import.meta.url) });
  expect(built.length).toBeGreaterThan(2);
  const scripts = built.map((file) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8"));
  // Its own name, in what a bundler leaves: messages, addresses, exported names.
  for (const name of unbundled) expect(scripts.filter((script) => script.toLowerCase().includes(name))).toEqual([]);
});

it.each([
  ["MIT", true],
  ["(MIT OR CC0-1.0)", true],
  ["MIT AND ISC AND BSD-3-Clause", true],
  ["MIT AND AGPL-3.0-only", false],
  ["(AGPL-3.0-only OR MIT) AND ISC", true],
  ["SEE LICENSE IN LICENSE.txt", false],
])("%s: %s", (expression, permitted) => {
  expect(isPermitted(expression)).toBe(permitted);
});
