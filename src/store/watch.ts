/** Is told of a change; must not throw. */
export type Listener<Told> = (told: Told) => void;

export interface Watch<Told> {
  /** Tells a listener of every change from its resolving on. Resolves with what ends that; rejects when the store is down. */
  readonly watch: (listener: Listener<Told>) => Promise<() => Promise<void>>;
  readonly close: () => Promise<void>;
}

/** Tells of changes until the function that it resolves with is called. */
type Follow<Told> = (tell: Listener<Told>) => Promise<() => Promise<void>>;

/** Any number of listeners on one following of the database, which lasts as long as there is one. */
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
      // An entry of its own: the same function may listen twice.
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
