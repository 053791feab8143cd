/**
 * The access key (or token) that the console asks with. It is kept in this tab's sessionStorage and nowhere else: not over tabs, not
 * after the tab is closed, and never in an address.
 */

const storageName = "billing-console:key";

/** Why there is a sign-in page: a key is needed, the one in use is not accepted any more, or somebody signed out. */
export type Ended = "needed" | "refused" | "left";

export interface SessionState {
  /** Null where none was given, which is enough for a gateway that asks for none. */
  readonly key: string | null;
  /** Null while the gateway has not refused, or not been asked. */
  readonly ended: Ended | null;
}

export interface Session {
  readonly state: () => SessionState;
  readonly subscribe: (listener: () => void) => () => void;
  /** What every request carries. */
  readonly headers: () => Readonly<Record<string, string>>;
  readonly signIn: (key: string) => void;
  /** Forgets the key, and what else this tab keeps, such as idempotency keys. */
  readonly signOut: () => void;
  /** Told of an answer 401, and with which Authorization header it was asked for: an old one says nothing of the key in use. */
  readonly refuse: (authorization: string | null) => void;
}

/** @param storage gone with the tab: sessionStorage */
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
      // Idempotency keys stay: whoever signs in again can still learn what became of a charge.
      storage.removeItem(storageName);
      become({ key: null, ended: state.key === null ? "needed" : "refused" });
    },
  };
}

/** The header that carries a key; none without one. */
export function authorization(key: string | null): Readonly<Record<string, string>> {
  return key === null ? {} : { authorization: `Bearer ${key}` };
}

/** What is wrong with a text as a key, before anybody is asked; null when nothing is. */
export function keyProblem(text: string): string | null {
  if (text === "") return "Enter your access key";
  // RFC 6750, 2.1: what may follow "Bearer ".
  return /^[\w.~+/-]+=*$/.test(text) ? null : "An access key has no spaces and no special letters: was it copied as a whole?";
}
