import { expect, it } from "vitest";
import { pages, readPage } from "./pages.ts";

/** Each thing is explained on one page; the others link to it. */

const fewestWords = 12;

/** The runs of so many words in the prose of a page, without code blocks and the addresses of links. */
function runsIn(page: string): ReadonlySet<string> {
  const prose = readPage(page)
    .replaceAll(/```[\s\S]*?```/g, " . ")
    .replaceAll(/\]\([^)]*\)/g, "]");
  const runs = new Set<string>();
  for (const part of prose.split(/\n\s*\n|\n(?=[-|#])/)) {
    const words = part.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    for (let at = 0; at + fewestWords <= words.length; at += 1) runs.add(words.slice(at, at + fewestWords).join(" "));
  }
  return runs;
}

it(`no two pages say the same in ${fewestWords} words`, () => {
  const first = new Map<string, string>();
  const repeated: string[] = [];
  // The front ends' package is published with a README of its own.
  for (const page of pages.filter((each) => !each.startsWith("src/"))) {
    for (const run of runsIn(page)) {
      const other = first.get(run);
      if (other === undefined) first.set(run, page);
      else repeated.push(`${other} and ${page}: ${run}`);
    }
  }
  expect(first.size).toBeGreaterThan(1000);
  expect(repeated).toEqual([]);
});
