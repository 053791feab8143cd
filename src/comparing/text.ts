import { foldText } from "../model/text.ts";

/**
 * Compares texts that people typed in different ways into different systems. Pure; never throws, whatever the text. The
 * databases do not do this, so that SQLite and PostgreSQL find the same.
 */

/**
 * Characters. PostgreSQL keeps no lexeme of 2 KiB or more (PostgreSQL manual, 12.11), and a character takes at most four bytes.
 */
const longestWord = 100;
/** The most words of one text. A page of notes is found by its beginning. */
const mostWords = 200;

/**
 * The words of a text in comparable form: without compatibility forms, case, accents, and all but letters and digits.
 *
 * @returns each word matches /^[\p{L}\p{N}\p{Mc}]+$/u and has at most 100 characters
 */
export function wordsOf(text: string): readonly string[] {
  // ASCII needs no folding, which takes several times as long as the rest.
  const words = /^[\0-\x7f]*$/.test(text) ? text.toLowerCase().match(/[a-z0-9]+/g) : fold(text).match(/[\p{L}\p{N}\p{Mc}]+/gu);
  if (words === null) return [];
  return words.slice(0, mostWords).map((word) => firstCharacters(word, longestWord));
}

/** The text itself where it is short enough: most are, and characters are slow to count. */
export function firstCharacters(text: string, most: number): string {
  return text.length <= most ? text : [...text].slice(0, most).join("");
}

/** Removes all marks: someone who looks for a text may leave them out. */
function fold(text: string): string {
  return foldCase(text)
    .normalize("NFD")
    .replaceAll(/\p{Mn}/gu, "")
    .replace(letterPattern, (letter) => typedLetters[letter] ?? letters[letter] ?? letter)
    .normalize("NFKC");
}

/**
 * Unicode's full case folding, as far as JavaScript has it. It goes through capitals, so that ß equals ss, and both sigmas are
 * one.
 */
function foldCase(text: string): string {
  return text.normalize("NFKC").toUpperCase().toLowerCase().replaceAll("ς", "σ");
}

/** Letters that Unicode does not decompose into a letter and a mark. */
const letters: Readonly<Record<string, string>> = {
  ø: "o",
  œ: "o",
  æ: "a",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
  ŧ: "t",
  ħ: "h",
};
/** As people type them on keyboards without these letters. */
const typedLetters: Readonly<Record<string, string>> = { æ: "ae", œ: "oe" };
const letterPattern = new RegExp(`[${Object.keys(letters).join("")}]`, "g");

/** Lower case, without accents and without vowel marks and tatweel of Arabic. Marks that make another letter (が) stay. */
export function foldLetters(text: string): string {
  return foldCase(text.toWellFormed())
    .normalize("NFKD")
    .replace(/[\u0300-\u036f\u064b-\u065f\u0670\u0640]/g, "")
    .replace(letterPattern, (letter) => letters[letter] ?? letter)
    .normalize("NFKC");
}

export function isSameText(left: string, right: string): boolean {
  return comparableText(left) === comparableText(right);
}

/** Ignores case, white space, and the form of apostrophes and commas: "Ada's  Bakery" equals "ADA’S BAKERY". */
export function comparableText(text: string): string {
  return foldText(text)
    .replace(/[’‘`´]/g, "'")
    .replace(/[\s,;]+/g, " ")
    .trim();
}

const noReference: ReadonlySet<string> = new Set(["na", "none", "null", "unknown", "test", "tbd", "nil"]);

/** A reference in lower case, letters and digits only. Null if it means nothing: a single character, zeros, "n/a". */
export function comparableReference(reference: string | null): string | null {
  const folded = foldLetters(reference ?? "").replace(/[^\p{L}\p{N}]/gu, "");
  return folded.length < 2 || /^0+$/.test(folded) || noReference.has(folded) ? null : folded;
}
