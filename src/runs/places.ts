import pLimit from "p-limit";

/**
 * Places of a backend for the rows of all runs that a process works on: each row takes one until its backend has answered, so that none
 * waits for its backend once it is recorded. Given in the order in which they are asked for.
 */
export interface Places {
  /** Resolves, once there is a free place, with what leaves it. */
  readonly enter: () => Promise<() => void>;
}

export function createPlaces(concurrency: number): Places {
  const limit = pLimit(concurrency);
  return {
    enter: () => new Promise((entered) => void limit(() => new Promise<void>((leave) => entered(leave)))),
  };
}
