/** Until when the gateway asks to wait after too many requests. */
export interface Patience {
  /** Milliseconds since 1970; 0 if it never asked. */
  readonly until: () => number;
  readonly subscribe: (listener: () => void) => () => void;
  readonly wait: (seconds: number) => void;
}

export function createPatience(now: () => number = Date.now): Patience {
  const listeners = new Set<() => void>();
  let until = 0;
  return {
    until: () => until,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    wait: (seconds) => {
      until = Math.max(until, now() + seconds * 1000);
      for (const listener of listeners) listener();
    },
  };
}
