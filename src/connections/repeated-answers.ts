import { crc32 } from "node:zlib";
import { LRUCache } from "lru-cache";
import { keepRows } from "../adapter/kit/reading.ts";
import type { Exchanged } from "./exchange.ts";
import type { BackendAnswer } from "./http.ts";

/**
 * Recognises answers to reads that equal an earlier one byte for byte, and does not parse and map them again. This saves no call: each
 * read still asks the backend, and only its answer shows that nothing has changed. Front ends read the same customers again and again, and
 * reading an answer takes more processor time than fetching it (npm run bench -- --only "S1 other-variables").
 */
export interface RepeatedAnswers {
  /** @param parse reads an answer that is new */
  readonly read: (exchanged: Exchanged, parse: () => BackendAnswer) => BackendAnswer & { readonly isRepeated?: boolean };
}

interface Remembered {
  readonly body: Buffer;
  readonly contentType: string;
  readonly answer: BackendAnswer;
}

/** The bytes of all kept answers of this process. The parsed values take about ten times as much. */
const mostBytes = 4 * 1024 * 1024;
/** Longer answers belong to walks over whole lists. These are seldom repeated before the list changes. */
const longestAnswer = 128 * 1024;

const known = new LRUCache<number, Remembered>({ maxSize: mostBytes, sizeCalculation: ({ body }) => body.length });

/**
 * An answer that came once is only noted, by its key: most never come again. Each note has one place and replaces what was noted there.
 */
const notes = new Float64Array(32_768);
let connections = 0;

/** For one connection: its settings determine how bytes are read. */
export function createRepeatedAnswers(): RepeatedAnswers {
  connections += 1;
  const connection = connections;
  return {
    read: (exchanged, parse) => {
      const { status, body, headers } = exchanged;
      if (status !== 200 || body.length === 0 || body.length > longestAnswer) return parse();
      // The key can match by chance, so the bytes themselves are compared.
      const key = connection * 2 ** 32 + crc32(body);
      const entry = known.get(key);
      const contentType = String(headers["content-type"]);
      if (entry === undefined && notes[key % notes.length] !== key) {
        notes[key % notes.length] = key;
        return parse();
      }
      if (entry?.contentType === contentType && entry.body.equals(body)) {
        return { ...entry.answer, headers, isRepeated: true };
      }
      const answer = parse();
      keepRows(answer.json);
      // Copied, because undici's buffers are parts of larger ones.
      known.set(key, { body: Buffer.from(body), contentType, answer });
      return answer;
    },
  };
}
