import { afterAll, beforeAll, expect, it } from "vitest";
import { openStore, type Store } from "../../src/journal/store.ts";
import { createFinder } from "../../src/suggestions/find.ts";
import { depth } from "../support/sample.ts";
import { accuracyOf, foundPairs, knownPairs } from "./accuracy.ts";
import { readSandbox } from "./sandbox-directory.ts";

/**
 * Measures suggestions against the sandbox's companies. Several backends know the same ones in different spellings, and beside
 * them are others with the same name elsewhere, or nearly the same name in the same place.
 */

const customers = 1_000 * depth;

let store: Store;
beforeAll(async () => {
  store = await openStore("sqlite::memory:");
});
afterAll(async () => store?.close());

it("finds nine of ten known pairs at least, and of a hundred suggestions at most five are wrong", {
  timeout: 120_000,
}, async () => {
  const finder = createFinder(store.engine, (problem) => expect.fail(problem));
  await readSandbox(store.engine, customers, finder.onIndexed);
  const { known, precision, recall } = accuracyOf(knownPairs(customers), await foundPairs(store.engine));
  expect(known).toBeGreaterThan(150 * depth);
  expect(precision).toBeGreaterThanOrEqual(0.95);
  expect(recall).toBeGreaterThanOrEqual(0.9);
});
