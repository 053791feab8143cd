import type { Follow } from "./engine.ts";

export type OperationListener = (operationId: string) => void;

export interface Watch {
  /** Tells a listener of every change from its resolving on. Resolves with what ends that; rejects when the store is down. */
  readonly watch: (listener: OperationListener) => Promise<() => Promise<void>>;
  readonly close: () => Promise<void>;
}

/** Any number of listeners on one following of the database, which lasts as long as there is one. */
export function createWatch(follow: Follow): Watch {
  const listeners = new Set<{ readonly listener: OperationListener }>();
  let following: ReturnType<Follow> | null = null;

  const tell: OperationListener = (operationId) => {
    for (const { listener } of listeners) listener(operationId);
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
