/**
 * Holds the access key (or token) of the console. Keeps it in this tab's sessionStorage only: other tabs do not see it, it is
 * gone when the tab is closed, and it is never part of an address.
 */

const storageName = "billing-console:key";

/** Why the sign-in page is shown: a key is needed, the key is no longer accepted, or the person signed out. */
export type Ended = "needed" | "refused" | "left";

interface SessionState {
  /** Null if none was given: enough for a gateway that asks for none. */
  readonly key: string | null;
  /** Null until the gateway refuses. */
  readonly ended: Ended | null;
}

export interface Session {
  readonly state: () => SessionState;
  readonly subscribe: (listener: () => void) => () => void;
  /** Headers of every request. */
  readonly headers: () => Readonly<Record<string, string>>;
  readonly signIn: (key: string) => void;
  /** Forgets the key and all else that this tab keeps, such as idempotency keys. */
  readonly signOut: () => void;
  /** Reports a 401 and the Authorization header of its request. A refused old key says nothing about the present one. */
  readonly refuse: (authorization: string | null) => void;
}

/** @param storage must end with the tab: sessionStorage */
export function createSession(storage: Pick<Storage, "getItem" | "setItem" | "removeItem" | "clear">): Session {
  const listeners = new Set<() => void>();
  let state: SessionState = { key: storage.getItem(storageName), ended: null };
  const become = (next: SessionState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    headers: () => authorization(state.key),
    signIn: (key) => {
      storage.setItem(storageName, key);
      become({ key, ended: null });
    },
    signOut: () => {
      storage.clear();
      become({ key: null, ended: "left" });
    },
    refuse: (refused) => {
      if (state.ended !== null || refused !== (authorization(state.key)["authorization"] ?? null)) return;
      // Idempotency keys stay: after signing in again, a person can still learn the outcome of a charge.
      storage.removeItem(storageName);
      become({ key: null, ended: state.key === null ? "needed" : "refused" });
    },
  };
}

/** The header that carries a key; empty without a key. */
export function authorization(key: string | null): Readonly<Record<string, string>> {
  return key === null ? {} : { authorization: `Bearer ${key}` };
}

/** Says why a text cannot be a key, before the gateway is asked; null when it can. */
export function keyProblem(text: string): string | null {
  if (text === "") return "Enter your access key";
  // RFC 6750, 2.1: the characters allowed after "Bearer ".
  return /^[\w.~+/-]+=*$/.test(text) ? null : "An access key has no spaces or special characters. Was it copied completely?";
}
