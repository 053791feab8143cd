import { phoneForms } from "../comparing/contact.ts";
import { wordsOf } from "../comparing/text.ts";

/**
 * By which words a record is found, and what a text asks for. Both are made here and nowhere else: what is matched in a backend's
 * list is what the index matches. Pure.
 */

/** What somebody looks for. */
export interface Question {
  /** As words of names; never empty. */
  readonly words: readonly string[];
  /** A record is found by any one of them: each of its words begins a word of the record. */
  readonly alternatives: readonly (readonly string[])[];
  /** Keys, each a word: a record that has one of them is exactly what was looked for. */
  readonly keys: readonly string[];
}

/** Null for a text without a letter or a digit, which nothing can be found by. */
export function questionOf(text: string): Question | null {
  const words = wordsOf(text);
  if (words.length === 0) return null;
  const chunks = chunksOf(text).map(({ joined }) => joined);
  const phones = looksLikePhone(text) ? phoneForms(text, null) : [];
  const joined = joinedOf(words);
  const alternatives = [words, chunks, [joined], ...phones.map((digits) => [digits])];
  return {
    words,
    alternatives: [...new Map(alternatives.map((each) => [each.join(" "), each])).values()],
    keys: [...new Set([joined, ...phones])].map(keyOf),
  };
}

/** What a record is looked for by, as its backend has it. */
export interface Findable {
  readonly name: string;
  /** Whoever types one of them whole means this record: its reference, its e-mail address, its id. */
  readonly exact: readonly (string | null)[];
  readonly phone?: string | null;
  /** Of its address: says how its phone is dialled from abroad. */
  readonly country?: string | null;
  readonly others: readonly (string | null | undefined)[];
}

/** The words of a record, for the two columns of the index. */
export interface RecordWords {
  readonly nameWords: string;
  readonly otherWords: string;
}

export function wordsOfRecord({ name, exact, phone = null, country = null, others }: Findable): RecordWords {
  const found = new Set<string>();
  const texts = [...exact, phone, ...others].filter((text) => text != null);
  const nameChunks = chunksOf(name);
  const otherChunks = texts.flatMap(chunksOf);
  for (const word of otherChunks.flatMap(({ words }) => words)) found.add(word);
  for (const chunk of [...nameChunks, ...otherChunks]) addVariants(chunk, found);
  for (const word of nameChunks.flatMap(({ words }) => words))
    for (const ending of endingsOf(word, shortestEnding)) found.add(ending);
  for (const digits of phoneForms(phone, country)) found.add(digits).add(keyOf(digits));
  for (const text of exact) {
    const joined = text == null ? "" : joinedOf(wordsOf(text));
    if (joined !== "") found.add(joined).add(keyOf(joined));
  }
  return { nameWords: wordsOf(name).join(" "), otherWords: [...found].join(" ") };
}

/** Whether a record is found: what the index does with the same words. */
export function isFound({ nameWords, otherWords }: RecordWords, { alternatives, keys }: Question): boolean {
  const words = `${nameWords} ${otherWords}`.split(" ");
  return (
    keys.some((key) => words.includes(key)) ||
    alternatives.some((each) => each.every((wanted) => words.some((word) => word.startsWith(wanted))))
  );
}

/** How a text may be typed as well: in one piece where it has signs in it, and from the middle on where nobody writes spaces. */
function addVariants({ words, joined }: Chunk, found: Set<string>): void {
  if (words.length > 1) found.add(joined);
  for (const word of words) if (unspaced.test(word)) for (const ending of endingsOf(word, 1)) found.add(ending);
}

/** Scripts that are written without spaces between words (Unicode 17, UAX 14, classes ID and SA). */
const unspaced = /\p{scx=Han}|\p{scx=Hira}|\p{scx=Kana}|\p{scx=Thai}|\p{scx=Laoo}|\p{scx=Khmr}|\p{scx=Mymr}/u;
/** Of names in other scripts, which are put together too: "Weingarten" is found by "garten". */
const shortestEnding = 3;
const mostEndings = 60;

function endingsOf(word: string, shortest: number): readonly string[] {
  const letters = [...word];
  const count = Math.min(letters.length - shortest, mostEndings);
  return Array.from({ length: Math.max(count, 0) }, (_, index) => letters.slice(index + 1).join(""));
}

interface Chunk {
  readonly words: readonly string[];
  readonly joined: string;
}

/** Of "O'Brien & Co": "obrien" and "co". */
function chunksOf(text: string): readonly Chunk[] {
  return text
    .split(/\s+/u)
    .map((chunk) => wordsOf(chunk))
    .filter((words) => words.length > 0)
    .map((words) => ({ words, joined: joinedOf(words) }));
}

/** As long as a word may be: see comparing/text.ts. */
function joinedOf(words: readonly string[]): string {
  return [...words.join("")].slice(0, 100).join("");
}

/** The sign is in no word, so that nobody finds a key who does not look for it as one. */
function keyOf(joined: string): string {
  return `≡${joined}`;
}

/** A short number may be anything. */
function looksLikePhone(text: string): boolean {
  return /^[\p{Nd}\s()+./\-–]+$/u.test(text.trim()) && (text.match(/\p{Nd}/gu)?.length ?? 0) >= 5;
}
