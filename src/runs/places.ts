/** Of rows under way: each takes one until its backend has answered, so that none waits for its backend once it is recorded. */
export function createPlaces(concurrency: number) {
  let taken = 0;
  let wake: (() => void) | null = null;
  return {
    /** Resolves when there is a free one; asked by one at a time. */
    free: async (): Promise<void> => {
      while (taken >= concurrency) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      }
    },
    /** @returns leaves it; more than once is like once */
    enter: (): (() => void) => {
      let isTaken = true;
      taken += 1;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        taken -= 1;
        wake?.();
      };
    },
  };
}
