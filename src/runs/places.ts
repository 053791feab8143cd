/** While a backend answers within this time, more of its rows are recorded than it takes at once: the next one is ready when it is free. */
const swiftMs = 500;
const aheadOfSwift = 2;
/** How much the last answer weighs. */
const weight = 0.1;

/** Of rows under way: each takes one until its backend has answered. */
export function createPlaces(concurrency: number) {
  let taken = 0;
  let usualMs = Number.POSITIVE_INFINITY;
  let wake: (() => void) | null = null;
  const most = (): number => (usualMs < swiftMs ? concurrency * aheadOfSwift : concurrency);
  return {
    /** Resolves when there is a free one; asked by one at a time. */
    free: async (): Promise<void> => {
      while (taken >= most()) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      }
    },
    /** @returns leaves it; more than once is like once */
    enter: (): (() => void) => {
      const since = performance.now();
      let isTaken = true;
      taken += 1;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        taken -= 1;
        const tookMs = performance.now() - since;
        usualMs = Number.isFinite(usualMs) ? usualMs + weight * (tookMs - usualMs) : tookMs;
        wake?.();
      };
    },
  };
}
