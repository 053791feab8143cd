import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { fencedBlocks, sectionUnder } from "../support/markdown.ts";

/** What docs/clients/README.md shows for each client is what these tests run. */

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), "utf8");
/** In this repository the package is its sources. */
const sources = (code: string): string => code.replaceAll('"billing-gateway-client/apollo"', '"../../src/client/apollo.ts"');
const withoutLayout = (code: string): string => code.replaceAll(/\s+/g, " ").trim();
const chapters = sectionUnder(read("../../docs/clients/README.md"), "Your own client").split(/^### /m).slice(1);

it.each([
  ["fetch", "request.ts"],
  ["TanStack Query", "tanstack.test.ts"],
  ["Apollo Client", "apollo.test.ts"],
  ["urql", "urql.test.ts"],
  ["Relay", "relay.test.ts"],
])("%s", (client, file) => {
  const chapter = chapters.find((text) => text.startsWith(`${client}\n`)) ?? "";
  const shown = fencedBlocks(chapter).filter(({ language }) => language === "ts");
  expect(shown.length).toBeGreaterThan(0);
  const run = withoutLayout(read(file));
  for (const paragraph of shown.flatMap(({ text }) => text.split("\n\n")))
    expect(run).toContain(withoutLayout(sources(paragraph)));
});

it("names every client once", () => {
  expect(chapters).toHaveLength(5);
});
