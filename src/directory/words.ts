import { phoneForms } from "../comparing/contact.ts";
import { firstCharacters, wordsOf } from "../comparing/text.ts";
import type { RecordData } from "./model.ts";

/**
 * The words that find a record, and the words of a search. Both are made only here, so that scanning a backend's list matches
 * what the index matches. Pure.
 */

/** A search, taken apart. */
export interface Question {
  /** Its words, normalised like those of names; never empty. */
  readonly words: readonly string[];
  /** Any one of them finds a record: each of its words must begin a word of the record. */
  readonly alternatives: readonly (readonly string[])[];
  /** Keys, each a word: a record that has one of them is an exact match. */
  readonly keys: readonly string[];
}

/** Null for a text without a letter or a digit. */
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

/** The texts of a record by which it is found. */
interface Findable {
  readonly name: string;
  /** Typed whole, each of them means exactly this record: its reference, its e-mail address, its id. */
  readonly exact: readonly (string | null)[];
  readonly phone?: string | null;
  /** The country of its address: it says how the phone number is dialled from abroad. */
  readonly country?: string | null;
  readonly others: readonly (string | null | undefined)[];
}

/** A record's words, for the two columns of the index. */
interface RecordWords {
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
  return { nameWords: nameWordsOf(name), otherWords: [...found].join(" ") };
}

export function nameWordsOf(name: string): string {
  return wordsOf(name).join(" ");
}

/** Whether a search finds a record. It matches as the index does. */
export function isFound({ nameWords, otherWords }: RecordWords, question: Question): boolean {
  const words = `${nameWords} ${otherWords}`;
  return hasKey(words, question) || hasBeginnings(words, question);
}

/** Whether one of the words, which single spaces separate, is a key of the search. */
export function hasKey(words: string, { keys }: Pick<Question, "keys">): boolean {
  const separated = ` ${words} `;
  return keys.some((key) => separated.includes(` ${key} `));
}

/** Whether the words of one alternative all begin words among these, which single spaces separate. */
export function hasBeginnings(words: string, { alternatives }: Pick<Question, "alternatives">): boolean {
  const separated = ` ${words}`;
  return alternatives.some((each) => each.every((wanted) => separated.includes(` ${wanted}`)));
}

/**
 * Whether the search is for one of a record's exact texts or for its phone number. `wordsOfRecord` gives the record the same
 * keys.
 */
function isKeyOf({ exact, phone = null, country = null }: Omit<Findable, "name" | "others">, { keys }: Question): boolean {
  const isOf = (text: string | null): boolean => text !== null && keys.includes(keyOf(joinedOf(wordsOf(text))));
  if (exact.some(isOf)) return true;
  // Phone numbers take long to read, and their keys are digits.
  const isAsked = phone !== null && keys.some((key) => /^\d+$/.test(key.slice(1)));
  return isAsked && phoneForms(phone, country).some((digits) => keys.includes(keyOf(digits)));
}

/** Adds other ways to type a text: without its punctuation, and from the middle on in scripts without spaces. */
function addVariants({ words, joined }: Chunk, found: Set<string>): void {
  if (words.length > 1) found.add(joined);
  for (const word of words) if (unspaced.test(word)) for (const ending of endingsOf(word, 1)) found.add(ending);
}

/** Scripts that are written without spaces between words (Unicode 17, UAX 14, classes ID and SA). */
const unspaced = /\p{scx=Han}|\p{scx=Hira}|\p{scx=Kana}|\p{scx=Thai}|\p{scx=Laoo}|\p{scx=Khmr}|\p{scx=Mymr}/u;
/** The shortest ending of a name's word that finds it, for compound words: "garten" finds "Weingarten". */
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

/** Splits at spaces: "O'Brien & Co" becomes "obrien" and "co". */
function chunksOf(text: string): readonly Chunk[] {
  return text
    .split(/\s+/u)
    .map((chunk) => wordsOf(chunk))
    .filter((words) => words.length > 0)
    .map((words) => ({ words, joined: joinedOf(words) }));
}

/** Cut to the longest word that comparing/text.ts makes. */
function joinedOf(words: readonly string[]): string {
  return firstCharacters(words.join(""), 100);
}

/** The sign is in no word, so that an ordinary word never matches a key. */
function keyOf(joined: string): string {
  return `≡${joined}`;
}

/** Fewer than five digits may be anything. */
function looksLikePhone(text: string): boolean {
  return /^[\p{Nd}\s()+./\-–]+$/u.test(text.trim()) && (text.match(/\p{Nd}/gu)?.length ?? 0) >= 5;
}

/** How well a record matches a search. Pure. */

interface Fitting {
  readonly id: string;
  readonly name: string;
  readonly nameWords: string;
  readonly data: RecordData;
}

/** Whether the search is for the record's whole reference, e-mail address, phone number or id, not only for a part. */
export function isExact({ id, data: { reference, email, phone, country } }: Fitting, question: Question): boolean {
  return isKeyOf({ exact: [reference, email, id], phone, country }, question);
}

/**
 * The rank of a record that is no exact match (an exact one has 0): 1 = the name is the text, 2 = the name begins with it, 3 = the name has
 * the words, 4 = found elsewhere.
 */
export function rankOf({ name, nameWords }: Pick<Fitting, "name" | "nameWords">, question: Question): 1 | 2 | 3 | 4 {
  const text = question.words.join(" ");
  if (nameWords === text) return 1;
  if (nameWords.startsWith(text)) return 2;
  return has(name, question) ? 3 : 4;
}

const tellingMembers = [
  "email",
  "phone",
  "reference",
  "organizationName",
  "firstName",
  "lastName",
  "postalCode",
  "city",
] as const satisfies readonly (keyof RecordData)[];

/** The text that has all words of the search: the name or another kept member; null = no single one has all of them. */
export function matchedText({ name, data }: Pick<Fitting, "name" | "data">, question: Question): string | null {
  if (has(name, question)) return name;
  const { phone, country } = data;
  for (const member of tellingMembers) {
    const text = data[member];
    if (text === null) continue;
    if (
      member === "phone"
        ? isFound(wordsOfRecord({ name: "", exact: [], phone, country, others: [] }), question)
        : has(text, question)
    )
      return text;
  }
  return null;
}

function has(text: string, question: Question): boolean {
  return isFound(wordsOfRecord({ name: text, exact: [text], others: [] }), question);
}
