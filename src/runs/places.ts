import pLimit from "p-limit";

/**
 * Limits the rows of one backend in flight, over all runs that this process works on. A row keeps its place until the backend has
 * answered, so a recorded row never waits for a connection behind other rows. First come, first served.
 */
export interface Places {
  /** Resolves when a place is free, with a function that gives it back. */
  readonly enter: () => Promise<() => void>;
}

/** Creates the places of every backend. */
export function createPlaces(concurrencyOf: (backend: string) => number): (backend: string) => Places {
  const places = new Map<string, Places>();
  return (backend) => {
    const own = places.get(backend) ?? placesOf(concurrencyOf(backend));
    places.set(backend, own);
    return own;
  };
}

function placesOf(concurrency: number): Places {
  const limit = pLimit(concurrency);
  return {
    enter: () => new Promise((entered) => void limit(() => new Promise<void>((leave) => entered(leave)))),
  };
}
