import { createRandom, hash } from "../../src/sandbox/random.ts";

/** Everything that a simulation draws comes from its seed, so that the same seed draws the same again. */
export interface Seeded {
  /** Integer in [minimum, maximum]. */
  readonly integer: (minimum: number, maximum: number) => number;
  readonly pick: <T>(choices: readonly T[]) => T;
  /** True with this probability. */
  readonly chance: (probability: number) => boolean;
  /** So many of them, each once, in any order; all of them when there are fewer. */
  readonly some: <T>(choices: readonly T[], count: number) => T[];
}

/** `stream`: what the numbers are for. Streams of one seed are independent: more of one draws nothing else of the others. */
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
