/** How text is compared in the directory: made here and not by the databases, so that both find the same. Pure. */

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
  const words = fold(text).match(/[\p{L}\p{N}\p{Mc}]+/gu) ?? [];
  return words.slice(0, mostWords).map((word) => [...word].slice(0, longestWord).join(""));
}

/** The words of several texts, single spaces between them; null stands for no text. */
export function foldedWords(texts: readonly (string | null | undefined)[]): string {
  return texts.flatMap((text) => (text == null ? [] : wordsOf(text))).join(" ");
}

/** Unicode's full case folding, as far as JavaScript has it: by way of capitals, so that ß and ss are the same, and both sigmas. */
function fold(text: string): string {
  const folded = text.normalize("NFKC").toUpperCase().toLowerCase().replaceAll("ς", "σ");
  return folded
    .normalize("NFD")
    .replaceAll(/\p{Mn}/gu, "")
    .normalize("NFKC");
}
