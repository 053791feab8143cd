/** Called with a change; must not throw. */
export type Listener<Told> = (told: Told) => void;

export interface Watch<Told> {
  /** Calls a listener for every change once the promise has resolved. Resolves with a function that ends it; rejects if the store is down. */
  readonly watch: (listener: Listener<Told>) => Promise<() => Promise<void>>;
  readonly close: () => Promise<void>;
}

/** Calls `tell` for each change until the function that it resolves with is called. */
type Follow<Told> = (tell: Listener<Told>) => Promise<() => Promise<void>>;

/** Shares one following of the database among any number of listeners. It lasts as long as there is one. */
export function createWatch<Told>(follow: Follow<Told>): Watch<Told> {
  const listeners = new Set<{ readonly listener: Listener<Told> }>();
  let following: ReturnType<Follow<Told>> | null = null;

  const tell: Listener<Told> = (told) => {
    for (const { listener } of listeners) listener(told);
  };

  async function end(): Promise<void> {
    const ending = following;
    following = null;
    const stop = await ending?.catch(() => null);
    await stop?.();
  }

  return {
    watch: async (listener) => {
      // Wrapped, because the same function may listen twice.
      const entry = { listener };
      listeners.add(entry);
      following ??= follow(tell);
      const joined = following;
      try {
        await joined;
      } catch (error) {
        listeners.delete(entry);
        if (following === joined) following = null;
        throw error;
      }
      return async () => {
        if (listeners.delete(entry) && listeners.size === 0) await end();
      };
    },
    close: async () => {
      listeners.clear();
      await end();
    },
  };
}
