import { memoised } from "./memoised.ts";

/** Compares texts as a search does. */

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
