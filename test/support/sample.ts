import { createRandom, hash } from "../../src/sandbox/variations.ts";
import type { Random } from "../../src/sandbox/world.ts";

/**
 * What randomised tests try: a usual run takes a fair sample, another one each time. `npm run test:deep` tries several times as much, and
 * DEPTH as much as one likes.
 */
export const depth = Number(process.env["DEPTH"] ?? 1);

/** Of this run; global-setup.ts prints it. The variable SEED repeats a run. */
export const seed = Number(process.env["SEED"]);

/** A generator for one test: its draws do not depend on which other tests run. */
export const randomFor = (name: string): Random => createRandom(hash(`${seed}/${name}`));

/**
 * One in so many of the cases of a test, where there are many alike and each is dear: other ones in each run, and all of them with a DEPTH
 * of as many. Of each so many in succession one is taken, so that cases side by side, which are most alike, are not left out together.
 */
export function oneIn<T>(many: number, cases: readonly T[], name: string): readonly T[] {
  const random = randomFor(name);
  let first = 0;
  return cases.filter((_, index) => {
    const place = index % many;
    if (place === 0) first = random.integer(0, many - 1);
    return (place - first + many) % many < depth;
  });
}
