import { expect, it } from "vitest";
import { fencedBlocks } from "../support/markdown.ts";
import { claims, isClaimed, isQuery, shown } from "./executed.ts";
import { pages, readPage } from "./pages.ts";

/** Every block of every page is executed by a test, or gives a reason why not. */

it.each(pages)("%s shows only blocks that a test executes", (page) => {
  const blocks = fencedBlocks(readPage(page));
  const unexecuted = blocks.filter((block, place) => {
    // Output, which the walk compares if it can.
    if (block.language === "text" || /^(not run|output): \S/.test(block.mark)) return false;
    if (isClaimed(page, block) || ["sh", "yaml"].includes(block.language) || isQuery(block)) return false;
    // Variables and answers belong to the query before them.
    const before = blocks.slice(0, place).findLast(({ language }) => language !== "json");
    return !(block.language === "json" && before !== undefined && isQuery(before));
  });
  expect(unexecuted.map(({ language, mark, text }) => `${language} ${mark}\n${text}`)).toEqual([]);
});

it.each(pages)("%s marks its blocks as not run, or as output, in these words only", (page) => {
  const marks = fencedBlocks(readPage(page)).flatMap(({ mark }) => (mark === "" ? [] : [mark]));
  expect(marks.filter((mark) => !/^(not run: (needs|runs) \S|output: \S)/.test(mark))).toEqual([]);
});

it.each(Object.entries(claims))('"%s" is taken from the page by its test', (name, { by }) => {
  expect(shown(name as keyof typeof claims).length).toBeGreaterThan(0);
  expect(readPage(by)).toMatch(new RegExp(`(shown|fileShown)\\(\\s*"${name}"`));
});
