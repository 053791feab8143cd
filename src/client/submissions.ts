import { isOfNoEffect, isSettled, type MutationAnswer, outcomeIn } from "./outcome.ts";

/** Keeps idempotency keys over a reload: sessionStorage, localStorage, or anything with these three functions. */
export type KeyStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export interface Submission<Data extends MutationAnswer> {
  /** Names the form; it must be the same after a reload. One submission of a form runs at a time, under one key. */
  readonly form: string;
  /** The input. Submitting the same input again while it is in flight joins it (a double click). */
  readonly variables: unknown;
  /** Sends the mutation with the key. */
  readonly send: (idempotencyKey: string) => Promise<Data>;
  /** Gives the key, where the form has one already; null: it gets a random one. */
  readonly newKey?: (() => string | null) | undefined;
}

export interface Submissions {
  /**
   * Sends a mutation under an idempotency key. The key is kept until the outcome is known: through failures, retries and, in the
   * storage, reloads. Until then the form is sent with the same key, so that the gateway acts once. After a failure without effect it
   * is kept for the same input; another input gets a new one. Fails when `send` fails.
   */
  readonly submit: <Data extends MutationAnswer>(submission: Submission<Data>) => Promise<Data>;
  /** The key of this form's submission that is not settled (isSettled); null when there is none. */
  readonly keyOf: (form: string) => string | null;
  /** Makes this form's next submission a new one although the outcome of the last one is not known. */
  readonly forget: (form: string) => void;
}

/**
 * Makes the submissions of one person's front end. Forms with the same name in two tabs share a key only if they share the
 * storage.
 * @param storage default: the tab's sessionStorage, or the page's memory while that cannot be used. A server has to give each
 * user one of their own (memoryKeys): with a shared one, a person's form would be sent with another person's key.
 */
export function createSubmissions({
  storage: given,
  createKey = randomKey,
}: {
  readonly storage?: KeyStorage | undefined;
  readonly createKey?: (() => string) | undefined;
} = {}): Submissions {
  const storage = given ? lasting(given) : defaultKeys();
  const running = new Map<string, { readonly variables: string; readonly answer: Promise<unknown> }>();

  async function run<Data extends MutationAnswer>({ form, send, newKey }: Submission<Data>): Promise<Data> {
    const name = nameOf(form);
    const sendUnder = async (key: string): Promise<Data> => {
      storage.setItem(name, key);
      // A failure says nothing about the outcome: even a retry that is refused may follow a first call that succeeded and whose
      // answer was lost.
      const data = await send(key);
      if (isSettled(outcomeIn(data)) && storage.getItem(name) === key) storage.removeItem(name);
      return data;
    };
    const key = storage.getItem(name) ?? newKey?.() ?? createKey();
    const data = await sendUnder(key);
    if (!isOfNoEffect(outcomeIn(data))) return data;
    const next = newKey?.();
    return sendUnder(next == null || next === key ? createKey() : next);
  }

  return {
    submit: <Data extends MutationAnswer>(submission: Submission<Data>) => {
      const variables = JSON.stringify(submission.variables);
      const before = running.get(submission.form);
      if (before?.variables === variables) return before.answer as Promise<Data>;
      const answer = before
        ? before.answer.then(
            () => run(submission),
            () => run(submission),
          )
        : run(submission);
      const entry = { variables, answer };
      running.set(submission.form, entry);
      const end = (): void => {
        if (running.get(submission.form) === entry) running.delete(submission.form);
      };
      answer.then(end, end);
      return answer;
    },
    keyOf: (form) => storage.getItem(nameOf(form)),
    forget: (form) => storage.removeItem(nameOf(form)),
  };
}

function nameOf(form: string): string {
  return `billing-gateway:${form}`;
}

/** 128 random bits. Browsers have randomUUID on encrypted pages only. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Returns the tab's storage. */
function defaultKeys(): KeyStorage {
  if (isServer()) return serverKeys;
  return lasting({
    getItem: (name) => sessionStorage.getItem(name),
    setItem: (name, key) => sessionStorage.setItem(name, key),
    removeItem: (name) => sessionStorage.removeItem(name),
  });
}

/**
 * Node 25 and later has a sessionStorage too, one for the whole process: useless here. A `window` that a program sets in Node for a
 * library does not make it a browser. One with a document does, as in a test with jsdom.
 */
function isServer(): boolean {
  if (typeof window === "undefined") return true;
  const { versions } = (globalThis as { readonly process?: { readonly versions?: { readonly node?: string } } }).process ?? {};
  return versions?.node !== undefined && window.document === undefined;
}

/** Fails when used, not when made: a page rendered on a server submits nothing there. */
const serverKeys: KeyStorage = { getItem: refuse, setItem: refuse, removeItem: refuse };

function refuse(): never {
  throw new Error(
    "Outside of a browser, give createSubmissions or GatewayProvider a storage for each user, e.g. memoryKeys(): keys must not be shared.",
  );
}

/**
 * A storage can be full, missing or forbidden by the browser's settings, and then throws. Keys that it does not take live as long
 * as the page. Keys that it does take are read from it alone, as another tab may have settled them.
 */
function lasting(storage: KeyStorage): KeyStorage {
  const memory = memoryKeys();
  const untaken = new Set<string>();
  return {
    getItem: (name) => {
      if (untaken.has(name)) return memory.getItem(name);
      try {
        return storage.getItem(name);
      } catch {
        return memory.getItem(name);
      }
    },
    setItem: (name, key) => {
      memory.setItem(name, key);
      try {
        storage.setItem(name, key);
        untaken.delete(name);
      } catch {
        untaken.add(name);
      }
    },
    removeItem: (name) => {
      memory.removeItem(name);
      try {
        storage.removeItem(name);
        untaken.delete(name);
      } catch {
        // The storage still has the key: it must not be read again.
        untaken.add(name);
      }
    },
  };
}

/** Keeps keys as long as this object lives: for tests, and for servers, which make one for each user. */
export function memoryKeys(): KeyStorage {
  const keys = new Map<string, string>();
  return {
    getItem: (name) => keys.get(name) ?? null,
    setItem: (name, key) => void keys.set(name, key),
    removeItem: (name) => void keys.delete(name),
  };
}
