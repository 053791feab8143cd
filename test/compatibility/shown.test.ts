import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { shown } from "../docs/executed.ts";

/** These tests run exactly the code that docs/clients/README.md shows for each client. */

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), "utf8");
/** In this repository the package is its sources. */
const sources = (code: string): string => code.replaceAll('"billing-gateway-client/apollo"', '"../../src/client/apollo.ts"');
const withoutLayout = (code: string): string => code.replaceAll(/\s+/g, " ").trim();

it.each([
  ["fetch", "request.ts"],
  ["TanStack Query", "tanstack.test.ts"],
  ["Apollo Client", "apollo.test.ts"],
  ["urql", "urql.test.ts"],
  ["Relay", "relay.test.ts"],
])("%s", (client, file) => {
  const blocks = shown("clients of one's own").filter(({ headings }) => headings.includes(client));
  expect(blocks.length).toBeGreaterThan(0);
  const run = withoutLayout(read(file));
  for (const paragraph of blocks.flatMap(({ text }) => text.split("\n\n")))
    expect(run).toContain(withoutLayout(sources(paragraph)));
});

it("names every client once", () => {
  const named = shown("clients of one's own").map(({ headings }) => headings[1]);
  expect(new Set(named).size).toBe(5);
});
