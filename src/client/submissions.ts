import { isSettled, type MutationAnswer, outcomeIn } from "./outcome.ts";

/** Where idempotency keys outlive a reload: sessionStorage, localStorage, or anything with their three functions. */
export type KeyStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export interface Submission<Data extends MutationAnswer> {
  /** The form, named the same after a reload: one submission of a form runs at a time, and it has one key. */
  readonly form: string;
  /** What is submitted: the same again while it runs, as by a double click, joins it. */
  readonly variables: unknown;
  /** Sends it with the key. */
  readonly send: (idempotencyKey: string) => Promise<Data>;
}

export interface Submissions {
  /**
   * Sends a mutation under an idempotency key that is kept until its outcome is known: over failures, retries and, in the storage,
   * reloads. The same form submitted again meanwhile goes out with the same key, so that the gateway acts once. Fails as `send`.
   */
  readonly submit: <Data extends MutationAnswer>(submission: Submission<Data>) => Promise<Data>;
  /** The key of a submission of this form whose outcome is not known; null when there is none. */
  readonly keyOf: (form: string) => string | null;
  /** Makes the next submission of this form a new one, although the outcome of the last one is not known. */
  readonly forget: (form: string) => void;
}

/**
 * The submissions of one person's front end. Forms of one name in two tabs share a key only where the storage is shared.
 * @param storage default: the tab's sessionStorage, and the page's memory while that cannot be used. A server has to give one for
 *   each of its users (memoryKeys): with one for all, a person's form would be sent with the key of another's.
 */
export function createSubmissions({
  storage: given,
  createKey = randomKey,
}: {
  readonly storage?: KeyStorage;
  readonly createKey?: () => string;
} = {}): Submissions {
  const storage = given ? lasting(given) : defaultKeys();
  const running = new Map<string, { readonly variables: string; readonly answer: Promise<unknown> }>();

  async function run<Data extends MutationAnswer>({ form, send }: Submission<Data>): Promise<Data> {
    const name = nameOf(form);
    const key = storage.getItem(name) ?? createKey();
    storage.setItem(name, key);
    // A failure tells nothing of the outcome: even a refusal may meet a repeated call whose first answer was lost.
    const data = await send(key);
    if (isSettled(outcomeIn(data)) && storage.getItem(name) === key) storage.removeItem(name);
    return data;
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

/** 128 random bits. Not randomUUID, which browsers have on encrypted pages only. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The tab's own storage. */
function defaultKeys(): KeyStorage {
  if (isServer()) return serverKeys;
  return lasting({
    getItem: (name) => sessionStorage.getItem(name),
    setItem: (name, key) => sessionStorage.setItem(name, key),
    removeItem: (name) => sessionStorage.removeItem(name),
  });
}

/**
 * Node 25 and later has a sessionStorage too: one for the whole process. A `window` that somebody has set there for a library's sake
 * makes no browser of it; one with a document does, as in a test with jsdom.
 */
function isServer(): boolean {
  if (typeof window === "undefined") return true;
  const { versions } = (globalThis as { readonly process?: { readonly versions?: { readonly node?: string } } }).process ?? {};
  return versions?.node !== undefined && window.document === undefined;
}

/** Fails when it is used, not when it is made: a page that is rendered on a server submits nothing there. */
const serverKeys: KeyStorage = { getItem: refuse, setItem: refuse, removeItem: refuse };

function refuse(): never {
  throw new Error(
    "Outside of a browser, give createSubmissions or GatewayProvider a storage for each user, e.g. memoryKeys(): keys must not be shared.",
  );
}

/**
 * A storage may be full, forbidden by the browser's settings or missing, and then throws: what it does not take lives as long as the
 * page. What it takes is read from it alone, as another tab may have settled it.
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
        // What the storage holds on to may not come back.
        untaken.add(name);
      }
    },
  };
}

/** Keys that live as long as this object: for a server, which makes one for each user, and for tests. */
export function memoryKeys(): KeyStorage {
  const keys = new Map<string, string>();
  return {
    getItem: (name) => keys.get(name) ?? null,
    setItem: (name, key) => void keys.set(name, key),
    removeItem: (name) => void keys.delete(name),
  };
}
