/** Counts what is under way, so that whoever ends it can wait for it. */
export interface Underway {
  /** Something begins; what it returns is to be called when it has ended, and may be called again. */
  readonly begin: () => () => void;
  /** Settles as the task does, which counts as long as it lasts. */
  readonly during: <T>(task: () => Promise<T>) => Promise<T>;
  /** Resolves as soon as nothing is under way. */
  readonly idle: () => Promise<void>;
}

export function createUnderway(): Underway {
  let count = 0;
  let waiting: PromiseWithResolvers<void> | null = null;

  function begin(): () => void {
    count += 1;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      count -= 1;
      if (count > 0) return;
      waiting?.resolve();
      waiting = null;
    };
  }

  return {
    begin,
    during: async (task) => {
      const end = begin();
      try {
        return await task();
      } finally {
        end();
      }
    },
    idle: async () => {
      if (count === 0) return;
      waiting ??= Promise.withResolvers();
      await waiting.promise;
    },
  };
}
