import { createContext, useContext } from "react";
import { circumstancesOf } from "../../client/answer.ts";

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

/**
 * Wraps the platform's fetch: reports a 401 to the session and a 429 to the page, for queries, mutations and subscriptions alike.
 */
export function attentiveFetch(
  { refuse }: Pick<Session, "refuse">,
  { wait }: Pick<Patience, "wait">,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const { status, retryAfterSeconds } = circumstancesOf(response);
    if (status === 401) refuse(new Headers(init?.headers).get("authorization"));
    if (status === 429 && retryAfterSeconds !== null) wait(retryAfterSeconds);
    return response;
  };
}

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

/** Sends and reads files, which do not go through GraphQL, with the session's key. */
interface Files {
  /** Sends a file. Fails with the gateway's message. */
  readonly upload: (path: string, file: Blob, type: string) => Promise<{ readonly id: string }>;
  readonly read: (path: string) => Promise<string>;
}

export function createFiles({ headers }: Pick<Session, "headers">, send: typeof globalThis.fetch): Files {
  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const response = await send(path, { ...init, headers: { ...headers(), ...init.headers } });
    if (response.ok) return response;
    const answer = (await response.json().catch(() => ({}))) as { readonly errors?: readonly { readonly message: string }[] };
    throw new Error(answer.errors?.map(({ message }) => message).join(" ") ?? `The gateway answers with ${response.status}.`);
  }
  return {
    upload: async (path, file, type) =>
      (await (await ask(path, { method: "POST", body: file, headers: { "content-type": type } })).json()) as { id: string },
    read: async (path) => (await ask(path)).text(),
  };
}

export const FilesContext = createContext<Files | null>(null);

export function useFiles(): Files {
  const files = useContext(FilesContext);
  if (!files) throw new Error("No <FilesContext> was found: use this below it.");
  return files;
}

/** The person at the console, and what the gateway grants them. */
interface Viewer {
  readonly name: string;
  readonly scopes: readonly string[];
  /** Null if nobody signed in, as the gateway asks for no key. */
  readonly signOut: (() => void) | null;
}

/** Scopes that change what the console offers. The gateway enforces them. */
type Scope = "write" | "approve" | "admin";

export const ViewerContext = createContext<Viewer | null>(null);

export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (!viewer) throw new Error("No user is signed in here: use this below <SessionGate>.");
  return viewer;
}

/** Hides what the gateway would refuse. */
export function useMay(scope: Scope): boolean {
  return useViewer().scopes.includes(scope);
}
