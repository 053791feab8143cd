import pLimit from "p-limit";

/**
 * Limits the rows of one backend that are under way, over all runs that this process works on. A row keeps its place from before it is
 * recorded until the backend has answered. First come, first served.
 *
 * There are as many places as the backend takes calls, and twice as many while it answers quickly: then rows are recorded while the
 * connections are in use, and one commit records more of them. A recorded row waits for a connection behind other rows then, but
 * only briefly. Behind a slow backend it could wait until it must not be sent any more: see `Permit`. The connection limits the calls.
 */
export interface Places {
  /** Resolves when a place is free, with a function that gives it back. */
  readonly enter: () => Promise<() => void>;
}

/** From entering to the answer. A permit lasts for seconds; and calls of others wait behind those rows, too. */
const quickMs = 250;

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
  const adapt = (tookMs: number): void => {
    const wanted = tookMs < quickMs ? 2 * concurrency : concurrency;
    if (limit.concurrency !== wanted) limit.concurrency = wanted;
  };
  const begin = (entered: (leave: () => void) => void): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const enteredAt = performance.now();
    let hasLeft = false;
    entered(() => {
      if (hasLeft) return;
      hasLeft = true;
      adapt(performance.now() - enteredAt);
      resolve();
    });
    return promise;
  };
  return { enter: () => new Promise((entered) => void limit(begin, entered)) };
}
