import { foldText } from "../model/text.ts";

/**
 * How texts are compared: what people typed into different systems in different ways. Pure; none of it throws, whatever the text. It
 * is made here and not by the databases, so that both find the same.
 */

/** PostgreSQL keeps no lexeme of 2 KiB or more (PostgreSQL manual, 12.11 Limitations): a character takes at most four bytes. */
const longestWord = 100;
/** Words of one text: a page of notes is found by how it begins. */
const mostWords = 200;

/**
 * The words of a text as they are compared: without compatibility forms, case, accents and whatever is neither letter nor digit.
 *
 * @returns each word matches /^[\p{L}\p{N}\p{Mc}]+$/u and has at most 100 characters
 */
export function wordsOf(text: string): readonly string[] {
  // Folding takes several times as long as all the rest, and does nothing more to ASCII.
  const words = /^[\0-\x7f]*$/.test(text) ? text.toLowerCase().match(/[a-z0-9]+/g) : fold(text).match(/[\p{L}\p{N}\p{Mc}]+/gu);
  if (words === null) return [];
  return words.slice(0, mostWords).map((word) => [...word].slice(0, longestWord).join(""));
}

/** Without any marks: who looks for something may leave them out. */
function fold(text: string): string {
  return foldCase(text)
    .normalize("NFD")
    .replaceAll(/\p{Mn}/gu, "")
    .replace(letterPattern, (letter) => typedLetters[letter] ?? letters[letter] ?? letter)
    .normalize("NFKC");
}

/** Unicode's full case folding, as far as JavaScript has it: by way of capitals, so that ß and ss are the same, and both sigmas. */
function foldCase(text: string): string {
  return text.normalize("NFKC").toUpperCase().toLowerCase().replaceAll("ς", "σ");
}

/** Letters that are not taken apart into another one and a mark. */
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
/** As people type them whose keyboard has none of them. */
const typedLetters: Readonly<Record<string, string>> = { æ: "ae", œ: "oe" };
const letterPattern = new RegExp(`[${Object.keys(letters).join("")}]`, "g");

/** Lower case without accents, vowel marks of Arabic and its filling stroke. Marks that make another letter (が) stay. */
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

/** "Ada's  Bakery" and "ADA’S BAKERY": case, white space and the form of apostrophes and commas do not count. */
export function comparableText(text: string): string {
  return foldText(text)
    .replace(/[’‘`´]/g, "'")
    .replace(/[\s,;]+/g, " ")
    .trim();
}

const noReference: ReadonlySet<string> = new Set(["na", "none", "null", "unknown", "test", "tbd", "nil"]);

/** A reference in lower case, letters and digits only. Null for one that says nothing: a single character, zeros, "n/a". */
export function comparableReference(reference: string | null): string | null {
  const folded = foldLetters(reference ?? "").replace(/[^\p{L}\p{N}]/gu, "");
  return folded.length < 2 || /^0+$/.test(folded) || noReference.has(folded) ? null : folded;
}
