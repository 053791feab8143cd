import { LRUCache } from "lru-cache";
import type { Page } from "../adapter/adapter.ts";
import type { Writes } from "./coalescing.ts";

/** What reads answered, for a short time. */
export interface KeptReads {
  /** What is kept under a key; undefined when nothing is, or no longer. */
  readonly get: (key: string) => Kept | undefined;
  /** To be called before a read. The function that it returns keeps what came of it, unless something was written meanwhile. */
  readonly begin: () => (key: string, value: Kept) => void;
}

export type Kept = object;

/** Objects of one user of one backend, those in lists included: some kilobytes each. */
const mostObjects = 10_000;
/** Keys are as long as callers make them: so many characters weigh as much as an object. */
const charactersOfAnObject = 250;

/**
 * Keeps nothing for longer than `seconds` after its read began, and nothing past a write. A write forgets everything, because
 * what it touches is not only its own object: a customer stands in lists, and a tax with its customers.
 */
export function createKeptReads(seconds: number, writes: Writes): KeptReads {
  const kept = new LRUCache<string, Kept>({ ttl: Math.ceil(seconds * 1000), maxSize: mostObjects, sizeCalculation: sizeOf });
  let writesSoFar = 0;
  writes.listen(() => {
    writesSoFar += 1;
    kept.clear();
  });
  return {
    get: (key) => kept.get(key),
    begin: () => {
      const before = writesSoFar;
      const start = performance.now();
      return (key, value) => {
        // What is there stays: it may be of the same read, joined by this request when it had been under way for long.
        if (writesSoFar === before && !kept.has(key)) kept.set(key, value, { start });
      };
    },
  };
}

function sizeOf(value: Kept, key: string): number {
  const objects = isPage(value) ? value.items.length : 1;
  return 1 + objects + Math.floor(key.length / charactersOfAnObject);
}

function isPage(value: object): value is Pick<Page<unknown>, "items"> {
  return "items" in value;
}
