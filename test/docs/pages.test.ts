import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { anchorsOf, codeSpans, linkTargets } from "../support/markdown.ts";
import { commands, pages, pathOf, readPage } from "./pages.ts";

/** Every page: its links and names exist, and readers can find it. */

/** The page, or the file, that a link of a page leads to, with the heading in it. */
function targetOf(page: string, link: string): { readonly file: string; readonly anchor: string | undefined } {
  const [file = "", anchor] = link.split("#");
  return { file: file === "" ? page : join(dirname(page), file), anchor };
}

const ownLinks = (page: string): readonly string[] =>
  linkTargets(readPage(page)).filter((target) => !/^(https?|mailto):/.test(target));

describe.each(pages)("%s", (page) => {
  const text = readPage(page);

  it("names only scripts that exist", () => {
    const named = Array.from(text.matchAll(/\bnpm (?:run ([\w:]+)|(start|test))\b/g), ([, run, short]) => run ?? short ?? "");
    const scripts = page.startsWith("examples/")
      ? [...Object.keys(manifest.scripts), "dev", "build"]
      : Object.keys(manifest.scripts);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  it("names only commands that exist", () => {
    const named = Array.from(
      text.matchAll(/(?:npx |`|^|\| )billing-gateway ([a-z]\w*)|npm run gateway -- (\w+)/gm),
      ([, direct, script]) => direct ?? script ?? "",
    );
    expect(named.filter((name) => !commands.includes(name))).toEqual([]);
  });

  it("links only to files and headings that exist", () => {
    const broken = ownLinks(page).filter((link) => {
      const { file, anchor } = targetOf(page, link);
      return !existsSync(pathOf(file)) || (anchor !== undefined && !anchorsOf(readPage(file)).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  it("names only files and folders that exist", () => {
    const paths = codeSpans(text).filter((code) =>
      /^(src|test|schema|config|deploy|docs|scripts|examples)(\/[\w.-]+)+\/?$/.test(code),
    );
    expect(paths.filter((path) => path !== "deploy/compose/.env" && !existsSync(pathOf(path)))).toEqual([]);
  });

  it("has no leftover of a merge", () => {
    expect(text.match(/^(<{7} |={7}$|>{7} ).*/gm)).toBeNull();
  });

  it("has no two headings with one name", () => {
    const anchors = anchorsOf(text).map((anchor) => anchor.replace(/-\d+$/, ""));
    const twice = anchors.filter((anchor, place) => anchors.indexOf(anchor) !== place);
    expect(page === "CHANGELOG.md" || page === "docs/clients/reference.md" ? [] : twice).toEqual([]);
  });
});

it("the index leads to every page of docs, and the README to the index", () => {
  const linked = ownLinks("docs/README.md").map((link) => targetOf("docs/README.md", link).file);
  expect(pages.filter((page) => page.startsWith("docs/") && page !== "docs/README.md" && !linked.includes(page))).toEqual([]);
  expect(ownLinks("README.md")).toContain("docs/README.md");
});

it("the README and the security policy are short", () => {
  expect(statSync(pathOf("README.md")).size).toBeLessThan(8_800);
  expect(statSync(pathOf("SECURITY.md")).size).toBeLessThan(2_200);
});
