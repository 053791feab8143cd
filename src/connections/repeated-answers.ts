import { crc32 } from "node:zlib";
import { LRUCache } from "lru-cache";
import { keepRows } from "../adapter/kit/once-per-row.ts";
import type { Exchanged } from "./exchange.ts";
import type { BackendAnswer } from "./http.ts";

/**
 * Answers to reads that came before, byte for byte: they are not parsed and mapped again. No call is spared: each read asks the backend,
 * and its answer alone tells that nothing has changed. Front ends ask for the same customers again and again, and to read an answer
 * takes more processor time than to fetch it (npm run bench -- --only "S1 other-variables").
 */
export interface RepeatedAnswers {
  /** @param parse what is done with an answer that is new */
  readonly read: (exchanged: Exchanged, parse: () => BackendAnswer) => BackendAnswer & { readonly isRepeated?: boolean };
}

interface Remembered {
  readonly body: Buffer;
  readonly contentType: string;
  readonly answer: BackendAnswer;
}

/** Bytes of answers that are kept, of all connections of this process. What is made of them takes about ten times as much. */
const mostBytes = 4 * 1024 * 1024;
/** Longer ones are of walks over whole lists, which are seldom made twice before the list changes. */
const longestAnswer = 128 * 1024;

/** An answer that came once is only noted: most come never again. */
const seenOnce = Symbol("seen once");
const bytesOfANote = 100;

const known = new LRUCache<string, Remembered | typeof seenOnce>({
  maxSize: mostBytes,
  sizeCalculation: (entry) => (entry === seenOnce ? bytesOfANote : entry.body.length),
});
let connections = 0;

/** Of one connection: its settings say how bytes are read. */
export function createRepeatedAnswers(): RepeatedAnswers {
  connections += 1;
  const connection = connections;
  return {
    read: (exchanged, parse) => {
      const { status, body, headers } = exchanged;
      if (status !== 200 || body.length === 0 || body.length > longestAnswer) return parse();
      // Only a guess: the bytes themselves are compared.
      const key = `${connection} ${body.length} ${crc32(body)}`;
      const entry = known.get(key);
      const contentType = String(headers["content-type"]);
      if (entry === undefined) {
        known.set(key, seenOnce);
        return parse();
      }
      if (entry !== seenOnce && entry.contentType === contentType && entry.body.equals(body)) {
        return { ...entry.answer, headers, isRepeated: true };
      }
      const answer = parse();
      keepRows(answer.json);
      // A copy: what undici hands out are parts of larger buffers.
      known.set(key, { body: Buffer.from(body), contentType, answer });
      return answer;
    },
  };
}
