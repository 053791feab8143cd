import pLimit from "p-limit";

/**
 * Limits the rows of one backend in flight, over all runs that this process works on. A row keeps its place until the backend has
 * answered, so a recorded row never waits for a connection behind other rows. First come, first served.
 */
export interface Places {
  /** Resolves when a place is free, with a function that gives it back. */
  readonly enter: () => Promise<() => void>;
}

export function createPlaces(concurrency: number): Places {
  const limit = pLimit(concurrency);
  return {
    enter: () => new Promise((entered) => void limit(() => new Promise<void>((leave) => entered(leave)))),
  };
}
