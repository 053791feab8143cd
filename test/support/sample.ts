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
