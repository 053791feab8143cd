import { memoised } from "./memoised.ts";

/** Texts as people type them: compared as a search does, and checked for letters that no backend is sent. */

/** Whether one of the texts contains the search, ignoring case. Unicode-aware. */
export function containsText(texts: readonly (string | null | undefined)[], search: string): boolean {
  const wanted = foldedSearch(search);
  return texts.some((text) => text != null && foldText(text).includes(wanted));
}

/** Cached, because one search is compared with many texts. */
const foldedSearch = memoised(foldText, 100);

/** Prepares a typed text for comparing: unifies compatibility forms, folds case, trims. */
export function foldText(text: string): string {
  // ASCII needs no normalising, which takes several times as long as the rest.
  const unified = /^[ -~]*$/.test(text) ? text : text.normalize("NFKC");
  return unified.toLowerCase().trim();
}

/** All but tab and line breaks. XML 1.0 (2.2) has none of them, and many programs end a text at NUL. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for them
const controlCharacter = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Why no backend is sent a text with such letters, as the rest of a sentence; null = it may be sent. */
export function unfitLetters(text: string): string | null {
  // U+FFFD stands for a lost letter: what one system has lost is not written into another.
  if (text.includes("\ufffd") || !text.isWellFormed()) return "has letters that were lost on the way here (U+FFFD)";
  return controlCharacter.test(text) ? "must not have control characters" : null;
}
