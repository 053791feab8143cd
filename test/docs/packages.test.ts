import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { packedPage, packedPages } from "../../scripts/packed-page.ts";
import { anchorsOf, codeSpans, linkTargets } from "../support/markdown.ts";
import { pathOf, readPage } from "./pages.ts";

/** The pages inside the npm packages: their links lead to files that are in the same package. */

const own = (link: string): boolean => !/^(https?|mailto):/.test(link);

describe("the gateway's package", () => {
  const parameters = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const listed = JSON.parse(execFileSync("npm", parameters, { cwd: pathOf("."), encoding: "utf8" })) as readonly {
    files: readonly { path: string }[];
  }[];
  const files = listed.flatMap((each) => each.files.map(({ path }) => path));
  // CONTRIBUTING.md is for those who have the repository: it leads into its sources.
  const pages = files.filter((file) => file.endsWith(".md") && file !== "CONTRIBUTING.md");

  it("has the README and all pages of docs", () => {
    expect(pages).toEqual(expect.arrayContaining(["README.md", "CHANGELOG.md", "SECURITY.md", "docs/README.md", "docs/api.md"]));
  });

  it.each(pages)("has what %s links to", (page) => {
    const targets = linkTargets(readPage(page)).filter(own);
    const paths = targets.map((link) => link.split("#")[0] ?? "").filter((path) => path !== "");
    expect(paths.map((path) => join(dirname(page), path)).filter((path) => !files.includes(path))).toEqual([]);
  });
});

describe("the front ends' package", () => {
  // The files that scripts/build-client.ts puts into dist.
  const files = [...Object.keys(packedPages).map((name) => `docs/${name}`), "schema.graphql", "trusted-documents.json"];

  it.each(Object.entries(packedPages))("has what docs/%s links to", (_, source) => {
    const page = packedPage(readPage(source));
    for (const link of linkTargets(page).filter(own)) {
      const [path = "", anchor] = link.split("#");
      expect(path === "" ? "docs" : join("docs", path), link).toSatisfy((target) => target === "docs" || files.includes(target));
      const shown = Object.entries(packedPages).find(([name]) => name === path)?.[1];
      const text = path === "" ? page : shown && readPage(shown);
      if (anchor !== undefined) expect(anchorsOf(text ?? ""), link).toContain(anchor);
    }
  });

  it("keeps the text of a link that leads out of it", () => {
    expect(packedPage("See [the guide](../operating.md#reload) and [the app](../../examples/react/README.md).")).toBe(
      "See the guide and the app.",
    );
    expect(packedPage("[all](../../schema/trusted-documents.json), [more](reference.md)")).toBe(
      "[all](../trusted-documents.json), [more](reference.md)",
    );
  });

  it("names its pages in its README", () => {
    const named = codeSpans(readPage("src/client/README.md")).filter((code) => code.endsWith(".md"));
    expect(named).toEqual(Object.keys(packedPages).map((name) => `dist/docs/${name}`));
  });
});
