import { createRandom, hash } from "../../src/sandbox/variations.ts";

/** All random values of a simulation come from its seed, so the same seed repeats it. */
export interface Seeded {
  /** Integer in [minimum, maximum]. */
  readonly integer: (minimum: number, maximum: number) => number;
  readonly pick: <T>(choices: readonly T[]) => T;
  /** True with this probability. */
  readonly chance: (probability: number) => boolean;
  /** This many of them, each once, in any order; all if there are fewer. */
  readonly some: <T>(choices: readonly T[], count: number) => T[];
}

/**
 * `stream`: the purpose of the numbers. Streams of one seed are independent: drawing more from one changes nothing in the others.
 */
export function seeded(seed: number, stream: string): Seeded {
  const { next, integer, pick } = createRandom(hash(`${seed}/${stream}`));
  return {
    integer,
    pick,
    chance: (probability) => next() < probability,
    some: (choices, count) => {
      const left = [...choices];
      const taken: (typeof choices)[number][] = [];
      while (left.length > 0 && taken.length < count) taken.push(...left.splice(integer(0, left.length - 1), 1));
      return taken;
    },
  };
}
